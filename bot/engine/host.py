"""The engine: what stands behind every ``ctx``."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property, partial
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from bot.chat.card import Card
from bot.chat.forms import Sheet
from bot.chat.platform import Can, Forbidden, Invites, Permalinks, Platform, PlatformError, can, why
from bot.chat.things import Channel, Community, Invite, Member, MessageRef, Space
from bot.chat.words import Words
from bot.cog.acts import Act, Outcome
from bot.cog.context import Context, Db, Glance, Interaction, Priority, Sent
from bot.cog.declare import Cog
from bot.cog.desk import Alert, Desk
from bot.cog.fetched import Fetched
from bot.cog.texts import Voice, localise, spoken, t
from bot.cog.window import Window
from bot.engine import acting, requests, retry
from bot.engine.activity import Activity
from bot.engine.alerts import Alerts
from bot.engine.attention import AttentionSettings, Gate
from bot.engine.clock import Clock
from bot.engine.desk import EngineDesk
from bot.engine.dispatch import Dispatcher
from bot.engine.due import Due
from bot.engine.entrance import Entrance, unguessable
from bot.engine.jobs import Jobs
from bot.engine.loader import Registry
from bot.engine.memory import Memory
from bot.engine.metrics import Figures
from bot.engine.outbox import Outbox
from bot.engine.people import People
from bot.engine.places import EnginePlace
from bot.engine.schedules import Schedules
from bot.engine.session import Database, outside_transaction
from bot.engine.settings import COMMUNITY, CommunitySettings, SettingsStore
from bot.engine.spaces import Spaces
from bot.engine.trace import Trace
from bot.engine.transaction import EngineDb
from bot.engine.workers import Workers

if TYPE_CHECKING:
    from bot.engine.fetching import Fetcher

C = TypeVar("C", bound=Glance[Any])


class Engine:
    """One process's engine. ``owner`` names it in leases; it does ``side_by_side`` jobs and posts at once.

    With ``apart``, heavy work is done in another process. ``address`` is where its pages are reached, ``token`` gives
    the secrets of links that sign in. It reaches addresses outside when it is ``online``.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        random: Random,
        cogs: tuple[Cog[Any], ...],
        owner: str,
        side_by_side: int,
        apart: bool = False,
        address: str = "",
        token: Callable[[], str] = unguessable,
        online: bool = False,
    ) -> None:
        self.database = database
        self.clock = clock
        self.random = random
        self.platforms: dict[str, Platform] = {}
        self.trace = Trace(clock.now)
        self.figures = Figures()
        self.retry_cog, self.retry = retry.declare(lambda: self.registry)
        self.done = requests.declare(self.retry_cog)
        self.registry = Registry((*cogs, self.retry_cog))
        self.spaces = Spaces(database, random)
        self.people = People(database, random, clock.now)
        self.activity = Activity(database, clock.now, self.people, self.spaces)
        self.settings = SettingsStore(database, clock.now, self.people, self.spaces, self.sections(cogs))
        self.settings.on_change.append(self._changed)
        self.alerts = Alerts(database, clock.now)
        self.due = Due(self)
        self.jobs = Jobs(
            database,
            clock.now,
            owner,
            self.due.run,
            self.due.late,
            self.trace,
            concurrency=side_by_side,
            lost=lambda: self.spaces.lost,
        )
        self.schedules = Schedules(database, clock.now, self.jobs)
        self.gate = Gate(database, self._attention, self.alert, self.zone, self.activity.talking, self.spaces)
        self.outbox = Outbox(
            database,
            clock.now,
            owner,
            self.platforms.get,
            self.spaces.by_key,
            self.gate,
            self.trace,
            self.complain,
            concurrency=side_by_side,
        )
        self.dispatcher = Dispatcher(self, self.registry)
        self.entrance = Entrance(database, clock.now, address, token)
        self.desk: Desk = EngineDesk(self)
        self.memory = Memory(self.registry, self.trace, Workers(apart=apart))
        self.online = online
        self.awake = False
        self._communities: dict[str, Community] = {}
        self._replan: set[str] = set()

    @staticmethod
    def sections(cogs: tuple[Cog[Any], ...]) -> dict[str, tuple[Words, type[Any]]]:
        """Every section of settings by name: its title and its model."""
        own: dict[str, tuple[Words, type[Any]]] = {
            COMMUNITY: (t("The community"), CommunitySettings),
            "attention": (t("Attention"), AttentionSettings),
        }
        return own | {cog.name: (cog.words, cog.settings) for cog in cogs if cog.settings.model_fields}

    # Who and where

    def now(self) -> datetime:
        return self.clock.now()

    async def see(self, space: Space) -> Community:
        """Know a space from now on, and plan what its community schedules; again when the bot is back there."""
        first, back = not self.spaces.knows(space), self.spaces.lost_at(space) is not None
        community = await self.spaces.see(space)
        if first or back:
            self._communities.clear()
            self._replan.add(community.id)
        if first:
            await self.prepare(space)
        return community

    async def prepare(self, space: Space) -> None:
        """Make everything that guards read there."""
        for cog in self.memory.builders:
            await self._rebuild(cog, space)

    def community(self, space: Space) -> Community:
        """The community of a space, speaking as its settings say."""
        if found := self._communities.get(space.key):
            return found
        community = self._communities[space.key] = self.settings.community(space)
        return community

    def zone(self, community: str) -> ZoneInfo:
        return ZoneInfo(self.community(self.spaces.spaces_of(community)[0]).zone)

    def voice(self, community: Community, language: str | None) -> Voice:
        language = spoken(language, community.language)
        return Voice(language, ZoneInfo(community.zone), community.address, self.registry.paths)

    def place_of(self, ctx: Context[Any]) -> EnginePlace:
        language = getattr(ctx, "voice", None)
        return self.place(ctx.community, ctx.space, language.language if language else ctx.community.language)

    def place(self, community: Community, space: Space, language: str) -> EnginePlace:
        return EnginePlace(self, space, ZoneInfo(community.zone), language)

    def context(self, kind: type[C], cog: Cog[Any], space: Space, *, cause: str) -> C:
        community = self.community(space)
        settings = (
            self.settings.snapshot(community.id, cog.name, space) if cog.settings.model_fields else cog.settings()
        )
        return kind(self, cog.name, community, space, settings, cause)

    async def person_of(self, ctx: Context[Any], member: Member) -> str:
        return await self.people.person_of(member, ctx.community.id)

    async def accounts_of(self, ctx: Context[Any], person: str) -> tuple[Member, ...]:
        accounts = await self.people.accounts(person)
        spaces = sorted(self.spaces.reached(ctx.community.id), key=lambda space: space != ctx.space)
        found = [
            await self.member(space, account)
            for space in spaces
            for platform, account in accounts
            if platform == space.platform
        ]
        return tuple(member for member in found if member is not None)

    async def last_spoke(self, ctx: Context[Any], person: str) -> datetime | None:
        return await self.people.last_spoke(person, self.activity)

    # Running handlers

    async def run(self, kind: str, what: str, reason: str, work: Callable[[], Awaitable[object]]) -> bool:
        """Run a handler; its failure is traced and stops nobody else. True when it ended well."""
        self._told(kind, what, reason)
        return await self.attempt(what, reason, work)

    async def attempt(self, what: str, reason: str, work: Callable[[], Awaitable[object]]) -> bool:
        """``run`` for a part of what the trace was told already."""
        try:
            await _because(reason, work)
        except Exception as error:
            self.trace.failed(what, error)
            return False
        return True

    async def tell_why(self, kind: str, what: str, reason: str, work: Callable[[], Awaitable[object]]) -> None:
        """Run a handler with its reason known to platforms and to the trace."""
        self._told(kind, what, reason)
        await _because(reason, work)

    def _told(self, kind: str, what: str, reason: str) -> None:
        self.trace.add(kind, what, reason)
        self.figures.handled(kind, what)

    # What a context may do

    @asynccontextmanager
    async def db(self, ctx: Context[Any]) -> AsyncIterator[Db]:
        async with self.database.transaction(EngineDb) as db:
            db.engine, db.ctx, db.posts, db.calls = self, ctx, [], []
            yield db
        for call in db.calls:
            call()
        for number in db.posts:
            await self.outbox.deliver(number)

    async def sent(self, post: int) -> Sent:
        return await self.outbox.sent(post)

    def platform(self, space: Space, what: str) -> Platform:
        outside_transaction(what)
        return self.platforms[space.platform]

    async def act(self, ctx: Context[Any], act: Act, key: str) -> Outcome:
        return await acting.carry_out(self, ctx, act, key)

    async def cancel(self, ctx: Context[Any], job: Any, key: str) -> bool:
        return await self.jobs.cancel(ctx.community.id, f"{ctx.cog}.{job.__name__}", key)

    async def channels(self, space: Space) -> tuple[Channel, ...]:
        return await self.platform(space, "listing channels").channels(space)

    async def invites(self, space: Space) -> tuple[Invite, ...]:
        if not self.can(space, Can.INVITES):
            raise Forbidden(Can.INVITES.value)
        return await cast(Invites, self.platform(space, "invites")).invites(space)

    async def member(self, space: Space, id: str) -> Member | None:
        return await self.platform(space, "looking for a member").member(space, id)

    async def open(self, ctx: Interaction[Any], sheet: Sheet) -> None:
        await self.dispatcher.interactions.open(ctx, sheet)

    async def edit(self, ctx: Context[Any], ref: MessageRef, card: Card) -> None:
        voice = self.voice(ctx.community, ctx.community.language)
        await self.platform(ref.channel.space, "editing a message").edit(ref, localise(card, voice))

    async def delete(self, ref: MessageRef) -> None:
        await self.platform(ref.channel.space, "deleting a message").delete(ref)

    async def permalink(self, ref: MessageRef) -> str:
        platform = self.platform(ref.channel.space, "linking to a message")
        if not isinstance(platform, Permalinks):
            return ""
        try:
            return await platform.permalink(ref)
        except PlatformError as error:
            self.trace.add("act", "no link", str(error))
            return ""

    async def react(self, ref: MessageRef, emoji: str) -> None:
        await self.platform(ref.channel.space, "reacting").react(ref, emoji)

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        return await self.platform(ref.channel.space, "opening a thread").open_thread(ref, name)

    def can(self, space: Space, what: Can) -> bool:
        platform = self.platforms.get(space.platform)
        return platform is not None and can(platform, space, what)

    def window(self, cog: str, name: str, key: str, size: int) -> Window[Any]:
        return self.memory.window(cog, name, key, size)

    def snapshot(self, ctx: Glance[Any]) -> Any:
        return self.memory.snapshot(ctx.cog, ctx.space)

    async def refresh(self, ctx: Context[Any]) -> None:
        outside_transaction("making a snapshot")
        for space in self.spaces.spaces_of(ctx.community.id):
            await self._rebuild(ctx.cog, space)

    @cached_property
    def fetcher(self) -> Fetcher:
        """Imported at the first address: its library takes a tenth of a start."""
        made: Fetcher = import_module("bot.engine.fetching").Fetcher(online=self.online)
        return made

    async def fetch(self, url: str, *, etag: str, modified: str, limit: int) -> Fetched:
        outside_transaction("fetching")
        return await self.fetcher.fetch(url, etag=etag, modified=modified, limit=limit)

    def count(self, name: str, by: float) -> None:
        self.figures.count(name, by)

    def alert(self, community: str) -> Alert:
        return self.alerts.level(community)

    def earlier(self, community: str, member: Member) -> int:
        return self.activity.count(community, member.space.platform, member.id)

    async def raise_alert(self, ctx: Context[Any], level: Alert, why: str, until: datetime) -> bool:
        if list(Alert).index(level) <= list(Alert).index(self.alert(ctx.community.id)):
            return False
        await self.alerts.set(ctx.community.id, level, by=None, why=why, until=until)
        self.trace.add("act", f"alert: {level}", why, community=ctx.community.id)
        return True

    # Managers

    async def complain(self, community: str, words: Words) -> None:
        """Tell the managers once what to fix, in the channel they chose for that, and in the log."""
        self.trace.add("error", "complaint", Voice().text(words), community=community)
        digest = hashlib.blake2b(Voice().md(words).encode(), digest_size=8).hexdigest()
        await self.tell_managers(community, words, key=f"complaint {digest}")

    async def tell_managers(self, community: str, words: Words, *, key: str) -> None:
        """Post in each channel chosen for that; once for a ``key``."""
        for space in self.spaces.reached(community):
            if channel := self.moderators(community, space):
                ctx = self.context(Context, self.retry_cog, space, cause=key)
                await ctx.post(channel, words, priority=Priority.URGENT, key=f"{key} {space.key}")

    def moderators(self, community: str, space: Space) -> Channel | None:
        """Where this space's moderators are asked and told things."""
        own = self.settings.snapshot(community, COMMUNITY, space)
        assert isinstance(own, CommunitySettings)
        return own.moderators

    def _attention(self, community: str, space: Space) -> AttentionSettings:
        settings = self.settings.snapshot(community, "attention", space)
        assert isinstance(settings, AttentionSettings)
        return settings

    # What is made of settings

    def _changed(self, community: str, section: str) -> None:
        """What is made of settings is made again; of the community's own (language, time zone) everything is."""
        self._replan.add(community)
        self._communities.clear()
        for space in self.spaces.spaces_of(community):
            for cog in self.memory.builders:
                if section in (cog, COMMUNITY):
                    self._rebuild_beside(cog, space)

    def moved(self, space: Space, *communities: str) -> None:
        """A space went from one community to another: what memory holds of it is made again."""
        self._communities.clear()
        self._replan.update(communities)
        for cog in self.memory.builders:
            self._rebuild_beside(cog, space)

    async def replan(self) -> None:
        """Make the next occurrence of every schedule of the communities whose settings or spaces changed."""
        while self._replan:
            community = self._replan.pop()
            for space in self.spaces.reached(community):
                for name, owned in self.registry.schedules.items():
                    ctx = self.context(Glance, owned.cog, space, cause="plan")
                    cron = owned.item.schedule(ctx.settings)
                    await self.schedules.plan(community, space.key, name, cron, ZoneInfo(ctx.community.zone))

    def _rebuild_beside(self, cog: str, space: Space) -> None:
        """Make again what guards read of a cog, in a lane of its own."""
        self.dispatcher.lanes.put(f"snapshot {cog} {space.key}", partial(self._rebuild, cog, space))

    async def _rebuild(self, cog: str, space: Space) -> None:
        await self.memory.rebuild(self.context(Context, self.registry.named[cog], space, cause="snapshot"))


async def _because(reason: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do it with its reason known to platforms."""
    token = why.set(reason)
    try:
        await work()
    finally:
        why.reset(token)
