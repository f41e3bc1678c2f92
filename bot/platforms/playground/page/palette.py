"""Slash commands as the composer completes them."""

from __future__ import annotations

from typing import Any

from bot.chat.forms import CommandSpec, FieldSpec, Kind
from bot.chat.words import Phrase, Words
from bot.platforms.playground.page.view import View

KINDS: dict[Kind, Words] = {
    Kind.TEXT: Phrase("text"),
    Kind.WHOLE: Phrase("whole number"),
    Kind.NUMBER: Phrase("number"),
    Kind.YES_NO: Phrase("yes or no"),
    Kind.CHOICE: Phrase("one of a list"),
    Kind.MEMBER: Phrase("a member"),
    Kind.CHANNEL: Phrase("a channel"),
    Kind.MOMENT: Phrase("a date"),
    Kind.DURATION: Phrase("a duration"),
    Kind.TIME: Phrase("a time of day"),
    Kind.FILE: Phrase("a file"),
}


def command_as_json(view: View, spec: CommandSpec) -> dict[str, Any]:
    """Path, help and options, in this person's language."""
    return {
        "path": spec.path,
        "help": view.say(spec.help),
        "options": [_option(view, field) for field in spec.options],
    }


def _option(view: View, field: FieldSpec) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": view.say(field.label),
        "kind": view.say(KINDS[field.kind]),
        "required": field.required,
    }
