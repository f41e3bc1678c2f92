"""Discord's Markdown as our small one: what both have stays, what only Discord has becomes plain words."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.chat.text import escape

Name = Callable[[str], str]
"""The name of a role, from its id."""

_TOKEN = re.compile(
    r"""
      ```(?:(?P<language>[A-Za-z0-9_+\-.\#]{0,30})\n)?(?P<block>.*?)```
    | (?P<ticks>`{1,2})(?!`)(?P<code>.*?[^`])(?P=ticks)(?!`)
    | \\(?P<escaped>.)
    | <@!?(?P<member>[0-9]{1,20})>
    | <@&(?P<role>[0-9]{1,20})>
    | <\#(?P<channel>[0-9]{1,20})>
    | <t:(?P<moment>-?[0-9]{1,13})(?::(?P<style>[a-zA-Z]))?>
    | <a?:(?P<emoji>\w{1,32}):[0-9]{1,20}>
    | </(?P<command>[^:>]{1,100}):[0-9]{1,20}>
    | <id:(?P<guide>\w{1,20})>
    | <(?P<address>https?://[^\s<>]+)>
    | (?P<underline>__)
    """,
    re.VERBOSE | re.DOTALL,
)
_MARKED = re.compile(r"[`\\<]|__|^(?:>>> |-\# )", re.MULTILINE)
"""What plain words never hold: most messages need no other look."""
_REST_QUOTED = re.compile(r"^>>> (.*)", re.MULTILINE | re.DOTALL)
_SMALL = re.compile(r"^-\# (?=\S)", re.MULTILINE)
_STYLES = "tTdDfFR"


def read(content: str, role: Name) -> str:
    """Our small Markdown for the content of a message. Never raises."""
    if _MARKED.search(content) is None:
        return content
    content = _REST_QUOTED.sub(lambda found: "> " + found[1].replace("\n", "\n> "), content)
    return _TOKEN.sub(lambda found: _token(found, role), _SMALL.sub("", content))


def _token(found: re.Match[str], role: Name) -> str:
    kind = found.lastgroup
    match kind:
        case "block":
            return _code_block(found)
        case "code":
            return f"`{escape(found['code'])}`"
        case "escaped":
            return _escaped(found["escaped"])
        case "member":
            return f"<@{found['member']}>"
        case "role":
            return escape(f"@{role(found['role'])}")
        case "channel":
            return f"<#{found['channel']}>"
        case "moment" | "style":
            style = found["style"] or "f"
            return f"<t:{found['moment']}:{style if style in _STYLES else 'f'}>"
        case "emoji":
            return escape(f":{found['emoji']}:")
        case "command":
            return escape(f"/{found['command']}")
        case "guide":
            return escape(f"#{found['guide']}")
        case "address":
            return found["address"]
    return ""


def _code_block(found: re.Match[str]) -> str:
    value = found["block"].strip("\n")
    body = value.replace("\\", "\\\\").replace("`", "\\`")
    text = found.string
    before = "" if found.start() == 0 or text[found.start() - 1] == "\n" else "\n"
    after = "" if found.end() == len(text) or text[found.end()] == "\n" else "\n"
    return f"{before}```{found['language'] or ''}\n{body}\n```{after}"


def _escaped(char: str) -> str:
    """Discord hides a backslash before any sign, and shows it before a letter, a digit or a space."""
    if char.isalnum() or char.isspace():
        return f"\\\\{char}"
    return f"\\{char}" if char.isascii() else char
