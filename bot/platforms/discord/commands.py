"""Slash commands: the flat paths of Relais as Discord's trees, in the languages that Relais speaks there.

Discord shows a whole tree (``/settings …``) by one permission: that of its most open branch. The engine checks each
command's own level when it is used. A helper has no permission of Discord's: helpers' commands are shown to all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.forms import CommandSpec, FieldSpec, Kind
from bot.chat.things import Level
from bot.chat.words import COMMAND_WORD, Phrase, Words
from bot.platforms.discord import limits
from bot.platforms.discord.limits import cut, size
from bot.platforms.discord.modal import TALK

Node = dict[str, Any]
Say = Callable[[Words, str], str]

SUBCOMMAND, GROUP = 1, 2
TYPES: dict[Kind, int] = {
    Kind.WHOLE: 4,
    Kind.YES_NO: 5,
    Kind.MEMBER: 6,
    Kind.CHANNEL: 7,
    Kind.NUMBER: 10,
    Kind.FILE: 11,
}
"""All others are text (3)."""
TEXT = 3
SUGGESTED = frozenset({Kind.MOMENT, Kind.DURATION, Kind.TIME})
"""Typed freely, with suggestions."""

SOURCE = "en"
LOCALES = {"fr": ("fr",)}
"""Discord's locales for each language that Relais is translated to."""

SHOWN_TO = {
    Level.MODERATOR: discord.Permissions(manage_messages=True).value,
    Level.ADMIN: discord.Permissions(manage_guild=True).value,
}
GUILD, GUILD_INSTALL = 0, 0
"""Where commands are offered, and how the application is installed: in servers alone."""

LONE = "show"
"""What a command becomes that is also the beginning of others: Discord cannot have both."""

_NAME = re.compile(r"[-_\w]{1,32}")
_NOT_NAME = re.compile(r"[^-_\w]+")


def digest(tree: Sequence[Node]) -> str:
    """Changes when the tree does."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def paths(specs: Iterable[CommandSpec]) -> dict[str, CommandSpec]:
    """The commands by their path on Discord."""
    known = tuple(specs)
    begun = {" ".join(words[:end]) for spec in known for words in [spec.path.split()] for end in range(1, len(words))}
    return {f"{spec.path} {LONE}" if spec.path in begun else spec.path: spec for spec in known}


def tree(specs: Iterable[CommandSpec], say: Say) -> list[Node]:
    """What Discord is told to offer."""
    by_root: dict[str, dict[str, CommandSpec]] = {}
    for path, spec in paths(specs).items():
        by_root.setdefault(path.split()[0], {})[path] = spec
    writer = Writer(say)
    nodes = [writer.root(name, under) for name, under in sorted(by_root.items())][: limits.COMMANDS]
    writer.distinct(nodes)
    return nodes


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes nodes; ``say`` gives words in a language."""

    say: Say

    def root(self, name: str, under: dict[str, CommandSpec]) -> Node:
        level = min(spec.level for spec in under.values())
        node = self._branch(name, under, 1) | {
            "type": 1,
            "default_member_permissions": SHOWN_TO.get(level),
            "dm_permission": False,
            "contexts": [GUILD],
            "integration_types": [GUILD_INSTALL],
        }
        for limit in (60, 40, 20, 10):
            if weight(node) <= limits.COMMAND_TOTAL:
                break
            shorten(node, limit)
        return node

    def distinct(self, nodes: Sequence[Node]) -> None:
        """Take away translated names that would stand for two things side by side."""
        for locales in LOCALES.values():
            for locale in locales:
                taken = {node["name"] for node in nodes}
                for node in nodes:
                    names = node.get("name_localizations", {})
                    if locale in names and names[locale] in taken:
                        del names[locale]
                    taken.add(names.get(locale, node["name"]))
        for node in nodes:
            self.distinct(node.get("options", ()))

    def _branch(self, name: str, under: dict[str, CommandSpec], depth: int) -> Node:
        """A command, or what stands for all the commands that begin with these words."""
        path, spec = next(iter(under.items()))
        if len(path.split()) == depth:
            return self._leaf(name, spec)
        parts: dict[str, dict[str, CommandSpec]] = {}
        for path, spec in under.items():
            parts.setdefault(path.split()[depth], {})[path] = spec
        options = [self._branch(word, those, depth + 1) for word, those in parts.items()][: limits.COMMAND_OPTIONS]
        for option in options:
            option["type"] = GROUP if any(o["type"] == SUBCOMMAND for o in option["options"]) else SUBCOMMAND
        described = cut(", ".join(parts), limits.COMMAND_DESCRIPTION)
        return {
            "name": name,
            **self._names(Phrase(name, context=COMMAND_WORD)),
            "description": described,
            "options": options,
        }

    def _leaf(self, name: str, spec: CommandSpec) -> Node:
        fields = sorted(spec.options, key=lambda field: not field.required)
        options = [self._option(field) for field in fields[: limits.COMMAND_OPTIONS]]
        return {
            "name": name,
            **self._names(Phrase(name, context=COMMAND_WORD)),
            **self._described(spec.help, name),
            "options": options,
        }

    def _option(self, field: FieldSpec) -> Node:
        kind = TYPES.get(field.kind, TEXT)
        node: Node = {"type": kind, "name": field.name, **self._names(field.label), "required": field.required}
        node |= self._described(field.hint or field.label, field.name)
        if field.kind is Kind.CHANNEL:
            node["channel_types"] = TALK
        if field.kind is Kind.CHOICE and len(field.choices) <= limits.COMMAND_CHOICES:
            node["choices"] = [self._choice(choice.value, choice.label) for choice in field.choices]
        elif field.kind is Kind.CHOICE or field.kind in SUGGESTED:
            node["autocomplete"] = True
        return node | _bounds(field)

    def _choice(self, value: str, label: Words) -> Node:
        told = {locale: words for locale, words in self._told(label, limits.CHOICE_TEXT).items() if words}
        name = cut(self.say(label, SOURCE), limits.CHOICE_TEXT) or value
        return {"name": name, "value": value[: limits.CHOICE_TEXT], **_localised("name", told)}

    def _names(self, words: Words) -> Node:
        """The name in other languages, where its translation is a valid name."""
        said = self.say(words, SOURCE)
        told: dict[str, str] = {}
        for locale, translated in self._told(words, 200).items():
            name = _NOT_NAME.sub("-", translated.lower()).strip("-")
            if translated != said and _NAME.fullmatch(name) and size(name) <= limits.COMMAND_NAME:
                told[locale] = name
        return _localised("name", told)

    def _described(self, words: Words, otherwise: str) -> Node:
        said = cut(self.say(words, SOURCE), limits.COMMAND_DESCRIPTION) or otherwise
        told = self._told(words, limits.COMMAND_DESCRIPTION)
        others = {locale: translated for locale, translated in told.items() if translated and translated != said}
        return {"description": said, **_localised("description", others)}

    def _told(self, words: Words, limit: int) -> dict[str, str]:
        return {
            locale: cut(self.say(words, language), limit) for language, locales in LOCALES.items() for locale in locales
        }


def _localised(what: str, told: dict[str, str]) -> Node:
    return {f"{what}_localizations": told} if told else {}


def _bounds(field: FieldSpec) -> Node:
    least, most, top = field.least, field.most, limits.COMMAND_NUMBER
    match field.kind:
        case Kind.WHOLE:
            return {name: max(-top, min(int(n), top)) for name, n in _given("min_value", least, "max_value", most)}
        case Kind.NUMBER:
            return {name: max(-top, min(n, top)) for name, n in _given("min_value", least, "max_value", most)}
        case Kind.TEXT:
            asked = _given("min_length", least, "max_length", most)
            floor = {"min_length": 0, "max_length": 1}
            return {name: max(floor[name], min(int(n), limits.COMMAND_TEXT)) for name, n in asked}
    return {}


def _given(low: str, least: float | None, high: str, most: float | None) -> list[tuple[str, float]]:
    return [(name, bound) for name, bound in ((low, least), (high, most)) if bound is not None]


def weight(node: Node) -> int:
    """Characters that Discord counts: names, descriptions and values, the longest translation of each."""
    total = sum(_longest(node, what) for what in ("name", "description"))
    total += size(node["value"]) if "value" in node else 0
    return total + sum(weight(one) for one in (*node.get("options", ()), *node.get("choices", ())))


def _longest(node: Node, what: str) -> int:
    return max(size(text) for text in (node.get(what, ""), *node.get(f"{what}_localizations", {}).values()))


def shorten(node: Node, limit: int) -> None:
    """Cut every description."""
    if "description" in node:
        node["description"] = cut(node["description"], limit)
    told = node.get("description_localizations", {})
    told.update({locale: cut(text, limit) for locale, text in told.items()})
    for option in node.get("options", ()):
        shorten(option, limit)
