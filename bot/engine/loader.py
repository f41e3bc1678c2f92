"""Finds the cogs and indexes what they declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from bot.cog.declare import Cog
from bot.cog.facts import Fact

AnyCog = Cog[Any]


def load(package: str = "cogs") -> tuple[AnyCog, ...]:
    """Every module of the package that has a ``cog``, by name. Raises ``TypeError`` for one that has none."""
    found = []
    for module in iter_modules(import_module(package).__path__):
        cog = getattr(import_module(f"{package}.{module.name}"), "cog", None)
        if not isinstance(cog, Cog):
            raise TypeError(f"{package}/{module.name} declares no cog: write `cog = Cog({module.name!r}, …)`")
        found.append(cog)
    return tuple(sorted(found, key=lambda cog: cog.name))


@dataclass(frozen=True, slots=True)
class Owned:
    """A handler and the cog it belongs to."""

    cog: AnyCog
    item: Any


@dataclass
class Registry:
    """Everything the cogs declare, by the name it is called with. Raises ``TypeError`` for a name taken twice."""

    cogs: Sequence[AnyCog]
    named: dict[str, AnyCog] = field(default_factory=dict)
    commands: dict[str, Owned] = field(default_factory=dict)
    actions: dict[str, Owned] = field(default_factory=dict)
    forms: dict[str, Owned] = field(default_factory=dict)
    jobs: dict[str, Owned] = field(default_factory=dict)
    schedules: dict[str, Owned] = field(default_factory=dict)
    hearers: dict[str, Owned] = field(default_factory=dict)
    listeners: dict[type[Any], list[Owned]] = field(default_factory=dict)
    guards: dict[type[Any], list[Owned]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cog in self.cogs:
            self._once(self.named, cog.name, cog)
            self._index(cog)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The commands' paths."""
        return frozenset(self.commands)

    def _index(self, cog: AnyCog) -> None:
        for command in cog.commands:
            self._once(self.commands, command.spec.path, Owned(cog, command))
        for name, action in cog.actions.items():
            self._once(self.actions, name, Owned(cog, action))
        for name, form in cog.forms.items():
            self._once(self.forms, name, Owned(cog, form))
        for name, job in cog.jobs.items():
            self._once(self.jobs, name, Owned(cog, job))
        for every in cog.schedules:
            self._once(self.schedules, every.name, Owned(cog, every))
        for listener in cog.listeners:
            self.listeners.setdefault(listener.kind, []).append(Owned(cog, listener))
            if issubclass(listener.kind, Fact):
                self._once(self.hearers, listener.name, Owned(cog, listener))
        for guard in cog.guards:
            self.guards.setdefault(guard.kind, []).append(Owned(cog, guard))

    @staticmethod
    def _once(index: dict[str, Any], name: str, item: Any) -> None:
        if name in index:
            raise TypeError(f"{name!r} is declared twice")
        index[name] = item
