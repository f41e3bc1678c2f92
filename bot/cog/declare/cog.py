"""Declaring a cog: typed functions and decorators; no base class, no state.

    cog = Cog("polls", Settings, title="Polls")

    @cog.on(MemberJoined)
    async def greet(ctx: Context[Settings], event: MemberJoined) -> None: ...

What a decorator returns is the function itself, or for buttons, menus and forms the thing that makes them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from pydantic import BaseModel

from bot.chat.events import Event
from bot.chat.forms import MAX_FORM_FIELDS, CommandSpec, FieldSpec
from bot.chat.platform import Can
from bot.chat.things import Level
from bot.chat.words import Phrase, Words
from bot.cog.action import ActionId
from bot.cog.acts import Act, Verdict
from bot.cog.context import Askable, Context, Glance, Interaction
from bot.cog.declare.parts import (
    Action,
    Asks,
    CogSettings,
    Command,
    Every,
    Form,
    Guard,
    Handler,
    Job,
    Late,
    Listener,
    MenuAction,
    Page,
    RunsVerb,
    Snapshot,
    Use,
    Verb,
)
from bot.cog.facts import Fact
from bot.cog.fields import AsTyped, Reader, of_function, of_model
from bot.cog.texts import t

P = ParamSpec("P")
S = TypeVar("S", bound=CogSettings)
E = TypeVar("E", bound=Event | Fact)
F = TypeVar("F", bound=BaseModel)


@dataclass(eq=False)
class Cog(Generic[S]):
    """One feature, and everything it declares. ``title`` is its name for people."""

    name: str
    settings: type[S] = CogSettings  # type: ignore[assignment]
    title: str = ""
    listeners: list[Listener] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    actions: dict[str, Action[Any] | MenuAction[Any]] = field(default_factory=dict)
    forms: dict[str, Form[Any]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    schedules: list[Every] = field(default_factory=list)
    verbs: list[Verb] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    powers: list[Use] = field(default_factory=list)
    ahead: Snapshot | None = None
    decided: Handler | None = None

    @property
    def words(self) -> Words:
        return Phrase(self.title) if self.title else self.name.capitalize()

    def on(
        self, kind: type[E]
    ) -> Callable[[Callable[[Context[S], E], Awaitable[None]]], Callable[[Context[S], E], Awaitable[None]]]:
        """Listen to an event of the platform, or to a fact told by another cog."""

        def keep(fn: Callable[[Context[S], E], Awaitable[None]]) -> Callable[[Context[S], E], Awaitable[None]]:
            self.listeners.append(Listener(self._named(fn), kind, fn))
            return fn

        return keep

    def guard(
        self, kind: type[E]
    ) -> Callable[[Callable[[Glance[S], E], Verdict | None]], Callable[[Glance[S], E], Verdict | None]]:
        """Look at an event before anybody else; synchronous, without input or output."""

        def keep(fn: Callable[[Glance[S], E], Verdict | None]) -> Callable[[Glance[S], E], Verdict | None]:
            self.guards.append(Guard(self._named(fn), kind, fn))
            return fn

        return keep

    def verdict(
        self, fn: Callable[[Context[S], Any, Verdict], Awaitable[None]]
    ) -> Callable[[Context[S], Any, Verdict], Awaitable[None]]:
        """What this cog does about a verdict of its guards, after the verdict's own acts.

        It runs in the queue of the member concerned. An event heard again after a kill comes here again, with the same
        ``ctx.cause``.
        """
        self.decided = fn
        return fn

    def snapshot(
        self, *, work: Callable[[Any], Any] | None = None, build: Callable[[Any], Any] | None = None
    ) -> Callable[[Callable[[Context[S]], Awaitable[Any]]], Callable[[Context[S]], Awaitable[Any]]]:
        """What guards find in ``ctx.snapshot``: made ahead for each space, again when the cog's settings change, and
        when it asks by ``ctx.refresh()`` because its tables did.

        The function reads settings and tables. ``work``, a function of a module, does the heavy part in another
        process: what it is given and gives can be pickled. ``build`` makes of that, in a thread, what cannot travel.
        Of ``None`` nothing is made.
        """

        def keep(fn: Callable[[Context[S]], Awaitable[Any]]) -> Callable[[Context[S]], Awaitable[Any]]:
            self.ahead = Snapshot(fn, work, build)
            return fn

        return keep

    def command(
        self, path: str, *, level: Level = Level.EVERYONE, private: bool = True
    ) -> Callable[
        [Callable[Concatenate[Askable[S], P], Awaitable[None]]], Callable[Concatenate[Askable[S], P], Awaitable[None]]
    ]:
        """A slash command of one to three words; the docstring's first line is its help."""

        def keep(
            fn: Callable[Concatenate[Askable[S], P], Awaitable[None]],
        ) -> Callable[Concatenate[Askable[S], P], Awaitable[None]]:
            reader = of_function(fn, 1)
            spec = CommandSpec(path, Phrase(first_line(fn, f"/{path}")), reader.specs, level, private, self.name)
            self.commands.append(Command(spec, fn, reader))
            return fn

        return keep

    def button(
        self, *, level: Level = Level.EVERYONE
    ) -> Callable[[Callable[Concatenate[Askable[S], P], Awaitable[None]]], Action[P]]:
        """What a button does. The level is checked when it is pressed."""

        def keep(fn: Callable[Concatenate[Askable[S], P], Awaitable[None]]) -> Action[P]:
            action: Action[P] = Action(ActionId.of_function(self._named(fn), fn, 1), fn, level)
            self.actions[action.id.name] = action
            return action

        return keep

    def menu(
        self, *, level: Level = Level.EVERYONE
    ) -> Callable[[Callable[Concatenate[Askable[S], tuple[str, ...], P], Awaitable[None]]], MenuAction[P]]:
        """What a select menu does; the handler's first argument is what was chosen."""

        def keep(fn: Callable[Concatenate[Askable[S], tuple[str, ...], P], Awaitable[None]]) -> MenuAction[P]:
            action: MenuAction[P] = MenuAction(ActionId.of_function(self._named(fn), fn, 2), fn, level)
            self.actions[action.id.name] = action
            return action

        return keep

    def form(
        self, model: type[F], *, title: Words = "", submit: Words = "", level: Level = Level.EVERYONE
    ) -> Callable[[Callable[Concatenate[Interaction[S], F, P], Awaitable[None]]], Form[F]]:
        """What a form does once its values are read and checked. Raise ``Invalid`` to show it again."""

        def keep(fn: Callable[Concatenate[Interaction[S], F, P], Awaitable[None]]) -> Form[F]:
            reader = of_model(model)
            if len(reader.fields) > MAX_FORM_FIELDS:
                raise TypeError(f"{model.__name__}: a form has at most {MAX_FORM_FIELDS} fields")
            return self._form(fn, reader, title, submit, level)

        return keep

    def open_form(
        self,
        asks: Callable[Concatenate[Interaction[S], P], Awaitable[tuple[FieldSpec, ...]]],
        *,
        title: Words = "",
        submit: Words = "",
        level: Level = Level.EVERYONE,
    ) -> Callable[[Callable[Concatenate[Interaction[S], Mapping[str, str], P], Awaitable[None]]], Form[Any]]:
        """A form whose fields are known only when it opens: ``asks`` gives at most five, from the same arguments.

        The handler is given what was typed, by field name, and reads it itself.
        """

        def keep(fn: Callable[Concatenate[Interaction[S], Mapping[str, str], P], Awaitable[None]]) -> Form[Any]:
            return self._form(fn, AsTyped(), title, submit, level, asks)

        return keep

    def _form(
        self, fn: Handler, reader: Reader[F], title: Words, submit: Words, level: Level, asks: Asks | None = None
    ) -> Form[F]:
        name = self._named(fn)
        action = ActionId.of_function(name, fn, 2)
        self.forms[name] = form = Form(action, fn, reader, title or self.words, submit or t("Send"), level, asks)
        return form

    def job(self, *, late: Late = "run") -> Callable[[Handler], Handler]:
        def keep(fn: Handler) -> Handler:
            name = self._named(fn)
            self.jobs[name] = Job(name, fn, late, of_function(fn, 1))
            return fn

        return keep

    def every(
        self, schedule: Callable[[S], str | None], *, late: Late = "skip"
    ) -> Callable[[Callable[[Context[S]], Awaitable[None]]], Callable[[Context[S]], Awaitable[None]]]:
        def keep(fn: Callable[[Context[S]], Awaitable[None]]) -> Callable[[Context[S]], Awaitable[None]]:
            self.schedules.append(Every(self._named(fn), fn, schedule, late))
            return fn

        return keep

    def verb(self, name: str, prepare: Callable[[Any], None] = lambda parser: None) -> Callable[[RunsVerb], RunsVerb]:
        """A verb of the ``relais`` command line; the docstring's first line is its help.

        It is given a ``Terminal`` and the arguments.
        """

        def keep(run: RunsVerb) -> RunsVerb:
            self.verbs.append(Verb(name, first_line(run, f"relais {name}"), prepare, run))
            return run

        return keep

    def page(
        self, path: str, *, level: Level = Level.EVERYONE
    ) -> Callable[
        [Callable[[Context[S], Mapping[str, str]], Awaitable[tuple[bytes, str]]]],
        Callable[[Context[S], Mapping[str, str]], Awaitable[tuple[bytes, str]]],
    ]:
        """A page, feed or picture at ``/<cog><path>``: given the query, gives bytes and their media type."""

        def keep(
            fn: Callable[[Context[S], Mapping[str, str]], Awaitable[tuple[bytes, str]]],
        ) -> Callable[[Context[S], Mapping[str, str]], Awaitable[tuple[bytes, str]]]:
            self.pages.append(Page(path, level, fn))
            return fn

        return keep

    def uses(
        self, power: Can, to: Words, *, instead: Words = Act.instead, when: Callable[[S], bool] = lambda settings: True
    ) -> None:
        """Say what a power serves for, so that who sets Relais up reads what happens on each platform.

            cog.uses(Can.TIMEOUT, t("silences who floods a channel"), when=lambda settings: settings.flood)

        ``instead`` is what is done without it; by default what ``ctx.act`` does. ``when`` tells from the settings
        whether the feature is on.
        """
        self.powers.append(Use(power, to, instead, when))

    def _named(self, fn: Callable[..., Any]) -> str:
        return f"{self.name}.{fn.__name__}"


def first_line(fn: Callable[..., Any], what: str) -> str:
    lines = (inspect.getdoc(fn) or "").splitlines()
    if not lines:
        raise TypeError(f"{what} has no docstring: its first line is the help")
    return lines[0]
