"""What the rules are shown: events as ``Seen``, judged by the community's rulebook before anybody else acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bot.cog import (
    Can,
    Context,
    Glance,
    Member,
    MemberJoined,
    MemberRenamed,
    MessageEdited,
    MessagePosted,
    Verdict,
    Words,
    as_typed,
    t,
)
from cogs.moderation.acting.native import mirror
from cogs.moderation.acting.plan import plan_of
from cogs.moderation.around import Seconded, learn, newly_seen, surroundings
from cogs.moderation.base import cog
from cogs.moderation.book.stored import EMPTY, Titles, ruleset, title_of
from cogs.moderation.finding import Found
from cogs.moderation.rules import Prepared, Recipe, Rulebook, prepare
from cogs.moderation.rules.found import found_words
from cogs.moderation.seen import Hit, Moment, Seen
from cogs.moderation.settings import Settings
from cogs.moderation.tables import Kind
from cogs.moderation.words import Collision

SHOWN = 100
"""Characters of what was found that a line shows."""


@dataclass(frozen=True, slots=True)
class Book:
    """The rulebook of a space, with what it was made of."""

    recipe: Recipe
    rulebook: Rulebook
    collisions: tuple[Collision, ...]
    titles: Titles


def made(ready: Prepared) -> Book:
    rulebook = Rulebook(ready)
    titles = {rule.name: title_of(rule) for rule in rulebook.rules}
    return Book(ready.recipe, rulebook, ready.plan.collisions if ready.plan else (), titles)


@cog.snapshot(work=prepare, build=made)
async def book(ctx: Context[Settings]) -> Recipe | None:
    """The rules as they stand, if there are any; the platform's own filter follows them."""
    async with ctx.db() as db:
        rules = await ruleset(db, ctx.community.id)
        if rules is not EMPTY:
            await learn(ctx, db)
        if rules is not EMPTY and ctx.can(Can.AUTOMOD):
            state = crc32(f"{rules.model_dump_json()}{ctx.settings.native}{ctx.community.language}".encode())
            key = f"{ctx.space.key} {state:08x} {ctx.now.isoformat()}"
            await db.later(mirror, at=ctx.now, key=key, arguments={})
        if not (rules.preset or rules.rules):
            return None
        return Recipe(rules, await surroundings(db, ctx.community, ctx.settings))


@cog.guard(MessagePosted)
def look(ctx: Glance[Settings], event: MessagePosted) -> Verdict | None:
    if ctx.snapshot is None or event.webhook or event.member.is_bot:
        return None
    if newly_seen(ctx, event.member):
        return Verdict("", 0, event.member.name, stop=False, found=Seconded(event.member))
    return judge(ctx, message(ctx, event))


@cog.guard(MemberJoined)
def arrived(ctx: Glance[Settings], event: MemberJoined) -> Verdict | None:
    return None if ctx.snapshot is None else judge(ctx, visible(ctx, event, Moment.JOINED))


@cog.guard(MemberRenamed)
def renamed(ctx: Glance[Settings], event: MemberRenamed) -> Verdict | None:
    return None if ctx.snapshot is None else judge(ctx, visible(ctx, event, Moment.RENAMED))


def judge(ctx: Glance[Settings], seen: Seen) -> Verdict | None:
    findings = ctx.snapshot.rulebook.judge(seen, ctx.window)
    if not findings:
        return None
    first = next((one for one in findings if not one.observing), findings[0])
    plan = plan_of(action for one in findings if not one.observing for action in one.actions)
    stop = plan.takes_away or plan.kind in (Kind.TIMEOUT, Kind.KICK, Kind.BAN)
    evidence, words = first.hit.matched or first.hit.detail, verdict_words(ctx.snapshot.titles[first.rule], first.hit)
    return Verdict(first.rule, first.version, evidence, stop=stop, found=Found(seen, findings), words=words)


def verdict_words(title: Words, hit: Hit) -> Words:
    """Which rule found what, in one line."""
    if hit.matched:
        return t("{rule}: “{matched}”", rule=title, matched=hit.matched[:SHOWN])
    return t("{rule}: {text}", rule=title, text=found_words(hit.trigger, hit.detail))


def message(ctx: Glance[Settings], event: MessagePosted) -> Seen:
    return Seen(
        text=as_typed(event.text),
        moment=Moment.EDITED if isinstance(event, MessageEdited) else Moment.POSTED,
        id=event.ref.id,
        at=event.at,
        channel=event.ref.channel.id,
        channel_name=event.ref.channel.name,
        parent=event.ref.thread or "",
        mentions=event.mentions,
        attachments=tuple(one.name or one.url for one in event.attachments),
        quoted=tuple(map(as_typed, (*event.quoted, *event.embeds))),
        **person(ctx, event.member),
    )


def visible(ctx: Glance[Settings], event: MemberJoined | MemberRenamed, moment: Moment) -> Seen:
    """An arrival or a change of name: the name is the text, the time is when it happened, however late it is told."""
    return Seen(text=event.member.name, moment=moment, id=event.id, at=event.at, **person(ctx, event.member))


def person(ctx: Glance[Settings], member: Member) -> dict[str, Any]:
    return {
        "author": member.id,
        "author_name": member.name,
        "language": member.language or ctx.community.language,
        "level": member.level,
        "roles": member.roles,
        "joined_at": member.joined_at,
        "created_at": member.created_at,
        "earlier": ctx.earlier(member),
        "alert": ctx.alert,
        "is_bot": member.is_bot,
    }
