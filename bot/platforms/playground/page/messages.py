"""Messages as one reader sees them: what the templates are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.card import Button, Card, Menu
from bot.chat.text import Md, clip, plain
from bot.chat.things import Level
from bot.platforms.playground.page.avatar import Avatar, avatar
from bot.platforms.playground.page.markup import Pen
from bot.platforms.playground.records import BOT, Message, number_of

if TYPE_CHECKING:
    from bot.platforms.playground.page.view import View

GROUPED = timedelta(minutes=7)
"""Messages of one author within it stand under one name."""
SNIPPET = 80


@dataclass(frozen=True, slots=True)
class ShownCard:
    tone: str
    title: str
    text: str
    fields: tuple[tuple[str, str, bool], ...]
    buttons: tuple[Button, ...]
    menus: tuple[Menu, ...]
    picture: str
    files: tuple[str, ...]
    footer: str
    bare: bool
    """Only words: no frame is needed."""


@dataclass(frozen=True, slots=True)
class Reaction:
    emoji: str
    names: str
    count: int
    own: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    id: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. ``day`` is set on the first of a day; ``follows`` when it stands under the name before it."""

    id: str
    name: str
    avatar: Avatar
    is_bot: bool
    iso: str
    time: str
    full: str
    day: str
    follows: bool
    private: bool
    new: bool
    text: str
    source: str
    card: ShownCard | None
    attachments: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    replies: int
    thread_name: str
    quoted: Quoted | None
    edited: bool
    pinned: bool
    own: bool
    may_delete: bool
    public: bool
    why: str


def shown(view: View, messages: Iterable[Message], replies: dict[str, int], read_up_to: int) -> Iterator[Shown]:
    """Messages in order, grouped by author and day."""
    before: Message | None = None
    fresh = False
    for message in messages:
        first_new = not fresh and number_of(message.id) > read_up_to and message.author != view.account.id
        fresh = fresh or first_new
        yield _shown(view, message, before, replies.get(message.id, 0), first_new)
        before = message


def _shown(view: View, message: Message, before: Message | None, replies: int, new: bool) -> Shown:
    day = view.date(message.at, "D")
    same_day = before is not None and view.date(before.at, "D") == day
    is_bot = message.author == BOT
    name = "Relais" if is_bot else view.name_of(message.author)
    own = message.author == view.account.id
    return Shown(
        id=message.id,
        name=name,
        avatar=avatar(name),
        is_bot=is_bot,
        iso=message.at.isoformat(),
        time=view.date(message.at, "t"),
        full=view.date(message.at, "F"),
        day="" if same_day else day,
        follows=same_day and not new and _follows(message, before),
        private=message.only is not None and view.room.owner is None,
        new=new,
        text=view.pen.words(_text(message)) if message.card is None else "",
        source=message.text if own else "",
        card=_card(view.pen, message.card) if message.card else None,
        attachments=message.attachments,
        reactions=tuple(_reactions(view, message)),
        replies=replies,
        thread_name=message.thread_name or "",
        quoted=_quoted(view, message),
        edited=message.edited_at is not None,
        pinned=message.pinned,
        own=own,
        may_delete=message.only is None and (own or view.account.level >= Level.MODERATOR),
        public=message.only is None,
        why=view.why(message.id) if is_bot else "",
    )


def _text(message: Message) -> Md:
    forwarded = ("> " + text.replace("\n", "\n> ") for text in message.quoted)
    return Md("\n".join(part for part in (message.text, *forwarded) if part))


def _follows(message: Message, before: Message | None) -> bool:
    if before is None or message.reply_to:
        return False
    same = before.author == message.author and before.only == message.only
    return same and message.at - before.at < GROUPED and message.card is None and before.card is None


def _card(pen: Pen, card: Card) -> ShownCard:
    fields = tuple((pen.short(it.name), pen.words(it.value), it.short) for it in card.fields)
    parts = (card.title, fields, card.menus, card.picture, card.files, card.footer)
    return ShownCard(
        tone=card.tone.value,
        title=pen.short(card.title),
        text=pen.words(card.text) if card.text else "",
        fields=fields,
        buttons=card.buttons,
        menus=card.menus,
        picture=str(card.picture.alt) if card.picture else "",
        files=tuple(file.name for file in card.files),
        footer=pen.short(card.footer),
        bare=card.tone.value == "neutral" and not any(parts),
    )


def _reactions(view: View, message: Message) -> Iterator[Reaction]:
    for emoji, givers in message.reactions.items():
        if givers:
            names = ", ".join("Relais" if giver == BOT else view.name_of(giver) for giver in givers)
            yield Reaction(emoji, names, len(givers), view.account.id in givers)


def _quoted(view: View, message: Message) -> Quoted | None:
    if message.reply_to is None:
        return None
    target = view.state.message(message.room, message.reply_to)
    if target is None:
        return None
    name = "Relais" if target.author == BOT else view.name_of(target.author)
    return Quoted(target.id, name, snippet(view, target))


def snippet(view: View, message: Message) -> str:
    """The beginning of a message, on one line."""
    words = str(message.card.text or message.card.title) if message.card else message.text
    text = plain(
        clip(words, SNIPPET),
        member=lambda id: view.mention(id).words,
        channel=lambda id: view.channel_chip(id).words,
        moment=lambda moment: view.date(moment.at, moment.style),
    )
    return " ".join(text.split())
