"""What a moderator does by hand, with the platform's own tools."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.chat.events import Event, MemberRenamed, Sanction
from bot.chat.things import Level, Member, Space
from bot.platforms.playground.happenings import done
from bot.platforms.playground.options import Impossible
from bot.platforms.playground.records import Account, Deed, Presence

if TYPE_CHECKING:
    from bot.platforms.playground.world import World


class Target(Protocol):
    """Another actor."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


class Moderating:
    """The moderator's menu of an ``Actor``. Relais is told as of anything else that happens."""

    _world: World
    _town: str

    @property
    def account(self) -> Account:
        raise NotImplementedError

    @property
    def member(self) -> Member:
        raise NotImplementedError

    @property
    def space(self) -> Space:
        raise NotImplementedError

    def _tell(self, event: Event) -> Awaitable[None]:
        raise NotImplementedError

    async def rename(self, name: str) -> None:
        """Show another name from now on."""
        before, account = self.account.name, self.account
        account.name = name
        self._world.state.put(account)
        event = self._world.state.new_id("e")
        now = self._world.now()
        await self._tell(MemberRenamed(space=self.space, id=event, at=now, member=self.member, before=before))

    async def timeout(self, who: Target, until: datetime, why: str = "") -> None:
        """Silence somebody until then."""
        self._presence_of(who).timeout_until = until
        await self._did(who, Sanction.TIMEOUT, why, until=until)

    async def end_timeout(self, who: Target, why: str = "") -> None:
        """Let somebody speak again."""
        self._presence_of(who).timeout_until = None
        await self._did(who, Sanction.TIMEOUT_LIFTED, why)

    async def kick(self, who: Target, why: str = "") -> None:
        """Send somebody away."""
        left = self._world.remove(self._presence_of(who))
        await self._tell(left)
        await self._did(who, Sanction.KICK, why)

    async def ban(self, who: Target, why: str = "") -> None:
        """Send somebody away for good, there or not."""
        self._moderates()
        state, town = self._world.state, self._world.state.towns[self._town]
        town.banned.append(who.id)
        state.put(town)
        if presence := state.presence(self._town, who.id):
            await self._tell(self._world.remove(presence))
        await self._did(who, Sanction.BAN, why)

    async def unban(self, who: Target, why: str = "") -> None:
        """Lift a ban."""
        self._moderates()
        town = self._world.state.towns[self._town]
        if who.id not in town.banned:
            raise Impossible(f"{who.name} is not banned")
        town.banned.remove(who.id)
        self._world.state.put(town)
        await self._did(who, Sanction.UNBAN, why)

    async def give_role(self, who: Target, role: str, why: str = "") -> None:
        account = self._world.state.accounts[self._presence_of(who).account]
        account.roles = tuple(dict.fromkeys((*account.roles, role)))
        self._world.state.put(account)
        await self._did(who, Sanction.ROLE_GIVEN, why, role=role)

    async def take_role(self, who: Target, role: str, why: str = "") -> None:
        account = self._world.state.accounts[self._presence_of(who).account]
        account.roles = tuple(it for it in account.roles if it != role)
        self._world.state.put(account)
        await self._did(who, Sanction.ROLE_TAKEN, why, role=role)

    def _moderates(self) -> None:
        if self.account.level < Level.MODERATOR:
            raise Impossible(f"{self.account.name} is no moderator")

    def _presence_of(self, who: Target) -> Presence:
        self._moderates()
        presence = self._world.state.presence(self._town, who.id)
        if presence is None:
            raise Impossible(f"{who.name} is not here")
        return presence

    async def _did(
        self, who: Target, what: Sanction, why: str, *, until: datetime | None = None, role: str = ""
    ) -> None:
        state = self._world.state
        if presence := state.presence(self._town, who.id):
            state.put(presence)
        deed = Deed(state.new_id("e"), self._town, who.id, self._world.now(), self.account.id, what, why, until, role)
        state.put(deed)
        await self._tell(done(state, deed))
