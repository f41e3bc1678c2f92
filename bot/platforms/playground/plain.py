"""Cards in plain words, as one reader sees them: names instead of ids, moments on the reader's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.card import Card
from bot.chat.text import Md, clean, labelled, plain
from bot.chat.words import Words
from bot.platforms.playground.records import BOT, Account, Message, OpenForm
from bot.platforms.playground.state import State

MomentFormat = Callable[[datetime, str, str], str]
"""A moment in words, given a time zone's name and a language."""


def readable(moment: datetime, zone: str, language: str) -> str:
    """``2026-11-23 08:00`` on the wall clock of ``zone``, whatever the language."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Reading:
    """A card as its reader sees it. ``buttons`` are the labels of buttons, then of menus."""

    title: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    footer: str = ""
    language: str = ""

    def __str__(self) -> str:
        rows = (
            self.title,
            self.text,
            *(labelled(name, value, self.language) for name, value in self.fields),
            *(f"({name})" for name in self.files),
            " ".join(f"[{label}]" for label in self.buttons),
            *(f"· {option}" for option in self.options),
            self.footer,
        )
        return "\n".join(row for row in rows if row)


NOTHING = Reading()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the public of a town, or for one person (``account``) there."""

    state: State
    format: MomentFormat
    town: str
    account: str | None = None

    def words(self, words: Words) -> str:
        """``Md`` without its marks; any other text is data."""
        if not isinstance(words, str):
            raise TypeError(f"{words!r} reached the playground before it had a language")
        return self.markup(words) if isinstance(words, Md) else clean(words)

    def markup(self, text: str) -> str:
        """Small Markdown without its marks."""
        return plain(text, member=self._member, channel=self._channel, moment=lambda moment: self.moment(moment.at))

    def card(self, card: Card) -> Reading:
        menus = card.menus
        pictures = (self.words(card.picture.alt),) if card.picture else ()
        return Reading(
            title=self.words(card.title),
            text=self.words(card.text),
            fields=tuple((self.words(f.name), self.words(f.value)) for f in card.fields),
            buttons=tuple(map(self.words, [*(b.label for b in card.buttons), *(m.label for m in menus)])),
            options=tuple(self.words(option.label) for menu in menus for option in menu.options),
            files=pictures + tuple(file.name for file in card.files),
            footer=self.words(card.footer),
            language=self.language,
        )

    def message(self, message: Message) -> str:
        """A message with its author's name before it."""
        body = str(self.card(message.card)) if message.card else self.markup(message.text)
        author = "Relais" if message.author == BOT else self.state.accounts[message.author].name
        quoted = (f"> {self.markup(text)}" for text in message.quoted)
        rows = (f"{author}: {body}", *quoted, *(f"({name})" for name in message.attachments))
        return "\n".join(rows)

    def form(self, form: OpenForm) -> Reading:
        """A form: what is already typed beside each label, then what is wrong there."""
        sheet = form.sheet
        typed = (sheet.values.get(field.name, field.default) for field in sheet.fields)
        rows = zip(sheet.fields, typed, strict=True)
        return Reading(
            title=self.words(sheet.title),
            text=form.problems.get("", ""),
            fields=tuple((self.words(f.label), _typed(value, form.problems.get(f.name))) for f, value in rows),
            buttons=(self.words(sheet.submit),),
            language=self.language,
        )

    def _member(self, id: str) -> str:
        account = self.state.accounts.get(id)
        return f"@{account.name}" if account else "@?"

    def _channel(self, id: str) -> str:
        room = self.state.rooms.get(id)
        return f"#{room.name}" if room else "#?"

    def moment(self, moment: datetime) -> str:
        """A moment on the reader's clock."""
        town = self.state.towns[self.town]
        account = self._account
        zone = account.zone if account and account.zone else town.zone
        return self.format(moment, zone, self.language)

    @property
    def language(self) -> str:
        account = self._account
        return account.language if account and account.language else self.state.towns[self.town].language

    @property
    def _account(self) -> Account | None:
        return self.state.accounts[self.account] if self.account else None


def _typed(value: str, problem: str | None) -> str:
    return " ".join(part for part in (value, f"({problem})" if problem else "") if part)
