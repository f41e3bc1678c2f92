"""What rules ask for, in words and back: “delete, points 2, timeout 10 min, tell”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.cog import Invalid, Words, listing, plural, t
from cogs.moderation.actions import (
    Action,
    BanOut,
    Delete,
    Hold,
    KickOut,
    Points,
    RaiseAlert,
    Remind,
    Rephrase,
    SlowMode,
    StopInvites,
    Tell,
    TimeOut,
)

FIELDS: Mapping[str, str] = {
    "points": "points",
    "timeout": "length",
    "ban": "delete",
    "slow_mode": "every",
    "pause_invites": "length",
    "raise_alert": "level",
    "remind": "rule",
}
"""What the word after an action's name is."""
_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


def read_actions(typed: str) -> tuple[Action, ...]:
    """Raises ``Invalid``."""
    parts = (part.strip() for part in typed.replace("\n", ",").split(","))
    return tuple(_read(part) for part in parts if part)


def _read(part: str) -> Action:
    name, _, rest = part.partition(" ")
    given: dict[str, Any] = {"do": name.lower()}
    if rest.strip():
        given[FIELDS.get(name.lower(), "?")] = rest.strip()
    try:
        return _ACTION.validate_python(given)
    except ValidationError:
        raise Invalid(
            t("“{part}” is no action. Write for instance: delete, rephrase, points 2, timeout 10 min, tell", part=part),
            field="actions",
        ) from None


def typed_actions(actions: Iterable[Action]) -> str:
    """Actions as they could be typed again."""
    return ", ".join(_typed(action) for action in actions)


def _typed(action: Action) -> str:
    field = FIELDS.get(action.do)
    value = action.model_dump(mode="json", exclude_defaults=True).get(field) if field else None
    return f"{action.do} {value}" if value else action.do


def words_of(actions: Iterable[Action]) -> Words:
    """What a rule does, for people."""
    said = [_words(action) for action in actions]
    return listing(*said) if said else t("nothing")


def _words(action: Action) -> Words:
    match action:
        case Remind():
            return t("remind privately")
        case Rephrase():
            return t("ask to rephrase")
        case Delete():
            return t("delete")
        case Hold():
            return t("hold for review")
        case Points(points=points):
            return plural("{count} point", "{count} points", count=points)
        case TimeOut(length=length):
            return t("time-out of {length}", length=length)
        case KickOut():
            return t("remove")
        case BanOut():
            return t("ban")
    return _around(action)


def _around(action: Action) -> Words:
    match action:
        case SlowMode(every=every):
            return t("slow mode of {every}", every=every)
        case StopInvites(length=length):
            return t("pause invites for {length}", length=length)
        case RaiseAlert():
            return t("raise the alert level")
        case Tell():
            return t("alert the moderators")
    raise TypeError(f"nothing is known of {action!r}")
