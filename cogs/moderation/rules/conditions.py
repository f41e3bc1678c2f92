"""Where, when and for whom a rule holds; the same questions serve as conditions and as exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from bot.cog import Alert, Duration, Level, Listing, Unread, Words, listing, plural, t
from cogs.moderation.rules.strict import Strict
from cogs.moderation.seen import Moment, Seen, base_language

ALERTS = tuple(Alert)
ALERT_WORDS: Mapping[Alert, Words] = {Alert.CALM: t("calm"), Alert.WATCH: t("watch"), Alert.LOCKDOWN: t("lockdown")}
LEVELS: Mapping[Level, Words] = {
    Level.EVERYONE: t("everybody"),
    Level.HELPER: t("helper"),
    Level.MODERATOR: t("moderator"),
    Level.ADMIN: t("administrator"),
}
MOMENTS: Mapping[Moment, Words] = {
    Moment.POSTED: t("a message is posted"),
    Moment.EDITED: t("a message is changed"),
    Moment.JOINED: t("somebody joins"),
    Moment.RENAMED: t("somebody changes their name"),
}


def _level(value: Any) -> Any:
    if isinstance(value, str):
        names = {level.name.lower(): level for level in Level}
        if value.lower() not in names:
            raise Unread(t("unknown level “{name}”; known: {known}", name=value[:30], known=", ".join(names)))
        return names[value.lower()]
    return value


LevelName = Annotated[
    Level,
    BeforeValidator(_level),
    PlainSerializer(lambda level: level.name.lower(), return_type=str),
    WithJsonSchema({"type": "string", "enum": [level.name.lower() for level in Level]}),
]
"""A level, written by its name."""

NOBODY = "nobody"


def _exempt(value: Any) -> Any:
    return None if value in (NOBODY, "none") else _level(value)


Exempt = Annotated[
    Level | None,
    BeforeValidator(_exempt),
    PlainSerializer(lambda level: NOBODY if level is None else level.name.lower(), return_type=str),
    WithJsonSchema({"type": "string", "enum": [NOBODY, "none", *(level.name.lower() for level in Level)]}),
]
"""The level from which nobody is judged."""

_HOURS = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)?\s*-\s*([01]?\d|2[0-3])[:h]([0-5]\d)?")


def _hours(written: str) -> str:
    read = _HOURS.fullmatch(written.strip())
    if read is None:
        raise Unread(t("“{hours}” is no span of hours; write 22:00-07:00", hours=written[:30]))
    first, second, third, fourth = (int(part or 0) for part in read.groups())
    return f"{first:02}:{second:02}-{third:02}:{fourth:02}"


Hours = Annotated[str, AfterValidator(_hours)]
"""A span of the day in the community's zone; 22:00-07:00 passes midnight."""

Holds = Callable[[Seen], bool]


class Where(Strict):
    """Each question that is not asked holds. What nobody knows about a message (a tenure, a language) does not hold.

    ``channels`` are ids or names, those of a thread's parent too. ``level`` is the least, ``alert`` too. ``member_for``
    and ``account_for`` hold once that time has passed since the member joined or the account was made, ``member_under``
    and ``account_under`` until then, ``messages_under`` until the member has posted so many.
    """

    channels: tuple[str, ...] = ()
    level: LevelName | None = None
    roles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    member_for: Duration | None = None
    member_under: Duration | None = None
    account_for: Duration | None = None
    account_under: Duration | None = None
    messages_under: Annotated[int, Field(ge=1, le=1000)] | None = None
    hours: Hours | None = None
    alert: Alert | None = None
    moments: tuple[Moment, ...] = ()

    def questions(self, zone: ZoneInfo) -> tuple[Question, ...]:
        """What is asked, in the order in which it is answered."""
        return tuple(self._asked(zone))

    def _asked(self, zone: ZoneInfo) -> Iterator[Question]:
        if self.moments:
            yield Question(
                _in_moments(self.moments),
                t("moment: {moments}", moments=listing(*(MOMENTS[one] for one in self.moments))),
            )
        if self.level is not None:
            yield Question(_at_level(self.level), t("level: {level} and above", level=LEVELS[self.level]))
        if self.channels:
            yield Question(_in_channels(self.channels), t("channel: {channels}", channels=_names(self.channels)))
        if self.roles:
            yield Question(_with_roles(self.roles), t("role: {roles}", roles=_names(self.roles)))
        if self.languages:
            yield Question(_in_languages(self.languages), t("language: {languages}", languages=_names(self.languages)))
        if self.member_for is not None:
            yield Question(_member_for(self.member_for), t("member for at least {time}", time=self.member_for))
        if self.member_under is not None:
            yield Question(_member_under(self.member_under), t("member for less than {time}", time=self.member_under))
        if self.account_for is not None:
            yield Question(_account_for(self.account_for), t("account at least {time} old", time=self.account_for))
        if self.account_under is not None:
            yield Question(
                _account_under(self.account_under), t("account less than {time} old", time=self.account_under)
            )
        if self.messages_under is not None:
            count = self.messages_under
            said = plural("fewer than {count} message before", "fewer than {count} messages before", count=count)
            yield Question(_messages_under(count), said)
        if self.hours is not None:
            yield Question(_at_hours(self.hours, zone), t("hours: {hours}", hours=self.hours))
        if self.alert is not None:
            yield Question(_on_alert(self.alert), t("alert level: {level} and above", level=ALERT_WORDS[self.alert]))


@dataclass(frozen=True, slots=True)
class Question:
    """``holds`` answers it for one message, ``words`` say what was asked."""

    holds: Holds
    words: Words


def _names(names: Iterable[str]) -> Listing:
    return listing(*names)


def _in_moments(moments: tuple[Moment, ...]) -> Holds:
    known = frozenset(moments)
    return lambda seen: seen.moment in known


def _at_level(level: Level) -> Holds:
    return lambda seen: seen.level >= level


def _in_channels(channels: tuple[str, ...]) -> Holds:
    known = frozenset(channel.removeprefix("#") for channel in channels)
    return lambda seen: seen.channel in known or seen.parent in known or seen.channel_name.removeprefix("#") in known


def _with_roles(roles: tuple[str, ...]) -> Holds:
    known = frozenset(roles)
    return lambda seen: not known.isdisjoint(seen.roles)


def _in_languages(languages: tuple[str, ...]) -> Holds:
    known = frozenset(map(base_language, languages))
    return lambda seen: bool(seen.language) and base_language(seen.language) in known


def _member_for(time: timedelta) -> Holds:
    return lambda seen: seen.at is not None and seen.joined_at is not None and seen.at - seen.joined_at >= time


def _account_for(time: timedelta) -> Holds:
    return lambda seen: seen.at is not None and seen.created_at is not None and seen.at - seen.created_at >= time


def _member_under(time: timedelta) -> Holds:
    return lambda seen: seen.at is not None and seen.joined_at is not None and seen.at - seen.joined_at < time


def _account_under(time: timedelta) -> Holds:
    return lambda seen: seen.at is not None and seen.created_at is not None and seen.at - seen.created_at < time


def _messages_under(count: int) -> Holds:
    return lambda seen: seen.earlier is not None and seen.earlier < count


def _at_hours(hours: str, zone: ZoneInfo) -> Holds:
    first, last = (time.fromisoformat(part) for part in hours.split("-"))

    def holds(seen: Seen) -> bool:
        if seen.at is None:
            return False
        now = seen.at.astimezone(zone).time()
        return first <= now < last if first < last else now >= first or now < last

    return holds


def _on_alert(alert: Alert) -> Holds:
    least = ALERTS.index(alert)
    return lambda seen: ALERTS.index(seen.alert) >= least
