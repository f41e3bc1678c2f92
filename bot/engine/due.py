"""What is due is done: a cog's job, an occurrence of a schedule, or a fact to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cog.context import Context
from bot.engine import facts
from bot.engine.jobs import Claimed
from bot.engine.loader import Owned

if TYPE_CHECKING:
    from bot.engine.host import Engine


class Due:
    """From a job that was claimed to the handler that some cog declared for it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.registry = engine.registry

    async def run(self, claimed: Claimed) -> None:
        """Raises what the handler raises, and ``LookupError`` when no cog declares the job any more."""
        engine = self.engine
        space = engine.spaces.by_key(claimed.space)
        if not engine.spaces.is_home(claimed.community, space):
            engine.trace.add("job", claimed.name, "its space left the community", community=claimed.community)
            await engine.jobs.drop(claimed.number)
            return
        cause = f"job {claimed.name}/{claimed.key}"
        if hearer := self.registry.hearers.get(claimed.name):
            ctx = engine.context(Context, hearer.cog, space, cause=cause)
            ctx.asked = claimed.asked
            await self._hear(ctx, hearer, claimed)
        elif owned := self.registry.jobs.get(claimed.name) or self.registry.schedules.get(claimed.name):
            ctx = engine.context(Context, owned.cog, space, cause=cause)
            ctx.asked = claimed.asked
            reader = getattr(owned.item, "reader", None)
            values = reader.model(**claimed.arguments) if reader else None
            arguments = {name: getattr(values, name) for name in reader.fields} if reader else {}
            await engine.tell_why("job", claimed.name, f"due: {claimed.name}", lambda: owned.item.fn(ctx, **arguments))
        else:
            raise LookupError(f"no cog declares the job {claimed.name} any more")

    async def _hear(self, ctx: Context[Any], hearer: Owned, claimed: Claimed) -> None:
        fact = await facts.load(self.engine.database, str(claimed.arguments["fact"]), hearer.item.kind)
        if fact is not None:
            reason = f"{type(fact).__name__} → {claimed.name}"
            await self.engine.tell_why("fact", claimed.name, reason, lambda: hearer.item.fn(ctx, fact))

    def late(self, name: str) -> Any:
        """The late policy of a job by its name, ``None`` when no cog declares it any more."""
        for index in (self.registry.jobs, self.registry.schedules):
            if owned := index.get(name):
                return owned.item.late
        return "run" if name in self.registry.hearers else None

    def hurry(self) -> None:
        """Run what is due now instead of at the next tick; before the platforms are there, nothing runs."""
        lanes = self.engine.dispatcher.lanes
        if self.engine.awake and not lanes.waiting.get("jobs"):
            lanes.put("jobs", self._run_all)

    async def _run_all(self) -> None:
        try:
            await self.engine.jobs.run_due()
        except Exception as error:
            self.engine.trace.failed("jobs", error)
