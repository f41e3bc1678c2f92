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
