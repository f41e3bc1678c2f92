"""What a message holds beside its own words: shared messages, attachments of apps, blocks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.platforms.slack.reading import read

Payload = Mapping[str, Any]

RICH_TEXT = "rich_text"
SHOWN = ("pretext", "author_name", "title", "text", "footer")
ADDRESSES = ("title_link", "from_url")
"""Parts of an attachment that people see, or come to."""


def quoted(message: Payload) -> tuple[str, ...]:
    """The texts of messages that were shared with it."""
    shared = (it for it in message.get("attachments") or () if _is_shared(it))
    return tuple(read(text) for it in shared if (text := str(it.get("text") or it.get("fallback") or "")))


def embeds(message: Payload) -> tuple[str, ...]:
    """The texts of previews, of what apps attach, and of blocks other than the message's own words."""
    cards = ["\n".join(_attachment(it)) for it in message.get("attachments") or () if not _is_shared(it)]
    own = bool(message.get("text"))
    blocks = [_block(it) for it in message.get("blocks") or () if not (own and it.get("type") == RICH_TEXT)]
    return tuple(read(text) for text in (*cards, *blocks) if text.strip())


def _is_shared(attachment: Payload) -> bool:
    return bool(attachment.get("is_share") or attachment.get("is_msg_unfurl"))


def _attachment(given: Payload) -> Iterator[str]:
    yield from (str(given[part]) for part in SHOWN if given.get(part))
    yield from (f"<{given[part]}>" for part in ADDRESSES if given.get(part))
    for field in given.get("fields") or ():
        yield from (str(field[part]) for part in ("title", "value") if field.get(part))
    yield from filter(None, map(_block, given.get("blocks") or ()))


def _block(block: Payload) -> str:
    return ("" if block.get("type") == RICH_TEXT else "\n").join(_texts(block))


def _texts(part: Any) -> Iterator[str]:
    """Every text of a block, in order."""
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
