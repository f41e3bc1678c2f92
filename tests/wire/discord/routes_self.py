"""The bot itself: its account, its application, the gateway's address, its conversations."""

from __future__ import annotations

from typing import Any

from tests.wire.discord import shapes
from tests.wire.discord.bits import LIMITED_FLAGS, Json
from tests.wire.discord.call import Call, routes
from tests.wire.discord.errors import Refused, invalid
from tests.wire.discord.happenings import member_left
from tests.wire.discord.rules import Anything, Shape, Snowflake, Text, Whole


@routes.on("GET", "/users/@me")
def who_am_i(call: Call) -> Json:
    return shapes.me(call.state.bot)


@routes.on("GET", "/users/{user}")
def get_user(call: Call) -> Json:
    return shapes.user(call.user())


@routes.on("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> list[Json]:
    guilds = [it for it in call.state.guilds.values() if call.me in it.members]
    return [
        {"id": it.id, "name": it.name, "icon": None, "banner": None, "owner": False, "permissions": "0", "features": []}
        for it in guilds
    ]


@routes.on("DELETE", "/users/@me/guilds/{guild}")
def leave_guild(call: Call) -> None:
    guild = call.guild()
    call.state.tell("GUILD_DELETE", {"id": guild.id}, guild.id, None)
    member_left(call.state, guild.members.pop(call.me))


@routes.on("POST", "/users/@me/channels")
def open_direct(call: Call) -> Json:
    body = call.checked(Shape({"recipient_id": Snowflake(), "recipients": Anything()}, need=("recipient_id",)))
    who = str(body["recipient_id"])
    if who not in call.state.users:
        raise Refused(10013)
    if who == call.me:
        raise Refused(50033)
    return shapes.channel(call.state, call.state.direct(who))


# The application


def application(call: Call) -> Json:
    it = call.state.application
    return {
        "id": it.id,
        "name": it.name,
        "icon": None,
        "description": it.description,
        "type": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": it.flags,
        "flags_new": str(it.flags),
        "bot": shapes.user(call.state.bot),
        "owner": {**shapes.user(call.state.bot), "id": "1", "username": "owner", "bot": False},
        "team": None,
        "tags": [],
        "redirect_uris": [],
        "eligible_oauth2_scopes": [],
        "max_participants": None,
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "event_webhooks_status": 1,
        "approximate_guild_count": len(call.state.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "integration_types_config": {"0": {}, "1": {}},
        "explicit_content_filter": 0,
        "is_monetized": False,
        "is_verified": False,
        "is_discoverable": False,
        "storefront_available": False,
        "creator_monetization_state": 1,
    }


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
def get_application(call: Call) -> Json:
    return application(call)


_KEPT = dict.fromkeys(
    [
        "custom_install_url",
        "role_connections_verification_url",
        "install_params",
        "integration_types_config",
        "icon",
        "cover_image",
        "interactions_endpoint_url",
        "tags",
        "event_webhooks_url",
        "event_webhooks_status",
        "event_webhooks_types",
    ],
    Anything(),
)


@routes.on("PATCH", "/applications/@me")
def edit_application(call: Call) -> Json:
    """Of the flags, only the limited intents are the bot's to switch."""
    body = call.checked(Shape({"description": Text(400), "flags": Whole(0), **_KEPT}))
    it = call.state.application
    if body.get("flags") is not None:
        if (body["flags"] ^ it.flags) & ~LIMITED_FLAGS:
            raise invalid("flags", "APPLICATION_FLAGS_INVALID", "Only the limited intent flags can be changed")
        it.flags = body["flags"]
    it.description = body.get("description") or it.description
    return application(call)


# The gateway


@routes.on("GET", "/gateway", token=False)
def gateway(call: Call) -> Any:
    return {"url": call.state.gateway_url}


@routes.on("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Any:
    left = max(0, call.state.application.identifies)
    limit = {"total": 1000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.state.gateway_url, "shards": 1, "session_start_limit": limit}
