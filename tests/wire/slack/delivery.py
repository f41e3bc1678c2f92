"""From what happens to the bot: events, commands and interactions, by whatever line is up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tests.wire.slack.bits import Json, seconds
from tests.wire.slack.happenings import NEEDS
from tests.wire.slack.specs import event_problems
from tests.wire.slack.state import State

MOST_RETRIES = 3
RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds before each redelivery of an event."""

GIVEN_UP_AFTER = timedelta(seconds=360)


@dataclass
class Parcel:
    """One payload on its way. ``attempt`` counts redeliveries; ``answer`` is what came back with the ack."""

    kind: str
    payload: Json
    at: datetime
    attempt: int = 0
    reason: str = ""
    acked: bool = False
    answer: Json | None = None
    tried: list[str] = field(default_factory=list)


class NoLine(Exception):
    """Nobody is listening."""


class Line(Protocol):
    """Socket Mode or a request URL."""

    @property
    def up(self) -> bool: ...

    async def carry(self, parcel: Parcel) -> str:
        """Hand a parcel over; gives "" once it is acknowledged, else why it was not. Raises ``NoLine``."""
        ...


class Delivery:
    """``log`` holds every parcel; ``waiting`` those nobody was there to take, ``lost`` those given up.

    What happens before the app first listens is never told.
    """

    def __init__(self, state: State, *, retry_after: tuple[float, ...] = RETRY_AFTER) -> None:
        self.line: Line | None = None
        self.log: list[Parcel] = []
        self.waiting: list[Parcel] = []
        self.lost: list[Parcel] = []
        self.violations: list[str] = []
        self.busy = 0
        self.quiet = asyncio.Event()
        self.retry_after = retry_after
        self.known = False
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()
        state.tell = self.tell

    # Events

    def tell(self, team: str, kind: str, event: Json) -> None:
        """Deliver an event, if the app subscribed to it and its scopes allow."""
        app = self._state.app
        grant = self._state.grant_of(team)
        needed = NEEDS.get(kind)
        if not self.known or grant.dead or (app.events is not None and kind not in app.events):
            return
        if needed is not None and needed not in grant.scopes:
            return
        if kind.startswith("member_") and not grant.scopes & {"channels:read", "groups:read"}:
            return
        payload = self._wrapped(team, event)
        self.violations += event_problems(payload)
        self._send(Parcel("events_api", payload, self._state.now()))

    def _wrapped(self, team: str, event: Json) -> Json:
        state = self._state
        bot = state.teams[team].bot
        who = {"enterprise_id": None, "team_id": team, "user_id": bot, "is_bot": True, "is_enterprise_install": False}
        return {
            "token": state.app.token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": state.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": state.new.id("Ev"),
            "event_time": seconds(state.now()),
            "authorizations": [who],
            "is_ext_shared_channel": False,
            "event_context": f"4-{state.new.id('ctx').lower()}",
        }

    def _send(self, parcel: Parcel) -> None:
        self.log.append(parcel)
        if self.reachable:
            self._start(parcel)
        else:
            self.waiting.append(parcel)

    def _start(self, parcel: Parcel) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.busy += 1

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            while not await self._once(parcel):
                if delay := self.retry_after[parcel.attempt - 1]:
                    self._rest()
                    await asyncio.sleep(delay)
                    self.busy += 1
        finally:
            self._rest()

    def _rest(self) -> None:
        self.busy -= 1
        self.quiet.set()

    async def _once(self, parcel: Parcel) -> bool:
        """Whether it is over."""
        try:
            parcel.reason = await self._carry(parcel)
        except NoLine:
            self.waiting.append(parcel)
            return True
        if not parcel.reason:
            parcel.acked = True
            return True
        parcel.tried.append(parcel.reason)
        if parcel.attempt == MOST_RETRIES or parcel.reason == "no_retry":
            self.lost.append(parcel)
            return True
        parcel.attempt += 1
        return False

    async def _carry(self, parcel: Parcel) -> str:
        if self.line is None:
            raise NoLine
        return await self.line.carry(parcel)

    def line_up(self) -> None:
        """Somebody listens again: the events that waited come now, as the redelivery that would be due."""
        self.known = True
        waiting, self.waiting = self.waiting, []
        for parcel in waiting:
            age = self._state.now() - parcel.at
            if age > GIVEN_UP_AFTER:
                self.lost.append(parcel)
                continue
            due = 1 if not age else 2 if age <= timedelta(seconds=60) else 3
            parcel.attempt, parcel.reason = max(parcel.attempt, due), "timeout"
            self._start(parcel)

    # Commands and interactions

    @property
    def reachable(self) -> bool:
        return self.line is not None and self.line.up

    async def ask(self, kind: str, payload: Json) -> Parcel:
        """Deliver once and wait for the answer; such payloads are not redelivered. Raises ``NoLine``."""
        parcel = Parcel(kind, payload, self._state.now())
        self.log.append(parcel)
        self.busy += 1
        try:
            parcel.reason = await self._carry(parcel)
        finally:
            self._rest()
        parcel.acked = not parcel.reason
        return parcel

    def of(self, kind: str, matches: Callable[[Json], bool] = lambda event: True) -> list[Parcel]:
        """Deliveries of one kind of event, or of ``slash_commands`` and ``interactive``."""
        found = [it for it in self.log if kind in (it.kind, it.payload.get("event", {}).get("type"))]
        return [it for it in found if matches(it.payload.get("event", it.payload))]

    async def stop(self) -> None:
        """Give up everything under way."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
