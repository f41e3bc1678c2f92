"""The tree of the small Markdown as HTML. Everything that comes from somebody is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from bot.chat.text import (
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
    clean,
    parse,
)

FOLD_AT, FOLD_LINES = 1_500, 24
"""Characters and lines above which a text is folded."""

_TAGS: dict[type, str] = {Bold: "strong", Italic: "em", Strike: "s"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A mention: its words, and where it leads if anywhere."""

    words: str
    href: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one reader. ``date`` says a moment, given a style; ``spoiler`` and ``more`` are labels."""

    member: Callable[[str], Chip]
    channel: Callable[[str], Chip]
    date: Callable[[Moment], tuple[str, str]]
    """A moment as it is shown, and in full."""
    spoiler: str
    more: str

    def words(self, words: object) -> str:
        """Several blocks: ``Md`` is markup, any other text is data."""
        text = str(words)
        html = self.blocks(parse(text)) if isinstance(words, Md) else f"<p>{_lines(clean(text))}</p>"
        return self._folded(html) if len(text) > FOLD_AT or text.count("\n") > FOLD_LINES else html

    def short(self, words: object) -> str:
        """On one line: a title, a footer, a label."""
        if not isinstance(words, Md):
            return _lines(clean(str(words)))
        return "<br>".join(self.line(b.children) if isinstance(b, Paragraph) else self._block(b) for b in parse(words))

    def _folded(self, html: str) -> str:
        button = f'<button type="button" class="more" data-act="unfold">{escape(self.more)}</button>'
        return f'<div class="fold"><div class="fold-text">{html}</div>{button}</div>'

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(children):
                return f"<p>{self.line(children)}</p>"
            case Heading(level, children):
                return f'<p class="heading h{level}">{self.line(children)}</p>'
            case Quote(blocks):
                return f"<blockquote>{self.blocks(blocks)}</blockquote>"
            case Bullets(items, ordered):
                tag = "ol" if ordered else "ul"
                return f"<{tag}>{''.join(f'<li>{self.line(item)}</li>' for item in items)}</{tag}>"
            case CodeBlock(value):
                return f'<pre tabindex="0"><code>{escape(value)}</code></pre>'

    def line(self, nodes: Iterable[Inline]) -> str:
        return "".join(map(self._node, nodes))

    def _node(self, node: Inline) -> str:
        match node:
            case Text(value):
                return _lines(value)
            case Break():
                return "<br>"
            case Code(value):
                return f"<code>{escape(value)}</code>"
            case MemberMention(id):
                return _chip(self.member(id), "member")
            case ChannelMention(id):
                return _chip(self.channel(id), "channel")
            case CommandMention():
                return f"<code>{escape(node.typed)}</code>"
            case Moment():
                return self._moment(node)
            case Link(url, children):
                rel = 'rel="noopener noreferrer nofollow" target="_blank"'
                return f'<a href="{escape(url)}" {rel}>{self.line(children)}</a>'
            case Spoiler(children):
                button = f'<button type="button" data-act="reveal">{escape(self.spoiler)}</button>'
                return f'<span class="spoiler">{button}<span hidden>{self.line(children)}</span></span>'
            case Bold(children) | Italic(children) | Strike(children):
                tag = _TAGS[type(node)]
                return f"<{tag}>{self.line(children)}</{tag}>"

    def _moment(self, node: Moment) -> str:
        shown, full = self.date(node)
        return f'<time datetime="{node.at.isoformat()}" title="{escape(full)}">{escape(shown)}</time>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _chip(chip: Chip, kind: str) -> str:
    name = f"chip {kind} own" if chip.own else f"chip {kind}"
    if chip.href:
        return f'<a class="{name}" href="{escape(chip.href)}" data-go>{escape(chip.words)}</a>'
    return f'<span class="{name}">{escape(chip.words)}</span>'
