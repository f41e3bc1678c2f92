"""Slack's text: what is escaped, whom it notifies, what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.wire.slack.bits import Json
from tests.wire.slack.records import Channel
from tests.wire.slack.state import State

CONTROL = re.compile(r"<([^<>\n]*)>")
_USER = re.compile(r"@([UW]\w+)(?:\|.*)?")
_GROUP = re.compile(r"!subteam\^(S\w+)(?:\|.*)?")
_BROADCAST = re.compile(r"!(channel|here|everyone|group)(?:\|.*)?")
_CHANNEL = re.compile(r"#([CGD]\w+)(?:\|(.*))?")
_DATE = re.compile(r"!date\^(-?\d+)\^([^|]*?)(?:\^(https?:[^|]*))?\|(.*)")
_RAW_BROADCAST = re.compile(r"(?<![\w@<!|])@(channel|here|everyone)\b")
_RAW_NAME = re.compile(r"(?<![\w@<|])@([\w.-]+)")
_RAW_CHANNEL = re.compile(r"(?<![\w#<|])#([\w-]+)")
_CODE_BLOCK = re.compile(r"```(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MARKS = [
    re.compile(rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*[^\s{re.escape(mark)}])"
               rf"{re.escape(mark)}(?![\w{re.escape(mark)}])")
    for mark in "*_~"
]  # fmt: skip
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")


def escape(text: str) -> str:
    """The three characters that Slack wants escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def linked(state: State, team: str, text: str, *, names: bool) -> str:
    """Text as Slack stores it once it has found names itself: with ``parse=full`` or ``link_names``."""
    if not names:
        return text

    def person(found: re.Match[str]) -> str:
        bare = found[1].rstrip(".-")
        rest = found[1][len(bare) :]
        if bare in ("channel", "here", "everyone"):
            return f"<!{bare}>{rest}"
        if user := state.named(team, bare):
            return f"<@{user.id}>{rest}"
        group = state.group_named(team, bare)
        return f"<!subteam^{group.id}|@{group.handle}>{rest}" if group else found[0]

    def channel(found: re.Match[str]) -> str:
        room = state.channel_named(team, found[1])
        return f"<#{room.id}|{room.name}>" if room and not room.private else found[0]

    return _RAW_CHANNEL.sub(channel, _RAW_NAME.sub(person, text))


# Whom a message notifies


def notified(state: State, channel: Channel, text: str, blocks: Iterable[Any]) -> list[str]:
    """Members of the channel whom these words and blocks notify, in order, the bot left out."""
    found: dict[str, None] = {}
    for mention in [*_in_text(text), *_in_blocks(blocks)]:
        found |= dict.fromkeys(_reached(state, channel, mention))
    bot = state.teams[channel.team].bot
    return [user for user in found if user in channel.members and user != bot]


def mentions(text: str) -> list[str]:
    """Ids of the people named by control sequences."""
    return [found[1] for control in CONTROL.findall(text) if (found := _USER.fullmatch(control))]


def _in_text(text: str) -> Iterator[str]:
    for control in CONTROL.findall(text):
        if _USER.fullmatch(control) or _GROUP.fullmatch(control) or _BROADCAST.fullmatch(control):
            yield control.partition("|")[0]


def _in_blocks(value: Any) -> Iterator[str]:
    """Mentions in every text of the blocks. Plain text has none."""
    if isinstance(value, dict):
        yield from _in_object(value)
        for key, inner in value.items():
            if key not in ("elements", "accessory") or not value.get("action_id"):
                yield from _in_blocks(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _in_blocks(inner)


def _in_object(value: Json) -> Iterator[str]:
    match value:
        case {"type": "mrkdwn" | "markdown", "text": str(text)}:
            yield from _in_text(text)
            if value["type"] == "mrkdwn" and not value.get("verbatim"):
                yield from (f"!{name}" for name in _RAW_BROADCAST.findall(text))
        case {"type": "user", "user_id": str(id)}:
            yield f"@{id}"
        case {"type": "usergroup", "usergroup_id": str(id)}:
            yield f"!subteam^{id}"
        case {"type": "broadcast", "range": str(range)}:
            yield f"!{range}"


def _reached(state: State, channel: Channel, mention: str) -> list[str]:
    if user := _USER.fullmatch(mention):
        return [user[1]]
    if group := _GROUP.fullmatch(mention):
        it = state.groups.get(group[1])
        return list(it.users) if it and not it.disabled else []
    return list(channel.members)


# What a reader sees


@dataclass(frozen=True)
class Eyes:
    """Names for ids, and moments in words: given seconds and Slack's format."""

    user: Callable[[str], str]
    channel: Callable[[str], str]
    group: Callable[[str], str]
    moment: Callable[[int, str, str], str]


def plain(text: str, eyes: Eyes) -> str:
    """Text without its marks; escaped characters as they look."""
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\x00{len(kept) - 1}\x00"

    text = INVISIBLE.sub("", text)
    text = _CODE_BLOCK.sub(lambda found: keep(_controls(found[1].strip("\n"), eyes)), text)
    text = _CODE.sub(lambda found: keep(_controls(found[1], eyes)), text)
    text = CONTROL.sub(lambda found: keep(_control(found[1], eyes)), text)
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = unescape(text)
    while "\x00" in text:
        text = re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)
    return text


def _controls(text: str, eyes: Eyes) -> str:
    return unescape(CONTROL.sub(lambda found: _control(found[1], eyes), text))


def _control(control: str, eyes: Eyes) -> str:
    if found := _USER.fullmatch(control):
        return eyes.user(found[1])
    if found := _CHANNEL.fullmatch(control):
        return eyes.channel(found[1])
    if found := _GROUP.fullmatch(control):
        return eyes.group(found[1])
    if found := _BROADCAST.fullmatch(control):
        return f"@{found[1]}"
    if found := _DATE.fullmatch(control):
        return eyes.moment(int(found[1]), found[2], unescape(found[4]))
    address, _, label = control.partition("|")
    address, label = unescape(address.removeprefix("mailto:")), unescape(label)
    return f"{label} ({address})" if label and label != address else address
