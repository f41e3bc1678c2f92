"""Messages and views in plain words, as one reader sees them: the playground's conventions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.platforms.playground.plain import Reading
from tests.wire.slack import mrkdwn
from tests.wire.slack.bits import EPOCH, Json
from tests.wire.slack.mrkdwn import Eyes
from tests.wire.slack.records import Message, View
from tests.wire.slack.state import State

BOT_NAME = "Relais"
_WIDE = re.compile(r"\*([^*\n]+)\*\n(.+)", re.DOTALL)
"""A label in bold over its value."""


@dataclass
class Page:
    """What was read so far."""

    title: str = ""
    rows: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    menus: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)

    def reading(self) -> Reading:
        return Reading(
            self.title,
            "\n".join(row for row in self.rows if row),
            tuple(self.fields),
            (*self.buttons, *self.menus),
            tuple(self.options),
            tuple(self.files),
            "\n".join(self.footer),
        )


@dataclass(frozen=True)
class Reader:
    """Reads for the public of a workspace, or for one person there."""

    state: State
    team: str
    user: str | None = None

    @property
    def eyes(self) -> Eyes:
        return Eyes(self.name, self.room, self.group, self.moment)

    def name(self, id: str) -> str:
        user = self.state.users.get(id)
        return f"@{user.name}" if user else "@?"

    def room(self, id: str) -> str:
        channel = self.state.channels.get(id)
        return f"#{channel.name}" if channel else "#?"

    def group(self, id: str) -> str:
        group = self.state.groups.get(id)
        return f"@{group.handle}" if group else "@?"

    def moment(self, at: int, form: str = "", fallback: str = "") -> str:
        """A moment on the reader's clock."""
        user, team = self.state.users.get(self.user or ""), self.state.teams[self.team]
        language = user.locale.partition("-")[0] if user else team.language
        return self.state.moment(EPOCH + timedelta(seconds=at), user.zone if user else team.zone, language)

    def mrkdwn(self, text: str) -> str:
        return mrkdwn.plain(text, self.eyes)

    def object(self, value: Any) -> str:
        """A text object; a bare string is plain."""
        if isinstance(value, dict):
            text = str(value.get("text", ""))
            return self.mrkdwn(text) if value.get("type") == "mrkdwn" else mrkdwn.INVISIBLE.sub("", text)
        return str(value or "")

    # Blocks

    def page(self, blocks: Iterable[Json]) -> Page:
        page = Page()
        for block in blocks:
            self.block(block, page)
        return page

    def block(self, block: Json, page: Page) -> None:
        """Add what one block shows."""
        match block.get("type"):
            case "header" if not page.title and not page.rows:
                page.title = self.object(block["text"])
            case "header" | "alert":
                page.rows.append(self.object(block["text"]))
            case "markdown":
                page.rows.append(self.mrkdwn(block["text"].replace("**", "*")))
            case "section":
                self._section(block, page)
            case "context":
                shown = [it.get("alt_text") or self.object(it) for it in block["elements"]]
                page.footer.append(" ".join(shown))
            case "actions" | "context_actions":
                for element in block["elements"]:
                    self._element(element, page)
            case "image" | "video":
                page.files.append(block.get("alt_text") or self.object(block.get("title")))
            case "rich_text":
                page.rows.append(self.rich(block))
            case "table" | "data_table":
                page.rows += [block.get("caption") or "", *(self._row(row) for row in block["rows"])]
            case "data_visualization":
                page.files.append(block["title"])
            case _:
                self._nested(block, page)

    def _section(self, block: Json, page: Page) -> None:
        if wide := _WIDE.match(str((block.get("text") or {}).get("text", ""))):
            page.fields.append((self.mrkdwn(wide[1]), self.mrkdwn(wide[2])))
        else:
            page.rows.append(self.object(block.get("text")))
        for text in block.get("fields") or ():
            name, _, value = self.object(text).partition("\n")
            page.fields.append((name.removesuffix(":"), value))
        if accessory := block.get("accessory"):
            self._element(accessory, page)

    def _nested(self, block: Json, page: Page) -> None:
        """Cards, carousels and containers."""
        for name in ("title", "rich_text_title", "subtitle", "body"):
            if value := block.get(name):
                page.rows.append(self.rich(value) if value.get("type") == "rich_text" else self.object(value))
        for element in block.get("actions") or ():
            self._element(element, page)
        for inner in block.get("child_blocks") or block.get("elements") or ():
            self.block(inner, page)

    def _element(self, element: Json, page: Page) -> None:
        match element["type"]:
            case "button" | "workflow_button" | "icon_button":
                page.buttons.append(self.object(element["text"]))
            case "image":
                page.files.append(element.get("alt_text", ""))
            case _:
                page.menus += [label] if (label := self.object(element.get("placeholder"))) else []
                page.options += [self.object(option["text"]) for option in options(element)]

    def _row(self, row: list[Json]) -> str:
        return " | ".join(
            self.rich(cell) if cell["type"] == "rich_text" else str(cell.get("text", cell.get("value"))) for cell in row
        )

    def rich(self, block: Json) -> str:
        """A rich_text block."""
        return "\n".join(row for part in block["elements"] for row in self._part(part))

    def _part(self, part: Json) -> Iterator[str]:
        match part["type"]:
            case "rich_text_list":
                for index, item in enumerate(part["elements"], 1 + int(part.get("offset") or 0)):
                    yield f"{'•' if part['style'] == 'bullet' else f'{index}.'} {self._pieces(item)}"
            case "rich_text_quote":
                yield from (f"> {line}" for line in self._pieces(part).split("\n"))
            case _:
                yield self._pieces(part)

    def _pieces(self, part: Json) -> str:
        return "".join(map(self._piece, part["elements"]))

    def _piece(self, it: Json) -> str:
        match it["type"]:
            case "user":
                return self.name(it["user_id"])
            case "channel":
                return self.room(it["channel_id"])
            case "usergroup":
                return self.group(it["usergroup_id"])
            case "broadcast":
                return f"@{it['range']}"
            case "emoji":
                return f":{it['name']}:"
            case "date":
                return self.moment(int(it["timestamp"]))
            case "link":
                label = it.get("text") or it["url"]
                return label if label == it["url"] else f"{label} ({it['url']})"
        return mrkdwn.INVISIBLE.sub("", it.get("text", ""))

    # Messages and views

    def message(self, message: Message) -> Reading:
        """A message: its blocks, or else its text, then attachments and files."""
        page = self.page(message.blocks)
        if not message.blocks:
            page.rows.append(self.mrkdwn(message.text))
        for attachment in message.attachments:
            self._attachment(attachment, page)
        page.files += [it.alt or it.title or it.name for it in map(self.state.files.get, message.files) if it]
        return page.reading()

    def _attachment(self, it: Json, page: Page) -> None:
        for name in ("pretext", "title", "text"):
            page.rows.append(self.mrkdwn(it.get(name) or ""))
        page.fields += [(str(f.get("title", "")), self.mrkdwn(f.get("value", ""))) for f in it.get("fields") or ()]
        for block in it.get("blocks") or ():
            self.block(block, page)
        if footer := it.get("footer"):
            page.footer.append(self.mrkdwn(footer))
        if not page.rows and not page.fields and it.get("fallback"):
            page.rows.append(self.mrkdwn(it["fallback"]))

    def signed(self, message: Message) -> str:
        """A message with its author's name before it."""
        bot = self.state.teams[self.team].bot
        author = self.state.users.get(message.user or "")
        name = BOT_NAME if message.user == bot else message.username or (author.name if author else "Slackbot")
        return f"{name}: {self.message(message)}"

    def view(self, view: View) -> Reading:
        """A modal or Home tab: what is typed beside each label, then what is wrong there."""
        page = Page(title=self.object(view.body.get("title")))
        for block in view.body["blocks"]:
            if block["type"] == "input":
                label, problem = self.object(block["label"]), view.errors.get(block["block_id"])
                typed = self.value(block["element"], view.values.get(block["block_id"], {}))
                page.fields.append((label, " ".join(it for it in (typed, f"({problem})" if problem else "") if it)))
            else:
                self.block(block, page)
        if view.body.get("submit"):
            page.buttons.append(self.object(view.body["submit"]))
        return page.reading()

    def value(self, element: Json, values: dict[str, Json]) -> str:
        """What stands in an element."""
        it = values.get(element["action_id"], {})
        chosen = [it["selected_option"]] if it.get("selected_option") else it.get("selected_options") or []
        if chosen:
            return ", ".join(self.object(option["text"]) for option in chosen)
        if moment := it.get("selected_date_time"):
            return self.moment(moment)
        for name, shown in (("user", self.name), ("channel", self.room), ("conversation", self.room)):
            ids = [it[f"selected_{name}"]] if it.get(f"selected_{name}") else it.get(f"selected_{name}s") or []
            if ids:
                return ", ".join(map(shown, ids))
        if it.get("rich_text_value"):
            return self.rich(it["rich_text_value"])
        files = ", ".join(file["name"] for file in it.get("files") or ())
        return str(it.get("value") or it.get("selected_date") or it.get("selected_time") or files)


def message(state: State, message: Message, reader: str | None) -> Reading:
    """A message for one reader, or for the public."""
    return Reader(state, state.channels[message.channel].team, reader).message(message)


def options(element: Json) -> list[Json]:
    """The options of a menu, those in groups included."""
    grouped = [it for group in element.get("option_groups") or () for it in group["options"]]
    return [*(element.get("options") or ()), *grouped]
