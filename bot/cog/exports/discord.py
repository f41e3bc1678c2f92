"""What DiscordChatExporter writes with ``--format Json``: one file for each channel or thread, perhaps in parts.

Its format: Tyrrrz/DiscordChatExporter, ``Exporting/JsonMessageWriter.cs``. A thread's ``categoryId`` is the channel it
hangs from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cog.exports.said import (
    Arrived,
    Event,
    ExportError,
    Said,
    iso,
    name_of,
    part,
    parts,
    words,
)
from bot.cog.exports.stream import JsonStream, wrong_message
from bot.cog.texts import t

_SPOKEN = frozenset({"Default", "Reply", "ChatInputCommand", "ContextMenuCommand", "ThreadStarterMessage"})
_JOINED = "GuildMemberJoin"
_PRIVATE = "Direct"
_MENTION = re.compile(r"<(?P<kind>@!?|a?:(?P<emoji>\w{1,32}):)(?P<id>[0-9]{1,20})>")


def guild_of(stream: JsonStream) -> Mapping[str, Any]:
    """The server that a file comes from, and ``messages`` when it has some. Reads no message."""
    found: dict[str, Any] = {}
    for key in stream.fields():
        if key == "messages":
            return {**found, "messages": True}
        value = stream.value()
        if key in ("guild", "channel") and isinstance(value, Mapping):
            found[key] = value
    return found


def read(stream: JsonStream) -> Iterator[Event]:
    """What was said in one file. Raises ``ExportError``."""
    channel: Mapping[str, Any] = {}
    complete = False
    for key in stream.fields():
        if key == "messages":
            if str(channel.get("type", "")).startswith(_PRIVATE):
                raise ExportError(
                    t("{file} is a private conversation. Export the channels of a server.", file=stream.name)
                )
            if stream.kind() != "[":
                raise stream.broken()
            yield from _messages(stream, channel)
            complete = True
        else:
            value = stream.value()
            channel = value if key == "channel" and isinstance(value, Mapping) else channel
    if not complete:
        raise not_one(stream.name)


def not_one(name: str) -> ExportError:
    return ExportError(
        t(
            "{file} is neither a Slack export nor a JSON file of DiscordChatExporter. Give a Slack export (zip or"
            " folder), or export from Discord with --format Json.",
            file=name,
        )
    )


def _messages(stream: JsonStream, channel: Mapping[str, Any]) -> Iterator[Event]:
    is_thread = "Thread" in words(channel.get("type"))
    place = {
        "channel": name_of(channel, "id", "name"),
        "channel_name": name_of(channel, "name"),
        "thread": name_of(channel, "categoryId") if is_thread else "",
    }
    for message in stream.items():
        if not isinstance(message, Mapping):
            raise wrong_message(stream, t("is no message"))
        if (event := _event(stream, message, place)) is not None:
            yield event


def _event(stream: JsonStream, message: Mapping[str, Any], place: Mapping[str, str]) -> Event | None:
    id = name_of(message, "id")
    moment = iso(message.get("timestamp"))
    if not id:
        raise wrong_message(stream, t("has no id"))
    if moment is None:
        raise wrong_message(stream, t("has no believable date"))
    author = part(message, "author")
    who: dict[str, Any] = {"author": name_of(author, "id"), "author_name": name_of(author, "nickname", "name")}
    kind = words(message.get("type")) or "Default"
    if kind == _JOINED:
        return Arrived(at=moment, **who)
    if kind not in _SPOKEN:
        return None
    forwarded = part(message, "forwardedMessage")
    reference = part(message, "reference")
    return Said(
        id=id,
        at=moment,
        **place,
        **who,
        is_bot=author.get("isBot") is True,
        text=_text(message),
        edited_at=iso(message.get("timestampEdited")),
        reply_to=name_of(reference, "messageId") if not forwarded else "",
        mentions=tuple(name_of(one, "id") for one in parts(message, "mentions")),
        roles=tuple(name for role in parts(author, "roles") if (name := name_of(role, "name"))),
        attachments=tuple(name_of(one, "fileName") for one in parts(message, "attachments")),
        quoted=(*_shown(message), *_forwarded(forwarded)),
    )


def _text(message: Mapping[str, Any]) -> str:
    """The content, with the names of those it mentions where the exporter left their ids."""
    text = words(message.get("content"))
    if "<" not in text:
        return text
    names = {name_of(one, "id"): name_of(one, "nickname", "name") for one in parts(message, "mentions")}

    def shown(found: re.Match[str]) -> str:
        return f":{found['emoji']}:" if found["emoji"] else f"@{names.get(found['id']) or found['id']}"

    return _MENTION.sub(shown, text)


def _shown(message: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a message's embeds and stickers."""
    for embed in parts(message, "embeds"):
        pieces = [words(embed.get(key)) for key in ("title", "description", "url")]
        pieces += [words(one.get(key)) for one in parts(embed, "fields") for key in ("name", "value")]
        pieces.append(words(part(embed, "footer").get("text")))
        if said := "\n".join(filter(None, pieces)):
            yield said
    for sticker in parts(message, "stickers"):
        yield name_of(sticker, "name")


def _forwarded(message: Mapping[str, Any]) -> Iterator[str]:
    if message:
        yield words(message.get("content"))
        yield from _shown(message)


__all__ = ["guild_of", "not_one", "read"]
