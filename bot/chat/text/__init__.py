"""Relais' own small Markdown: every text is parsed to a tree, which each adapter renders as its platform does.

Bold ``**``, italic ``*`` or ``_``, strike ``~~``, spoiler ``||``, code, fences, links, headings, quotes, lists, and
``<@member>``, ``<#channel>``, ``<t:instant>``. What people type never becomes markup: it is escaped.
"""

from bot.chat.text.clean import clean, escape
from bot.chat.text.clip import clip
from bot.chat.text.parse import parse
from bot.chat.text.tree import (
    Block,
    Bold,
    Break,
    Bullets,
    ChannelMention,
    Code,
    CodeBlock,
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
from bot.chat.text.write import at, fill, link, plain, to, unparse, when

__all__ = [
    "Block",
    "Bold",
    "Break",
    "Bullets",
    "ChannelMention",
    "Code",
    "CodeBlock",
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
    "at",
    "clean",
    "clip",
    "escape",
    "fill",
    "link",
    "parse",
    "plain",
    "to",
    "unparse",
    "when",
]
