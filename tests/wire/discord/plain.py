"""Messages as a person reads them: Discord's Markdown without its marks, names instead of ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chat.forms import Choice, FieldSpec, Kind, Sheet
from bot.platforms.playground.plain import MomentFormat, Reading
from tests.wire.discord.bits import SELECTS, Component, Json
from tests.wire.discord.bodies import walk
from tests.wire.discord.records import Message, OpenModal
from tests.wire.discord.state import State

_INLINE = re.compile(
    r"""
    \\(?P<escaped>[^0-9A-Za-z\s])
    | ```(?:[\w+-]*\n)?(?P<block>.+?)\n?```
    | (?P<ticks>`{1,2})(?P<code>.+?)(?P=ticks)
    | <@!?(?P<user>\d+)> | <@&(?P<role>\d+)> | <\#(?P<channel>\d+)>
    | <t:(?P<moment>-?\d+)(?::[tTdDfFR])?>
    | </(?P<named>[^:>]+):(?P<command>\d+)>
    | <a?:(?P<emoji>\w+):\d+>
    | \[(?P<label>(?:\\.|[^\]\\\n])+)\]\((?:<(?P<address>[^>\s]+)>|(?P<address2>(?:\\.|[^)\\\s])+))(?:\s"[^"]*")?\)
    | <(?P<link>https?://[^>\s]+)>
    | (?P<mark>\*{1,3}|_{1,3}|~~|\|\|)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK = re.compile(r"^(?:\#{1,3} |-\# |(?P<quote>>{1}(?:>>)? )|(?P<bullet>[ ]*[-*] ))")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for everybody in a guild, or for one person (``user``) there."""

    state: State
    format: MomentFormat
    guild: str | None
    user: str | None = None

    # Text

    def text(self, markdown: str) -> str:
        """Markdown without its marks. Lists become "• x", links "label (address)"."""
        code: list[str] = []

        def keep(found: re.Match[str]) -> str:
            code.append(found[0])
            return f"\0{len(code) - 1}\0"

        fenced = re.sub(r"```.+?```", keep, markdown, flags=re.DOTALL)
        lines = "\n".join(self._line(line) for line in fenced.split("\n"))
        return re.sub(r"\0(\d+)\0", lambda found: self._inline(code[int(found[1])]), lines)

    def _line(self, line: str) -> str:
        found = _BLOCK.match(line)
        if found is None:
            return self._inline(line)
        head = "> " if found["quote"] else "• " if found["bullet"] else ""
        rest = line[found.end() :]
        return head + (self._line(rest) if found["quote"] else self._inline(rest))

    def _inline(self, text: str) -> str:
        marks = _paired(text)
        return _INLINE.sub(lambda found: self._piece(found, marks), text)

    def _piece(self, found: re.Match[str], marks: set[int]) -> str:
        match found.lastgroup:
            case "mark":
                return "" if found.start() in marks else found[0]
            case "address" | "address2":
                label, address = self._inline(found["label"]), _bare(found["address"] or found["address2"])
                return label if label == address else f"{label} ({address})"
            case "moment":
                return self.moment(datetime.fromtimestamp(int(found["moment"]), UTC))
            case "user" | "role" | "channel":
                return self._named(found.lastgroup, found[found.lastgroup])
            case "command":
                return self._command(found["named"], found["command"]) or found[0]
            case "emoji":
                return f":{found['emoji']}:"
            case "code" | "block" | "escaped" | "link" as group:
                return found[group]
        return found[0]

    def _named(self, kind: str, id: str) -> str:
        if kind == "user":
            return f"@{self.state.display_name(self.guild, id)}" if id in self.state.users else "@?"
        if kind == "role":
            role = self.state.guilds[self.guild].roles.get(id) if self.guild else None
            return f"@{role.name}" if role else "@?"
        channel = self.state.channels.get(id)
        return f"#{channel.name}" if channel else "#?"

    def _command(self, path: str, id: str) -> str:
        """A command as the reader's client lists it; nothing for one that there is not."""
        user = self.state.users.get(self.user or "")
        guild = self.state.guilds.get(self.guild or "")
        locale = user.locale if user else guild.locale if guild else ""
        below, names = [it for it in self.state.application.commands if it["id"] == id], list[str]()
        for word in path.split():
            node = next((it for it in below if it["name"] == word), None)
            if node is None:
                return ""
            names.append((node.get("name_localizations") or {}).get(locale, word))
            below = node.get("options") or []
        return f"/{' '.join(names)}" if not any(it["type"] in (1, 2) for it in below) else ""

    def moment(self, moment: datetime) -> str:
        """A moment on the reader's clock, in their client's language."""
        guild = self.state.guilds.get(self.guild or "")
        user = self.state.users.get(self.user or "")
        zone = (user.zone if user else None) or (guild.zone if guild else "UTC")
        language = (user.language if user else None) or (guild.language if guild else "en")
        return self.format(moment, zone, language)

    # Messages

    def reading(self, message: Message) -> Reading:
        """The parts of a message, in the order of the playground's."""
        shown = Parts()
        shown.texts.append(self.text(message.content))
        shown.texts += [f"> {self.text(it)}" for it in message.forwarded]
        for embed in message.embeds:
            self._embed(embed, shown)
        used = self._components(message.components, shown)
        for file in message.attachments:
            if file.description or file.url not in used:
                shown.files.append(file.description or file.name)
        return shown.reading()

    def _embed(self, embed: Json, shown: Parts) -> None:
        title = self.text(embed.get("title") or "")
        if shown.title:
            shown.texts.append(title)
        shown.title = shown.title or title
        shown.texts.append(self.text(embed.get("description") or ""))
        for field in embed.get("fields") or []:
            shown.fields.append((self.text(field["name"]), self.text(field["value"])))
        shown.footers.append((embed.get("footer") or {}).get("text") or "")

    def _components(self, components: list[Json], shown: Parts) -> set[str]:
        """Adds what components show; gives the addresses of files they show."""
        used: set[str] = set()
        for one in walk(components):
            match one["type"]:
                case Component.TEXT:
                    shown.texts.append(self.text(one["content"]))
                case Component.BUTTON:
                    shown.buttons.append(label_of(one))
                case kind if kind in SELECTS:
                    shown.menus.append(label_of(one))
                    shown.options += [option["label"] for option in one.get("options") or []]
                case Component.GALLERY:
                    used |= {item["media"]["url"] for item in one["items"]}
                    shown.files += [item["description"] for item in one["items"] if item.get("description")]
                case Component.THUMBNAIL:
                    used.add(one["media"]["url"])
                    shown.files += [one["description"]] if one.get("description") else []
        return used

    def said(self, message: Message) -> str:
        """A message with its author's name before it."""
        return f"{self.state.display_name(self.guild, message.author)}: {self.reading(message)}"

    # Forms

    def form(self, form: OpenModal) -> Reading:
        """A form: what is already typed beside each label."""
        fields = [(field.label, field.standing_words) for field in fields_of(form.data)]
        texts = [self.text(it["content"]) for it in form.data["components"] if it["type"] == Component.TEXT]
        return Reading(title=form.data["title"], text="\n".join(texts), fields=tuple(fields), buttons=("Submit",))


class Parts:
    """What was found in a message so far."""

    def __init__(self) -> None:
        self.title = ""
        self.texts: list[str] = []
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[str] = []
        self.menus: list[str] = []
        self.options: list[str] = []
        self.files: list[str] = []
        self.footers: list[str] = []

    def reading(self) -> Reading:
        return Reading(
            title=self.title,
            text="\n".join(filter(None, self.texts)),
            fields=tuple(self.fields),
            buttons=(*self.buttons, *self.menus),
            options=tuple(self.options),
            files=tuple(self.files),
            footer="\n".join(filter(None, self.footers)),
        )


def label_of(component: Json) -> str:
    """What a button or menu is called: its words, else its emoji."""
    emoji = component.get("emoji") or {}
    return component.get("label") or component.get("placeholder") or emoji.get("name") or ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing that a form asks, with its label."""

    label: str
    hint: str
    component: Json

    @property
    def name(self) -> str:
        return str(self.component["custom_id"])

    @property
    def kind(self) -> Component:
        return Component(self.component["type"])

    @property
    def required(self) -> bool:
        return self.component.get("required") is not False and self.kind is not Component.CHECKBOX

    @property
    def standing(self) -> list[str]:
        """What is filled in beforehand."""
        one = self.component
        if self.kind is Component.TEXT_INPUT:
            return [one["value"]] if one.get("value") else []
        chosen = [option["value"] for option in one.get("options") or [] if option.get("default")]
        return chosen or [it["id"] for it in one.get("default_values") or []]

    @property
    def standing_words(self) -> str:
        """The same, as it is read."""
        words = {option["value"]: option["label"] for option in self.component.get("options") or []}
        return ", ".join(words.get(value, value) for value in self.standing)


def fields_of(modal: Json) -> Iterator[FormField]:
    """What a form asks, in both ways of writing it."""
    for one in modal["components"]:
        if one["type"] == Component.LABEL:
            yield FormField(one["label"], one.get("description") or "", one["component"])
        elif one["type"] == Component.ROW:
            inner = one["components"][0]
            yield FormField(inner["label"], "", inner)


def sheet_of(modal: Json) -> Sheet:
    """A form in neutral words."""
    fields = tuple(
        FieldSpec(
            it.name,
            Kind.CHOICE if it.component.get("options") else Kind.TEXT,
            it.label,
            it.hint,
            required=it.required,
            default=", ".join(it.standing),
            choices=tuple(Choice(o["value"], o["label"]) for o in it.component.get("options") or []),
            multiline=it.component.get("style") == 2,
        )
        for it in fields_of(modal)
    )
    values = {it.name: it.default for it in fields if it.default}
    return Sheet(modal["custom_id"], modal["title"], fields, "Submit", values)


def _paired(text: str) -> set[int]:
    """Where the marks stand that are really marks: those that have a partner."""
    found: set[int] = set()
    opened: dict[str, int] = {}
    for it in _INLINE.finditer(text):
        if it.lastgroup != "mark":
            continue
        mark = it["mark"]
        if mark in opened:
            found |= {opened.pop(mark), it.start()}
        elif not _lonely(text, it):
            opened[mark] = it.start()
    return found


def _lonely(text: str, found: re.Match[str]) -> bool:
    """A mark before a space opens nothing, nor does an underscore inside a word."""
    after = text[found.end() : found.end() + 1]
    before = text[found.start() - 1 : found.start()] if found.start() else ""
    return not after or (after.isspace() and found[0][0] in "*_") or (found[0] == "_" and before.isalnum())


def _bare(address: str) -> str:
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", address)
