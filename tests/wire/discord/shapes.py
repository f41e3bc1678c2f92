"""Records as the JSON objects that Discord sends."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.wire.discord.bits import Asked, Json, Kind, MessageFlag, Permission
from tests.wire.discord.permissions import in_channel
from tests.wire.discord.records import (
    Attachment,
    AuditEntry,
    Channel,
    Guild,
    Interaction,
    Invite,
    Member,
    Message,
    Role,
    User,
)
from tests.wire.discord.state import State, made_at


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def user(it: User) -> Json:
    found: Json = {
        "id": it.id,
        "username": it.name,
        "global_name": None,
        "discriminator": "0000" if it.bot else "0",
        "avatar": it.avatar,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
    }
    return found | {"bot": True} if it.bot else found


def me(it: User) -> Json:
    return user(it) | {"mfa_enabled": True, "verified": True, "locale": it.locale, "email": None, "bot": True}


def bare_member(it: Member) -> Json:
    """A member without its user, as inside a message."""
    return {
        "roles": list(it.roles),
        "joined_at": moment(it.joined_at),
        "nick": it.nick,
        "avatar": it.avatar,
        "banner": None,
        "premium_since": None,
        "pending": it.pending,
        "communication_disabled_until": moment(it.timeout_until),
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def member(state: State, it: Member) -> Json:
    return bare_member(it) | {"user": user(state.users[it.user])}


def role(it: Role) -> Json:
    found: Json = {
        "id": it.id,
        "name": it.name,
        "permissions": str(int(it.permissions)),
        "position": it.position,
        "color": it.color,
        "colors": {"primary_color": it.color, "secondary_color": None, "tertiary_color": None},
        "hoist": it.hoist,
        "managed": it.managed,
        "mentionable": it.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        "description": None,
    }
    return found | {"tags": {"bot_id": it.bot}} if it.bot else found


def channel(state: State, it: Channel) -> Json:
    if it.kind is Kind.DM:
        return _direct(state, it)
    if it.is_thread:
        return thread(state, it)
    found = _place(state, it) | {
        "topic": it.topic,
        "position": it.position,
        "nsfw": it.nsfw,
        "permission_overwrites": [
            {"id": o.id, "type": o.kind, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in it.overwrites.values()
        ],
    }
    if it.kind is Kind.VOICE:
        found |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if it.kind is Kind.FORUM:
        extra = {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
        found |= {"available_tags": it.available_tags} | extra
    return found


def _direct(state: State, it: Channel) -> Json:
    recipients = [user(state.users[it.recipient])]
    return {
        "id": it.id,
        "type": int(it.kind),
        "flags": 0,
        "last_message_id": _last(state, it),
        "recipients": recipients,
    }


def _place(state: State, it: Channel) -> Json:
    return {
        "id": it.id,
        "type": int(it.kind),
        "guild_id": it.guild,
        "name": it.name,
        "parent_id": it.parent,
        "flags": 0,
        "rate_limit_per_user": it.slow,
        "last_message_id": _last(state, it),
        "last_pin_timestamp": moment(it.last_pin),
    }


def _last(state: State, it: Channel) -> str | None:
    message = state.last(it.id)
    return message.id if message else None


def thread(state: State, it: Channel) -> Json:
    said = len(state.messages(it.id))
    return _place(state, it) | {
        "owner_id": it.owner,
        "message_count": said,
        "member_count": len(it.joined),
        "total_message_sent": said,
        "applied_tags": list(it.tags),
        "thread_metadata": {
            "archived": it.archived,
            "locked": it.locked,
            "auto_archive_duration": it.archive_after,
            "archive_timestamp": moment(it.archived_at or made_at(it.id)),
            "create_timestamp": moment(made_at(it.id)),
        },
    }


def thread_member(state: State, it: Channel, user_id: str) -> Json:
    return {"id": it.id, "user_id": user_id, "join_timestamp": moment(made_at(it.id)), "flags": 0}


def attachment(it: Attachment) -> Json:
    found: Json = {
        "id": it.id,
        "filename": it.name,
        "size": it.size,
        "url": it.url,
        "proxy_url": it.url,
        "content_type": it.media_type,
    }
    found |= {"description": it.description} if it.description else {}
    return found | {"ephemeral": True} if it.ephemeral else found


def message(state: State, it: Message, *, referenced: bool = True) -> Json:
    """A message as REST gives it; the gateway adds ``guild_id`` and ``member``."""
    found: Json = {
        "id": it.id,
        "type": it.type,
        "channel_id": it.channel,
        "author": user(state.users[it.author]),
        "content": it.content,
        "timestamp": moment(it.at),
        "edited_timestamp": moment(it.edited_at),
        "tts": it.tts,
        "mention_everyone": it.mention_everyone,
        "mentions": [user(state.users[id]) for id in it.mentions],
        "mention_roles": list(it.mention_roles),
        "attachments": [attachment(file) for file in it.attachments],
        "embeds": it.embeds,
        "components": it.components,
        "pinned": it.pinned,
        "flags": int(it.flags),
    }
    found |= {"nonce": it.nonce} if it.nonce is not None else {}
    found |= {"reactions": [_reaction(state, it, emoji) for emoji in it.reactions]} if it.reactions else {}
    found |= {"webhook_id": it.webhook, "application_id": it.webhook} if it.webhook else {}
    found |= _asked_by(state, it) | _snapshots(state, it)
    return found | _around(state, it, referenced)


def _snapshots(state: State, it: Message) -> Json:
    """Messages that were forwarded with it, without their authors."""
    empty: Json = {"type": 0, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": []}
    empty |= {"timestamp": moment(it.at), "edited_timestamp": None, "flags": 0}
    found = [{"message": empty | {"content": text}} for text in it.forwarded]
    return {"message_snapshots": found} if found else {}


def _asked_by(state: State, it: Message) -> Json:
    asked = state.interactions.get(it.interaction or "")
    return {"interaction_metadata": _asked(state, asked)} if asked else {}


def _asked(state: State, asked: Interaction) -> Json:
    """Which interaction a message answers."""
    who = user(state.users[asked.user])
    owners = {"0": asked.guild or "0"}
    data = {"id": asked.id, "type": int(asked.kind), "user": who, "authorizing_integration_owners": owners}
    if asked.kind is Asked.COMMAND:
        return data | {"name": asked.data["name"], "command_type": asked.data["type"]}
    if asked.kind is Asked.COMPONENT:
        return data | {"interacted_message_id": asked.message}
    opener = state.interactions.get(asked.opener or "")
    return data | ({"triggering_interaction_metadata": _asked(state, opener)} if opener else {})


def _around(state: State, it: Message, referenced: bool) -> Json:
    """The thread under a message, and the message it answers."""
    found: Json = {}
    if it.flags & MessageFlag.HAS_THREAD and it.id in state.channels:
        found["thread"] = thread(state, state.channels[it.id])
    if it.reply_to:
        place = state.channels[it.channel]
        found["message_reference"] = {"type": 0, "message_id": it.reply_to, "channel_id": it.channel}
        found["message_reference"] |= {"guild_id": place.guild} if place.guild else {}
        target = state.message(it.channel, it.reply_to)
        if referenced:
            found["referenced_message"] = message(state, target, referenced=False) if target else None
    return found


def _reaction(state: State, it: Message, emoji: str) -> Json:
    givers = it.reactions[emoji]
    return {
        "emoji": emoji_of(emoji),
        "count": len(givers),
        "count_details": {"burst": 0, "normal": len(givers)},
        "burst_colors": [],
        "me": state.bot.id in givers,
        "me_burst": False,
        "burst_me": False,
        "burst_count": 0,
    }


def emoji_of(emoji: str) -> Json:
    """``name:id`` is a custom emoji; anything else stands for itself."""
    name, colon, id = emoji.rpartition(":")
    return {"id": id, "name": name, "animated": False} if colon and id.isdigit() else {"id": None, "name": emoji}


def invite(state: State, it: Invite) -> Json:
    expires = it.created_at + timedelta(seconds=it.max_age) if it.max_age else None
    guild_of, place = state.guilds[it.guild], state.channels[it.channel]
    found: Json = {
        "type": 0,
        "code": it.code,
        "guild": {"id": guild_of.id, "name": guild_of.name, "features": [], "verification_level": 0}
        | {"icon": None, "banner": None, "splash": None, "description": None, "vanity_url_code": None}
        | {"nsfw": False, "nsfw_level": 0, "premium_subscription_count": 0, "premium_tier": 0},
        "guild_id": guild_of.id,
        "channel": {"id": place.id, "type": int(place.kind), "name": place.name},
        "uses": it.uses,
        "max_uses": it.max_uses,
        "max_age": it.max_age,
        "temporary": it.temporary,
        "created_at": moment(it.created_at),
        "expires_at": moment(expires),
    }
    return found | {"inviter": user(state.users[it.inviter])} if it.inviter else found


def audit_entry(it: AuditEntry) -> Json:
    found: Json = {"id": it.id, "action_type": it.action, "user_id": it.user, "target_id": it.target}
    found |= {"reason": it.reason} if it.reason else {}
    return found | {"changes": it.changes} if it.changes else found


def guild(state: State, it: Guild) -> Json:
    """A guild as REST gives it."""
    return {
        "id": it.id,
        "name": it.name,
        "owner_id": it.owner,
        "roles": [role(each) for each in it.roles.values()],
        "preferred_locale": it.locale,
        "features": [
            "COMMUNITY",
            *(["MEMBER_VERIFICATION_GATE_ENABLED"] if it.screening else []),
            *(["VANITY_URL"] if it.vanity else []),
        ],
        "system_channel_id": it.system_channel,
        **dict.fromkeys(_EMPTY),
        **dict.fromkeys(_ZERO, 0),
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "max_members": 500000,
        "max_presences": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "emojis": [],
        "stickers": [],
        "incidents_data": incidents(it) if it.paused_until else None,
    }


def incidents(it: Guild) -> Json:
    return {"invites_disabled_until": moment(it.paused_until), "dms_disabled_until": None}


_EMPTY = (
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "widget_channel_id",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
)
_ZERO = (
    "system_channel_flags",
    "default_message_notifications",
    "verification_level",
    "explicit_content_filter",
    "mfa_level",
    "nsfw_level",
    "premium_tier",
    "premium_subscription_count",
)


def guild_create(state: State, it: Guild, members: list[Member]) -> Json:
    """A guild as the gateway introduces it."""
    return guild(state, it) | {
        "joined_at": moment(it.members[state.bot.id].joined_at),
        "large": len(it.members) > 250,
        "unavailable": False,
        "member_count": len(it.members),
        "members": [member(state, each) for each in members],
        "channels": [channel(state, each) for each in state.guild_channels(it.id)],
        "threads": [
            thread(state, each)
            for each in state.channels.values()
            if each.guild == it.id and each.is_thread and not each.archived and _seen(state, each)
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": list(it.events.values()),
        "soundboard_sounds": [],
    }


def _seen(state: State, it: Channel) -> bool:
    return bool(in_channel(state, it, state.bot.id) & Permission.VIEW_CHANNEL)
