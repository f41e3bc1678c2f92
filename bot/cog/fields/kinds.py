"""How each kind of value is read, shown and typed again."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from bot.chat.forms import Kind, Upload
from bot.chat.text import Md, at, to
from bot.chat.things import Channel, Member
from bot.chat.words import Words
from bot.cog.dates import (
    parse_duration,
    parse_moment,
    parse_schedule,
    parse_time,
    short,
)
from bot.cog.fields.spelling import Spelling
from bot.cog.texts import Rhythm, Voice, listing, t


class Place(Protocol):
    """What reading needs to know of who types and where: clock, zone, language, and who is around."""

    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def language(self) -> str: ...
    async def find_member(self, text: str) -> Member | None: ...
    async def find_channel(self, text: str) -> Channel | None: ...


class Unread(ValueError):
    """The text is not of the kind asked; ``words`` say what to type instead."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that somebody handed in."""

    name: str
    text: str


class Multiline:
    """Marks a text that deserves several lines."""


class Worded:
    """Marks a text that people type in words of their own, and that is kept in one form for all languages.

    ``read`` gives that form, and raises ``Unread``; ``say`` gives words of it that ``read`` takes in every language.
    """

    def __init__(self, read: Callable[[str], str], say: Callable[[str], Words]) -> None:
        self.read = read
        self.say = say


Long = Annotated[str, Multiline()]


class Choices:
    """The words of a ``Literal``'s values: ``Annotated[Literal["talk"], Choices(talk=t("Talk"))]``."""

    def __init__(self, **words: Words) -> None:
        self.words: Mapping[str, Words] = words


@dataclass(frozen=True, slots=True)
class Shape:
    """A field's type, unwrapped: the bare type, whether it may be empty or many, its choices and markers."""

    type: Any
    optional: bool
    many: bool
    choices: tuple[str, ...]
    markers: tuple[Any, ...]

    def has(self, marker: type) -> bool:
        return any(isinstance(m, marker) or m is marker for m in self.markers)

    @property
    def worded(self) -> Worded | None:
        return next((m for m in self.markers if isinstance(m, Worded)), None)


def shape_of(annotation: Any) -> Shape:
    """Raises ``TypeError`` for a type that no chat platform can ask for."""
    optional, many, markers = False, False, []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            markers += more
        elif origin in (Union, types.UnionType):
            inner = [a for a in get_args(annotation) if a is not type(None)]
            if len(inner) != 1:
                raise TypeError(f"{annotation!r}: a field has one type")
            annotation, optional = inner[0], True
        elif origin is tuple and get_args(annotation)[1:] == (...,):
            annotation, many = get_args(annotation)[0], True
        else:
            break
    choices: tuple[str, ...] = ()
    if origin is Literal:
        choices, annotation = tuple(map(str, get_args(annotation))), Literal
    elif annotation not in READERS:
        raise TypeError(f"{annotation!r} is not a kind of field that a chat platform can ask for")
    return Shape(annotation, optional, many, choices, tuple(markers))


def kind_of(shape: Shape) -> Kind:
    if shape.many:
        return Kind.TEXT
    return Kind.CHOICE if shape.choices else READERS[shape.type][0]


YES = frozenset({"yes", "y", "true", "on", "1", "oui", "o", "vrai"})
NO = frozenset({"no", "n", "false", "off", "0", "non", "faux"})


def _yes_no(raw: str, place: Place) -> bool:
    if (word := raw.casefold()) in YES | NO:
        return word in YES
    raise Unread(t("Type yes or no."))


def _whole(raw: str, place: Place) -> int:
    try:
        return int(raw.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", ""))
    except ValueError:
        raise Unread(t("Type a whole number, such as 12.")) from None


def _number(raw: str, place: Place) -> float:
    try:
        return float(raw.replace(",", "."))
    except ValueError:
        raise Unread(t("Type a number, such as 2.5.")) from None


def _moment(raw: str, place: Place) -> datetime:
    try:
        return parse_moment(raw, now=place.now, zone=place.zone, language=place.language)
    except ValueError:
        raise Unread(t("This date is not clear. Try “tomorrow 18:00”, “friday at 9” or “2026-11-23 08:00”.")) from None


def _duration(raw: str, place: Place) -> timedelta:
    try:
        return parse_duration(raw, allow_zero=True)
    except ValueError:
        raise Unread(t("This duration is not clear. Try “2h30”, “3 days” or “1 week”.")) from None


def _time(raw: str, place: Place) -> time:
    try:
        return parse_time(raw)
    except ValueError:
        raise Unread(t("This time is not clear. Try “18:00” or “9 am”.")) from None


def _schedule(raw: str) -> str:
    try:
        return parse_schedule(raw)
    except ValueError:
        raise Unread(
            t("This rhythm is not clear. Try “every monday at 9”, “weekdays at 18:00” or “0 9 * * 1”.")
        ) from None


Schedule = Annotated[str, Worded(_schedule, lambda cron: t("{schedule}", schedule=Rhythm(cron)))]
"""A recurrence: a five-field cron expression in the community's zone."""


def _zone(raw: str, place: Place) -> ZoneInfo:
    names = {name.casefold(): name for name in available_timezones()}
    if name := names.get(raw.replace(" ", "_").casefold()):
        return ZoneInfo(name)
    raise Unread(t("Unknown time zone. Type a name such as Europe/Paris or America/New_York."))


READERS: dict[Any, tuple[Kind, Callable[[str, Place], object]]] = {
    str: (Kind.TEXT, lambda raw, place: raw),
    int: (Kind.WHOLE, _whole),
    float: (Kind.NUMBER, _number),
    bool: (Kind.YES_NO, _yes_no),
    Literal: (Kind.CHOICE, lambda raw, place: raw),
    Member: (Kind.MEMBER, lambda raw, place: raw),
    Channel: (Kind.CHANNEL, lambda raw, place: raw),
    datetime: (Kind.MOMENT, _moment),
    timedelta: (Kind.DURATION, _duration),
    time: (Kind.TIME, _time),
    ZoneInfo: (Kind.TEXT, _zone),
    TextFile: (Kind.FILE, lambda raw, place: TextFile("text.txt", raw)),
}


async def read_one(shape: Shape, raw: object, place: Place, words: Mapping[str, Words]) -> object:
    """One value from what the platform gave. Raises ``Unread``."""
    if isinstance(raw, Upload):
        return _file(raw)
    if not isinstance(raw, str):
        return raw
    raw = raw.strip() if not shape.has(Multiline) else raw
    if shape.choices:
        return _choice(shape, raw, words)
    if shape.type is Member:
        return await _member(raw, place)
    if shape.type is Channel:
        return await _channel(raw, place)
    if shape.worded:
        return shape.worded.read(raw)
    return READERS[shape.type][1](raw, place)


def _file(upload: Upload) -> TextFile:
    try:
        return TextFile(upload.name, upload.data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unread(t("This file is not text. Save it as UTF-8 and send it again.")) from None


def _choice(shape: Shape, raw: str, words: Mapping[str, Words]) -> str:
    found = Spelling({value: (words.get(value, value),) for value in shape.choices}).whole(raw)
    if found is not None:
        return found
    raise Unread(t("Choose one of: {choices}.", choices=listing(*(words.get(c, c) for c in shape.choices))))


async def _member(raw: str, place: Place) -> Member:
    if found := await place.find_member(raw):
        return found
    raise Unread(t("Nobody here is called {name}.", name=raw))


async def _channel(raw: str, place: Place) -> Channel:
    if found := await place.find_channel(raw):
        return found
    raise Unread(t("There is no channel called {name} here.", name=raw))


def show(value: object, shape: Shape, words: Mapping[str, Words]) -> Words:
    """A value in words for a reader."""
    match value:
        case None | () | "":
            return t("not set")
        case bool():
            return t("yes") if value else t("no")
        case tuple():
            return listing(*(show(item, shape, words) for item in value))
        case Member():
            return at(value)
        case Channel():
            return to(value)
        case str() if shape.worded:
            return shape.worded.say(value)
        case str():
            return words.get(value, value)
        case int() | float() | datetime() | timedelta() | time():
            return t("{value}", value=value)
    return str(value)


def typed(value: object, shape: Shape, place: Place) -> str:
    """A value as somebody could type it again."""
    match value:
        case None:
            return ""
        case bool():
            return ("oui" if value else "non") if place.language == "fr" else ("yes" if value else "no")
        case tuple():
            return "\n".join(typed(item, shape, place) for item in value)
        case Member() | Channel():
            return value.name or value.id
        case datetime():
            return value.astimezone(place.zone).strftime("%Y-%m-%d %H:%M")
        case timedelta():
            return short(value, language=place.language)
        case time():
            return value.strftime("%H:%M")
        case str() if shape.worded:
            return Voice(place.language).text(shape.worded.say(value))
        case Md():
            return str(value)
    return str(value)
