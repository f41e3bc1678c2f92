"""Commands that texts name: ``/settings set`` in a sentence of ours becomes a node, which each platform shows its way.

Its markup is ``</settings set>``, or ``</settings set|welcome.channel>`` with what is typed after it. Data cannot
contain it: ``escape`` takes its brackets away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from bot.chat.text.escapes import protect, unescape
from bot.chat.text.tree import CommandMention, Md

MAX_WORDS = 3
_WORDS = r"[^\W_][\w-]*(?:\ [\w-]+){0,2}"
COMMAND = rf"</{_WORDS}(?::[0-9]{{1,20}})?(?:\|(?:\\.|[^\\<>\n])*)?>"
"""The markup of a command, as a verbose regular expression without groups."""

_PARTS = re.compile(rf"</(?P<path>{_WORDS})(?::(?P<id>[0-9]+))?(?:\|(?P<rest>.*))?>", re.DOTALL)
_MARKUP = re.compile(rf"\\.|{COMMAND}", re.DOTALL)
_TYPED = re.compile(
    rf"""
      (?P<apart>\\. | <[^<>]*> | \]\([^()\s]*\))
    | `/(?P<coded>[^`\\<>\n]+)`
    | (?P<span>(`++)[^`].*?(?<!`)\4(?!`))
    | (?<![\w/.:~-])/(?P<bare>{_WORDS})
    """,
    re.VERBOSE | re.DOTALL,
)


def command(path: str, rest: str | None = None) -> Md:
    """A command by its name, or as somebody types it: ``command("settings set", "welcome.channel")``.

    ``rest`` is data.
    """
    return written(CommandMention(path, rest))


def written(node: CommandMention) -> Md:
    """A node as markup."""
    rest = "" if node.rest is None else f"|{protect(node.rest)}"
    return Md(f"</{node.path}{f':{node.id}' if node.id else ''}{rest}>")


def read(markup: str) -> CommandMention:
    """The node of what ``COMMAND`` matches."""
    found = _PARTS.fullmatch(markup)
    assert found is not None
    rest = found["rest"]
    return CommandMention(found["path"], None if rest is None else unescape(rest), found["id"] or "")


@lru_cache(maxsize=4096)
def marked(template: str, paths: frozenset[str]) -> str:
    """A sentence of ours with the commands it names as markup: those of ``paths``, the longest that fits.

    In a code span, what follows is typed too; elsewhere it stays a part of the sentence.
    """

    def mark(found: re.Match[str]) -> str:
        named = found["coded"] or found["bare"]
        path, rest = _split(named, paths) if named else ("", "")
        if not path:
            return found[0]
        return f"</{path}|{rest.strip()}>" if found["coded"] else f"</{path}>{rest}"

    return _TYPED.sub(mark, template) if "/" in template else template


def _split(named: str, paths: Collection[str]) -> tuple[str, str]:
    """The longest path at the beginning, and what follows; nothing when there is none."""
    words = named.split(" ")
    for count in range(min(len(words), MAX_WORDS), 0, -1):
        if (path := " ".join(words[:count])) in paths:
            return path, named[len(path) :]
    return "", ""


def respelled(md: Md, spell: Callable[[CommandMention], CommandMention]) -> Md:
    """``md`` with each of its commands as ``spell`` gives it."""

    def again(found: re.Match[str]) -> str:
        return found[0] if found[0][0] == "\\" else written(spell(read(found[0])))

    return Md(_MARKUP.sub(again, md)) if "</" in md else md
