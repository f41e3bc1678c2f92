"""Interactions on their way to Relais: each with who asked, where, what exactly, and how to answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import discord

from bot.chat.card import Card, Tone
from bot.chat.events import ButtonPressed, CommandUsed, Event, FormSubmitted
from bot.chat.forms import MAX_UPLOAD, CommandSpec, Kind, Upload
from bot.chat.platform import PlatformError
from bot.chat.things import Channel, Member, Space
from bot.chat.words import Phrase, Words
from bot.platforms.discord import asked
from bot.platforms.discord.components import untagged
from bot.platforms.discord.gateway import Payload
from bot.platforms.discord.hearing import Hearing
from bot.platforms.discord.markup import SNOWFLAKE
from bot.platforms.discord.modal import Form, typed
from bot.platforms.discord.responder import Answer, Asked, Where
from bot.platforms.discord.suggest import suggestions
from bot.platforms.discord.town import Town
from bot.platforms.discord.translate import born, language_of, member

log = logging.getLogger("relais.discord")

EMBED_LINKS = discord.Permissions(embed_links=True).value
ANSWERED = frozenset(kind.value for kind in Asked)


class Answering(Hearing):
    """Turns interactions into events."""

    _specs: Mapping[str, CommandSpec]

    def asked(self, payload: Payload) -> None:
        if payload["type"] not in ANSWERED:
            return
        guild = str(payload.get("guild_id") or "")
        action, carried = untagged(str((payload.get("data") or {}).get("custom_id") or ""))
        if guild:
            self._ask(payload, self.town_of(guild), action, direct=False)
        else:
            self.tasks.spawn(self._ask_directly(payload, action, carried))

    async def _ask_directly(self, payload: Payload, action: str, carried: str) -> None:
        """In a private conversation Discord tells no guild: the component does, or the first one they share.

        Who left a server, or was banned, may still answer what they were written in its name.
        """
        user = payload["user"]
        for town in self.towns():
            if carried not in ("", town.space.id):
                continue
            who = await self.try_member(town.space, str(user["id"]))
            if who is None and carried:
                name = str(user.get("global_name") or user["username"])
                who = Member(town.space, str(user["id"]), name, language=language_of(payload.get("locale")))
            if who is not None:
                self._ask({**payload, "known": who}, town, action, direct=True)
                return
        log.warning("somebody pressed a button of a server where the bot is no more")

    def _ask(self, payload: Payload, town: Town, action: str, *, direct: bool) -> None:
        language = language_of(payload.get("locale")) or "en"
        say = partial(self._say, language=language)
        where = self._where(town, payload, direct=direct)
        kind = Asked(payload["type"])
        form = Form(say, partial(self._id_of, town.space))
        spec = self._specs.get(asked.used(payload["data"])[0]) if kind in (Asked.COMMAND, Asked.SUGGESTION) else None
        private, spell = spec.private if spec else True, partial(self.offered.card, language=language)
        answer = Answer(self.rest, self.tasks.spawn, payload, where, form, private=private, spell=spell)
        if kind is Asked.SUGGESTION:
            self.tasks.spawn(self._suggest(answer, spec, payload["data"], language))
            return
        who = self._who(town, payload)
        event = self._event(kind, town, payload, who, action, answer)
        if isinstance(event, CommandUsed) and any(isinstance(one, Mapping) for one in event.options.values()):
            self.tasks.spawn(self._with_files(event, answer, say(Phrase("A file has at most 1 MB."))))
        else:
            self.feed.put(event, urgent=True)

    def _say(self, words: Words, language: str) -> str:
        return self.hub.say(words, language)

    def _id_of(self, space: Space, kind: Kind, text: str) -> str | None:
        """The id that stands for a name in a form: of a channel, or of a member met lately."""
        bare = text.strip().strip("<>").lstrip("@#!").casefold()
        if not bare:
            return None
        town = self.seen(space.id)
        known: Sequence[Channel | Member] = ()
        if kind is Kind.CHANNEL:
            known = town.channels() if town else ()
        elif kind is Kind.MEMBER:
            known = [one for _, one in self._members.values() if one.space == space]
        ids = [one.id for one in known if bare in (one.id, one.name.casefold())]
        return ids[0] if ids else bare if SNOWFLAKE.fullmatch(bare) else None

    def _where(self, town: Town, payload: Payload, *, direct: bool) -> Where:
        channel, thread = asked.place(town, payload)
        held = payload.get("app_permissions")
        user = payload.get("user") or payload["member"]["user"]
        return Where(str(user["id"]), channel, thread, direct, direct or held is None or bool(int(held) & EMBED_LINKS))

    def _who(self, town: Town, payload: Payload) -> Member:
        if isinstance(known := payload.get("known"), Member):
            return _speaking(known, payload)
        given = payload["member"]
        return self.note(member(town, given, locale=payload.get("locale")))

    def _event(
        self, kind: Asked, town: Town, payload: Payload, who: Member, action: str, answer: Answer
    ) -> CommandUsed | ButtonPressed | FormSubmitted:
        id, data, where = str(payload["id"]), payload["data"], answer.where
        common: dict[str, Any] = {"space": town.space, "id": id, "at": born(id), "member": who}
        common |= {"channel": where.channel, "responder": answer}
        if kind is Asked.COMMAND:
            path, options = asked.used(data)
            spec = self._specs.get(path)
            given = asked.understood(town, data, options)
            return CommandUsed(**common, path=spec.path if spec else path, options=given)
        if kind is Asked.FORM:
            return FormSubmitted(**common, action=action, values=typed(data.get("components") or ()))
        ref = asked.pressed_on(payload, where.channel, where.thread)
        values = tuple(str(value) for value in data.get("values") or ())
        return ButtonPressed(**common, action=action, ref=ref, values=values)

    async def _with_files(self, event: CommandUsed, answer: Answer, too_large: str) -> None:
        """Read the files handed in, then go on; one that is too large is refused at once."""
        options = dict(event.options)
        try:
            for name, given in event.options.items():
                if isinstance(given, Mapping):
                    options[name] = await self._upload(given)
        except PlatformError as error:
            log.info("a file was not taken: %s", error)
            await answer.reply(Card(too_large, tone=Tone.WARNING), private=True)
            return
        self.feed.put(_with_options(event, options), urgent=True)

    async def _upload(self, given: Mapping[str, Any]) -> Upload:
        if int(given.get("size") or 0) > MAX_UPLOAD:
            raise PlatformError("the file is too large")
        data = await self.rest.download(str(given["url"]), MAX_UPLOAD)
        return Upload(str(given.get("filename") or "file"), data)

    async def _suggest(self, answer: Answer, spec: CommandSpec | None, data: Payload, language: str) -> None:
        name, text = asked.focused(asked.used(data)[1])
        field = next((one for one in (spec.options if spec else ()) if one.name == name), None)
        say = partial(self._say, language=language)
        await answer.suggest(suggestions(field, text, language, say) if field else [])


def _speaking(who: Member, payload: Payload) -> Member:
    """The same member, with the language that their Discord is set to."""
    return replace(who, language=language_of(payload.get("locale")))


def _with_options(event: CommandUsed, options: Mapping[str, object]) -> Event:
    return replace(event, options=options)
