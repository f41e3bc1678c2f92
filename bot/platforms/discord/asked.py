"""Interactions as neutral events: which command, with which options; which button; which form."""

from __future__ import annotations

from bot.chat.things import Channel, Member, MessageRef
from bot.platforms.discord.responder import EPHEMERAL
from bot.platforms.discord.town import Town
from bot.platforms.discord.translate import Payload, member, somebody

SUBCOMMAND, GROUP = 1, 2
USER, CHANNEL, FILE = 6, 7, 11
THREADS = frozenset({10, 11, 12})
"""Kinds of channels that are threads."""


def used(data: Payload) -> tuple[str, list[Payload]]:
    """A command's path and the options given."""
    words, options = [str(data["name"])], list(data.get("options") or ())
    while options and options[0]["type"] in (SUBCOMMAND, GROUP):
        words.append(str(options[0]["name"]))
        options = list(options[0].get("options") or ())
    return " ".join(words), options


def focused(options: list[Payload]) -> tuple[str, str]:
    """The option that is being typed, and what stands in it."""
    return next(((str(o["name"]), str(o.get("value") or "")) for o in options if o.get("focused")), ("", ""))


def understood(town: Town, data: Payload, options: list[Payload]) -> dict[str, object]:
    """Options by name: text and numbers as they are, members and channels as such; files stay payloads."""
    resolved: Payload = data.get("resolved") or {}
    return {str(option["name"]): _value(town, option, resolved) for option in options}


def _value(town: Town, option: Payload, resolved: Payload) -> object:
    value: object = option["value"]
    if option["type"] == USER:
        return picked_member(town, str(value), resolved)
    if option["type"] == CHANNEL:
        return picked_channel(town, str(value), resolved)
    if option["type"] == FILE:
        return (resolved.get("attachments") or {})[str(value)]
    return value


def picked_member(town: Town, id: str, resolved: Payload) -> Member:
    """Somebody chosen, who may have left meanwhile."""
    user = (resolved.get("users") or {}).get(id)
    if user is None:
        return somebody(town.space, id)
    return member(town, (resolved.get("members") or {}).get(id) or {}, user)


def picked_channel(town: Town, id: str, resolved: Payload) -> Channel:
    """A channel chosen; the one of a thread that was."""
    given = (resolved.get("channels") or {}).get(id) or {}
    if given.get("type") in THREADS and given.get("parent_id"):
        return town.place(str(given["parent_id"]))[0]
    channel, _ = town.place(id)
    return channel if channel.name or "name" not in given else Channel(town.space, id, str(given["name"]))


def place(town: Town, payload: Payload) -> tuple[Channel, str | None]:
    """Where it happened: Discord describes the channel, which may be a thread that nobody told of."""
    given: Payload = payload.get("channel") or {}
    id = str(payload.get("channel_id") or given.get("id") or "0")
    if given.get("type") in THREADS and given.get("parent_id"):
        return town.place(str(given["parent_id"]))[0], id
    channel, thread = town.place(id)
    return (channel if channel.name or not given.get("name") else Channel(town.space, id, str(given["name"]))), thread


def pressed_on(payload: Payload, channel: Channel, thread: str | None) -> MessageRef | None:
    """The message of a button; what only its reader sees has no address."""
    message: Payload = payload.get("message") or {}
    if "id" not in message or message.get("flags", 0) & EPHEMERAL:
        return None
    return MessageRef(channel, str(message["id"]), thread)
