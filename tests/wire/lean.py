"""Servers of other people: they answer with what clients cannot do without, and leave out the rest."""

from __future__ import annotations

from typing import Any

DISCORD = frozenset(
    """accent_color app_permissions application authorizing_integration_owners avatar_decoration_data banner
    channel_type collectibles communication_disabled_until context default_reaction_emoji entitlements
    global_name guild_locale guild_scheduled_events large last_message_id locale member_count nick pending
    premium_since premium_subscription_count presences primary_guild private_channels public_flags relationships
    resume_gateway_url session_type soundboard_sounds stage_instances threads voice_states attachment_size_limit
    """.split()
)
"""What Discord tells and a client of it can live without."""
SLACK = frozenset(
    """app_id api_app_id authorizations bot_profile channel_type client_msg_id context_enterprise_id context_team_id
    created creator domain enterprise_id event_context icon icons is_bot is_ext_shared_channel is_im is_mpim
    is_primary_owner is_private is_org_shared is_shared locale num_members profile purpose real_name
    response_metadata team_domain team_name topic tz tz_label tz_offset updated user_name channel_name url""".split()
)
"""The same for Slack."""


def without(value: Any, names: frozenset[str]) -> Any:
    """A payload without some of its keys, at any depth."""
    match value:
        case dict():
            return {key: without(inner, names) for key, inner in value.items() if key not in names}
        case list():
            return [without(inner, names) for inner in value]
    return value
