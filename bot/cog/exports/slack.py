"""What Slack exports: ``channels.json``, ``users.json`` and a file for each day of each channel.

Its format: Slack's help centre, "How to read Slack data exports". Only public channels are read: conversations that
people had in private stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bot.cog.exports.said import Arrived, Event, ExportError, Said, epoch, name_of, part, parts, words
from bot.cog.exports.sources import Source
from bot.cog.exports.stream import JsonStream, wrong_message
from bot.cog.texts import t

_SPOKEN = frozenset(
    {"", "bot_message", "me_message", "thread_broadcast", "file_share", "file_comment", "reply_broadcast"}
)
_JOINED = frozenset({"channel_join", "team_join"})
_LIST = "channels.json"
_PRIVATE = re.compile(r"mpdm-.*|[DG][A-Z0-9]{8,}")
"""Folders of private conversations, where no list says which ones are public."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
_ANGLE = re.compile(r"<([^<>\n]+)>")
_EMOJI = re.compile(r":([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):")
_SIGNS = 40
"""Emoji looked for in one message's blocks, each as at most ``_SIGN`` code points."""
_SIGN = 12


@dataclass
class Workspace:
    """Who and where, as the export lists them."""

    team: str = ""
    names: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    channels: dict[str, str] = field(default_factory=dict)
    """Channel ids by the folder that holds them."""


def root_of(source: Source) -> str | None:
    """The folder inside the source where an export begins, with its ``/``; ``None`` when it is none of Slack's.

    The list of channels says it; where somebody removed it, the folders of days do.
    """
    found = [name for name in source.names() if PurePosixPath(name).name == _LIST]
    if found:
        return min(found, key=len)[: -len(_LIST)]
    folders = [PurePosixPath(name).parent for name in source.names() if _DAY.fullmatch(PurePosixPath(name).name)]
    outer = [folder.parent for folder in folders if folder.name]
    return f"{outer[0]}/".removeprefix("./") if outer and set(outer) == {outer[0]} else None


def look(source: Source, root: str) -> Workspace:
    """Read the lists. Raises ``ExportError``."""
    workspace = Workspace()
    names = set(source.names())
    if f"{root}{_LIST}" in names:
        for channel in _listed(source, f"{root}{_LIST}"):
            if id := name_of(channel, "id", "name"):
                workspace.channels[name_of(channel, "name") or id] = id
    else:
        folders = {name[len(root) :].split("/")[0] for name in names if name.startswith(root)}
        workspace.channels = {folder: folder for folder in folders if not _PRIVATE.fullmatch(folder)}
    if f"{root}users.json" in names:
        for user in _listed(source, f"{root}users.json"):
            _know(workspace, user)
    return workspace


def days(source: Source, root: str, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """The files of public channels, with the channel's name."""
    for name in source.names():
        inside = name[len(root) :].split("/") if name.startswith(root) else []
        if len(inside) == 2 and _DAY.fullmatch(inside[1]) and inside[0] in workspace.channels:
            yield name, inside[0]


def read(stream: JsonStream, channel: str, workspace: Workspace) -> Iterator[Event]:
    """What was said in one file. Raises ``ExportError``."""
    if stream.kind() != "[":
        raise stream.broken()
    for message in stream.items():
        if not isinstance(message, Mapping):
            raise wrong_message(stream, t("is no message"))
        if (event := _event(stream, message, channel, workspace)) is not None:
            yield event


def _listed(source: Source, name: str) -> Iterator[Mapping[str, Any]]:
    with source.open(name) as file:
        stream = JsonStream(file, f"{source.name}: {name}")
        if stream.kind() != "[":
            raise stream.broken()
        for one in stream.items():
            if not isinstance(one, Mapping):
                raise ExportError(t("{file} holds something that is no list of a Slack export.", file=stream.name))
            yield one


def _know(workspace: Workspace, user: Mapping[str, Any]) -> None:
    id = name_of(user, "id")
    profile = part(user, "profile")
    workspace.team = workspace.team or name_of(user, "team_id")
    workspace.names[id] = (
        name_of(profile, "display_name") or name_of(user, "real_name") or name_of(profile, "real_name")
    ) or name_of(user, "name")
    if user.get("is_bot") is True:
        workspace.bots.add(id)


def _event(stream: JsonStream, message: Mapping[str, Any], channel: str, workspace: Workspace) -> Event | None:
    subtype = words(message.get("subtype"))
    if words(message.get("type")) not in ("", "message") or subtype not in _SPOKEN | _JOINED:
        return None
    id = name_of(message, "ts")
    moment = epoch(id)
    if moment is None:
        raise wrong_message(stream, t("has no believable date"))
    author = name_of(message, "user") or name_of(message, "bot_id")
    who: dict[str, Any] = {"author": author, "author_name": _name(message, author, workspace)}
    if subtype in _JOINED:
        return Arrived(at=moment, **who)
    parent = name_of(message, "thread_ts")
    text = words(message.get("text"))
    return Said(
        id=id,
        at=moment,
        channel=workspace.channels[channel],
        channel_name=channel,
        thread="" if parent == id else parent,
        **who,
        is_bot=subtype == "bot_message" or author in workspace.bots or bool(name_of(message, "bot_id")),
        text=readable(text, workspace.names, _signs(message) if ":" in text else {}),
        edited_at=epoch(part(message, "edited").get("ts")),
        reply_to="" if parent == id else parent,
        mentions=tuple(dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]{1,30})", text))),
        attachments=tuple(name_of(one, "name", "title") for one in parts(message, "files")),
        quoted=tuple(said for one in parts(message, "attachments") if (said := _quoted(one, workspace))),
    )


def _name(message: Mapping[str, Any], author: str, workspace: Workspace) -> str:
    if known := workspace.names.get(author):
        return known
    profile = part(message, "user_profile")
    return name_of(profile, "display_name", "real_name", "name") or name_of(message, "username") or author


def _quoted(attachment: Mapping[str, Any], workspace: Workspace) -> str:
    pieces = [words(attachment.get(key)) for key in ("pretext", "title", "title_link", "text", "from_url")]
    pieces += [words(one.get(key)) for one in parts(attachment, "fields") for key in ("title", "value")]
    return readable("\n".join(filter(None, pieces)) or words(attachment.get("fallback")), workspace.names, {})


def readable(text: str, names: Mapping[str, str], signs: Mapping[str, str]) -> str:
    """A text in Slack's markup as people read it, with the names of accounts and the signs of emoji."""
    if "<" in text:
        text = _ANGLE.sub(lambda found: _angle(found[1], names), text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _EMOJI.sub(lambda found: signs.get(found[1], found[0]), text) if signs else text


def _angle(inside: str, names: Mapping[str, str]) -> str:
    """What stands between angle brackets: a mention, a channel, a link, a group."""
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:]) or label or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
    if not label or label in target or target.startswith(("mailto:", "tel:")):
        return label if target.startswith(("mailto:", "tel:")) and label else target
    return f"{label} ({target})"


def _signs(message: Mapping[str, Any]) -> dict[str, str]:
    """The emoji that a message's rich text names, as signs."""
    found: dict[str, str] = {}
    waiting: list[Mapping[str, Any]] = list(parts(message, "blocks"))
    while waiting and len(found) < _SIGNS:
        element = waiting.pop()
        waiting += parts(element, "elements")
        if element.get("type") == "emoji" and (sign := _sign(words(element.get("unicode")))):
            found[name_of(element, "name")] = sign
    return found


def _sign(code_points: str) -> str:
    pieces = code_points.split("-")[:_SIGN]
    if not all(re.fullmatch(r"[0-9a-f]{2,6}", piece) and int(piece, 16) <= 0x10FFFF for piece in pieces):
        return ""
    return words("".join(chr(int(piece, 16)) for piece in pieces))


__all__ = ["Workspace", "days", "look", "read", "readable", "root_of"]
