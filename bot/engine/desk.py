"""Relais itself, as the cogs that administer it see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.chat.forms import CommandSpec
from bot.chat.things import Community, Member, Space
from bot.chat.words import Words
from bot.cog.desk import Alarm, Alert, AttentionDesk, PagesDesk, PeopleDesk, SettingsDesk
from bot.cog.fields.kinds import Place
from bot.cog.links import LinksDesk, SpacesDesk
from bot.engine.linking import Links
from bot.engine.moving import Moves

if TYPE_CHECKING:
    from bot.engine.host import Engine


class EngineDesk:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.settings: SettingsDesk = engine.settings
        self.people: PeopleDesk = engine.people
        self.links: LinksDesk = Links(engine)
        self.spaces: SpacesDesk = Moves(engine)
        self.attention: AttentionDesk = engine.gate
        self.pages: PagesDesk = engine.entrance
        self.commands: tuple[CommandSpec, ...] = tuple(owned.item.spec for owned in engine.registry.commands.values())

    def place(self, community: Community, space: Space, language: str) -> Place:
        return self.engine.place(community, space, language)

    def titles(self) -> Mapping[str, Words]:
        return {cog.name: cog.words for cog in self.engine.registry.cogs}

    def alert(self, community: Community) -> Alarm:
        return self.engine.alerts.alarm(community.id)

    async def set_alert(
        self, community: Community, level: Alert, *, by: Member, why: str, until: datetime | None
    ) -> None:
        person = await self.engine.people.person_of(by, community.id)
        await self.engine.alerts.set(community.id, level, by=person, why=why, until=until)
        self.engine.trace.add("act", f"alert: {level}", why, community=community.id)
