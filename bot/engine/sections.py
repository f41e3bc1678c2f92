"""One section of the settings: between what is typed, what is stored as JSON, and the model that cogs read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from bot.chat.things import Channel, Member, Space
from bot.chat.words import Words
from bot.cog.declare import CogSettings
from bot.cog.desk import Setting
from bot.cog.fields import Invalid, Place
from bot.cog.fields.kinds import Unread
from bot.cog.fields.reader import asked, explain
from bot.cog.texts import listing, t

Stored = Mapping[str, str]
"""The deviations of a section: JSON by field."""

RESET = object()
"""Stands for a field that goes back to its default."""


class Section:
    """Raises ``TypeError`` for a field that cannot be stored."""

    def __init__(self, name: str, title: Words, model: type[CogSettings]) -> None:
        self.name = name
        self.title = title
        self.model = model
        self.fields = asked(model)
        if members := [field for field, one in self.fields.items() if one.shape.type is Member]:
            raise TypeError(f"{name}.{members[0]}: a setting cannot hold a member, who may leave")
        self._kinds = _kinds(model)

    def full(self, field: str) -> str:
        return f"{self.name}.{field}"

    async def read(self, typed: Mapping[str, str], place: Place) -> dict[str, Any]:
        """Values from what was typed; empty resets. Raises ``Invalid`` with every problem, by full name."""
        read: dict[str, Any] = {}
        problems: dict[str, Words] = {}
        for field, text in typed.items():
            try:
                read[field] = await self.fields[field].read(text, place) if text.strip() else RESET
            except Unread as unread:
                problems[self.full(field)] = unread.words
        if problems:
            raise Invalid(problems=problems)
        return read

    def build(self, stored: Stored, space: Space, defaults: Mapping[str, Any]) -> tuple[CogSettings, frozenset[str]]:
        """The settings as they stand in a space, and the stored fields that fit the code no more."""
        values, unfit = self._fitting(stored, space, defaults)
        return self.model(**{**defaults, **values}), unfit

    def with_changes(
        self, stored: Stored, read: Mapping[str, Any], space: Space, defaults: Mapping[str, Any]
    ) -> dict[str, str]:
        """The deviations once the values read replace those of a space. Raises ``Invalid``, by full name."""
        values = self._fitting(stored, space, defaults)[0] | dict(read)
        checked = self._checked({**defaults, **{name: v for name, v in values.items() if v is not RESET}}, list(read))
        after = dict(stored)
        for field in read:
            text = self._encode(field, getattr(checked, field), stored.get(field), space, defaults)
            after.pop(field, None)
            after |= {field: text} if text is not None else {}
        return after

    def setting(self, field: str, value: Any, changed: bool, place: Place) -> Setting:
        one = self.fields[field]
        spec = replace(one.spec(), name=self.full(field))
        return Setting(spec.name, one.title, one.hint, one.show(value), one.typed(value, place), changed, spec)

    def deviates(self, stored: Stored, field: str, space: Space) -> bool:
        """Whether a field has its own value in a space."""
        return field in stored and (not self._is_channel(field) or space.key in _by_space(stored[field]))

    def said(self, field: str, text: str | None, space: Space, defaults: Mapping[str, Any]) -> Words:
        """A stored value in words; ``None`` is the default."""
        decoded = self._decoded({field: text} if text else {}, space)[0]
        return self.fields[field].show(decoded.get(field, self._default(field, defaults)))

    def before(self, field: str, text: str | None, space: Space) -> Any:
        """The value that a stored text gives back to a space; ``RESET`` for the default."""
        return self._decoded({field: text} if text else {}, space)[0].get(field, RESET)

    def same(self, field: str, one: str | None, other: str | None, space: Space) -> bool:
        """Whether two stored texts mean the same in a space."""
        if not self._is_channel(field):
            return one == other
        return _by_space(one or "{}").get(space.key) == _by_space(other or "{}").get(space.key)

    def _fitting(
        self, stored: Stored, space: Space, defaults: Mapping[str, Any]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        values, unfit = self._decoded(stored, space)
        while values and (wrong := self._wrong({**defaults, **values})) is not None:
            wrong = wrong & values.keys() or set(values)
            unfit |= wrong
            values = {name: value for name, value in values.items() if name not in wrong}
        return values, frozenset(unfit)

    def _wrong(self, values: Mapping[str, Any]) -> set[str] | None:
        """The fields at fault; ``None`` when the values fit."""
        try:
            self._checked(values, [])
        except Invalid as invalid:
            return {name.removeprefix(f"{self.name}.") for name in invalid.problems}
        return None

    def _checked(self, values: Mapping[str, Any], given: Iterable[str]) -> CogSettings:
        """A problem of the whole section is shown beside the first field given."""
        whole = next((self.full(field) for field in given), "")
        try:
            return self.model(**values)
        except ValidationError as error:
            found = {str(one["loc"][0]) if one["loc"] else "": explain(one) for one in error.errors()}
        except Invalid as invalid:
            found = dict(invalid.problems)
        raise Invalid(problems={self.full(field) if field else whole: words for field, words in found.items()})

    def _decoded(self, stored: Stored, space: Space) -> tuple[dict[str, Any], set[str]]:
        values: dict[str, Any] = {}
        unfit: set[str] = set()
        for field, text in stored.items():
            try:
                if not self._is_channel(field):
                    values[field] = self._kinds[field].validate_python(json.loads(text))
                elif (ids := _by_space(text).get(space.key)) is not None:
                    values[field] = _channels(ids, space)
            except (KeyError, ValueError):
                unfit.add(field)
        return values, unfit

    def _encode(
        self, field: str, value: Any, before: str | None, space: Space, defaults: Mapping[str, Any]
    ) -> str | None:
        """JSON, or ``None`` for the default."""
        default = value == self._default(field, defaults)
        if not self._is_channel(field):
            return None if default else _json(self._kinds[field].dump_python(value, mode="json"))
        ids = {key: kept for key, kept in _by_space(before or "{}").items() if key != space.key}
        if not default:
            ids[space.key] = [channel.id for channel in value] if isinstance(value, tuple) else value.id
        return _json(ids) if ids else None

    def _default(self, field: str, defaults: Mapping[str, Any]) -> Any:
        return defaults.get(field, self.fields[field].default)

    def _is_channel(self, field: str) -> bool:
        return self.fields[field].shape.type is Channel


@lru_cache
def _kinds(model: type[CogSettings]) -> Mapping[str, TypeAdapter[Any]]:
    """How each field's value is written and read back. The same for every engine of a process, and slow to make."""
    return {field: TypeAdapter(cast(Any, one.info.annotation)) for field, one in asked(model).items()}


def unknown(name: str, names: Iterable[str]) -> Words:
    """What to say of a name that nobody knows."""
    names = list(names)
    by_ending = {ending: full for full in names for ending in (full, full.partition(".")[2])}
    near = {by_ending[one]: None for one in get_close_matches(name, [one for one in by_ending if one], n=3, cutoff=0.5)}
    if near:
        return t("There is no setting {name}. Did you mean {names}?", name=name, names=listing(*near))
    sections = dict.fromkeys(full.partition(".")[0] for full in names)
    return t("There is no setting {name}. The sections are {names}.", name=name, names=listing(*sections))


def ambiguous(full: Iterable[str]) -> Words:
    return t("Several settings have this name: {names}. Type the whole name.", names=listing(*full))


def _by_space(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _channels(ids: Any, space: Space) -> Channel | tuple[Channel, ...]:
    return tuple(Channel(space, one) for one in ids) if isinstance(ids, list) else Channel(space, ids)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
