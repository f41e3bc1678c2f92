"""From Slack's mrkdwn to our small Markdown: what people write, read as data with the markup that both know."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.chat.text import Md, escape, link, when
from bot.platforms.slack.emoji import signs_in

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_TOKEN = re.compile(
    r"""
      (?P<code>`[^`\n]+`)
    | <(?P<angle>[^<>\n]+)>
    | (?<![\w*_~])(?P<marker>[*_~])(?P<inside>(?![\s*_~\u200b])(?:[^\n`]{0,500}?[^\s])??)(?P=marker)(?![\w*_~])
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;.!?'’…-])*(?<! )")
"""A line of plain words, which most messages are: it is the same in both."""
_QUOTE = re.compile(r"(?:&gt;|>)[ ]?")
_MARKS = {"*": "**", "_": "*", "~": "~~"}
_DEPTH = 4
_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
APART = "\u200b"


def read(text: str) -> Md:
    """Small Markdown for a message's text. What is no markup to both is escaped. Never raises."""
    if _PLAIN.fullmatch(text):
        return Md(text)
    parts: list[str] = []
    at = 0
    for found in _FENCE.finditer(text):
        parts += _lines(text[at : found.start()])
        parts += ["```", _code(found[1]), "```"]
        at = found.end()
    return Md("\n".join([*parts, *_lines(text[at:])]))


def _code(text: str) -> str:
    return _data(text).replace("\\", "\\\\").replace("`", "\\`")


def _data(text: str) -> str:
    """What was sent, without its entities and tokens."""
    return unescape_entities(re.sub(r"<([^<>\n]+)>", lambda found: found[1].rpartition("|")[2], text))


def unescape_entities(text: str) -> str:
    """Data without Slack's three entities, nor what keeps markers apart."""
    return text.replace(APART, "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str) -> list[str]:
    return [_line(line) for line in text.strip("\n").split("\n")] if text.strip("\n") else []


def _line(line: str) -> str:
    quoted = _QUOTE.match(line)
    return f"> {_inline(line[quoted.end() :], 0)}" if quoted else _inline(line, 0)


def _inline(text: str, depth: int) -> str:
    parts: list[str] = []
    at = 0
    for found in _TOKEN.finditer(text):
        parts.append(_plain(text[at : found.start()]))
        parts.append(_token(found, depth))
        at = found.end()
    parts.append(_plain(text[at:]))
    return "".join(parts)


def _plain(text: str) -> str:
    """Data; the spaces around it stay as they are."""
    text = text.replace(APART, "")
    core = text.strip(" \t")
    start = text.index(core)
    return f"{text[:start]}{escape(signs_in(unescape_entities(core)))}{text[start + len(core) :]}"


def _token(found: re.Match[str], depth: int) -> str:
    if found["code"]:
        return f"`{escape(unescape_entities(found['code'][1:-1]))}`"
    if found["angle"]:
        return angle(found["angle"])
    marker, inside = found["marker"], found["inside"]
    if depth >= _DEPTH or not inside:
        return _plain(found[0])
    return f"{_MARKS[marker]}{_inline(inside, depth + 1)}{_MARKS[marker]}"


def angle(inside: str) -> Md:
    """What stands between angle brackets: a mention, a link, a date."""
    target, _, label = inside.partition("|")
    if target[:1] in "@#" and _ID.fullmatch(target[1:]):
        return Md(f"<{target}>")
    if target.startswith("!date^"):
        return _moment(target, label)
    if target.startswith("!"):
        return escape(unescape_entities(label) or f"@{target[1:].partition('^')[0]}")
    shown, address = unescape_entities(label), unescape_entities(target)
    try:
        return link(shown, address)
    except ValueError:
        return escape(shown or address)


def _moment(target: str, label: str) -> Md:
    try:
        return when(datetime.fromtimestamp(int(target.split("^")[1]), UTC))
    except (ValueError, OverflowError, OSError, IndexError):
        return escape(unescape_entities(label))


def typed(text: str) -> str:
    """What somebody typed into a command, as data: mentions as ``<@U1>``, addresses bare, entities undone."""
    return unescape_entities(re.sub(r"<([^<>]+)>", lambda found: _typed(found[1]), text)).replace(APART, "")


def _typed(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target[:1] in "@#" and _ID.fullmatch(target[1:]):
        return f"<{target}>"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label if target.startswith(("mailto:", "tel:")) and label else target


__all__ = ["angle", "read", "typed", "unescape_entities"]
