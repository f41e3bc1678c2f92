"""Scheduled events and automatic moderation: kept, checked and told; no event starts by itself."""

from __future__ import annotations

from datetime import datetime

from tests.wire.discord import shapes
from tests.wire.discord.bits import Json, Permission
from tests.wire.discord.call import Call, routes
from tests.wire.discord.errors import Problems, Refused, invalid
from tests.wire.discord.records import Guild
from tests.wire.discord.rules import Anything, Many, Moment, Path, Rule, Shape, Snowflake, Text, Whole, YesNo

MAX_EVENTS = 100
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4

_EVENT: dict[str, Rule] = {
    "name": Text(100, least=1),
    "description": Text(1000),
    "channel_id": Snowflake(),
    "entity_type": Whole(1, 3),
    "entity_metadata": Shape({"location": Text(100, least=1)}, null=True),
    "privacy_level": Whole(2, 2),
    "scheduled_start_time": Moment(),
    "scheduled_end_time": Moment(),
    "image": Anything(),
    "recurrence_rule": Anything(),
}


def _external(body: Json, path: Path, problems: Problems) -> None:
    if body.get("entity_type") == 3:
        for name in ("entity_metadata", "scheduled_end_time"):
            if not body.get(name):
                problems.add((*path, name), "BASE_TYPE_REQUIRED", "This field is required")
    elif not body.get("channel_id"):
        problems.add((*path, "channel_id"), "BASE_TYPE_REQUIRED", "This field is required")


_NEEDED = ("name", "entity_type", "privacy_level", "scheduled_start_time")


@routes.on("GET", "/guilds/{guild}/scheduled-events")
def list_events(call: Call) -> list[Json]:
    found = call.guild().events.values()
    return [it | {"user_count": 0} if call.yes("with_user_count") else it for it in found]


@routes.on("GET", "/guilds/{guild}/scheduled-events/{event}")
def get_event(call: Call) -> Json:
    return _event(call, call.guild())


def _event(call: Call, guild: Guild) -> Json:
    event = guild.events.get(call.args["event"])
    if event is None:
        raise Refused(10070)
    return event


@routes.on("POST", "/guilds/{guild}/scheduled-events")
def create_event(call: Call) -> Json:
    guild = call.guild()
    body = call.checked(Shape(_EVENT, need=_NEEDED, also=_external))
    call.need(guild, Permission.CREATE_EVENTS)
    if sum(it["status"] in (SCHEDULED, ACTIVE) for it in guild.events.values()) >= MAX_EVENTS:
        raise Refused(30038)
    _in_order(call, body)
    empty = dict.fromkeys([*_EVENT, "entity_id", "creator_id", "image"])
    event: Json = empty | {"id": call.state.ids.new(), "guild_id": guild.id, "status": SCHEDULED} | body
    event |= {"creator_id": call.me, "creator": shapes.user(call.state.bot), "guild_scheduled_event_exceptions": []}
    guild.events[event["id"]] = event
    call.state.tell("GUILD_SCHEDULED_EVENT_CREATE", event, guild.id, None)
    call.audit(guild, 100, event["id"])
    call.did("event", guild, event["name"])
    return event


def _in_order(call: Call, body: Json) -> None:
    start, end = (body.get(f"scheduled_{it}_time") for it in ("start", "end"))
    if start and datetime.fromisoformat(start) <= call.state.now():
        words = "Cannot schedule event in the past."
        raise invalid("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", words)
    if start and end and datetime.fromisoformat(end) <= datetime.fromisoformat(start):
        words = "Cannot schedule event to end before it starts."
        raise invalid("scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", words)


@routes.on("PATCH", "/guilds/{guild}/scheduled-events/{event}")
def edit_event(call: Call) -> Json:
    guild = call.guild()
    event = _event(call, guild)
    body = call.checked(Shape(_EVENT | {"status": Whole(1, 4)}))
    call.need(guild, Permission.CREATE_EVENTS if event["creator_id"] == call.me else Permission.MANAGE_EVENTS)
    if "status" in body:
        allowed = {SCHEDULED: (ACTIVE, CANCELED), ACTIVE: (COMPLETED,)}.get(event["status"], ())
        if body["status"] not in allowed and body["status"] != event["status"]:
            raise invalid("status", "GUILD_SCHEDULED_EVENT_STATUS", "This status cannot follow the present one")
    event |= body
    call.state.tell("GUILD_SCHEDULED_EVENT_UPDATE", event, guild.id, None)
    call.audit(guild, 101, event["id"])
    call.did("cancel_event" if event["status"] in (COMPLETED, CANCELED) else "event", guild, event["name"])
    return event


@routes.on("DELETE", "/guilds/{guild}/scheduled-events/{event}")
def delete_event(call: Call) -> None:
    guild = call.guild()
    event = _event(call, guild)
    call.need(guild, Permission.CREATE_EVENTS if event["creator_id"] == call.me else Permission.MANAGE_EVENTS)
    del guild.events[event["id"]]
    call.state.tell("GUILD_SCHEDULED_EVENT_DELETE", event, guild.id, None)
    call.audit(guild, 102, event["id"])


@routes.on("GET", "/guilds/{guild}/scheduled-events/{event}/users")
def event_users(call: Call) -> list[Json]:
    _event(call, call.guild())
    return []


# Automatic moderation

MOST_RULES = {1: 6, 3: 1, 4: 1, 5: 1, 6: 1}
TIMEOUT_ACTION = 3

_TRIGGER = Shape(
    {
        "keyword_filter": Many(Text(60, least=1), most=1000),
        "regex_patterns": Many(Text(260, least=1), most=10),
        "presets": Many(Whole(1, 3)),
        "allow_list": Many(Text(60, least=1), most=100),
        "mention_total_limit": Whole(0, 50),
        "mention_raid_protection_enabled": YesNo(),
    },
    null=True,
)
_DOING = Shape(
    {"channel_id": Snowflake(), "duration_seconds": Whole(0, 2_419_200), "custom_message": Text(150)}, null=True
)
_RULE: dict[str, Rule] = {
    "name": Text(100, least=1),
    "event_type": Whole(1, 2),
    "trigger_type": Whole(1, 6),
    "trigger_metadata": _TRIGGER,
    "actions": Many(Shape({"type": Whole(1, 4), "metadata": _DOING}, need=("type",)), 5, 1),
    "enabled": YesNo(),
    "exempt_roles": Many(Snowflake(), most=20),
    "exempt_channels": Many(Snowflake(), most=50),
}


def _actions(body: Json, path: Path, problems: Problems) -> None:
    for index, action in enumerate(body.get("actions") or []):
        if action["type"] == TIMEOUT_ACTION and body.get("trigger_type", 1) not in (1, 5):
            words = "A timeout is only for keywords and mentions"
            problems.add((*path, "actions", index, "type"), "AUTO_MODERATION_INVALID_ACTION_TYPE", words)


@routes.on("GET", "/guilds/{guild}/auto-moderation/rules")
def list_rules(call: Call) -> list[Json]:
    guild = call.guild()
    call.need(guild, Permission.MANAGE_GUILD)
    return list(guild.automod.values())


@routes.on("GET", "/guilds/{guild}/auto-moderation/rules/{rule}")
def get_rule(call: Call) -> Json:
    return _rule(call, call.guild())


def _rule(call: Call, guild: Guild) -> Json:
    call.need(guild, Permission.MANAGE_GUILD)
    rule = guild.automod.get(call.args["rule"])
    if rule is None:
        raise Refused(10066)
    return rule


@routes.on("POST", "/guilds/{guild}/auto-moderation/rules")
def create_rule(call: Call) -> Json:
    guild = call.guild()
    body = call.checked(Shape(_RULE, need=("name", "event_type", "trigger_type", "actions"), also=_actions))
    _may_rule(call, guild, body)
    kind = body["trigger_type"]
    if sum(it["trigger_type"] == kind for it in guild.automod.values()) >= MOST_RULES[kind]:
        words = "The maximum number of rules of this kind is reached"
        raise invalid("trigger_type", "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", words)
    rule: Json = {"id": call.state.ids.new(), "guild_id": guild.id, "creator_id": call.me, "enabled": False}
    rule |= {"trigger_metadata": {}, "exempt_roles": [], "exempt_channels": []} | body
    _complete(rule)
    guild.automod[rule["id"]] = rule
    call.state.tell("AUTO_MODERATION_RULE_CREATE", rule, guild.id, None)
    call.audit(guild, 140, rule["id"])
    call.did("filter", guild, rule["name"])
    return rule


_DEFAULTS: dict[int, Json] = {
    1: {"keyword_filter": [], "regex_patterns": [], "allow_list": []},
    5: {"mention_total_limit": 20, "mention_raid_protection_enabled": False},
}


def _complete(rule: Json) -> None:
    """What was not given is there all the same."""
    rule["trigger_metadata"] = _DEFAULTS.get(rule["trigger_type"], {}) | (rule["trigger_metadata"] or {})
    rule["actions"] = [{"metadata": {}} | action for action in rule["actions"]]


def _may_rule(call: Call, guild: Guild, body: Json) -> None:
    call.need(guild, Permission.MANAGE_GUILD)
    if any(it["type"] == TIMEOUT_ACTION for it in body.get("actions") or []):
        call.need(guild, Permission.MODERATE_MEMBERS)


@routes.on("PATCH", "/guilds/{guild}/auto-moderation/rules/{rule}")
def edit_rule(call: Call) -> Json:
    guild = call.guild()
    rule = _rule(call, guild)
    body = call.checked(Shape({name: it for name, it in _RULE.items() if name != "trigger_type"}))
    _may_rule(call, guild, body)
    rule |= body
    _complete(rule)
    call.state.tell("AUTO_MODERATION_RULE_UPDATE", rule, guild.id, None)
    call.audit(guild, 141, rule["id"])
    call.did("filter", guild, rule["name"])
    return rule


@routes.on("DELETE", "/guilds/{guild}/auto-moderation/rules/{rule}")
def delete_rule(call: Call) -> None:
    guild = call.guild()
    rule = _rule(call, guild)
    del guild.automod[rule["id"]]
    call.state.tell("AUTO_MODERATION_RULE_DELETE", rule, guild.id, None)
    call.audit(guild, 142, rule["id"])
    call.did("filter", guild, rule["name"])
