"""What a message holds beside its own words: what it forwards, its embeds, its poll, its files. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.chat.events import Attachment
from bot.platforms.discord.reading import Name, read

Payload = Mapping[str, Any]

TEXT = 10
"""The kind of a component that is text."""


def attachments(payload: Payload) -> tuple[Attachment, ...]:
    """The files of a message and of what it forwards."""
    files = [*payload.get("attachments", ()), *(file for it in _forwarded(payload) for file in it["attachments"])]
    return tuple(map(_attachment, files))


def _attachment(file: Payload) -> Attachment:
    kind, size = str(file.get("content_type") or ""), int(file.get("size") or 0)
    return Attachment(str(file["url"]), str(file.get("filename") or ""), kind.partition(";")[0], size)


def quoted(payload: Payload, role: Name) -> tuple[str, ...]:
    """The texts of forwarded messages."""
    return tuple(read(str(it["content"]), role) for it in _forwarded(payload) if it.get("content"))


def _forwarded(payload: Payload) -> list[Payload]:
    return [{"attachments": (), **it["message"]} for it in payload.get("message_snapshots") or ()]


def embeds(payload: Payload, role: Name) -> tuple[str, ...]:
    """The texts of a message's embeds, poll and components, and of those that it forwards."""
    texts = [text for it in (payload, *_forwarded(payload)) for text in _shown(it)]
    return tuple(read(text, role) for text in texts if text)


def _shown(payload: Payload) -> Iterator[str]:
    for embed in payload.get("embeds") or ():
        yield "\n".join(_embed(embed))
    if poll := payload.get("poll"):
        answers = (it.get("poll_media") or {} for it in poll.get("answers") or ())
        asked = [poll.get("question") or {}, *answers]
        yield "\n".join(str(it["text"]) for it in asked if it.get("text"))
    yield "\n".join(_texts(payload.get("components") or ()))


def _embed(embed: Payload) -> Iterator[str]:
    fields = embed.get("fields") or ()
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    said = [author.get("name"), embed.get("title"), embed.get("description")]
    said += [text for field in fields for text in (field.get("name"), field.get("value"))]
    yield from (str(text) for text in (*said, footer.get("text"), embed.get("url"), author.get("url")) if text)


def _texts(components: Any) -> Iterator[str]:
    for one in components:
        if one.get("type") == TEXT and one.get("content"):
            yield str(one["content"])
        yield from _texts(one.get("components") or ())
