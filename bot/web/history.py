"""The settings' history as lines of a table."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cog.desk import Change, SettingsDesk
from bot.cog.texts import t
from bot.web.visitors import Reader, Visitor

LOOK_BACK = 200
"""Changes that are read."""
SHORT = 300
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change; ``last`` when the setting was not changed since, so that it can be undone."""

    number: int
    when: str
    iso: str
    who: str
    title: str
    before: str
    after: str
    last: bool


async def history(
    settings: SettingsDesk, visitor: Visitor, reader: Reader, *, section: str = "", most: int = 0
) -> list[Line]:
    """The latest changes, of one section or of all; ``most`` of them, or as many as there are."""
    changes = await settings.history(visitor.community, visitor.space, limit=LOOK_BACK)
    seen: set[str] = set()
    found: list[Line] = []
    for change in changes:
        if not section or change.name.startswith(f"{section}."):
            found.append(_line(change, reader, last=change.name not in seen))
        seen.add(change.name)
    return found[:most] if most else found


def _line(change: Change, reader: Reader, *, last: bool) -> Line:
    return Line(
        number=change.number,
        when=reader.moment(change.at),
        iso=change.at.isoformat(),
        who=change.by_name or reader.say(t("somebody who was erased")),
        title=reader.say(change.title),
        before=_brief(reader.say(change.before)),
        after=_brief(reader.say(change.after)),
        last=last,
    )


def _brief(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT].rstrip()}…"
