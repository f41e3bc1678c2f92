"""What was found, as one JSON object a line: the same for ``relais judge`` and for a back-test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cogs.moderation.finding import Finding
from cogs.moderation.seen import Seen

OBSERVED = "observe"
NOTHING = "none"


def record(seen: Seen, finding: Finding) -> Mapping[str, Any]:
    """A message that a rule matched. ``span`` counts characters, and ``matched`` is ``text[start:end]``.

    Both are empty when what matched is not in the text: a flood, a file, something quoted. ``action`` names what the
    rule asks for, joined by ``+``.
    """
    hit = finding.hit
    inside = hit.quote is None
    return {
        "id": seen.id,
        "at": seen.at.isoformat() if seen.at else None,
        "channel": seen.channel_name or seen.channel,
        "author": seen.author_name or seen.author,
        "text": seen.text,
        "rule": finding.rule,
        "trigger": hit.trigger,
        "matched": hit.matched if inside else "",
        "span": list(hit.span if inside else (0, 0)),
        "action": action(finding),
    }


def action(finding: Finding) -> str:
    if finding.observing:
        return OBSERVED
    return "+".join(one.do for one in finding.actions) or NOTHING


def as_line(value: Mapping[str, Any]) -> bytes:
    """One line of JSON in UTF-8; a half surrogate, which UTF-8 cannot hold, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value).encode() + b"\n"
