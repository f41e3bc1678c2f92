"""The application's commands, for everywhere or for one guild."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.wire.discord.bits import Json
from tests.wire.discord.call import Call, Created, routes
from tests.wire.discord.command_rules import CHAT, COMMAND, MESSAGE_MENU, USER_MENU
from tests.wire.discord.errors import Problems, Refused
from tests.wire.discord.rules import Many, checked

MOST = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
MOST_CREATED = 200
"""Of each guild, in a day."""

_ALL = "/applications/{application}/commands"
_GUILD = "/applications/{application}/guilds/{guild}/commands"


def _shelf(call: Call) -> list[Json]:
    if call.args["application"] != call.state.application.id:
        raise Refused(20012)
    return call.guild().commands if "guild" in call.args else call.state.application.commands


@routes.on("GET", _ALL)
@routes.on("GET", _GUILD)
def list_commands(call: Call) -> list[Json]:
    if call.yes("with_localizations"):
        return _shelf(call)
    hidden = ("name_localizations", "description_localizations")
    return [{key: it for key, it in command.items() if key not in hidden} for command in _shelf(call)]


@routes.on("GET", _ALL + "/{command}")
@routes.on("GET", _GUILD + "/{command}")
def get_command(call: Call) -> Json:
    return _command(call, _shelf(call))


def _command(call: Call, shelf: list[Json]) -> Json:
    found = next((it for it in shelf if it["id"] == call.args["command"]), None)
    if found is None:
        raise Refused(10063)
    return found


@routes.on("PUT", _ALL)
@routes.on("PUT", _GUILD)
def overwrite_commands(call: Call) -> list[Json]:
    """Replace all; one that was there keeps its id."""
    shelf = _shelf(call)
    wanted: list[Json] = checked(Many(COMMAND, null=False), call.body)
    _no_double(wanted)
    _not_too_many(Counter(it.get("type") or CHAT for it in wanted))
    shelf[:] = [_kept(call, shelf, it) for it in wanted]
    return shelf


@routes.on("POST", _ALL)
@routes.on("POST", _GUILD)
def create_command(call: Call) -> Json | Created:
    """A command of the same name is replaced."""
    shelf = _shelf(call)
    wanted: Json = checked(COMMAND, call.body)
    old = _same(shelf, wanted)
    made = _kept(call, shelf, wanted)
    if old is not None:
        shelf[shelf.index(old)] = made
        return made
    _not_too_many(Counter(it["type"] for it in [*shelf, made]))
    shelf.append(made)
    return Created(made)


@routes.on("PATCH", _ALL + "/{command}")
@routes.on("PATCH", _GUILD + "/{command}")
def edit_command(call: Call) -> Json:
    shelf = _shelf(call)
    old = _command(call, shelf)
    given = {key: old[key] for key in ("name", "description", "type") if key in old} | (call.body or {})
    checked(COMMAND, given)
    shelf[shelf.index(old)] = made = old | _filled(call, given) | {"id": old["id"]}
    return made


@routes.on("DELETE", _ALL + "/{command}")
@routes.on("DELETE", _GUILD + "/{command}")
def delete_command(call: Call) -> None:
    shelf = _shelf(call)
    shelf.remove(_command(call, shelf))


def _no_double(wanted: list[Json]) -> None:
    problems, seen = Problems(), set()
    for index, command in enumerate(wanted):
        key = (command.get("type") or CHAT, command["name"])
        if key in seen:
            words = "Application command names must be unique"
            problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", words)
        seen.add(key)
    problems.stop()


def _not_too_many(counted: Counter[int]) -> None:
    for kind, count in counted.items():
        if count > MOST.get(kind, 1):
            raise Refused(30032, status=400, message=f"Maximum number of application commands reached ({MOST[kind]})")


def _same(shelf: list[Json], wanted: Json) -> Json | None:
    key = (wanted.get("type") or CHAT, wanted["name"])
    return next((it for it in shelf if (it["type"], it["name"]) == key), None)


def _kept(call: Call, shelf: list[Json], wanted: Json) -> Json:
    old = _same(shelf, wanted)
    if old is None:
        _count_creation(call)
    id = old["id"] if old else call.state.ids.new()
    made = _filled(call, wanted) | {"id": id}
    unchanged = old is not None and old | {"version": made["version"]} == made
    return old if unchanged and old is not None else made


def _count_creation(call: Call) -> None:
    created = call.state.application.form.setdefault(call.args.get("guild", ""), [])
    created[:] = [at for at in created if at > call.state.now() - timedelta(days=1)] + [call.state.now()]
    if len(created) > MOST_CREATED:
        raise Refused(30034)


def _filled(call: Call, wanted: Json) -> Json:
    """A command as Discord gives it back."""
    permissions = wanted.get("default_member_permissions")
    found: Json = {
        "application_id": call.state.application.id,
        "version": call.state.ids.new(),
        "type": wanted.get("type") or CHAT,
        "name": wanted["name"],
        "name_localizations": wanted.get("name_localizations"),
        "description": wanted.get("description") or "",
        "description_localizations": wanted.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": wanted.get("dm_permission") is not False,
        "contexts": wanted.get("contexts"),
        "integration_types": wanted.get("integration_types") or [0],
        "nsfw": bool(wanted.get("nsfw")),
    }
    if "guild" in call.args:
        found["guild_id"] = call.args["guild"]
    if found["type"] == CHAT:
        found["options"] = [_option(it) for it in wanted.get("options") or []]
    return found


def _option(wanted: Json) -> Json:
    found = {key: it for key, it in wanted.items() if it is not None}
    if "options" in found:
        found["options"] = [_option(it) for it in found["options"]]
    return found
