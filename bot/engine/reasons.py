"""Why a post was sent, delayed or dropped: stored as data, said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from bot.chat.words import Words
from bot.cog.texts import t


class Code(StrEnum):
    """Every reason there is. The values are stored: renaming one needs a migration."""

    READY = "ready"
    PERSON = "person"
    URGENT = "urgent"
    LOCKDOWN = "lockdown"
    QUIET = "quiet"
    CHANNEL_BUDGET = "channel_budget"
    MEMBER_BUDGET = "member_budget"
    TALKING = "talking"
    ORDER = "order"
    MERGED = "merged"
    EXPIRED = "expired"
    STALE = "stale"
    BUSY = "busy"
    ERROR = "error"
    DOUBT = "doubt"
    CLOSED = "closed"
    INSTEAD = "instead"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    MOVED = "moved"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Reason:
    """``until`` is when a wait ends, ``since`` when yielding to people began, ``count`` a limit that was reached,
    ``text`` what the platform said."""

    code: Code
    until: datetime | None = None
    since: datetime | None = None
    count: int = 0
    text: str = ""


STORED: TypeAdapter[Reason] = TypeAdapter(Reason)


def dump(reason: Reason) -> str:
    return STORED.dump_json(reason, exclude_defaults=True).decode()


def load(stored: str | None) -> Reason | None:
    """``None`` for nothing, or for what an older version stored."""
    try:
        return STORED.validate_json(stored) if stored else None
    except ValidationError:
        return None


IN_SHORT: Mapping[Code, Words] = {
    Code.READY: t("nothing held it back"),
    Code.PERSON: t("it answers somebody"),
    Code.URGENT: t("urgent posts do not wait"),
    Code.LOCKDOWN: t("the community is in lockdown"),
    Code.QUIET: t("quiet hours"),
    Code.CHANNEL_BUDGET: t("this channel had its posts of the day"),
    Code.MEMBER_BUDGET: t("this member had their private messages of the week"),
    Code.TALKING: t("people were talking"),
    Code.ORDER: t("an older post goes first"),
    Code.MERGED: t("it left together with another post"),
    Code.EXPIRED: t("its time was over"),
    Code.STALE: t("it would have waited too long"),
    Code.BUSY: t("the platform asked to wait"),
    Code.ERROR: t("it could not be sent"),
    Code.DOUBT: t("the platform did not answer: it may have been sent"),
    Code.CLOSED: t("this member accepts no private messages"),
    Code.INSTEAD: t("this member accepts no private messages, so it goes to a channel"),
    Code.FORBIDDEN: t("the bot lacks a permission"),
    Code.GONE: t("the channel or the member is gone"),
    Code.MOVED: t("its space left the community"),
    Code.LOST: t("Relais is not in its space any more"),
}


def in_words(reason: Reason) -> Words:
    """The reason with what is known of it: until when, how many, which permission."""
    match reason:
        case Reason(Code.QUIET, until=datetime() as until):
            return t("quiet hours, until {until}", until=until)
        case Reason(Code.CHANNEL_BUDGET, count=count) if count:
            return t("this channel had its {count} posts of the day", count=count)
        case Reason(Code.MEMBER_BUDGET, count=count) if count:
            return t("this member had their {count} private messages of the week", count=count)
        case Reason(Code.FORBIDDEN, text=text) if text:
            return t("the bot lacks a permission: {permission}", permission=text)
        case Reason(Code.ERROR | Code.GONE, text=text) if text:
            return t("it could not be sent: {error}", error=text)
    return IN_SHORT[reason.code]
