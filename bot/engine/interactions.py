"""Commands, buttons, menus and forms: read what was typed, check who asks, run, and always answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from bot.chat.card import Card, Tone
from bot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, Interacted
from bot.chat.forms import Sheet
from bot.chat.platform import Finishing, PlatformError, TooLate
from bot.chat.text import Md
from bot.chat.things import Level
from bot.chat.words import Words
from bot.cog.action import Stale
from bot.cog.context import Askable, Interaction
from bot.cog.declare import Cog, CogSettings, Form, MenuAction
from bot.cog.fields import Invalid, Reader
from bot.cog.texts import lines, localise, t
from bot.engine.loader import Registry
from bot.engine.models import Draft
from bot.engine.session import StorageError

if TYPE_CHECKING:
    from bot.engine.host import Engine

Kind = TypeVar("Kind", bound=Interaction[Any])

LEVELS: dict[Level, Words] = {
    Level.HELPER: t("This is for the community's helpers and moderators."),
    Level.MODERATOR: t("This is for the community's moderators."),
    Level.ADMIN: t("This is for the community's administrators."),
}


class Interactions:
    """Answers people who wait for an answer."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self.engine = engine
        self.registry = registry

    async def answer(self, event: Interacted) -> None:
        """Never raises: what fails is traced, and whoever waits is told."""
        try:
            match event:
                case CommandUsed():
                    await self._command(event)
                case ButtonPressed():
                    await self._button(event)
                case FormSubmitted():
                    await self._form(event)
        except TooLate as error:
            self.engine.trace.warned("answer", _called(event), str(error))
        except Exception as error:
            self.engine.trace.failed(_called(event), error)
            await self._apologise(event, UNSTORED if isinstance(error, StorageError) else BROKEN)
        await self._finish(event)

    async def _finish(self, event: Interacted) -> None:
        """Whoever asked was told all there is."""
        if isinstance(event.responder, Finishing):
            try:
                await event.responder.done()
            except TooLate as error:
                self.engine.figures.overdue(event.space.platform)
                self.engine.trace.warned("late", _called(event), str(error))
            except PlatformError as error:
                self.engine.trace.add("answer", "left open", str(error))

    async def _apologise(self, event: Interacted, words: Words) -> None:
        voice = self.engine.voice(self.engine.community(event.space), event.member.language)
        try:
            await event.responder.reply(localise(Card(words, tone=Tone.WARNING), voice), private=True)
        except PlatformError as error:
            self.engine.trace.warned("answer", "not given", str(error))
        except Exception as error:
            self.engine.trace.failed("answer", error)

    async def open(self, ctx: Interaction[Any], sheet: Sheet) -> None:
        """Open a form. Where the platform waits no more for it, a button opens it."""
        try:
            await ctx.responder.ask(sheet)
        except TooLate:
            draft = await self._keep(ctx, sheet.action, sheet.values)
            opens = self.engine.retry(t("Open the form"), draft)
            await self._reply(ctx, Card(t("A few answers are needed."), buttons=(opens,)))

    async def _command(self, event: CommandUsed) -> None:
        owned = self.registry.commands.get(event.path)
        if owned is None:
            await self._say(event, t("There is no command /{path}. See /help.", path=event.path))
            return
        command = owned.item
        event.responder.private = command.spec.private
        ctx = await self._context(Askable, owned.cog, event, f"/{event.path}")

        async def run() -> None:
            options = await command.reader.read(event.options, self.engine.place_of(ctx))
            await command.fn(ctx, **{name: getattr(options, name) for name in command.reader.fields})

        await self._guarded(ctx, command.spec.level, ("command", f"/{event.path}"), run, command.reader)

    async def _button(self, event: ButtonPressed) -> None:
        owned = self.registry.actions.get(event.action.split(":")[0])
        if owned is None:
            await self._too_old(event)
            return
        action = owned.item
        event.responder.private = True
        ctx = await self._context(Askable, owned.cog, event, action.id.name)
        ctx.ref = event.ref

        async def run() -> None:
            arguments = action.id.read(event.action)
            if isinstance(action, MenuAction):
                await action.fn(ctx, event.values, **arguments)
            else:
                await action.fn(ctx, **arguments)

        await self._guarded(ctx, action.level, ("button", action.id.name), run, None)

    async def _form(self, event: FormSubmitted) -> None:
        owned = self.registry.forms.get(event.action.split(":")[0])
        if owned is None:
            await self._too_old(event)
            return
        form: Form[Any] = owned.item
        event.responder.private = True
        ctx = await self._context(Interaction, owned.cog, event, form.id.name)

        async def run() -> None:
            arguments = form.id.read(event.action)
            try:
                values = await form.reader.read(event.values, self.engine.place_of(ctx))
                await form.fn(ctx, values, **arguments)
            except Invalid as invalid:
                await self._refuse(ctx, form, event, invalid)

        await self._guarded(ctx, form.level, ("form", form.id.name), run, None)

    async def _context(self, kind: type[Kind], cog: Cog[Any], event: Interacted, what: str) -> Kind:
        ctx = self.engine.context(kind, cog, event.space, cause=f"{event.space.key}/{event.id}/{what}")
        ctx.member, ctx.channel, ctx.responder = event.member, event.channel, event.responder
        ctx.person = await self.engine.people.person_of(event.member, ctx.community.id)
        ctx.voice = self.engine.voice(ctx.community, event.member.language)
        return ctx

    async def _guarded(
        self,
        ctx: Interaction[CogSettings],
        level: Level,
        named: tuple[str, str],
        run: Callable[[], Awaitable[None]],
        reader: Reader[Any] | None,
    ) -> None:
        kind, what = named
        if ctx.member.level < level:
            self.engine.trace.add(kind, what, "refused: level")
            await self._reply(ctx, LEVELS[level])
            return
        try:
            await self.engine.tell_why(kind, what, f"{ctx.member.name} → {what}", run)
        except Invalid as invalid:
            await self._reply(ctx, problems_card(invalid, reader))
        except Stale:
            await self._reply(ctx, OLD)

    async def _reply(self, ctx: Interaction[CogSettings], words: Card | Words) -> None:
        await ctx.reply(words, private=True)

    async def _say(self, event: Interacted, words: Words) -> None:
        ctx = await self._context(Interaction, NOBODY, event, "answer")
        await self._reply(ctx, words)

    async def _too_old(self, event: Interacted) -> None:
        await self._say(event, OLD)

    async def _refuse(self, ctx: Interaction[Any], form: Form[Any], event: FormSubmitted, invalid: Invalid) -> None:
        """Show the form again with what is wrong beside each field, and everything typed still there."""
        sheet = await form.sheet_for(ctx, event.action, values=event.values)
        problems = {name: ctx.voice.text(words) for name, words in invalid.problems.items()}
        if await ctx.responder.refuse(problems, sheet):
            return
        draft = await self._keep(ctx, event.action, event.values)
        card, again = problems_card(invalid, form.reader), self.engine.retry(t("Correct what I typed"), draft)
        await self._reply(ctx, Card(card.text, card.title, tone=card.tone, buttons=(again,)))

    async def _keep(self, ctx: Interaction[Any], action: str, values: Mapping[str, str]) -> str:
        id = f"{ctx.random.getrandbits(64):016x}"
        async with ctx.db() as db:
            db.add(
                Draft(
                    id=id,
                    community=ctx.community.id,
                    action=action,
                    values=json.dumps(dict(values)),
                    person=ctx.person,
                    created_at=ctx.now,
                )
            )
        return id


def _called(event: Interacted) -> str:
    match event:
        case CommandUsed():
            return f"/{event.path}"
        case ButtonPressed() | FormSubmitted():
            return event.action.split(":")[0]
    return type(event).__name__


NOBODY = Cog("relais", CogSettings)
UNSTORED = t(
    "Relais cannot write to its database right now, so nothing was stored."
    " Please tell an administrator, then try again."
)
OLD = t("This button is too old to work. Nothing happened; use the command again.")
BROKEN = t("Something went wrong on our side. Nothing you typed elsewhere is lost; please try again in a moment.")


def problems_card(invalid: Invalid, reader: Reader[Any] | None) -> Card:
    """What is wrong, field by field, for somebody who typed a command."""

    def line(name: str, words: Words) -> Words:
        if not name:
            return words
        title = reader.fields[name].title if reader and name in reader.fields else name
        return t("{field}: {problem}", field=_bold(title), problem=words)

    said = lines(*(line(name, words) for name, words in invalid.problems.items()))
    return Card(said, t("Nothing was done"), tone=Tone.WARNING)


def _bold(words: Words) -> Words:
    return t("**{words}**", words=words) if not isinstance(words, Md) else words
