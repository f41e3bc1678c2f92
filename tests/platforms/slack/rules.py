"""What Slack would refuse, judged from its published limits; and texts made to break them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from bot.chat.text import Md
from bot.chat.things import Member, Space

SPACE = Space("slack", "T1", "Town", "en", "Europe/Paris")
ADA = Member(SPACE, "U0ADA", "Ada")
BOB = Member(SPACE, "U0BOB", "Bob")

BROADCAST = re.compile(r"<!(?!date\^)|@(?:here|channel|everyone|group)\b", re.IGNORECASE)
MENTION = re.compile(r"<@(\w+)")
ANGLES = re.compile(r"<[^<>]*>")

FRAGMENTS = st.sampled_from(
    [
        *(
            "**",
            "*",
            "_",
            "~~",
            "||",
            "`",
            "```",
            "\n",
            "\n\n",
            "\n> ",
            "\n- ",
            "\n1. ",
            "\n# ",
            "\\",
            " ",
            "&",
            "<",
            ">",
        ),
        *(
            "@here",
            "@channel",
            "@everyone",
            "<!channel>",
            "<!here|x>",
            "<!subteam^S1>",
            "<@U0ADA>",
            "<@U0BOB>",
            "<#C1>",
        ),
        *("https://example.org/a_b?c=d&e=f", "[label](https://example.org/?a=1&b=2)", "<t:1700000000:R>", "<t:-5:f>"),
        *("word", "été", "👩‍👩‍👧", "🎉", "a" * 700, "🎉" * 400, "e\u0301" * 50, ":tada:", "&" * 200, "x `y` z", "|"),
        *("```\n" + "code < & >\n" * 90 + "```", "`" + "c&" * 400 + "`", "[x](https://e.org/" + "&" * 1500 + ")"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=40).map("".join))
REPEATED = st.tuples(st.lists(FRAGMENTS, min_size=1, max_size=4).map("".join), st.integers(1, 400))
LONG = REPEATED.map(lambda pair: (pair[0] * pair[1])[:25_000])
WORDS = st.one_of(TEXTS, TEXTS.map(Md), LONG, LONG.map(Md))


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def texts(given: Any, kind: str = "mrkdwn") -> Iterator[str]:
    """The texts of one kind, anywhere in a payload."""
    if isinstance(given, dict):
        if given.get("type") == kind:
            yield str(given["text"])
        for value in given.values():
            yield from texts(value, kind)
    elif isinstance(given, list):
        for value in given:
            yield from texts(value, kind)


def faults(body: dict[str, Any]) -> list[str]:
    """Why Slack would refuse a message; nothing for a good one."""
    blocks: list[dict[str, Any]] = body["blocks"]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found = [] if 0 < length(body["text"]) <= 3000 else [f"text: {length(body['text'])}"]
    found += [f"{len(blocks)} blocks"] if len(blocks) > 50 else []
    found += ["block ids repeat"] if len(set(ids)) < len(ids) else []
    found += ["more than 13,000 characters"] if sum(map(length, texts(blocks))) > 13_000 else []
    for block in blocks:
        found += [f"{block['type']}: {fault}" for fault in _block_faults(block)]
    return found


def _block_faults(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _text_faults(block["text"], 150)
        case "section":
            if "text" in block:
                yield from _text_faults(block["text"], 3000)
            fields = block.get("fields", [])
            if len(fields) > 10 or not (fields or "text" in block):
                yield f"{len(fields)} fields"
            for field in fields:
                yield from _text_faults(field, 2000)
            if "accessory" in block:
                yield from _element_faults(block["accessory"])
        case "context":
            for element in block["elements"]:
                yield from _text_faults(element, 3000)
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            if not 0 < len(ids) <= 25 or len(set(ids)) < len(ids):
                yield f"action ids {ids}"
            for element in block["elements"]:
                yield from _element_faults(element)
        case kind:
            yield f"unknown {kind}"


def _element_faults(element: dict[str, Any]) -> Iterator[str]:
    if length(element["action_id"]) > 255:
        yield "action_id"
    if element["type"] == "button":
        yield from _text_faults(element["text"], 75)
        if length(element.get("value", "")) > 2000 or length(element.get("url", "")) > 3000:
            yield "value or url"
        return
    yield from _text_faults(element["placeholder"], 150)
    if not 0 < len(element["options"]) <= 100:
        yield f"{len(element['options'])} options"
    for option in element["options"]:
        yield from _text_faults(option["text"], 75)
        if length(option["value"]) > 150:
            yield "option value"


def _text_faults(text: dict[str, Any], most: int) -> Iterator[str]:
    if not text["text"].strip() or length(text["text"]) > most:
        yield f"{length(text['text'])} characters of {most}: {text['text'][:40]!r}"


def notified(text: str) -> set[str]:
    """Whom a text calls: members by id, ``!`` for a crowd."""
    return set(MENTION.findall(text)) | ({"!"} if BROADCAST.search(text) else set())
