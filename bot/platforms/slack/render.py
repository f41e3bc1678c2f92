"""A card as a Slack message: blocks to look at, and ``text`` for notifications and screen readers.

Slack has no coloured cards: warnings and grave news carry a sign before their title. Pictures and files cannot stand
in a message that the bot writes; they follow it (``Rendered.files``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.chat.card import Button, Card, Field, File, Menu, Picture, Style, Tone
from bot.chat.text import Md, MemberMention, clean, escape, parse, plain
from bot.chat.things import Member
from bot.chat.words import Words
from bot.platforms.slack import limits
from bot.platforms.slack.limits import cut, size
from bot.platforms.slack.mrkdwn import APART, Writer

Block = dict[str, Any]

SIGNS: Mapping[Tone, str] = {Tone.WARNING: "⚠️ ", Tone.GRAVE: "🚨 "}
STYLES: Mapping[Style, str] = {Style.PRIMARY: "primary", Style.DANGER: "danger"}
LINK = "link:"
"""Begins the ``action_id`` of a button that only opens an address; Slack tells its presses all the same."""
MENU = "menu"
COPY = "#"
"""Before a number at the end of an ``action_id`` which another component of the message has too."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What ``chat.postMessage`` is given, and the files that follow."""

    text: str
    blocks: list[Block]
    files: tuple[Picture | File, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        return {"text": self.text, "blocks": self.blocks}


def said(words: Words) -> str:
    """Words which have their language. Raises ``TypeError`` for others."""
    if not isinstance(words, str):
        raise TypeError(f"{words!r} reached Slack before it had a language")
    return words


def spoken(words: Words) -> str:
    """Words without markup, for Slack's plain texts, where nothing is a mention."""
    text = said(words)
    return plain(text) if isinstance(text, Md) else clean(text)


def mentioned(card: Card) -> tuple[str, ...]:
    """Ids of the members that a card's texts mention: their names are needed to render it."""
    texts = (card.title, card.text, card.footer, *(words for f in card.fields for words in (f.name, f.value)))
    found = (id for text in texts if isinstance(text, Md) for id in _mentions(parse(text)))
    return tuple(dict.fromkeys(found))


def _mentions(node: object) -> Iterator[str]:
    if isinstance(node, MemberMention):
        yield node.id
    elif isinstance(node, tuple):
        for one in node:
            yield from _mentions(one)
    else:
        for name in ("children", "blocks", "items"):
            yield from _mentions(getattr(node, name, ()))


def render(card: Card, *, names: Mapping[str, str] | None = None, zone: str = "UTC") -> Rendered:
    """A message within every limit. ``names`` are those of the members mentioned, by id."""
    names = {**(names or {}), **{member.id: member.name for member in card.pings if member.name}}
    writer = Writer(names, {member.id for member in card.pings}, zone)
    below = [*_menus(card.menus), *_buttons(card.buttons), *_footer(card, writer)]
    fields = list(_fields(card.fields, writer))
    top = _title(card, names)
    budget = limits.TOTAL - sum(map(size, _marked_up([*fields, *below]))) - (limits.HEADER if top else 0)
    room = limits.BLOCKS - len(below) - len(fields) - len(top) - 1
    body = [_section(text) for text in _fitting(writer.pieces(said(card.text), limits.SECTION - 1), room, budget)]
    calls = _calls(card.pings, [*top, *body, *fields, *below])
    blocks = [*calls, *top, *body, *fields, *below]
    files = (*((card.picture,) if card.picture else ()), *card.files)
    return Rendered(_fallback(card, writer, calls), blocks, files)


def _fitting(pieces: list[str], count: int, characters: int) -> list[str]:
    """The first pieces; what is left out is shown by an ellipsis."""
    kept: list[str] = []
    for piece in pieces[: max(count, 1)]:
        if kept and characters < size(piece):
            break
        kept.append(piece)
        characters -= size(piece)
    if len(kept) < len(pieces):
        kept[-1] += "…"
    return kept


def mrkdwn(text: str) -> Block:
    """``verbatim``: Slack links nothing by itself, and takes no plain ``@here`` for a mention."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """One line of text; never empty, which Slack would refuse."""
    return {"type": "plain_text", "text": cut(" ".join(text.split()), limit) or limits.MORE, "emoji": True}


def _section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def _title(card: Card, names: Mapping[str, str]) -> list[Block]:
    title = said(card.title)
    shown = plain(title, member=lambda id: f"@{names.get(id) or id}") if isinstance(title, Md) else clean(title)
    shown = " ".join(shown.split())
    return [{"type": "header", "text": plain_text(SIGNS.get(card.tone, "") + shown, limits.HEADER)}] if shown else []


def _calls(pings: Iterable[Member], blocks: list[Block]) -> list[Block]:
    """Members to notify whom no text mentions are called first."""
    written = "\n".join(_marked_up(blocks))
    missing = [call for member in pings if (call := f"<@{member.id}>") not in written][: limits.PINGS]
    return [_section(" ".join(missing))] if missing else []


def _marked_up(given: object) -> Iterator[str]:
    """The texts in which a mention is one."""
    match given:
        case {"type": "mrkdwn", "text": str(text)}:
            yield text
        case dict():
            for value in given.values():
                yield from _marked_up(value)
        case list():
            for value in given:
                yield from _marked_up(value)


def _fields(fields: Iterable[Field], writer: Writer) -> Iterator[Block]:
    left = limits.FIELDS_TOTAL
    pairs: list[Block] = []
    for one in islice(fields, limits.FIELDS):
        text = _field(one, writer)
        left -= size(text)
        if left < 0:
            break
        if one.short:
            pairs.append(mrkdwn(text))
        if pairs and (not one.short or len(pairs) == limits.SECTION_FIELDS):
            yield {"type": "section", "fields": pairs}
            pairs = []
        if not one.short:
            yield _section(text)
    if pairs:
        yield {"type": "section", "fields": pairs}
    if left < 0:
        yield _section("…")


def _field(one: Field, writer: Writer) -> str:
    name = writer.short(Md(f"**{_inline(one.name)}**") if said(one.name) else "", 300)
    value = writer.short(said(one.value), limits.FIELD - 310)
    return "\n".join(part for part in (name, value) if part) or APART


def _inline(words: Words) -> Md:
    text = said(words)
    return text if isinstance(text, Md) else escape(text)


def _buttons(buttons: Iterable[Button]) -> Iterator[Block]:
    seen: dict[str, int] = {}
    elements = [_button(button, index, seen) for index, button in enumerate(islice(buttons, limits.BUTTONS))]
    for at in range(0, len(elements), limits.ROW_BUTTONS):
        yield {"type": "actions", "block_id": f"buttons.{at}", "elements": elements[at : at + limits.ROW_BUTTONS]}


def _button(button: Button, index: int, seen: dict[str, int]) -> Block:
    element: Block = {"type": "button", "text": plain_text(spoken(button.label), limits.BUTTON)}
    if button.style in STYLES:
        element["style"] = STYLES[button.style]
    if button.url and size(button.url) <= limits.BUTTON_URL:
        return element | {"action_id": f"{LINK}{index}", "url": button.url}
    times = seen[button.action] = seen.get(button.action, 0) + 1
    id = button.action if times == 1 else f"{button.action}{COPY}{times}"
    return element | {"action_id": id[: limits.ACTION_ID], "value": button.action}


def _menus(menus: Iterable[Menu]) -> Iterator[Block]:
    for index, menu in enumerate(islice(menus, limits.MENUS)):
        options = [option(o.label, o.value, o.hint) for o in menu.options[: limits.OPTIONS]]
        if options:
            yield _menu(menu, options) | {"block_id": f"{MENU}.{index}.{menu.least}"}


def _menu(menu: Menu, options: list[Block]) -> Block:
    """One choice stands among the buttons; several need a section, whose text is the label."""
    label = spoken(menu.label)
    element: Block = {
        "type": "static_select",
        "action_id": menu.action,
        "placeholder": plain_text(label, limits.PLACEHOLDER),
        "options": options,
    }
    if menu.most <= 1:
        return {"type": "actions", "elements": [element]}
    most = min(menu.most, len(options))
    element |= {"type": "multi_static_select", "max_selected_items": most}
    return {"type": "section", "text": plain_text(label, limits.SECTION), "accessory": element}


def option(label: Words, value: str, hint: Words = "") -> Block:
    """One line of a select."""
    shown: Block = {"text": plain_text(spoken(label) or value, limits.OPTION), "value": value[: limits.OPTION_VALUE]}
    return shown | ({"description": plain_text(spoken(hint), limits.OPTION)} if said(hint) else {})


def _footer(card: Card, writer: Writer) -> list[Block]:
    text = writer.short(said(card.footer), limits.CONTEXT)
    return [{"type": "context", "elements": [mrkdwn(text)]}] if text else []


def _fallback(card: Card, writer: Writer, calls: list[Block]) -> str:
    """What is read when blocks are not: no emphasis, the same mentions, never empty."""
    bare = Writer(writer.names, writer.pings, writer.zone, styles=False)
    head = [call["text"]["text"] for call in calls] + [bare.short(said(card.title), limits.HEADER)]
    room = limits.FALLBACK - sum(size(text) + 1 for text in head)
    otherwise = [card.picture.alt] if card.picture else [one.value for one in card.fields[:1]]
    shown = [card.text] if said(card.text) or card.title else otherwise
    texts = [*head, *(bare.short(said(words), room) for words in shown)]
    return "\n".join(text for text in texts if text) or "…"
