"""What Discord proposes while somebody types an option."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.chat.forms import FieldSpec, Kind
from bot.chat.words import Words
from bot.platforms.discord.limits import CHOICE_TEXT, COMMAND_CHOICES, cut

UNITS = {"fr": ("min", "h", "j", "sem"), "en": ("min", "h", "d", "w")}
DURATIONS = {
    "fr": ("10min", "30min", "1h", "2h", "6h", "12h", "1j", "3j", "1sem", "2sem"),
    "en": ("10min", "30min", "1h", "2h", "6h", "12h", "1d", "3d", "1w", "2w"),
}
MOMENTS = {
    "fr": ("dans 1h", "aujourd’hui 18:00", "demain 9:00", "demain 18:00", "lundi 9:00", "vendredi 18:00"),
    "en": ("in 1h", "today 18:00", "tomorrow 9:00", "tomorrow 18:00", "monday 9:00", "friday 18:00"),
}
TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(6, 24) for minute in (0, 30))


def suggestions(field: FieldSpec, typed: str, language: str, say: Callable[[Words], str]) -> list[dict[str, Any]]:
    """At most 25 values; what is typed comes first where any text is welcome."""
    if field.kind is Kind.CHOICE:
        wanted = typed.casefold()
        labelled = [(choice.value, say(choice.label)) for choice in field.choices]
        return _shown((v, label) for v, label in labelled if wanted in label.casefold() or wanted in v.casefold())
    given = [typed.strip()] if typed.strip() else []
    return _shown((text, text) for text in dict.fromkeys([*given, *_proposed(field.kind, typed, language)]))


def _proposed(kind: Kind, typed: str, language: str) -> list[str]:
    spoken = language if language in UNITS else "en"
    wanted = typed.strip().casefold()
    match kind:
        case Kind.DURATION if wanted.isdecimal():
            return [f"{wanted}{unit}" for unit in UNITS[spoken]]
        case Kind.DURATION:
            return [one for one in DURATIONS[spoken] if wanted in one]
        case Kind.MOMENT:
            return [one for one in MOMENTS[spoken] if wanted in one]
        case Kind.TIME:
            return [one for one in TIMES if one.lstrip("0").startswith(wanted.lstrip("0"))]
    return []


def _shown(values: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    shown = [(value, label) for value, label in values if 0 < len(value) <= CHOICE_TEXT]
    return [{"name": cut(label, CHOICE_TEXT) or value, "value": value} for value, label in shown[:COMMAND_CHOICES]]
