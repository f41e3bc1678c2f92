"""What becomes of what a case asks for: foreseen, then kept on its row, whence all that is said of it comes."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cog import Can, Context, Done, DoneByHand, Outcome
from cogs.moderation.base import cog
from cogs.moderation.cases.log import log
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Case, Deed, Kind

POWERS: Mapping[Kind, Can] = {Kind.TIMEOUT: Can.TIMEOUT, Kind.KICK: Can.KICK, Kind.BAN: Can.BAN}
"""What the platform must let the bot do."""
DEEDS: Mapping[Done, Deed] = {Done.DONE: Deed.DONE, Done.FALLBACK: Deed.ASKED, Done.REFUSED: Deed.UNDONE}
"""Nothing is known of what failed: it is tried again."""


def foreseen(ctx: Context[Settings], power: Can | None) -> Deed:
    """What will become of something that needs this power, if any."""
    if power is None or ctx.can(power):
        return Deed.DONE
    return Deed.ASKED if ctx.moderators else Deed.UNDONE


def became(outcome: Outcome, before: str | None) -> str | None:
    """What an act made of it. A moderator may have done it since they were asked: this is not forgotten."""
    deed = DEEDS.get(outcome.done)
    if deed is None or (deed is Deed.ASKED and before == Deed.BY_HAND):
        return before
    return deed.value


def taking_away(ctx: Context[Settings], case: Case) -> str:
    """The key of an act on messages of a case, of which there may be several."""
    return f"moderation.away {case.id} {ctx.next_key()}"


def sanctioning(case: Case) -> str:
    """The key of the act that carries out a case's sanction; a graver one is another act."""
    return f"moderation.sanction {case.id} {case.kind}"


@cog.on(DoneByHand)
async def done_by_hand(ctx: Context[Settings], fact: DoneByHand) -> None:
    """What moderators were asked to do for a case is done."""
    match fact.act.split(" ", 2):
        case ["moderation.away", number, _]:
            await _note(ctx, int(number), None)
        case ["moderation.sanction", number, kind]:
            await _note(ctx, int(number), kind)


async def _note(ctx: Context[Settings], number: int, kind: str | None) -> None:
    """Of a case's messages, or of its sanction unless a graver one took its place."""
    async with ctx.db() as db:
        case = await db.get(Case, number, with_for_update=True)
        if case is None or case.community != ctx.community.id or kind not in (None, case.kind):
            return
        if kind is None:
            before, case.taken_away = case.taken_away, Deed.BY_HAND.value
        else:
            before, case.sanctioned = case.sanctioned, Deed.BY_HAND.value
        if before != Deed.BY_HAND:
            await log(ctx, db, case, "by_hand")
