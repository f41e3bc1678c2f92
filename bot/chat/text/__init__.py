"""The small Markdown of Relais: written by cogs, parsed here, rendered by every adapter.

Standard library only. Cogs need ``Md``, ``escape``, ``fill``, ``at``, ``to``, ``when`` and ``link``; adapters need
``parse``, the nodes, ``plain`` and ``clip``.
"""

from bot.chat.text.clip import clip
from bot.chat.text.commands import command, marked, respelled
from bot.chat.text.escapes import as_typed, clean, escape
from bot.chat.text.make import at, fill, link, to, when
from bot.chat.text.parse import parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Break,
    Bullets,
    ChannelMention,
    Code,
    CodeBlock,
    CommandMention,
    Heading,
    Inline,
    Italic,
    Link,
    Md,
    MemberMention,
    Moment,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)
from bot.chat.text.write import labelled, plain, unparse

__all__ = [
    "Block",
    "Bold",
    "Break",
    "Bullets",
    "ChannelMention",
    "Code",
    "CodeBlock",
    "CommandMention",
    "Heading",
    "Inline",
    "Italic",
    "Link",
    "Md",
    "MemberMention",
    "Moment",
    "Paragraph",
    "Quote",
    "Spoiler",
    "Strike",
    "Text",
    "as_typed",
    "at",
    "clean",
    "clip",
    "command",
    "escape",
    "fill",
    "labelled",
    "link",
    "marked",
    "parse",
    "plain",
    "respelled",
    "to",
    "unparse",
    "when",
]
