"""What the bot says: a card with the same bones on every platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chat.things import Member
from bot.chat.words import Words

MAX_ACTION = 100
"""Characters of a component's id: Discord's ``custom_id`` limit, the smallest of our platforms."""


class Tone(StrEnum):
    """The feeling of a card; adapters show it as an accent, never as the only sign."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    GRAVE = "grave"


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Field:
    name: Words
    value: Words
    short: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """``action`` is ``cog.name:arg:arg`` (at most 100 characters); a button with ``url`` is a link instead."""

    label: Words
    action: str = ""
    url: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a select menu."""

    label: Words
    value: str
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A select menu: between ``least`` and ``most`` of its options (at most 25, Discord's limit)."""

    label: Words
    action: str
    options: tuple[Option, ...]
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the words that stand for it (``alt``)."""

    data: bytes
    alt: Words
    name: str = "picture.png"


@dataclass(frozen=True, slots=True)
class File:
    """A file handed to the reader."""

    data: bytes
    name: str
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One message. ``text`` is small Markdown when it is ``Md`` or a phrase, data when it is a plain ``str``.

    Nobody is notified unless named in ``pings``, whatever the text says.
    """

    text: Words = ""
    title: Words = ""
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    picture: Picture | None = None
    files: tuple[File, ...] = ()
    footer: Words = ""
    tone: Tone = Tone.NEUTRAL
    pings: tuple[Member, ...] = ()

    def with_text(self, text: Words) -> Card:
        return replace(self, text=text)
