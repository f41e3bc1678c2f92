"""What rules look at, wherever it comes from: a platform, an export, or standard input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cog import Alert, Level


def base_language(tag: str) -> str:
    """``fr`` of ``fr-CA``; empty stays empty."""
    return tag.replace("_", "-").partition("-")[0].lower()


class Moment(StrEnum):
    """What happened."""

    POSTED = "posted"
    EDITED = "edited"
    JOINED = "joined"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message, or one arrival or change of name (``text`` is then the visible name).

    ``quoted`` holds what the message shows besides its own text: embeds, forwarded messages. ``channel`` and
    ``parent`` (of a thread) are ids, ``channel_name`` is for people. ``earlier`` is how many messages the author had
    posted before, ``None`` when nobody counted. ``language`` is that of the author, or
    of the place; ``text_language`` that of the text, where somebody says it: words of other languages are then not
    looked for. ``mentions`` are ids of members; roles and everybody are in the text.
    """

    text: str
    moment: Moment = Moment.POSTED
    id: str = ""
    at: datetime | None = None
    author: str = ""
    author_name: str = ""
    channel: str = ""
    channel_name: str = ""
    parent: str = ""
    language: str = ""
    text_language: str = ""
    level: Level = Level.EVERYONE
    roles: tuple[str, ...] = ()
    joined_at: datetime | None = None
    created_at: datetime | None = None
    earlier: int | None = None
    mentions: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    alert: Alert = Alert.CALM
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Why a trigger matched: what it found, and where in ``Seen.text``.

    ``matched`` is what the person wrote, ``span`` its offsets in characters; both empty for what has no place in the
    text, such as a flood. ``detail`` names the list entry, domain or figure concerned. ``quote`` is the number, from
    0, of the quoted text that ``matched`` and ``span`` are about, ``None`` for the text itself. ``others`` are what
    else is concerned: the earlier messages of a flood, those who joined before.
    """

    trigger: str
    matched: str = ""
    span: tuple[int, int] = (0, 0)
    detail: str = ""
    quote: int | None = None
    others: tuple[Seen, ...] = ()
