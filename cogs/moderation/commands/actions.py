"""What rules ask for, as people type it: “delete, points 2, timeout 10 min, tell”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.cog import Invalid, t
from cogs.moderation.actions import Action

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


def read_actions(typed: str, before: Iterable[Action] = ()) -> tuple[Action, ...]:
    """What cannot be typed, such as how long a slow mode lasts, stays as it was ``before``. Raises ``Invalid``."""
    parts = (part.strip() for part in typed.replace("\n", ",").split(","))
    known: dict[str, Action] = {one.do: one for one in before}
    return tuple(_read(part, known) for part in parts if part)


def _read(part: str, known: Mapping[str, Action]) -> Action:
    name, _, rest = part.partition(" ")
    field, same = FIELDS.get(name.lower()), known.get(name.lower())
    given: dict[str, Any] = {"do": name.lower()}
    if same is not None:
        given = same.model_dump(exclude={field} if field else None)
    if rest.strip():
        given[field or "?"] = rest.strip()
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
    if field is None or not getattr(action, field):
        return action.do
    return f"{action.do} {action.model_dump(mode='json')[field]}"
