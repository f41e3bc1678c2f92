"""What people type and choose in a Slack client, turned into what it sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.forms import Upload
from bot.chat.things import Channel as Place
from bot.chat.things import Member
from bot.platforms.playground.options import Impossible, NothingToPress, Value
from tests.wire.slack import shapes
from tests.wire.slack.bits import Json
from tests.wire.slack.inputs import empty, is_empty
from tests.wire.slack.mrkdwn import escape
from tests.wire.slack.plain import Reader, options
from tests.wire.slack.records import Channel, File, User, View
from tests.wire.slack.state import State

_MEMBER = re.compile(r"(?<![\w<\\@])@([\w.,'-]+(?: [\w.,'-]+){0,2})")
_CHANNEL = re.compile(r"(?<![\w<\\#])#([\w-]+)")
_LINK = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?)]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
BROADCASTS = ("channel", "here", "everyone")


def mark_up(state: State, team: str, text: str) -> str:
    """What somebody typed as it is kept: escaped, with links marked, and names turned into mentions."""

    def member(found: re.Match[str]) -> str:
        words = found[1].split(" ")
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(".,'-")
            if told := _mention(state, team, name):
                return told + found[1][len(name) :]
        return found[0]

    def channel(found: re.Match[str]) -> str:
        room = state.channel_named(team, found[1])
        return f"<#{room.id}|{room.name}>" if room else found[0]

    return _CHANNEL.sub(channel, _MEMBER.sub(member, _LINK.sub(r"<\g<0>>", escape(text))))


def _mention(state: State, team: str, name: str) -> str:
    if name in BROADCASTS:
        return f"<!{name}>"
    if user := state.named(team, name):
        return f"<@{user.id}>"
    group = state.group_named(team, name)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else ""


@dataclass(frozen=True)
class Typing:
    """Somebody who types in a workspace."""

    state: State
    user: User

    # Commands

    def command(self, words: list[str], given: Mapping[str, Value], *, escaped: bool) -> str:
        """The text of a slash command: words, then ``name:value``; values with spaces are quoted."""
        parts = [escape(word) if escaped else word for word in words]
        for name, value in given.items():
            text = self._argument(value, escaped=escaped)
            parts.append(f"{name}:{text}")
        return " ".join(parts)

    def _argument(self, value: Value, *, escaped: bool) -> str:
        if isinstance(value, Upload):
            raise Impossible("a command line takes no file")
        found = self._named(value)
        if isinstance(found, User):
            return f"<@{found.id}|{found.handle}>" if escaped else f"@{found.handle}"
        if isinstance(found, Channel):
            return f"<#{found.id}|{found.name}>" if escaped else f"#{found.name}"
        if re.fullmatch(r"[^\s\"\\]+", found):
            return escape(found) if escaped else found
        quoted = '"' + found.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return escape(quoted) if escaped else quoted

    def _named(self, value: Value) -> User | Channel | str:
        """A person, a channel, or words. Names with their sign are understood."""
        if isinstance(value, Upload):
            return value.name
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, str):
            if value.startswith("@"):
                return self.state.named(self.user.team, value) or value
            return (self.state.channel_named(self.user.team, value) if value.startswith("#") else None) or value
        if isinstance(value, Place):
            return self.state.channels[value.id]
        member = value if isinstance(value, Member) else value.member
        return self.state.users[member.id]

    # Forms

    def fill(self, view: View, given: Mapping[str, Value]) -> None:
        """Put values into the inputs of a modal."""
        blocks = [block for block in view.body["blocks"] if block["type"] == "input"]
        for name, value in given.items():
            block = self._input(blocks, name)
            element = block["element"]
            view.values[block["block_id"]][element["action_id"]] = self.value(element, value)
            view.errors.pop(block["block_id"], None)

    def _input(self, blocks: list[Json], name: str) -> Json:
        """An input by its ids, by the last part of one, or by its label."""
        reader = Reader(self.state, self.user.team, self.user.id)

        def label(block: Json) -> str:
            return reader.object(block["label"])

        tests: list[Callable[[Json], bool]] = [
            lambda block: name in (block["block_id"], block["element"]["action_id"]),
            lambda block: label(block).casefold() == name.casefold(),
            lambda block: name in (_last(block["block_id"]), _last(block["element"]["action_id"])),
        ]
        for fits in tests:
            if found := [block for block in blocks if fits(block)]:
                return found[0]
        raise Impossible(f"the form does not ask for {name!r}; it asks for {[label(it) for it in blocks]}")

    def problems(self, view: View) -> dict[str, str]:
        """What the client itself refuses to send."""
        found: dict[str, str] = {}
        for block in view.body["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            value = view.values[block["block_id"]][element["action_id"]]
            if words := _problem(block, element, value):
                found[block["block_id"]] = words
        return found

    def value(self, element: Json, value: Value | Sequence[Value]) -> Json:
        """What stands in an element once this was typed or chosen there."""
        found, kind = empty(element), element["type"]
        name = next(it for it in found if it != "type")
        if name.startswith("selected_option"):
            chosen = self.chosen(element, _several(value))
            found[name] = chosen if name.endswith("s") else (chosen[0] if chosen else None)
        elif "users" in kind or "channels" in kind or "conversations" in kind:
            ids = [self._id(kind, it) for it in _several(value)]
            found[name] = ids if name.endswith("s") else (ids[0] if ids else None)
        elif kind == "file_input":
            found[name] = [shapes.file(self.state, self._upload(it)) for it in _several(value)]
        else:
            found[name] = self._typed(kind, _several(value))
        return found

    def _typed(self, kind: str, values: tuple[Value, ...]) -> Any:
        text = ", ".join(map(self._text, values))
        if not text:
            return None
        match kind:
            case "datepicker" if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                raise Impossible(f"a date is picked, as 2026-01-31, not {text!r}")
            case "timepicker" if not re.fullmatch(r"\d{2}:\d{2}", text):
                raise Impossible(f"a time is picked, as 09:30, not {text!r}")
            case "datetimepicker":
                return self._moment(text)
            case "rich_text_input":
                section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
                return {"type": "rich_text", "elements": [section]}
        return text

    def _text(self, value: Value) -> str:
        found = self._named(value)
        if isinstance(found, User):
            return f"@{found.name}"
        return f"#{found.name}" if isinstance(found, Channel) else found

    def _moment(self, text: str) -> int:
        """Seconds since 1970, as a number or on this person's clock."""
        if text.isdigit():
            return int(text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Impossible(f"a moment is picked, as 2026-01-31 09:30, not {text!r}") from None
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.user.zone))
        return int(local.astimezone(UTC).timestamp())

    def _id(self, kind: str, value: Value) -> str:
        """Somebody or some channel, by record, id or name."""
        found = self._named(value)
        if not isinstance(found, str):
            return found.id
        state, team = self.state, self.user.team
        if found in state.users or found in state.channels:
            return found
        record = state.named(team, found) if "users" in kind else state.channel_named(team, found)
        if record is None:
            raise Impossible(f"there is no {found!r} to choose")
        return record.id

    def _upload(self, value: Value) -> File:
        if not isinstance(value, Upload):
            raise Impossible("this input takes files")
        return upload(self.state, self.user, value.name, value.data)

    def chosen(self, element: Json, wanted: tuple[Value, ...]) -> list[Json]:
        """Options of a menu, named by value or by label."""
        known = options(element)
        if len(wanted) == 1 and isinstance(wanted[0], bool) and element["type"] == "checkboxes":
            return known if wanted[0] else []
        reader = Reader(self.state, self.user.team, self.user.id)
        by_name = {reader.object(it["text"]): it for it in known} | {it["value"]: it for it in known}
        texts = [self._text(it) for it in wanted if it != ""]
        missing = [it for it in texts if it not in by_name]
        if missing:
            raise NothingToPress(f"no option {missing}; there is {[reader.object(it['text']) for it in known]}")
        if len(texts) > (element.get("max_selected_items") or len(known)):
            raise Impossible(f"the menu takes {element['max_selected_items']} options at most")
        return [by_name[it] for it in texts]


def upload(state: State, user: User, name: str, data: bytes) -> File:
    """A file that somebody hands in."""
    file = File(state.new.id("F"), user.team, user.id, name, len(data), state.now(), data=data, done=True)
    state.files[file.id] = file
    return file


def _last(id: str) -> str:
    return re.split(r"[:./|]", id)[-1]


def _several(value: Any) -> tuple[Value, ...]:
    if isinstance(value, list | tuple):
        return tuple(value)
    return () if value in ("", None) else (value,)


def _problem(block: Json, element: Json, value: Json) -> str:
    """The client's own words."""
    if is_empty(value):
        return "" if block.get("optional") else "Please complete this required field."
    text = str(value.get("value") or "")
    match element["type"]:
        case "plain_text_input" if len(text) < (element.get("min_length") or 0):
            return f"Please enter at least {element['min_length']} characters."
        case "plain_text_input" if len(text) > (element.get("max_length") or 3000):
            return f"Please enter at most {element.get('max_length') or 3000} characters."
        case "email_text_input" if not _EMAIL.fullmatch(text):
            return "Please enter a valid email address."
        case "url_text_input" if not re.match(r"https?://\S+\.\S+", text):
            return "Please enter a valid URL."
        case "number_input":
            return _number_problem(element, text)
    return ""


def _number_problem(element: Json, text: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+", text):
        return "Please enter a valid number."
    if element.get("min_value") and float(text) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") and float(text) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
