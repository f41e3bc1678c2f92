"""A context's transaction: what a cog stores, tells, posts and puts off happens together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.chat.card import Card
from bot.chat.platform import why
from bot.chat.things import Channel, Member
from bot.cog.context import Context, Db, Priority
from bot.cog.facts import Fact
from bot.cog.texts import localise
from bot.engine import facts
from bot.engine.models import AccountRow

if TYPE_CHECKING:
    from bot.engine.host import Engine


class EngineDb(Db):
    """A context's transaction."""

    engine: Engine
    ctx: Context[Any]
    posts: list[int]
    calls: list[Callable[[], None]]

    def after(self, call: Callable[[], None]) -> None:
        self.calls.append(call)

    async def tell(self, fact: Fact) -> str:
        heard = [
            one.item.name
            for kind, ones in self.engine.registry.listeners.items()
            if isinstance(fact, kind)
            for one in ones
        ]
        return await facts.put(
            self,
            fact,
            community=self.ctx.community.id,
            space=self.ctx.space.key,
            key=self.ctx.next_key(),
            at=self.ctx.now,
            id=f"{self.engine.random.getrandbits(64):016x}",
            listeners=heard,
            jobs=self.engine.jobs,
            asked=self.ctx.asked,
        )

    async def later(
        self, job: Any, *, at: datetime, key: str, arguments: Mapping[str, object], replace: bool = False
    ) -> None:
        name = f"{self.ctx.cog}.{job.__name__}"
        declared = self.engine.registry.jobs[name].item
        checked = declared.reader.model(**arguments).model_dump(mode="json")
        person = arguments.get("person")
        await self.engine.jobs.put(
            self,
            community=self.ctx.community.id,
            space=self.ctx.space.key,
            name=name,
            key=key,
            arguments=checked,
            due_at=at,
            person=person if isinstance(person, str) else None,
            replace=replace,
            asked=self.ctx.asked and at <= self.ctx.now,
        )
        if at <= self.ctx.now:
            self.after(self.engine.due.hurry)

    async def post(self, to: Channel | Member, card: Card, **options: Any) -> int:
        ctx = self.ctx
        language = to.language if isinstance(to, Member) else ctx.community.language
        voice = self.engine.voice(ctx.community, language)
        reason = options.pop("why", "")
        number = await self.engine.outbox.put(
            self,
            community=ctx.community.id,
            cog=ctx.cog,
            space=to.space,
            to=to,
            card=localise(card, voice),
            priority=options.pop("priority", Priority.NORMAL),
            thread=options.pop("thread", None),
            key=options.pop("key", "") or ctx.next_key(),
            merge=options.pop("merge", ""),
            why=voice.text(reason) if reason else why.get(),
            until=options.pop("until", None),
            otherwise=options.pop("otherwise", None),
            person=await self._owner(to) if isinstance(to, Member) else None,
        )
        if options:
            raise TypeError(f"post() has no {', '.join(options)}")
        self.posts.append(number)
        return number

    async def _owner(self, member: Member) -> str | None:
        found: str | None = await self.scalar(
            select(AccountRow.person).where(
                AccountRow.community == self.ctx.community.id,
                AccountRow.platform == member.space.platform,
                AccountRow.account == member.id,
            )
        )
        return found
