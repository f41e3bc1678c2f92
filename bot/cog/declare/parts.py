"""What the decorators of a cog keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.chat.card import Button, Menu, Option, Style
from bot.chat.forms import CommandSpec, FieldSpec, Sheet
from bot.chat.platform import Can
from bot.chat.things import Level
from bot.chat.words import Words
from bot.cog.action import ActionId
from bot.cog.acts import Verdict
from bot.cog.context import Glance, Interaction
from bot.cog.fields import Reader
from bot.cog.terminal import Terminal
from bot.cog.texts import Voice

P = ParamSpec("P")
F = TypeVar("F", bound=BaseModel)
Late = Literal["run", "skip"] | timedelta
Handler = Callable[..., Awaitable[None]]
Asks = Callable[..., Awaitable[tuple[FieldSpec, ...]]]
RunsVerb = Callable[[Terminal, Any], Coroutine[None, None, int]]


class CogSettings(BaseModel):
    """A cog's settings: every field has a default and ``Field(title=…)``. Only deviations are stored."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class FormModel(BaseModel):
    """What a form asks: at most five fields."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Listener:
    name: str
    kind: type[Any]
    fn: Handler


@dataclass(frozen=True, slots=True)
class Guard:
    name: str
    kind: type[Any]
    fn: Callable[[Glance[Any], Any], Verdict | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How what guards read is made: ``read`` here, ``work`` in another process, ``build`` in a thread here."""

    read: Callable[..., Awaitable[Any]]
    work: Callable[[Any], Any] | None
    build: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Command:
    spec: CommandSpec
    fn: Handler
    reader: Reader[BaseModel]


@dataclass(frozen=True, slots=True)
class Action(Generic[P]):
    """A button's handler. ``rules.button(t("Rules"), version=3)`` makes a button that survives restarts."""

    id: ActionId
    fn: Handler
    level: Level

    def button(self, label: Words, *arguments: P.args, **named: P.kwargs) -> Button:
        return Button(label, self.id.of(*arguments, **named))

    def primary(self, label: Words, *arguments: P.args, **named: P.kwargs) -> Button:
        return Button(label, self.id.of(*arguments, **named), style=Style.PRIMARY)

    def danger(self, label: Words, *arguments: P.args, **named: P.kwargs) -> Button:
        return Button(label, self.id.of(*arguments, **named), style=Style.DANGER)


@dataclass(frozen=True, slots=True)
class MenuAction(Generic[P]):
    """A select menu's handler; it is given the chosen values first."""

    id: ActionId
    fn: Handler
    level: Level

    def menu(self, label: Words, options: tuple[Option, ...], *arguments: P.args, **named: P.kwargs) -> Menu:
        return Menu(label, self.id.of(*arguments, **named), options)

    def many(self, label: Words, options: tuple[Option, ...], *arguments: P.args, **named: P.kwargs) -> Menu:
        return Menu(label, self.id.of(*arguments, **named), options, most=len(options))


@dataclass(frozen=True, slots=True)
class Form(Generic[F]):
    """A form's handler. Open it with ``ctx.ask(form, argument, title=…)``.

    ``asks`` gives the fields of a form that is not a model's: they depend on who asks and on the arguments.
    """

    id: ActionId
    fn: Handler
    reader: Reader[F]
    title: Words
    submit: Words
    level: Level
    asks: Asks | None = None

    async def sheet(
        self, ctx: Interaction[Any], *arguments: object, title: Words = "", values: Mapping[str, str]
    ) -> Sheet:
        return await self.sheet_for(ctx, self.id.of(*arguments), title=title, values=values)

    async def sheet_for(
        self, ctx: Interaction[Any], action: str, *, title: Words = "", values: Mapping[str, str]
    ) -> Sheet:
        """The form as ``ctx.member`` sees it. Raises ``Stale`` for an action that does not fit."""
        specs = await self.asks(ctx, **self.id.read(action)) if self.asks else self.reader.specs
        fields = tuple(spoken_spec(spec, ctx.voice) for spec in specs)
        return Sheet(action, ctx.voice.text(title or self.title), fields, ctx.voice.text(self.submit), values)


@dataclass(frozen=True, slots=True)
class Job:
    """Runs once at its moment. ``late`` says what to do when that moment passed while the bot was away."""

    name: str
    fn: Handler
    late: Late
    reader: Reader[BaseModel]


@dataclass(frozen=True, slots=True)
class Every:
    """Runs at the occurrences of a schedule (a cron expression in the community's zone); ``None`` is never."""

    name: str
    fn: Handler
    schedule: Callable[[Any], str | None]
    late: Late


@dataclass(frozen=True, slots=True)
class Use:
    """What a cog does with a power, what becomes of it where that is missing, and under which settings it matters."""

    power: Can
    to: Words
    instead: Words
    when: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Verb:
    """A command-line verb: ``prepare`` adds its options to an argparse parser, ``run`` gives the exit code."""

    name: str
    help: str
    prepare: Callable[[Any], None]
    run: RunsVerb


@dataclass(frozen=True, slots=True)
class Page:
    """A page at ``/<cog><path>`` for those who have the level; ``fn`` gives the bytes and their media type."""

    path: str
    level: Level
    fn: Callable[..., Awaitable[tuple[bytes, str]]]


def spoken_spec(spec: FieldSpec, voice: Voice) -> FieldSpec:
    """A field's words in one language."""
    choices = tuple(replace(choice, label=voice.text(choice.label)) for choice in spec.choices)
    return replace(spec, label=voice.text(spec.label), hint=voice.text(spec.hint), choices=choices)
