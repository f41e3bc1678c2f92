"""Bodies turned into messages: who is mentioned, which files come along, what the flags allow."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from copy import copy, deepcopy
from typing import Any

from tests.wire.discord.bits import SENDABLE_FLAGS, Component, Json, MessageFlag, Permission
from tests.wire.discord.bodies import check_components, media, walk
from tests.wire.discord.call import Upload
from tests.wire.discord.errors import Problems, Refused, invalid
from tests.wire.discord.permissions import in_channel
from tests.wire.discord.records import Attachment, Channel, Message
from tests.wire.discord.state import State

_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)")


def write(state: State, message: Message, body: Json, files: Mapping[int, Upload], *, limited: bool = True) -> None:
    """Give a message the words of a checked body; what the body does not name stays.

    ``limited`` holds the author to its permissions in the channel, which interaction answers are not.
    """
    draft = copy(message)
    _fill(state, draft, body, files, limited=limited)
    vars(message).update(vars(draft))
    state.touch(message)


def _fill(state: State, message: Message, body: Json, files: Mapping[int, Upload], *, limited: bool) -> None:
    flags = _flags(message, body)
    components = message.components if body.get("components") is None else deepcopy(body["components"])
    problems = Problems()
    check_components(components, flags, body, problems)
    problems.stop()
    message.flags = flags
    message.components = components
    message.content = message.content if "content" not in body else body["content"] or ""
    if body.get("embeds") is not None:
        message.embeds = [{"type": "rich"} | _kept(embed) for embed in deepcopy(body["embeds"])]
    if limited and state.channels[message.channel].guild:
        _permitted(state, message, files)
    _attach(state, message, body, files)
    _resolve(message)
    if not (message.content or message.embeds or message.components or message.attachments):
        raise Refused(50006)
    _number(message.components)
    mention(state, message, body.get("allowed_mentions"))


def _kept(embed: Json) -> Json:
    return {key: value for key, value in embed.items() if value is not None and key != "flags"}


def _flags(message: Message, body: Json) -> MessageFlag:
    given = body.get("flags")
    if given is None:
        return message.flags
    if given & ~SENDABLE_FLAGS & ~message.flags:
        raise invalid("flags", "MESSAGE_FLAGS_INVALID", "These flags cannot be set")
    kept = message.flags & (MessageFlag.HAS_THREAD | MessageFlag.EPHEMERAL | MessageFlag.COMPONENTS_V2)
    return MessageFlag(given) | kept


def _permitted(state: State, message: Message, files: Mapping[int, Upload]) -> None:
    """Files need a permission; embeds without one are left out, in silence."""
    found = in_channel(state, state.channels[message.channel], message.author)
    if files and not found & Permission.ATTACH_FILES:
        raise Refused(50013)
    if message.embeds and not found & Permission.EMBED_LINKS:
        message.embeds = []


def _attach(state: State, message: Message, body: Json, files: Mapping[int, Upload]) -> None:
    named: list[Json] | None = body.get("attachments")
    if named is None:
        kept, described = list(message.attachments), dict[int, Json]()
    else:
        ids = {str(it["id"]) for it in named if "id" in it}
        kept = [it for it in message.attachments if it.id in ids]
        described = {int(it["id"]): it for it in named if str(it.get("id", "")).isdigit()}
        for index, it in enumerate(named):
            known = {file.id for file in message.attachments}
            if int(it.get("id") or 0) not in files and str(it.get("id")) not in known:
                raise invalid(f"attachments.{index}.id", "ATTACHMENT_NOT_FOUND", "Attachment data cannot be found")
    message.attachments = kept + [_file(state, message, described.get(n, {}), it) for n, it in sorted(files.items())]


def _file(state: State, message: Message, described: Json, upload: Upload) -> Attachment:
    name = re.sub(r"[^\w.\-]", "_", described.get("filename") or upload.name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    found = state.attach(message.channel, name, upload.data, kind, ephemeral=message.only is not None)
    found.description = described.get("description")
    return found


def _resolve(message: Message) -> None:
    """``attachment://name`` becomes an address on the CDN."""
    files = {it.name: it for it in message.attachments}
    places = [embed[it] for embed in message.embeds for it in ("image", "thumbnail") if embed.get(it)]
    for place in places:
        name = place["url"].removeprefix("attachment://")
        if name != place["url"] and name in files:
            place["url"] = place["proxy_url"] = files[name].url
    for place in media(message.components):
        name = place["url"].removeprefix("attachment://")
        if name != place["url"]:
            if name not in files:
                words = "The referenced attachment was not found"
                raise invalid("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", words)
            place["url"] = files[name].url
        place.setdefault("proxy_url", place["url"])


def _number(components: list[Json]) -> None:
    """Components without an id are given one."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    free = iter(number for number in range(1, 1000) if number not in taken)
    for one in walk(components):
        if not one.get("id"):
            one["id"] = next(free)
        for empty in [key for key, value in one.items() if value is None]:
            del one[empty]
        if one["type"] == Component.CONTAINER:
            one |= {"accent_color": one.get("accent_color"), "spoiler": bool(one.get("spoiler"))}


# Mentions


def mention(state: State, message: Message, allowed: Json | None) -> None:
    """Work out who is really notified."""
    channel = state.channels[message.channel]
    text = spoken(message)
    may_all = bool(in_channel(state, channel, message.author) & Permission.MENTION_EVERYONE)
    parse, users, roles, replied = _allowed(allowed)
    found = [id for id in dict.fromkeys(_USER.findall(text)) if id in state.users]
    message.mentions = [id for id in found if "users" in parse or id in users]
    target = state.message(channel.id, message.reply_to) if message.reply_to else None
    if target and replied and target.author not in message.mentions:
        message.mentions.append(target.author)
    if channel.guild is None:
        return
    named = [id for id in dict.fromkeys(_ROLE.findall(text)) if _pingable(state, channel, id, may_all)]
    message.mention_roles = [id for id in named if "roles" in parse or id in roles]
    message.mention_everyone = "everyone" in parse and may_all and bool(_EVERYONE.search(text))


def spoken(message: Message) -> str:
    """The text in which mentions count: the content and text displays, never embeds."""
    shown = (it["content"] for it in walk(message.components) if it["type"] == Component.TEXT)
    return "\n".join((message.content, *shown))


def _allowed(allowed: Json | None) -> tuple[set[str], set[str], set[str], bool]:
    """What may be mentioned: kinds, users, roles, and the author of what is answered."""
    if allowed is None:
        return {"users", "roles", "everyone"}, set(), set(), True
    users, roles = ({str(id) for id in allowed.get(kind) or []} for kind in ("users", "roles"))
    return set(allowed.get("parse") or []), users, roles, bool(allowed.get("replied_user"))


def _pingable(state: State, channel: Channel, role: str, may_all: bool) -> bool:
    guild = state.guilds[channel.guild or ""]
    return role in guild.roles and role != guild.id and (guild.roles[role].mentionable or may_all)


def notified(state: State, message: Message) -> list[str]:
    """The accounts whose client rings for a message."""
    channel = state.channels[message.channel]
    if message.only or channel.guild is None or message.flags & MessageFlag.SUPPRESS_NOTIFICATIONS:
        return []
    members = state.guilds[channel.guild].members
    found: dict[str, Any] = dict.fromkeys(message.mentions)
    for id, member in members.items():
        if message.mention_everyone or set(member.roles) & set(message.mention_roles):
            found[id] = None
    return [id for id in found if id != message.author]
