"""Tokens, people, workspaces, user groups: auth.*, apps.*, users.*, team.*, usergroups.*, bots.*."""

from __future__ import annotations

from tests.wire.slack import happenings, shapes
from tests.wire.slack.bits import Json, seconds
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import UserGroup


@methods.on("api.test", "error foo", tier=4, anonymous=True)
def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise Refused(error, args=dict(call.args))
    return {"args": dict(call.args)}


@methods.on("auth.test", kinds="bot user app")
def auth_test(call: Call) -> Json:
    """Who the token is; its scopes are in a header of the answer."""
    state = call.state
    if call.grant.kind == "app":
        return {"app_name": state.app.name, "app_id": state.app.id}
    team, user = state.teams[call.team], state.users[call.me]
    url = f"https://{team.domain}.slack.com/"
    answer: Json = {"url": url, "team": team.name, "user": user.handle, "team_id": team.id, "user_id": user.id}
    return answer | ({"bot_id": user.bot_id} if user.bot_id else {}) | {"is_enterprise_install": False}


@methods.on("apps.connections.open", scopes="connections:write", kinds="app", tier=1)
def connections_open(call: Call) -> Json:
    """The address of a new socket; its ticket is used once."""
    if call.state.app.paused:
        raise Refused("socket_mode_not_enabled")
    ticket = call.state.new.id("ticket").lower()
    call.state.tickets[ticket] = call.now
    base = call.state.base.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={call.state.app.id}"}


# People


@methods.on("users.info", "user! include_locale", scopes="users:read", tier=4)
def users_info(call: Call) -> Json:
    user = call.user(call.need("user"))
    return {"user": shapes.user(call.state, user, locale=call.flag("include_locale"))}


@methods.on("users.list", "limit cursor include_locale presence", scopes="users:read", tier=2)
def users_list(call: Call) -> Json:
    """Everybody, deactivated accounts and bots included."""
    everybody = call.state.people(call.team)
    found, more = call.page(everybody, 1000)
    locale = call.flag("include_locale")
    shown = [shapes.user(call.state, it, locale=locale) for it in found]
    return {"members": shown, "cache_ts": seconds(call.now), "response_metadata": more}


@methods.on("users.lookupByEmail", "email!", scopes="users:read.email", tier=3)
def lookup(call: Call) -> Json:
    raise Refused("users_not_found")


@methods.on("users.profile.get", "user include_labels", scopes="users.profile:read", tier=4)
def profile(call: Call) -> Json:
    return {"profile": shapes.profile(call.user(call.text("user") or call.me))}


@methods.on("users.getPresence", "user", scopes="users:read", tier=3)
def presence(call: Call) -> Json:
    call.user(call.text("user") or call.me)
    return {"presence": "active"}


@methods.on("bots.info", "bot", scopes="users:read", tier=3)
def bots_info(call: Call) -> Json:
    wanted = call.text("bot")
    user = next((it for it in call.state.users.values() if it.bot_id == wanted and it.team == call.team), None)
    if user is None:
        raise Refused("bot_not_found")
    app = user.app_id or ""
    shown = {"id": wanted, "deleted": user.deleted, "name": user.name, "updated": 0, "app_id": app, "user_id": user.id}
    return {"bot": {**shown, "icons": {}}}


@methods.on("team.info", "team domain", scopes="team:read", tier=3)
def team_info(call: Call) -> Json:
    wanted = call.text("team")
    if wanted and wanted != call.team:
        raise Refused("team_not_found")
    return {"team": shapes.team(call.state.teams[call.team])}


@methods.on("emoji.list", "include_categories", scopes="emoji:read", tier=2)
def emoji(call: Call) -> Json:
    return {"emoji": dict(call.state.teams[call.team].emoji), "cache_ts": str(seconds(call.now))}


# User groups


def _group(call: Call) -> UserGroup:
    group = call.state.groups.get(call.need("usergroup"))
    if group is None or group.team != call.team:
        raise Refused("no_such_subteam")
    return group


def _paid(call: Call) -> None:
    if not call.state.teams[call.team].has_groups:
        raise Refused("paid_teams_only")


@methods.on("usergroups.list", "include_count include_disabled include_users", scopes="usergroups:read", tier=2)
def groups(call: Call) -> Json:
    _paid(call)
    found = [it for it in call.state.groups.values() if it.team == call.team]
    shown = []
    for it in found:
        if call.flag("include_disabled") or not it.disabled:
            shown.append(shapes.group(it) | ({"users": list(it.users)} if call.flag("include_users") else {}))
    return {"usergroups": shown}


@methods.on("usergroups.users.list", "usergroup! include_disabled", scopes="usergroups:read", tier=2)
def group_users(call: Call) -> Json:
    _paid(call)
    return {"users": list(_group(call).users)}


@methods.on("usergroups.users.update", "usergroup! users! include_count", scopes="usergroups:write", tier=2)
def update_users(call: Call) -> Json:
    _paid(call)
    group = _group(call)
    group.users = [call.user(id).id for id in call.names("users")]
    happenings.group_changed(call.state, group)
    return {"usergroup": shapes.group(group) | {"users": list(group.users)}}


@methods.on("usergroups.create", "name! handle description channels include_count", scopes="usergroups:write", tier=2)
def create(call: Call) -> Json:
    _paid(call)
    name = call.need("name")
    handle = call.text("handle") or name.lower().replace(" ", "-")
    if call.state.group_named(call.team, handle):
        raise Refused("name_already_exists")
    group = UserGroup(call.state.new.id("S"), call.team, name, handle)
    call.state.groups[group.id] = group
    return {"usergroup": shapes.group(group)}
