"""Records as Slack shows them in JSON."""

from __future__ import annotations

from copy import deepcopy
from zoneinfo import ZoneInfo

from tests.wire.slack.bits import Json, seconds
from tests.wire.slack.records import Channel, File, Message, Team, User, UserGroup, View
from tests.wire.slack.state import State


def team(it: Team) -> Json:
    return {"id": it.id, "name": it.name, "domain": it.domain, "email_domain": "", "icon": {"image_default": True}}


def user(state: State, it: User, *, locale: bool = False) -> Json:
    """A user object; ``locale`` only when it is asked for."""
    common = {"id": it.id, "team_id": it.team, "name": it.handle, "deleted": it.deleted}
    shown: Json = {
        **common,
        "profile": profile(it),
        "is_bot": it.is_bot,
        "is_app_user": False,
        "updated": seconds(it.updated or it.created),
    }
    if it.deleted:
        return shown
    shown |= {
        "color": "9f69e7",
        "real_name": it.name,
        "tz": it.zone,
        "tz_label": it.zone,
        "tz_offset": _offset(state, it),
        "is_admin": it.is_admin,
        "is_owner": it.is_owner,
        "is_primary_owner": it.is_owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    return shown | ({"locale": it.locale} if locale else {})


def _offset(state: State, it: User) -> int:
    offset = state.now().astimezone(ZoneInfo(it.zone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def profile(it: User) -> Json:
    shown: Json = {
        "title": "",
        "phone": "",
        "real_name": it.name,
        "real_name_normalized": it.name,
        "display_name": "" if it.is_bot else it.name,
        "display_name_normalized": "" if it.is_bot else it.name,
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "g000000000000",
        "team": it.team,
    }
    return shown | ({"bot_id": it.bot_id, "api_app_id": it.app_id or ""} if it.is_bot else {})


def channel(state: State, it: Channel, me: str) -> Json:
    """A conversation object as ``me`` sees it."""
    common: Json = {"id": it.id, "created": seconds(it.created), "is_archived": it.archived, "is_org_shared": False}
    common |= {"context_team_id": it.team, "updated": seconds(it.created) * 1000}
    if it.is_im:
        gone = state.users[it.partner or ""].deleted
        return common | {"is_im": True, "user": it.partner, "is_user_deleted": gone, "priority": 0}
    return common | {
        "name": it.name,
        "name_normalized": it.name,
        "is_channel": not it.private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": it.private,
        "is_general": it.general,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": me in it.members,
        "creator": it.creator,
        "unlinked": 0,
        "parent_conversation": None,
        "previous_names": [],
        "topic": {"value": it.topic, "creator": "", "last_set": 0},
        "purpose": {"value": it.purpose, "creator": "", "last_set": 0},
        "num_members": len(it.members),
    }


def message(state: State, it: Message, *, metadata: bool = False) -> Json:
    """A message object. Without ``metadata`` the type of its metadata alone is shown."""
    room = state.channels[it.channel]
    shown: Json = {"type": "message", "ts": it.ts, "text": it.text, "team": room.team}
    if it.subtype:
        shown["subtype"] = it.subtype
    if it.user is not None:
        shown["user"] = it.user
    if it.bot_id:
        shown |= _bot(state, it)
    for name in ("username", "icons", "app_id"):
        if value := getattr(it, name):
            shown[name] = deepcopy(value)
    if it.blocks:
        shown["blocks"] = deepcopy(it.blocks)
    if it.attachments:
        shown["attachments"] = deepcopy(it.attachments)
    if it.metadata:
        shown["metadata"] = deepcopy(it.metadata) if metadata else {"event_type": it.metadata["event_type"]}
    if it.files:
        shown["files"] = [file(state, state.files[id]) for id in it.files if id in state.files]
    if it.edited:
        shown["edited"] = {"user": it.edited[0], "ts": it.edited[1]}
    return shown | deepcopy(it.more) | _thread(state, it)


def _bot(state: State, it: Message) -> Json:
    name = state.app.name if it.app_id == state.app.id else state.users[it.user].name if it.user else ""
    team = state.channels[it.channel].team
    profile = {"id": it.bot_id, "app_id": it.app_id or "", "name": name, "deleted": False, "team_id": team}
    return {"bot_id": it.bot_id} | ({} if it.subtype == "bot_message" else {"bot_profile": profile})


def _thread(state: State, it: Message) -> Json:
    shown: Json = {}
    if it.thread_ts:
        shown["thread_ts"] = it.thread_ts
    if it.is_reply:
        root = state.message(it.channel, it.thread_ts or "")
        return shown | ({"parent_user_id": root.user} if root and root.user else {})
    replies = state.replies(it) if it.thread_ts else []
    if replies:
        writers = list(dict.fromkeys(reply.user for reply in replies if reply.user))
        shown |= {"reply_count": len(replies), "reply_users_count": len(writers), "reply_users": writers[:5]}
        shown |= {"latest_reply": replies[-1].ts, "is_locked": False, "subscribed": False}
    return shown


def stored(state: State, it: Message, *, metadata: bool = False) -> Json:
    """A message as history shows it: with its reactions and pins."""
    shown = message(state, it, metadata=metadata)
    if it.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in it.reactions.items()
        ]
    room = state.channels[it.channel]
    if it.ts in room.pins:
        shown |= {"pinned_to": [room.id], "pinned_info": deepcopy(room.pins[it.ts])}
    return shown


def file(state: State, it: File) -> Json:
    """A file object."""
    kind = it.name.rpartition(".")[2].lower() or "text"
    return {
        "id": it.id,
        "created": seconds(it.created),
        "timestamp": seconds(it.created),
        "name": it.name,
        "title": it.title or it.name,
        "mimetype": MEDIA_TYPES.get(kind, "application/octet-stream"),
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": it.user,
        "user_team": it.team,
        "size": it.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"{state.base}/files-pri/{it.team}-{it.id}/{it.name}",
        "url_private_download": f"{state.base}/files-pri/{it.team}-{it.id}/download/{it.name}",
        "permalink": f"https://{state.teams[it.team].domain}.slack.com/files/{it.user}/{it.id}/{it.name}",
        "file_access": "visible",
        "channels": [id for id in it.shared if state.channels[id].family == "channels"],
        "groups": [id for id in it.shared if state.channels[id].family == "groups"],
        "ims": [id for id in it.shared if state.channels[id].is_im],
    } | ({"alt_txt": it.alt} if it.alt else {})


MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
    "txt": "text/plain",
    "ics": "text/calendar",
    "zip": "application/zip",
}


def group(it: UserGroup) -> Json:
    """A user group object."""
    return {
        "id": it.id,
        "team_id": it.team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": it.name,
        "description": "",
        "handle": it.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if it.disabled else 0,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(it.users),
    }


def view(it: View) -> Json:
    """A view object as methods and interactions show it."""
    body = deepcopy(it.body)
    defaults: Json = {
        "title": None,
        "close": None,
        "submit": None,
        "callback_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "external_id": "",
    }
    return {
        **defaults,
        **body,
        "id": it.id,
        "team_id": it.team,
        "state": {"values": deepcopy(it.values)},
        "hash": it.hash,
        "previous_view_id": it.previous,
        "root_view_id": it.root,
        "app_id": it.app_id,
        "app_installed_team_id": it.team,
        "bot_id": it.bot_id,
    }


def permalink(state: State, it: Message) -> str:
    base = f"https://{state.teams[state.channels[it.channel].team].domain}.slack.com/archives/{it.channel}"
    path = f"{base}/p{it.ts.replace('.', '')}"
    return f"{path}?thread_ts={it.thread_ts}&cid={it.channel}" if it.is_reply else path


def fresh_hash(state: State) -> str:
    """A new hash of a view."""
    return f"{seconds(state.now())}.{state.new.id('h').lower()}"
