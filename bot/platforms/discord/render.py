"""Cards as Discord messages.

A card that is words alone is an ordinary message. One with a title, fields, a footer or a tone, and one too long for a
message, is an embed: it holds every part at its place, and ordinary components stand below it. (Components V2 would
forbid ``content`` and embeds for the whole life of a message, and give 4000 characters for everything.) Where the bot
may not embed links, Discord would drop an embed without a word: there, everything is an ordinary message.

Mentions inside an embed notify nobody: those whom a card pings are named in ``content`` above it. Too long a text is
cut between words; nothing is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from discord import File
from discord.http import MultipartParameters

from bot.chat.card import Card, Tone
from bot.chat.platform import PlatformError
from bot.chat.text import Md, escape, link
from bot.chat.words import Words
from bot.platforms.discord import limits
from bot.platforms.discord.components import NAMELESS, long_links, rows
from bot.platforms.discord.limits import cut, size
from bot.platforms.discord.markup import SNOWFLAKE, fit, fit_plain

COLOURS = {Tone.NEUTRAL: 0x5865F2, Tone.GOOD: 0x2E8B57, Tone.WARNING: 0xE0A30B, Tone.GRAVE: 0xC0392B}
BLANK = "\u200b"
"""Stands where a field may not be empty."""

CAPS = (limits.FIELD_VALUE, 512, 256, 128, 64)
"""How long a field's value may be, tried until the text beside the fields has room."""
TEXT_SHARE = 2000
"""What fields leave to the text before they are cut themselves."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request: its JSON, and the files that go beside it."""

    payload: dict[str, Any]
    files: tuple[Attached, ...] = ()

    def params(self) -> MultipartParameters:
        """As the library sends it."""
        files = [File(BytesIO(one.data), filename=one.name) for one in self.files]
        if not files:
            return MultipartParameters(self.payload, None, None)
        parts: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(self.payload)}]
        parts += [
            {
                "name": f"files[{index}]",
                "value": file.fp,
                "filename": file.filename,
                "content_type": "application/octet-stream",
            }
            for index, file in enumerate(files)
        ]
        return MultipartParameters(None, parts, files)

    def adding(self, **more: Any) -> Parcel:
        return replace(self, payload=self.payload | more)

    def wrapped(self, kind: int, flags: int) -> Parcel:
        """The same as the answer to an interaction."""
        data = self.payload | ({"flags": flags} if flags else {})
        return replace(self, payload={"type": kind, "data": data})


def render(card: Card, *, embeds: bool = True, guild: str = "") -> Parcel:
    """A card as a whole message: an edit with it leaves nothing of the one before.

    ``guild`` is given in private conversations, for the components to carry.
    """
    card = _with_long_links(card)
    files = _files(card)
    pings = [member.id for member in card.pings if SNOWFLAKE.fullmatch(member.id)][: limits.PINGS]
    rich = embeds and (_has_parts(card) or size(fit(_words(card.text), limits.EMBED_TEXT)) > limits.CONTENT)
    if rich:
        content, embed = _mentions(pings), [_embed(card, files[0].name if card.picture else "")]
    else:
        content, embed = _content(card, pings), []
    return Parcel(
        {
            "content": content or ("" if embed or files else NAMELESS),
            "embeds": embed,
            "components": rows(card, guild),
            "attachments": [_attachment(index, file) for index, file in enumerate(files)],
            "allowed_mentions": {"parse": [], "users": pings, "roles": [], "replied_user": False},
        },
        files,
    )


def _words(words: Words) -> str:
    """Cards arrive in one language; anything else is a mistake of ours, shown rather than refused."""
    return words if isinstance(words, str) else str(words)


def _has_parts(card: Card) -> bool:
    return bool(card.title or card.fields or card.footer) or card.tone is not Tone.NEUTRAL


def _with_long_links(card: Card) -> Card:
    long = long_links(card)
    if not long:
        return card
    text = _words(card.text)
    lines = [text if isinstance(text, Md) else escape(text)]
    for button in long:
        try:
            lines.append(link(_words(button.label), button.url))
        except ValueError:
            lines.append(escape(f"{button.label}: {button.url}"))
    return replace(card, text=Md("\n".join(lines)))


def _mentions(pings: Iterable[str]) -> str:
    return " ".join(f"<@{id}>" for id in pings)


def _content(card: Card, pings: list[str]) -> str:
    """All the words in one ordinary message; those who are pinged and not named in it come first."""
    title = f"**{fit(_words(card.title), limits.EMBED_TITLE)}**" if card.title else ""
    rest = [
        f"**{fit(_words(field.name), limits.FIELD_NAME)}**\n{fit(_words(field.value), limits.FIELD_VALUE)}"
        for field in card.fields[: limits.EMBED_FIELDS]
    ]
    if footer := fit(_words(card.footer), limits.FIELD_VALUE):
        rest.append("-# " + footer.replace("\n", "\n-# "))
    before = _mentions(pings)
    room = limits.CONTENT - sum(size(part) + 1 for part in (before, title, *rest) if part)
    text = fit(_words(card.text), max(room, TEXT_SHARE // 4))
    before = _mentions(id for id in pings if f"<@{id}>" not in text)
    return _lines_within("\n".join(part for part in (before, title, text, *rest) if part), limits.CONTENT)


def _lines_within(text: str, room: int) -> str:
    """Whole lines only, so that no markup is left open but a block of code, which is closed."""
    if size(text) <= room:
        return text
    kept: list[str] = []
    room -= size("…\n```")
    for line in text.split("\n"):
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    end = ["```"] if sum(line.count("```") for line in kept) % 2 else []
    return "\n".join([*kept, *end, "…"])


def _embed(card: Card, picture: str) -> dict[str, Any]:
    title = fit(_words(card.title), limits.EMBED_TITLE)
    text = fit(_words(card.text), limits.EMBED_TEXT)
    fields, footer, room = _shared(card, limits.EMBED_TOTAL - size(title), min(size(text), TEXT_SHARE))
    embed: dict[str, Any] = {"color": COLOURS[card.tone]}
    described = fit(_words(card.text), max(min(room, limits.EMBED_TEXT), 0))
    parts = {"title": title, "description": described, "fields": fields}
    embed |= {name: value for name, value in parts.items() if value}
    if footer:
        embed["footer"] = {"text": footer}
    if picture:
        embed["image"] = {"url": f"attachment://{picture}"}
    if not (title or described or fields or footer or picture):
        embed["description"] = NAMELESS
    return embed


def _shared(card: Card, total: int, share: int) -> tuple[list[dict[str, Any]], str, int]:
    """The fields and the footer, cut as far as the text needs its share, and the room left to the text."""
    fields: list[dict[str, Any]] = []
    footer, room = fit_plain(_words(card.footer), limits.EMBED_FOOTER), 0
    for cap in CAPS:
        fields = _fields(card, cap)
        footer = footer if cap == CAPS[0] else cut(footer, max(cap, 200))
        room = total - size(footer) - sum(size(f["name"]) + size(f["value"]) for f in fields)
        if room >= share:
            break
    return fields, footer, room


def _fields(card: Card, cap: int) -> list[dict[str, Any]]:
    return [
        {
            "name": fit(_words(field.name), min(cap, limits.FIELD_NAME)) or BLANK,
            "value": fit(_words(field.value), cap) or BLANK,
            "inline": field.short,
        }
        for field in card.fields[: limits.EMBED_FIELDS]
    ]


def _files(card: Card) -> tuple[Attached, ...]:
    """Raises ``PlatformError`` for a file larger than Discord takes: it cannot be cut."""
    found = [Attached(card.picture.name, card.picture.data, _words(card.picture.alt))] if card.picture else []
    found += [Attached(file.name, file.data) for file in card.files]
    named: dict[str, Attached] = {}
    for one in found[: limits.ATTACHMENTS]:
        if len(one.data) > limits.ATTACHMENT_BYTES:
            raise PlatformError(f"{one.name} is larger than Discord takes (10 MiB)")
        name = _free(_UNSAFE.sub("_", one.name).strip("._")[-100:] or "file", named)
        named[name] = Attached(name, one.data, fit_plain(one.alt, limits.ATTACHMENT_ALT))
    return tuple(named.values())


def _free(name: str, taken: Iterable[str]) -> str:
    return next(one for index in range(99) if (one := f"{index}_{name}" if index else name) not in taken)


def _attachment(index: int, file: Attached) -> dict[str, Any]:
    described = {"description": file.alt} if file.alt else {}
    return {"id": str(index), "filename": file.name, **described}
