"""One call of a method as its handler sees it, and the table of methods."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.wire.slack.bits import Json, ts_number
from tests.wire.slack.errors import Refused, invalid_arguments
from tests.wire.slack.rates import Rates
from tests.wire.slack.records import Channel, Grant, Message, User
from tests.wire.slack.state import State

PAGE = 1000
"""The most objects in one page."""


@dataclass
class Call:
    """``args`` are as they came: strings, or values of a JSON body."""

    state: State
    rates: Rates
    method: str
    args: Mapping[str, Any]
    grant: Grant

    # What is asked

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken for one."""
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")

    def need(self, name: str) -> str:
        """A string that must be there."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("1", "true")

    def whole(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.lstrip("-").isdigit():
            raise invalid_arguments(f"must provide an integer [json-pointer:/{name}]")
        return int(value)

    def json(self, name: str, error: str) -> Any:
        """A structure: a value of a JSON body, or JSON in a string. ``None`` when it is left out."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None

    def ts(self, name: str, error: str = "message_not_found") -> str:
        value = self.need(name)
        try:
            ts_number(value)
        except ValueError:
            raise Refused(error) from None
        return value

    def names(self, name: str) -> list[str]:
        """A list: JSON, or separated by commas."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(it) for it in value]
        return [it.strip() for it in self.text(name).split(",") if it.strip()]

    # Who asks, and whom it is about

    @property
    def me(self) -> str:
        return self.grant.user

    @property
    def team(self) -> str:
        return self.grant.team

    @property
    def now(self) -> datetime:
        return self.state.now()

    def user(self, id: str) -> User:
        user = self.state.users.get(id)
        if user is None or user.team != self.team or not user.here:
            raise Refused("user_not_found")
        return user

    def channel(self, name: str = "channel") -> Channel:
        """A conversation that the caller may know of: public, or one where it is."""
        channel = self.state.channels.get(self.need(name))
        if channel is None or channel.team != self.team:
            raise Refused("channel_not_found")
        if (channel.private or channel.is_im) and self.me not in channel.members:
            raise Refused("channel_not_found")
        return channel

    def message(self, channel: Channel, ts: str, error: str = "message_not_found") -> Message:
        message = self.state.message(channel.id, ts)
        if message is None:
            raise Refused(error)
        return message

    # What the token allows

    def scope(self, *wanted: str) -> None:
        """Refuse unless one of these was granted."""
        if not self.grant.scopes & set(wanted):
            provided = ",".join(sorted(self.grant.scopes))
            raise Refused("missing_scope", needed=",".join(wanted), provided=provided)

    def scope_for(self, channel: Channel, what: str) -> None:
        """Refuse unless this kind of conversation may be read, or what is asked."""
        self.scope(f"{channel.family}:{what}")

    def inside(self, channel: Channel) -> None:
        """Refuse unless the caller is a member."""
        if self.me not in channel.members:
            raise Refused("not_in_channel")

    # Pages

    def page(self, found: list[Any], default: int = 100) -> tuple[list[Any], Json]:
        """The part of a list that cursor and limit ask for, and the metadata that leads to the next."""
        limit = self.whole("limit", default) or default
        if not 0 < limit <= PAGE:
            raise Refused("invalid_limit")
        start = 0
        if cursor := self.text("cursor"):
            if not cursor.startswith("c:") or not cursor[2:].isdigit():
                raise Refused("invalid_cursor")
            start = int(cursor[2:])
        end = start + limit
        return found[start:end], {"next_cursor": f"c:{end}" if end < len(found) else ""}


Handler = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A method: ``arguments`` it knows, ``scopes`` of which one is needed, ``kinds`` of token, its tier."""

    name: str
    handler: Handler
    arguments: frozenset[str]
    required: frozenset[str]
    scopes: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset({"bot", "user"})
    tier: int = 0
    anonymous: bool = False


@dataclass
class Methods:
    """Methods by name."""

    all: dict[str, Method] = field(default_factory=dict)

    def on(
        self,
        name: str,
        arguments: str = "",
        *,
        scopes: str = "",
        kinds: str = "bot user",
        tier: int = 0,
        anonymous: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Register a handler; arguments marked with ``!`` are required."""

        def keep(handler: Handler) -> Handler:
            names = arguments.split()
            self.all[name] = Method(
                name,
                handler,
                frozenset(it.rstrip("!") for it in names),
                frozenset(it[:-1] for it in names if it.endswith("!")),
                tuple(scopes.split()),
                frozenset(kinds.split()),
                tier,
                anonymous,
            )
            return handler

        return keep


methods = Methods()
