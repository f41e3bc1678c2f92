"""Interactions: how they reach the bot, and how long they may be answered."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

from tests.wire.discord import shapes
from tests.wire.discord.bits import Asked, Json, Kind, Permission
from tests.wire.discord.permissions import in_channel
from tests.wire.discord.records import Channel, Interaction, Message
from tests.wire.discord.state import State

ANSWER_WITHIN = timedelta(seconds=3)
TOKEN_LASTS = timedelta(minutes=15)


def ask(
    state: State,
    kind: Asked,
    user: str,
    guild: str | None,
    channel: Channel,
    data: Json,
    message: Message | None = None,
    opener: str | None = None,
) -> Interaction:
    """Somebody asks the bot something."""
    id = state.ids.new()
    token = "aW50ZXJhY3Rpb246" + hashlib.sha256(f"{id} {state.token}".encode()).hexdigest()
    started = asyncio.get_running_loop().time()
    asked = Interaction(id, token, kind, user, guild, channel.id, state.now(), started, data)
    asked.message, asked.opener = message.id if message else None, opener
    state.interactions[token] = asked
    state.tell("INTERACTION_CREATE", payload(state, asked, message), guild, None)
    return asked


def payload(state: State, asked: Interaction, message: Message | None) -> Json:
    """The event's data."""
    channel = state.channels[asked.channel]
    found: Json = {
        "id": asked.id,
        "application_id": state.application.id,
        "type": int(asked.kind),
        "token": asked.token,
        "version": 1,
        "data": asked.data,
        "channel_id": channel.id,
        "channel": shapes.channel(state, channel) | {"permissions": _bits(state, channel, asked.user)},
        "app_permissions": _bits(state, channel, state.bot.id),
        "locale": state.users[asked.user].locale,
        "entitlements": [],
        "authorizing_integration_owners": {"0": asked.guild or "0"},
        "context": 0 if asked.guild else 1,
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if message is not None:
        found["message"] = shapes.message(state, message)
    return found | _who(state, asked, channel)


def _who(state: State, asked: Interaction, channel: Channel) -> Json:
    if asked.guild is None or channel.kind is Kind.DM:
        return {"user": shapes.user(state.users[asked.user])}
    guild = state.guilds[asked.guild]
    member = shapes.member(state, guild.members[asked.user])
    partial = {"id": guild.id, "locale": guild.locale, "features": []}
    where = {"guild_id": guild.id, "guild_locale": guild.locale, "guild": partial}
    return where | {"member": member | {"permissions": _bits(state, channel, asked.user)}}


def _bits(state: State, channel: Channel, user: str) -> str:
    return str(int(in_channel(state, channel, user) or Permission(0)))


def too_late(state: State, asked: Interaction, patience: float) -> bool:
    """Whether the first answer comes after three seconds, of the injected clock or of the real one."""
    waited = asyncio.get_running_loop().time() - asked.started
    return state.now() - asked.at > ANSWER_WITHIN or waited > patience


def token_over(state: State, asked: Interaction) -> bool:
    return state.now() - asked.at > TOKEN_LASTS
