"""Events in: each once, in order per channel and per member; guards first, then listeners."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.chat.events import (
    Event,
    Interacted,
    MessageDeleted,
    MessagePosted,
    Reacted,
    SpaceLost,
    SpaceSeen,
)
from bot.cog.acts import Verdict
from bot.cog.context import Context, Glance
from bot.engine.interactions import Interactions
from bot.engine.lanes import Lanes, Work
from bot.engine.loader import Owned, Registry
from bot.engine.losing import lose

if TYPE_CHECKING:
    from bot.engine.host import Engine

REMEMBERED = 20_000
"""Event ids kept to recognise a redelivery. Slack redelivers for more than five minutes."""


class Dispatcher:
    """Takes the platforms' events to the cogs."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self.engine = engine
        self.registry = registry
        self.interactions = Interactions(engine, registry)
        self.lanes = Lanes()
        self.broken_off = False
        self.seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.kinds: dict[type[Any], tuple[list[Owned], list[Owned]]] = {}

    async def receive(self, event: Event) -> None:
        """Queue an event. A message that no guard and no listener wants ends here, without database work."""
        if self._again(event):
            return
        if isinstance(event, SpaceLost):
            if self.engine.spaces.knows(event.space):
                self.lanes.put(event.space.key, partial(self._lose, event))
            return
        if not self.engine.spaces.knows(event.space) or isinstance(event, SpaceSeen):
            await self.engine.see(event.space)
        if isinstance(event, Interacted):
            self.lanes.put(event.member.key, lambda: self.interactions.answer(event))
            return
        works = list(self._works(event))
        if isinstance(event, MessagePosted):
            self.engine.activity.note(event, works=len(works))
        for lane, work in works:
            self.lanes.put(lane, work)

    async def _lose(self, event: SpaceLost) -> None:
        await self.engine.run("space", "lost", event.space.key, lambda: lose(self.engine, event))

    async def handled(self, event: Event) -> None:
        """Wait for all that was queued about an event, also by an earlier delivery of it.

        Raises ``RuntimeError`` once work was broken off: it may not be done.
        """
        if self.broken_off:
            raise RuntimeError("stopped in the middle of what was queued")
        done = asyncio.Event()

        async def tell() -> None:
            done.set()

        self.lanes.put(_lane(event), tell)
        await done.wait()

    def _again(self, event: Event) -> bool:
        key = (event.space.key, event.id)
        if key in self.seen:
            return True
        self.seen[key] = None
        if len(self.seen) > REMEMBERED:
            self.seen.popitem(last=False)
        return False

    def _wanted(self, kind: type[Any]) -> tuple[list[Owned], list[Owned]]:
        if kind not in self.kinds:
            self.kinds[kind] = (
                [one for base, ones in self.registry.guards.items() if issubclass(kind, base) for one in ones],
                [one for base, ones in self.registry.listeners.items() if issubclass(kind, base) for one in ones],
            )
        return self.kinds[kind]

    def _works(self, event: Event) -> Iterator[tuple[str, Work]]:
        """What there is to do about an event, and in which lane."""
        guards, listeners = self._wanted(type(event))
        for owned in guards:
            verdict = self._look(owned, event)
            if verdict is not None:
                yield _member_lane(event), partial(self._act, event, owned, verdict)
                if verdict.stop:
                    return
        if listeners:
            yield _lane(event), partial(self._listen, event, listeners)

    def _look(self, owned: Owned, event: Event) -> Verdict | None:
        try:
            glance = self.engine.context(Glance, owned.cog, event.space, cause=f"{event.id}/{owned.item.name}")
            verdict: Verdict | None = owned.item.fn(glance, event)
        except Exception as error:
            self.engine.trace.failed(owned.item.name, error)
            return None
        if verdict is not None and verdict.rule:
            self._tell(owned, event, verdict)
        return verdict

    def _tell(self, owned: Owned, event: Event, verdict: Verdict) -> None:
        what = f"{owned.item.name}: {verdict.rule} v{verdict.version}"
        community = self.engine.community(event.space).id
        self.engine.trace.add("guard", what, verdict.evidence, community=community, said=verdict.words)
        self.engine.figures.handled("guard", owned.item.name)

    async def _act(self, event: Event, owned: Owned, verdict: Verdict) -> None:
        """Carry a verdict out; its acts have keys, so an event heard again does nothing twice."""
        cause = f"{event.space.key}/{event.id}/{verdict.rule}"
        ctx = self.engine.context(Context, owned.cog, event.space, cause=cause)
        reason = ctx.voice_for().text(verdict.words or verdict.rule)
        for one in verdict.actions:
            await self.engine.attempt(owned.item.name, reason, partial(ctx.act, one))
        if owned.cog.decided:
            await self.engine.attempt(owned.item.name, reason, partial(owned.cog.decided, ctx, event, verdict))
        self._done(event)

    async def _listen(self, event: Event, listeners: list[Owned]) -> None:
        for owned in listeners:
            cause = f"{event.space.key}/{event.id}/{owned.item.name}"
            ctx = self.engine.context(Context, owned.cog, event.space, cause=cause)
            why = f"{type(event).__name__} → {owned.item.name}"
            await self.engine.run("listener", owned.item.name, why, partial(owned.item.fn, ctx, event))
        self._done(event)

    def _done(self, event: Event) -> None:
        if isinstance(event, MessagePosted):
            self.engine.activity.release(event.ref)

    async def idle(self) -> None:
        await self.lanes.idle()

    async def stop(self) -> None:
        self.broken_off = bool(self.lanes.tasks)
        await self.lanes.stop()


def _lane(event: Event) -> str:
    match event:
        case MessagePosted() | MessageDeleted() | Reacted():
            return f"{event.space.key}#{event.ref.channel.id}"
    return _member_lane(event)


def _member_lane(event: Event) -> str:
    member = getattr(event, "member", None)
    return member.key if member else event.space.key
