"""Texts in the reader's language: ``t`` and ``plural`` mark them, a ``Voice`` says them.

English is the source; ``locales/<language>.po`` hold the others. ``fr@tu`` holds only what differs from ``fr`` where
members are addressed as *tu*.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.chat.card import Card, Field, Menu, Option
from bot.chat.text import Md, clean, escape, fill, marked, plain, when
from bot.chat.words import Lines, Listing, Phrase, Words
from bot.cog.dates import say_day, say_duration, say_moment, say_schedule, say_time

LOCALES = Path(__file__).parent.parent.parent / "locales"
SOURCE = "en"


class Rhythm(str):
    """A cron expression, said in words."""

    __slots__ = ()


Argument = str | int | float | date | time | timedelta | Phrase | Listing | Lines


def t(source: str, /, **arguments: Argument) -> Phrase:
    """A sentence of the catalogue. ``str`` arguments are escaped, numbers and dates said in the reader's language."""
    return Phrase(source, MappingProxyType(arguments))


def plural(one: str, many: str, /, count: int, **arguments: Argument) -> Phrase:
    """A sentence that depends on ``count``, itself usable as ``{count}``."""
    return Phrase(one, MappingProxyType({"count": count, **arguments}), many, count)


def listing(*items: Words) -> Listing:
    return Listing(items)


def lines(*items: Words) -> Lines:
    return Lines(items)


@lru_cache
def catalogue(language: str, folder: Path = LOCALES) -> Catalog | None:
    path = folder / f"{language}.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language.split("@")[0])


def languages() -> tuple[str, ...]:
    """The languages that Relais speaks, without the variants of address."""
    return tuple(sorted({SOURCE, *(path.stem for path in LOCALES.glob("*.po") if "@" not in path.stem)}))


def spoken(language: str | None, otherwise: str = SOURCE) -> str:
    """The nearest language that Relais speaks: ``fr-CA`` gives ``fr``; an unknown one gives ``otherwise``."""
    base = (language or "").replace("_", "-").split("-")[0].lower()
    return base if base in languages() else otherwise


@dataclass(frozen=True, slots=True)
class Voice:
    """Says words to one reader: in their language, in their time zone, as *tu* or *vous*."""

    language: str = SOURCE
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    address: str = "vous"
    commands: frozenset[str] = frozenset()
    """Paths of commands: where a sentence names one, its reader sees how to use it."""

    def md(self, words: Words) -> Md:
        """Words as small Markdown; data is escaped."""
        match words:
            case Md():
                return words
            case str():
                return escape(words)
            case Phrase():
                template = marked(self._template(words), self.commands)
                return fill(template, **{k: self._argument(v) for k, v in words.arguments.items()})
            case Listing(items):
                return Md(format_list([self.md(item) for item in items], locale=self.language) if items else "")
            case Lines(items):
                return Md("\n".join(self.md(item) for item in items))

    def text(self, words: Words) -> str:
        """Words without markup, for titles and labels."""
        match words:
            case Md():
                return plain(words, moment=lambda moment: self.moment(moment.at))
            case str():
                return clean(words)
            case Phrase() if not words.arguments:
                return _label(self._template(words))
            case _:
                return plain(self.md(words), moment=lambda moment: self.moment(moment.at))

    def moment(self, moment: datetime) -> str:
        return say_moment(moment, zone=self.zone, language=self.language)

    def _template(self, phrase: Phrase) -> str:
        for name in self._catalogues():
            found = _look_up(catalogue(name), phrase, name)
            if found:
                return found
        return phrase.plural if phrase.plural and phrase.count != 1 else phrase.source

    def _catalogues(self) -> tuple[str, ...]:
        return (f"{self.language}@{self.address}", self.language)

    def _argument(self, value: object) -> Md:
        match value:
            case datetime():
                return when(value)
            case timedelta():
                return escape(say_duration(value, language=self.language))
            case time():
                return escape(say_time(value, language=self.language))
            case date():
                return escape(say_day(value, language=self.language))
            case int() | float():
                return escape(format_decimal(value, locale=self.language))
            case Rhythm():
                return escape(say_schedule(value, language=self.language))
            case str() | Phrase() | Listing() | Lines():
                return self.md(value)
        raise TypeError(f"{value!r} cannot be said")


@lru_cache(maxsize=4096)
def _label(template: str) -> str:
    """A sentence of the catalogues without markup: each language reads its labels at every start."""
    return plain(template)


def _look_up(po: Catalog | None, phrase: Phrase, language: str) -> str | None:
    if po is None or not (message := po.get(phrase.source, phrase.context)) or message.fuzzy:
        return None
    if not isinstance(message.string, (tuple, list)):
        return message.string or None
    form = Locale.parse(language.split("@")[0]).plural_form
    index = {"one": 0}.get(str(form(phrase.count)), 1)
    return message.string[min(index, len(message.string) - 1)] or None


def localise(card: Card, voice: Voice) -> Card:
    """The card as one reader sees it: every text a ``str``, ``text`` and field values in small Markdown."""
    return replace(
        card,
        text=voice.md(card.text),
        title=voice.text(card.title),
        footer=voice.md(card.footer),
        fields=tuple(Field(voice.text(f.name), voice.md(f.value), f.short) for f in card.fields),
        buttons=tuple(replace(b, label=voice.text(b.label)) for b in card.buttons),
        menus=tuple(_localise_menu(menu, voice) for menu in card.menus),
        picture=replace(card.picture, alt=voice.text(card.picture.alt)) if card.picture else None,
    )


def _localise_menu(menu: Menu, voice: Voice) -> Menu:
    options = tuple(Option(voice.text(o.label), o.value, voice.text(o.hint)) for o in menu.options)
    return replace(menu, label=voice.text(menu.label), options=options)


__all__ = [
    "Argument",
    "Rhythm",
    "Voice",
    "languages",
    "lines",
    "listing",
    "localise",
    "plural",
    "spoken",
    "t",
]
