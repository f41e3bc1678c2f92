"""What moderators did, from an entry of the audit log. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.events import Sanction, Sanctioned
from bot.chat.things import Member
from bot.platforms.discord.translate import born, moment

Payload = Mapping[str, Any]

KICK, BAN, UNBAN, MEMBER_UPDATE, ROLES_UPDATE = 20, 22, 23, 24, 25
INVITE_DELETED = 42
"""Kinds of entries."""
SIMPLE = {KICK: Sanction.KICK, BAN: Sanction.BAN, UNBAN: Sanction.UNBAN}
SILENCED = "communication_disabled_until"
ROLES = {"$add": Sanction.ROLE_GIVEN, "$remove": Sanction.ROLE_TAKEN}


@dataclass(frozen=True, slots=True)
class Deed:
    what: Sanction
    until: datetime | None = None
    role: str = ""
    part: str = ""
    """Tells the deeds of one entry apart."""


def deeds(entry: Payload) -> Iterator[Deed]:
    """What was done to the entry's target; roles that somebody takes for themselves are nothing done to them."""
    kind = entry["action_type"]
    if kind in SIMPLE:
        yield Deed(SIMPLE[kind])
    for change in entry.get("changes") or ():
        if kind == MEMBER_UPDATE and change["key"] == SILENCED:
            until = moment(change.get("new_value"))
            yield Deed(Sanction.TIMEOUT if until else Sanction.TIMEOUT_LIFTED, until)
        if kind == ROLES_UPDATE and change["key"] in ROLES and entry.get("user_id") != entry.get("target_id"):
            for role in change.get("new_value") or ():
                yield Deed(ROLES[change["key"]], role=str(role["name"]), part=f":{change['key']}{role['id']}")


def sanctioned(entry: Payload, deed: Deed, who: Member, by: Member | None) -> Sanctioned:
    """One deed of an entry of the audit log; the same id for the same deed."""
    return Sanctioned(
        space=who.space,
        id=f"audit:{entry['id']}{deed.part}",
        at=born(str(entry["id"])),
        member=who,
        by=by,
        what=deed.what,
        why=str(entry.get("reason") or ""),
        until=deed.until,
        role=deed.role,
    )


def invite_deleted(entry: Payload) -> str:
    """The code of an invite that somebody deleted."""
    changes = entry.get("changes") or () if entry["action_type"] == INVITE_DELETED else ()
    return next((str(it.get("old_value")) for it in changes if it["key"] == "code"), "")
