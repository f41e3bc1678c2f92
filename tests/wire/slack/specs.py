"""Requests and events against the published descriptions, when ``../shared/specs`` is there.

The descriptions are of 2020: what Slack documented since is listed here, nothing else is let through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.wire.slack.bits import Json
from tests.wire.slack.call import methods

FOLDER = Path(__file__).parents[3] / "../shared/specs"

NEW_METHODS = frozenset(
    """apps.connections.open files.getUploadURLExternal files.completeUploadExternal blocks.validate""".split()
)
NEW_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "chat.postMessage": frozenset({"metadata", "markdown_text", "client_msg_id"}),
    "chat.postEphemeral": frozenset({"markdown_text"}),
    "chat.update": frozenset({"metadata", "markdown_text", "file_ids", "reply_broadcast"}),
    "conversations.history": frozenset({"include_all_metadata"}),
    "conversations.replies": frozenset({"include_all_metadata"}),
    "conversations.open": frozenset({"prevent_creation"}),
    "conversations.invite": frozenset({"force"}),
    "team.info": frozenset({"domain"}),
    "emoji.list": frozenset({"include_categories"}),
    "views.open": frozenset({"interactivity_pointer"}),
    "views.push": frozenset({"interactivity_pointer"}),
}
EVERYWHERE = frozenset({"token", "team_id"})
"""Arguments of every method; the real framework sends the workspace with each call, for organisation-wide tokens."""

NO_LONGER_REQUIRED: Mapping[str, frozenset[str]] = {
    "views.open": frozenset({"trigger_id"}),
    "views.push": frozenset({"trigger_id"}),
    "chat.update": frozenset({"text"}),
    "chat.postEphemeral": frozenset({"text"}),
}
NEW_EVENTS = frozenset({"app_home_opened"})
NO_LONGER_SENT = frozenset({"authed_users"})
STRUCTURES = frozenset({"blocks", "attachments", "view", "metadata", "files", "unfurls"})


@cache
def _load(name: str) -> Json | None:
    path = FOLDER / name
    if not path.exists():
        return None
    found: Json = json.loads(path.read_text())
    return found


def request_problems(method: str, args: Mapping[str, Any]) -> list[str]:
    """What is wrong with a call: unknown arguments, missing ones, wrong types."""
    known = methods.all.get(method)
    if known is None:
        return []
    found = [f"{method}: unknown argument {name!r}" for name in args if name not in known.arguments | EVERYWHERE]
    web = _load("slack-web-openapi.json")
    if web is None:
        return found
    path = web["paths"].get(f"/{method}")
    if path is None:
        return found + ([] if method in NEW_METHODS else [f"{method}: not a published method"])
    return found + _against(method, next(iter(path.values()))["parameters"], args)


def _against(method: str, parameters: list[Json], args: Mapping[str, Any]) -> list[str]:
    by_name = {it["name"]: it for it in parameters if it["name"] != "token"}
    new, spared = NEW_ARGUMENTS.get(method, frozenset()), NO_LONGER_REQUIRED.get(method, frozenset())
    found = [f"{method}: {name!r} is not published" for name in args if name not in by_name.keys() | new | EVERYWHERE]
    for name, parameter in by_name.items():
        if parameter.get("required") and name not in args and name not in spared:
            found.append(f"{method}: {name!r} is missing")
        if name in args and not _fits(name, parameter.get("type", "string"), args[name]):
            found.append(f"{method}: {name!r} is not of type {parameter['type']}: {args[name]!r}")
    return found


def _fits(name: str, kind: str, value: Any) -> bool:
    if value is None or name in STRUCTURES:
        return True
    match kind:
        case "boolean":
            return isinstance(value, bool) or str(value) in ("0", "1", "true", "false")
        case "integer":
            return not isinstance(value, bool) and str(value).lstrip("-").isdigit()
        case "number":
            return not isinstance(value, bool) and str(value).replace(".", "", 1).lstrip("-").isdigit()
    return isinstance(value, str | int | float | list) or (isinstance(value, bool) and name == "link_names")


def event_problems(payload: Json) -> list[str]:
    """What is wrong with a delivery of the Events API."""
    described = _load("slack-events-asyncapi.json")
    if described is None:
        return []
    wrapper = described["components"]["schemas"]["GenericEventWrapper"]
    kind = payload["event"]["type"]
    found = [f"{kind}: {name!r} is missing" for name in wrapper["required"] if name not in {*payload, *NO_LONGER_SENT}]
    required = wrapper["properties"]["event"]["required"]
    found += [f"{kind}: event.{name} is missing" for name in required if name not in payload["event"]]
    if kind.replace("_", ".") not in described["topics"] and kind not in NEW_EVENTS:
        found.append(f"{kind}: not a published event")
    return found


def published_scopes() -> dict[str, list[str]] | None:
    """The scopes of each event, as they are published."""
    described = _load("slack-events-asyncapi.json")
    if described is None:
        return None
    topics = described["topics"].items()
    return {name: topic["subscribe"].get("x-scopes-required") or [] for name, topic in topics}
