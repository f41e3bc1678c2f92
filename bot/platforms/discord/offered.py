"""The commands as Discord offers them, and how texts name them there.

Once Discord told a command's id, its name in a text is one press away from being typed, in each reader's language.
Before, and where Discord shows no such mentions, it is the name that its reader's Discord lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from bot.chat.card import Card
from bot.chat.forms import CommandSpec
from bot.chat.text import CommandMention, Md, respelled
from bot.chat.words import Words
from bot.platforms.discord import commands, limits
from bot.platforms.discord.commands import LOCALES, Node, Say
from bot.platforms.discord.markup import SNOWFLAKE


class Offered:
    """``ids`` are Discord's, by a command's first word."""

    def __init__(self, specs: Sequence[CommandSpec], say: Say) -> None:
        self.tree = commands.tree(specs, say)
        self.ids: Mapping[str, str] = {}
        self._paths = {spec.path: path for path, spec in commands.paths(specs).items()}
        longest = sorted(map(re.escape, self._paths), key=len, reverse=True)
        self._mentions = re.compile(rf"(?<![\w/])/({'|'.join(longest)})(?![\w-])") if longest else None
        self.tree = [self._described(root) for root in self.tree]
        self.digest = commands.digest(self.tree)

    def _described(self, root: Node) -> Node:
        """A command whose descriptions name commands as their reader's Discord lists them, where there is room."""
        described = deepcopy(root)
        for node in _all(described):
            told = node.get("description_localizations", {})
            for language, locales in LOCALES.items():
                told |= {one: self._respelled(told[one], language) for one in locales if one in told}
        return described if commands.weight(described) <= limits.COMMAND_TOTAL else root

    def _respelled(self, text: str, language: str) -> str:
        if self._mentions is None:
            return text
        named = self._mentions.sub(lambda found: f"/{self._localised(self._paths[found[1]].split(), language)}", text)
        return named if limits.size(named) <= limits.COMMAND_DESCRIPTION else text

    def learn(self, told: Sequence[Mapping[str, object]]) -> None:
        """What Discord says that it offers."""
        ids = {str(one.get("name")): str(one.get("id")) for one in told}
        self.ids = {name: id for name, id in ids.items() if SNOWFLAKE.fullmatch(id)}

    def card(self, card: Card, language: str) -> Card:
        """A card for a reader of this language. Footers are shown without markup."""

        def mentioned(words: Words) -> Words:
            return respelled(words, lambda node: self.spelled(node, language)) if isinstance(words, Md) else words

        def named(words: Words) -> Words:
            return respelled(words, lambda node: self.named(node, language)) if isinstance(words, Md) else words

        fields = tuple(replace(field, value=mentioned(field.value)) for field in card.fields)
        return replace(card, text=mentioned(card.text), fields=fields, footer=named(card.footer))

    def spelled(self, node: CommandMention, language: str) -> CommandMention:
        """One to press, where Discord knows it."""
        path = self._paths.get(node.path, "")
        id = self.ids.get(path.partition(" ")[0], "")
        return replace(node, path=path, id=id) if id else self.named(node, language)

    def named(self, node: CommandMention, language: str) -> CommandMention:
        """One to type."""
        path = self._paths.get(node.path)
        return replace(node, path=self._localised(path.split(), language)) if path else node

    def _localised(self, words: Sequence[str], language: str) -> str:
        nodes, names = self.tree, list[str]()
        for word in words:
            node: Node = next((one for one in nodes if one["name"] == word), {"name": word})
            told = node.get("name_localizations", {})
            names.append(next((told[one] for one in LOCALES.get(language, ()) if one in told), word))
            nodes = node.get("options", [])
        return " ".join(names)


def _all(node: Node) -> Iterator[Node]:
    """A command, its subcommands and their options."""
    yield node
    for one in node.get("options", ()):
        yield from _all(one)
