"""Forms as Slack's modals: one input block for each field, named after it; and what was typed in them, read back.

Dates, durations and times stay text: people write them as they speak. ``private_metadata`` carries what a form is for,
so that one sent after a restart is understood.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.chat.forms import CommandSpec, FieldSpec, Kind, Sheet
from bot.chat.words import Phrase, Words
from bot.platforms.slack import limits
from bot.platforms.slack.limits import cut, head
from bot.platforms.slack.render import Block, option, plain_text, said

FORM, COMMAND, CHOOSE = "relais.form", "relais.command", "relais.choose"
"""``callback_id``: a form of Relais, the options of a command, and which command to use."""
VALUE = "value"
"""``action_id`` of every input; its ``block_id`` is the field's name."""
PATH = "path"
NOTHING: Mapping[str, Any] = {}
YES = frozenset({"yes", "y", "true", "on", "1", "oui", "o", "vrai"})

Resolve = Callable[[Kind, str], str]
"""The id of a member or a channel that a value names; empty when it is not known."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a modal is for, and where it was asked for."""

    what: str
    channel: str = ""
    name: str = ""
    thread: str = ""
    url: str = ""
    """The ``response_url`` of the interaction that opened it."""
    until: float = 0.0
    """When that address stops working, in seconds."""
    direct: bool = False
    """In the app's own conversation with them."""

    def dump(self) -> str:
        """A short document; the address goes when it would be too long."""
        whole = json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))
        if len(whole) <= limits.METADATA:
            return whole
        return Meta(self.what, self.channel, head(self.name, 80), self.thread, direct=self.direct).dump()

    @staticmethod
    def load(document: str) -> Meta:
        """What ``dump`` wrote. Raises ``ValueError`` for anything else."""
        given = json.loads(document or "{}")
        if not isinstance(given, dict) or not given.get("what"):
            raise ValueError("not a modal of Relais")
        return Meta(**{name: given[name] for name in Meta.__slots__ if name in given})


@dataclass(frozen=True, slots=True)
class Modals:
    """Writes modals for one reader. ``say`` gives words in their language."""

    say: Callable[[Words], str]
    resolve: Resolve = lambda kind, value: ""

    def form(self, sheet: Sheet, meta: Meta) -> Block:
        """The modal of a form."""
        return self._view(FORM, said(sheet.title), said(sheet.submit), self.inputs(sheet.fields, sheet.values), meta)

    def command(self, spec: CommandSpec, values: Mapping[str, str], meta: Meta) -> Block:
        """The modal of a command's options."""
        fields = self.inputs(spec.options, values)
        about = {"type": "context", "elements": [plain_text(self.say(spec.help), limits.HINT)]}
        return self._view(COMMAND, f"/{spec.path}", self.say(Phrase("Send")), [about, *fields], meta)

    def choose(self, specs: Sequence[CommandSpec], meta: Meta) -> Block:
        """The modal which asks what to do about a message."""
        options = [
            option(f"/{spec.path}", spec.path, cut(self.say(spec.help), limits.OPTION))
            for spec in specs[: limits.OPTIONS]
        ]
        element = {"type": "static_select", "options": options}
        label = self.say(Phrase("What should Relais do?"))
        return self._view(
            CHOOSE, self.say(Phrase("Ask Relais")), self.say(Phrase("Next")), [_input(PATH, label, element)], meta
        )

    def _view(self, kind: str, title: str, submit: str, blocks: list[Block], meta: Meta) -> Block:
        return {
            "type": "modal",
            "callback_id": kind,
            "title": plain_text(title, limits.MODAL_TITLE),
            "submit": plain_text(submit, limits.MODAL_SUBMIT),
            "blocks": blocks[: limits.MODAL_BLOCKS],
            "private_metadata": meta.dump(),
        }

    def inputs(self, fields: Iterable[FieldSpec], values: Mapping[str, str]) -> list[Block]:
        """One block for each field, with what it holds already."""
        return [self._field(one, values.get(one.name, one.default)) for one in fields]

    def _field(self, one: FieldSpec, value: str) -> Block:
        block = _input(one.name, self.say(one.label), self._element(one, value), optional=not one.required)
        hint = self.say(one.hint) if one.hint else ""
        return block | ({"hint": plain_text(hint, limits.HINT)} if hint else {})

    def _element(self, one: FieldSpec, value: str) -> Block:
        match one.kind:
            case Kind.WHOLE | Kind.NUMBER if not value or _number(value) is not None:
                return _number_input(one, value)
            case Kind.YES_NO:
                choices = [("yes", self.say(Phrase("yes"))), ("no", self.say(Phrase("no")))]
                return _select(choices, ("yes" if value.casefold() in YES else "no") if value else "")
            case Kind.CHOICE if 0 < len(one.choices) <= limits.OPTIONS:
                return _select([(c.value, self.say(c.label)) for c in one.choices], value)
            case Kind.MEMBER:
                known = self.resolve(one.kind, value) if value else ""
                return {"type": "users_select", **({"initial_user": known} if known else {})}
            case Kind.CHANNEL:
                return self._channel(value)
            case Kind.FILE:
                return {"type": "file_input", "max_files": 1}
        return _text(one, value)

    def _channel(self, value: str) -> Block:
        known = self.resolve(Kind.CHANNEL, value) if value else ""
        filter = {"include": ["public", "private"], "exclude_bot_users": True}
        initial = {"initial_conversation": known} if known else {}
        return {"type": "conversations_select", "filter": filter, **initial}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    shown = plain_text(label or name, limits.LABEL)
    return {
        "type": "input",
        "block_id": name,
        "label": shown,
        "element": {"action_id": VALUE, **element},
        "optional": optional,
    }


def _text(one: FieldSpec, value: str) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": one.multiline}
    bounded = one.kind is Kind.TEXT
    if bounded and one.least and one.required:
        element["min_length"] = min(int(one.least), limits.INPUT)
    if bounded and one.most:
        element["max_length"] = max(1, min(int(one.most), limits.INPUT))
    shown = head(value, element.get("max_length", limits.INPUT))
    return element | ({"initial_value": shown} if shown else {})


def _number(value: str) -> float | None:
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return None


def _number_input(one: FieldSpec, value: str) -> Block:
    element: Block = {"type": "number_input", "is_decimal_allowed": one.kind is Kind.NUMBER}
    least, most, given = one.least, one.most, _number(value)
    if least is not None:
        element["min_value"] = _figure(least)
    if most is not None:
        element["max_value"] = _figure(most)
    fits = given is not None and (least is None or given >= least) and (most is None or given <= most)
    return element | ({"initial_value": value.replace(",", ".")} if fits else {})


def _figure(bound: float) -> str:
    return str(int(bound)) if float(bound).is_integer() else str(bound)


def _select(choices: Iterable[tuple[str, str]], value: str) -> Block:
    options = [option(label, given) for given, label in choices]
    initial = next((one for one in options if one["value"] == value), None)
    return {"type": "static_select", "options": options, **({"initial_option": initial} if initial else {})}


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What each field of a submitted view holds; members and channels by id, several values one a line."""
    values = (view.get("state") or {}).get("values") or {}
    return {name: _typed(next(iter(inputs.values()), NOTHING)) for name, inputs in values.items()}


def files(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The file of each field that has one."""
    values = (view.get("state") or {}).get("values") or {}
    given = {name: next(iter(inputs.values()), NOTHING).get("files") or [] for name, inputs in values.items()}
    return {name: found[0] for name, found in given.items() if found}


def _typed(given: Mapping[str, Any]) -> str:
    if given.get("selected_option"):
        return str(given["selected_option"]["value"])
    if given.get("selected_options"):
        return "\n".join(str(one["value"]) for one in given["selected_options"])
    for name in ("value", "selected_user", "selected_conversation", "selected_channel"):
        if given.get(name):
            return str(given[name])
    return ""


def problems(given: Mapping[str, str], blocks: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is wrong, by input block; what belongs to no field is shown at the first."""
    inputs = [str(block["block_id"]) for block in blocks if block.get("type") == "input"]
    told: dict[str, str] = {}
    for name, words in given.items():
        place = name if name in inputs else inputs[0] if inputs else ""
        told[place] = f"{told[place]} {words}" if place in told else words
    return {place: cut(words, limits.PROBLEM) for place, words in told.items() if place}
