"""The contract's stage on Slack: the protocol-level server, through the real slack-bolt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.chat.platform import Can, Platform, PlatformError, can
from bot.chat.things import Channel, MessageRef, Space
from bot.platforms.slack import emoji
from bot.rehearsal.stage import Stage
from tests.contract.stage import Cogs
from tests.wire.slack.delivery import Parcel
from tests.wire.slack.errors import Refused
from tests.wire.slack.faults import Fault
from tests.wire.slack.scene import SlackScene

FOREVER = 1_000_000
PEOPLE_DO = frozenset({"team_join", "user_change", "message", "app_mention"})


class SlackStage(Stage):
    """``slack`` is the scene, with the server and the adapter of the moment."""

    def __init__(self, platform: str, *, cogs: Cogs, start: datetime, zone: str, screening: bool) -> None:
        super().__init__(cogs=cogs, start=start, zone=zone, scene=SlackScene)
        assert isinstance(self.scene, SlackScene)
        self.slack = self.scene
        self.server = self.slack.server
        self.platform = platform
        self._faults: list[Fault] = []
        self.slack.world.add_group("Friends", self.slack.world.person("Friend", here=True))

    @property
    def space(self) -> Space:
        return self.adapter.spaces()[0]

    @property
    def adapter(self) -> Platform:
        return self.slack.adapter

    def can(self, what: Can) -> bool:
        return can(self.adapter, self.space, what)

    def help_of(self, path: str, language: str) -> str:
        """As a client shows it: in one language."""
        return self.server.state.app.commands[f"/{path.split()[0]}"].description

    async def outwait(self) -> None:
        """Every interaction was acknowledged, or Slack gave up on it."""
        delivery = self.server.delivery
        async with asyncio.timeout(self.server.socket.ack_within + 1):
            while delivery.busy:
                delivery.quiet.clear()
                await delivery.quiet.wait()

    # What happened

    @property
    def notified(self) -> list[tuple[str, str]]:
        return list(self.slack.world.notified)

    @property
    def effects(self) -> list[str]:
        return [effect.effect for effect in self.slack.world.effects]

    def posts(self, channel: Channel) -> tuple[MessageRef, ...]:
        state, bot = self.server.state, self.slack.world.town().bot
        said = (it for it in state.messages(channel.id) if it.user == bot and it.subtype not in NOTICES)
        return tuple(map(state.ref, said))

    def reactions(self, ref: MessageRef) -> Mapping[str, int]:
        message = self.server.state.message(ref.channel.id, ref.id)
        assert message is not None
        return {emoji.sign(name): len(givers) for name, givers in message.reactions.items() if givers}

    # What may go wrong

    async def restart(self) -> None:
        self._reachable()
        await super().restart()

    async def disconnect(self) -> None:
        """Neither the socket nor the Web API."""
        self._faults.append(Fault("*", FOREVER, before=Refused("", status=503)))
        self.server.faults.waiting += self._faults
        self.server.socket.kill()
        await self.server.socket.gone()

    def _reachable(self) -> None:
        waiting = self.server.faults.waiting
        waiting[:] = [it for it in waiting if it not in self._faults]
        self._faults.clear()

    async def reconnect(self) -> None:
        self._reachable()
        await self.server.socket.connected()
        await self.settle()

    async def redeliver(self) -> None:
        """Events are told again with all that was in them; interactions never are, but a network may repeat itself."""
        last = next(it for it in reversed(self.server.delivery.log) if self._by_people(it))
        again = Parcel(last.kind, last.payload, self.now, attempt=1, reason="timeout")
        if last.kind == "events_api":
            self.server.delivery._send(again)
        else:
            await self.server.delivery.ask(last.kind, last.payload)
        await self.settle()

    def _by_people(self, parcel: Parcel) -> bool:
        event = parcel.payload.get("event", {})
        bot = self.slack.world.town().bot
        return parcel.kind != "events_api" or (event.get("type") in PEOPLE_DO and event.get("user") != bot)

    def fail_next(self, error: PlatformError, times: int = 1, *, on: str | None = None) -> None:
        self.slack.world.fail_next(error, times, on=on)

    def lose_next_answer(self, times: int = 1, *, on: str | None = None) -> None:
        self.slack.world.lose_next_answer(times, on=on)

    def close_channel(self, channel: Channel, closed: bool = True) -> None:
        """Others may post there, the app not: what it is not in, it hears nothing of."""
        self._reachable()
        if closed:
            there = (("chat.postMessage", lambda args: args.get("channel") == channel.id),)
            self._faults.append(Fault(there, FOREVER, before=Refused("restricted_action_read_only_channel")))
            self.server.faults.waiting += self._faults

    def deny(self, *powers: Can) -> None:
        self.slack.world.deny(self.slack.world.spaces[0], *powers)


NOTICES = frozenset({"channel_join", "group_join", "channel_leave", "group_leave"})
