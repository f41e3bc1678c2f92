"""What rules ask for, as people type it in their language: “delete, points 2, timeout 10 min, tell”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.cog import Alert, Invalid, Spelling, Voice, short, t
from cogs.moderation.actions import Action
from cogs.moderation.rules.conditions import ALERT_WORDS

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
NAMES = Spelling(
    {
        "remind": (t("remind"), t("remind privately")),
        "rephrase": (t("rephrase"), t("ask to rephrase")),
        "delete": (t("delete"),),
        "hold": (t("hold"), t("hold for review")),
        "points": (t("points"), t("point")),
        "timeout": (t("timeout"), t("time-out")),
        "kick": (t("kick"), t("remove")),
        "ban": (t("ban"), t("Ban")),
        "slow_mode": (t("slow mode"),),
        "pause_invites": (t("pause invites"),),
        "raise_alert": (t("alert level"), t("raise the alert level")),
        "tell": (t("tell"), t("alert the moderators")),
    }
)
LEVELS = Spelling({level: (words,) for level, words in ALERT_WORDS.items()})
_ACTION: TypeAdapter[Action] = TypeAdapter(Action)
_QUOTED = r"“(?:[^”]|””)*”|«(?:[^»]|»»)*»|\"[^\"]*\""
_PART = re.compile(rf"(?:{_QUOTED}|[^,\n])+")
_COUNT = re.compile(r"(\d+)\s+(.+)", re.DOTALL)
_LINK = re.compile(r"(?:of|for|de|pendant)\s+", re.IGNORECASE)
_NEEDS_QUOTES = re.compile(r"[,\n“”«»\"]")


def read_actions(typed: str, before: Iterable[Action] = ()) -> tuple[Action, ...]:
    """What was typed in any language; commas part actions, but not inside quotation marks.

    What cannot be typed, such as how long a slow mode lasts, stays as it was ``before``. Raises ``Invalid``.
    """
    known: dict[str, Action] = {one.do: one for one in before}
    return tuple(_read(part, known) for found in _PART.findall(typed) if (part := found.strip()))


def _read(part: str, known: Mapping[str, Action]) -> Action:
    try:
        return _ACTION.validate_python(_given(part, known))
    except ValidationError:
        raise Invalid(
            t("“{part}” is no action. Write for instance: delete, rephrase, points 2, timeout 10 min, tell", part=part),
            field="actions",
        ) from None


def _given(part: str, known: Mapping[str, Action]) -> dict[str, Any]:
    """The parts of an action; nothing of what no word of ours begins."""
    count = _COUNT.fullmatch(part)
    name, rest = NAMES.read(f"{count[2]} {count[1]}" if count else part) or ("", "")
    field, same = FIELDS.get(name), known.get(name)
    given = same.model_dump(exclude={field} if field else None) if same else {"do": name}
    return {**given, field or "?": _value(field, rest)} if rest else given


def _value(field: str | None, rest: str) -> str:
    if field == "rule":
        return _unquoted(rest)
    if field == "level":
        return LEVELS.whole(rest) or rest
    return _LINK.sub("", rest, count=1) if _LINK.match(rest) else rest


def typed_actions(actions: Iterable[Action], voice: Voice) -> str:
    """Actions as their reader could type them again."""
    return ", ".join(" ".join(_typed(action, voice)) for action in actions)


def _typed(action: Action, voice: Voice) -> Iterator[str]:
    yield (name := NAMES.typed(action.do, voice))
    match getattr(action, FIELDS.get(action.do, "do")):
        case Alert() as level:
            yield LEVELS.typed(level, voice)
        case timedelta() as length if length:
            yield short(length, language=voice.language)
        case int() as count:
            yield str(count)
        case str() as rule if rule and action.do == "remind":
            plain = not _NEEDS_QUOTES.search(rule) and NAMES.read(f"{name} {rule}") == (action.do, rule)
            yield rule if plain else _quoted(rule, voice)


def _quoted(text: str, voice: Voice) -> str:
    if voice.language == "fr":
        return f"« {text.replace('»', '»»')} »"
    return f"“{text.replace('”', '””')}”"


def _unquoted(text: str) -> str:
    for first, last in ("“”", "«»", '""'):
        if len(text) > 1 and text[0] == first and text[-1] == last:
            return text[1:-1].replace(last * 2, last).strip()
    return text
