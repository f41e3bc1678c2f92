"""Discord's published description of its REST API, when it is beside the repository."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from tests.wire.spec import Checker, load

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "discord-openapi.json"


COERCED = frozenset({"snowflake"})
"""Ids are text; Discord takes them as numbers too, and discord.py sends them so here and there."""


class Description:
    """Read when it is first needed."""

    @cached_property
    def checker(self) -> Checker | None:
        document = load(SPEC)
        return Checker(document, coerced=COERCED) if document is not None else None


DESCRIPTION = Description()


def extras(method: str, template: str, path: tuple[str | int, ...]) -> bool:
    """Fields that Discord takes although its description does not name them.

    ``nsfw`` of commands is documented on its pages; a ban takes its number from the query too. ``tts`` in an edit,
    the flags of an embed and what an edit sends back about a file that stays, it ignores.
    """
    name = path[-1]
    if name == "delete_message_seconds":
        return template.endswith("/bans/{user_id}")
    if name == "id":
        return template.endswith("/permissions/{overwrite_id}")
    if "/commands" in template:
        return name in ("nsfw", "default_permission")
    if name == "tts":
        return method == "PATCH" or "/callback" in template
    if "embeds" in path:
        return name == "flags"
    return "attachments" in path and name in ("size", "url", "proxy_url", "content_type", "height", "width", "flags")
