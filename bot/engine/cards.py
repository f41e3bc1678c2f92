"""Cards as rows hold them: localised, as JSON beside their files; and several cards made one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.chat.card import Button, Card, Field, File, Menu, Option, Picture, Style, Tone
from bot.chat.text import Md
from bot.chat.things import Member, Space
from bot.chat.words import Words

T = TypeVar("T")

MAX_BUTTONS = 5
MAX_FIELDS = 10
MAX_TEXT = 2000
"""What several cards may hold together: the smallest of our platforms' comfort, not their limits."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What stands beside the JSON; a picture comes first."""

    name: str
    media_type: str
    data: bytes


def dump(card: Card) -> str:
    """The card without its files. Raises ``TypeError`` for words that have no language yet."""
    return json.dumps(
        {
            "text": _said(card.text),
            "title": _said(card.title),
            "fields": [[_said(f.name), _said(f.value), f.short] for f in card.fields],
            "buttons": [[_said(b.label), b.action, b.url, b.style.value] for b in card.buttons],
            "menus": [_dump_menu(menu) for menu in card.menus],
            "picture": [_said(card.picture.alt), card.picture.name] if card.picture else None,
            "footer": _said(card.footer),
            "tone": card.tone.value,
            "pings": [[member.id, member.name] for member in card.pings],
        },
        ensure_ascii=False,
    )


def attached(card: Card) -> tuple[Attached, ...]:
    pictures = [card.picture] if card.picture else []
    return (
        *(Attached(picture.name, "image/png", picture.data) for picture in pictures),
        *(Attached(file.name, file.media_type, file.data) for file in card.files),
    )


def load(stored: str, files: Sequence[Attached], space: Space) -> Card:
    """The card again; those it pings are members of ``space``."""
    given = json.loads(stored)
    rest = list(files)
    picture = None
    if given["picture"] and rest:
        alt, name = given["picture"]
        picture = Picture(rest.pop(0).data, alt, name)
    return Card(
        text=Md(given["text"]),
        title=given["title"],
        fields=tuple(Field(name, Md(value), short) for name, value, short in given["fields"]),
        buttons=tuple(Button(label, action, url, Style(style)) for label, action, url, style in given["buttons"]),
        menus=tuple(_load_menu(menu) for menu in given["menus"]),
        picture=picture,
        files=tuple(File(file.data, file.name, file.media_type) for file in rest),
        footer=Md(given["footer"]),
        tone=Tone(given["tone"]),
        pings=tuple(Member(space, id, name) for id, name in given["pings"]),
    )


def _dump_menu(menu: Menu) -> dict[str, Any]:
    options = [[_said(o.label), o.value, _said(o.hint)] for o in menu.options]
    return {"label": _said(menu.label), "action": menu.action, "options": options, "range": [menu.least, menu.most]}


def _load_menu(given: dict[str, Any]) -> Menu:
    options = tuple(Option(label, value, hint) for label, value, hint in given["options"])
    least, most = given["range"]
    return Menu(given["label"], given["action"], options, least, most)


def _said(words: Words) -> str:
    if not isinstance(words, str):
        raise TypeError(f"{words!r} has no language yet: localise the card first")
    return str(words)


def fit(cards: Sequence[Card]) -> bool:
    """Whether these cards can become one without losing anything."""
    first = cards[0]
    alike = all(card.title == first.title and card.footer == first.footer for card in cards)
    together = merge(cards)
    return (
        alike
        and not any(card.picture or card.files or card.menus for card in cards)
        and len(together.buttons) <= MAX_BUTTONS
        and len(together.fields) <= MAX_FIELDS
        and len(str(together.text)) <= MAX_TEXT
    )


def merge(cards: Sequence[Card]) -> Card:
    """One card for several: a line for each text, and everything else once."""
    tones = list(Tone)
    return replace(
        cards[0],
        text=Md("\n".join(str(card.text) for card in cards if card.text)),
        fields=_once(field for card in cards for field in card.fields),
        buttons=_once(button for card in cards for button in card.buttons),
        pings=_once(member for card in cards for member in card.pings),
        tone=max((card.tone for card in cards), key=tones.index),
    )


def _once(things: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(things))
