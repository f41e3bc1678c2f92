"""Rich text: what it may hold, and how what a person types becomes it."""

from __future__ import annotations

import re

from tests.wire.slack.bits import Json
from tests.wire.slack.rules import Rule, anything, flag, kinds, many, number, one_of, shape, text, whole

STYLE = shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag)
)


def _piece(need: str, **fields: Rule) -> Rule:
    return shape({"type": anything, "style": STYLE, **fields}, need)


PIECE = kinds(
    {
        "text": _piece("text", text=text(least=1)),
        "link": _piece("url", url=text(least=1), text=text(), unsafe=flag),
        "user": _piece("user_id", user_id=text(least=1)),
        "usergroup": _piece("usergroup_id", usergroup_id=text(least=1)),
        "channel": _piece("channel_id", channel_id=text(least=1)),
        "team": _piece("team_id", team_id=text(least=1)),
        "emoji": _piece("name", name=text(least=1), unicode=text(), skin_tone=whole(2, 6)),
        "broadcast": _piece("range", range=one_of("here", "channel", "everyone")),
        "color": _piece("value", value=text(least=1)),
        "date": _piece("timestamp format", timestamp=number, format=text(least=1), url=text(), fallback=text()),
    }
)
SECTION = shape({"type": anything, "elements": many(PIECE, 1000, 0)}, "elements")
BORDERED = shape(
    {"type": anything, "elements": many(PIECE, 1000, 0), "border": whole(0, 1), "language": text()}, "elements"
)
LIST = shape(
    {
        "type": anything,
        "elements": many(kinds({"rich_text_section": SECTION}), 1000, 0),
        "style": one_of("bullet", "ordered"),
        "indent": whole(0, 8),
        "offset": whole(0),
        "border": whole(0, 1),
    },
    "elements style",
)
PARTS = kinds(
    {
        "rich_text_section": SECTION,
        "rich_text_list": LIST,
        "rich_text_quote": BORDERED,
        "rich_text_preformatted": BORDERED,
    }
)
RICH_TEXT = shape({"type": anything, "elements": many(PARTS, 1000)}, "elements")
RICH_TEXT_BLOCK = shape({"type": anything, "block_id": text(255), "elements": many(PARTS, 1000)}, "elements")

_CONTROL = re.compile(r"<([@#!])([^<>|\n]+)(?:\|[^<>\n]*)?>")


def typed(words: str, block_id: str) -> list[Json]:
    """The block that Slack's client makes of what somebody wrote."""
    pieces: list[Json] = []
    at = 0
    for found in _CONTROL.finditer(words):
        _add_text(pieces, words[at : found.start()])
        pieces.append(_named(found[1], found[2]))
        at = found.end()
    _add_text(pieces, words[at:])
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _add_text(pieces: list[Json], words: str) -> None:
    if words:
        plain = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        pieces.append({"type": "text", "text": plain})


def _named(sign: str, id: str) -> Json:
    if sign == "@":
        return {"type": "user", "user_id": id}
    if sign == "#":
        return {"type": "channel", "channel_id": id}
    if id.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": id.removeprefix("subteam^")}
    return {"type": "broadcast", "range": id}
