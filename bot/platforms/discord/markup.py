"""Our small Markdown as Discord's. What is data shows as it is: nothing in it becomes markup or a mention."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    clip,
    escape,
    parse,
    plain,
)
from bot.platforms.discord.limits import cut, size

SNOWFLAKE = re.compile(r"[0-9]{1,20}")

_APART = "\u2060"
"""Between two markers of one character, so that they are not read as one."""
_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_SPECIAL = re.compile(r"[\\*_~|`\[\]<>]")
_AT_START = re.compile(r"^(\s*)(#|-|>|\+|[0-9]+(?=[.)]))", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[\w\-.~:/?#@!$&'(),;=%+]*[\w/=&%+#-]", re.ASCII)
"""Discord links a bare address as it stands, backslashes included: inside one, nothing is escaped."""
_WRAPPERS: dict[type, str] = {Bold: "**", Italic: "*", Strike: "~~", Spoiler: "||"}


def write(text: str) -> str:
    """Discord's markup for a text: ``Md`` is read, any other ``str`` is data."""
    return markup(text) if isinstance(text, Md) else literal(text)


def markup(md: str) -> str:
    """Discord's markup for our small Markdown."""
    return _blocks(parse(md))


def literal(text: str) -> str:
    """Discord's markup for exactly this text."""
    return _literal(clean(text))


def fit(text: str, limit: int) -> str:
    """``write(text)``, cut between words when Discord's markup would be longer than ``limit``.

    Spaces at both ends go, as Discord takes them away: a text of spaces alone is none.
    """
    md = text if isinstance(text, Md) else escape(text)
    written = markup(md)
    room = min(limit, len(written))
    while size(written) > limit and room > 0:
        written = markup(clip(md, room))
        room = min(room - 1, room * limit // max(size(written), 1))
    return written.strip() if size(written) <= limit else ""


def fit_plain(text: str, limit: int) -> str:
    """A text where Discord reads no markup: labels, footers, file descriptions."""
    return cut((plain(text) if isinstance(text, Md) else clean(text)).strip(), limit)


def _literal(text: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        if "~~" not in found[0] and "__" not in found[0] and not _EVERYONE.search(found[0]):
            parts += [_escaped(text[at : found.start()], at == 0), found[0]]
            at = found.end()
    parts.append(_escaped(text[at:], at == 0))
    return "".join(parts)


def _escaped(text: str, at_start: bool) -> str:
    text = _EVERYONE.sub("@\u200b", _SPECIAL.sub(r"\\\g<0>", text))
    return _AT_START.sub(_guarded, text) if at_start or "\n" in text else text


def _guarded(found: re.Match[str]) -> str:
    """A line that would begin a title, a list or a quote."""
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def _blocks(blocks: Iterable[Block]) -> str:
    text, previous = "", None
    for block in blocks:
        if previous is not None:
            text += "\n\n" if isinstance(previous, Paragraph) and isinstance(block, Paragraph) else "\n"
        text, previous = text + _block(block), block
    return text


def _block(block: Block) -> str:
    match block:
        case Paragraph(children):
            return _line(children)
        case Heading(level, children):
            return f"{'#' * level} " + _line(children).replace("\n", " ")
        case Quote(inner):
            return "\n".join(f"> {line}" for line in _blocks(inner).split("\n"))
        case Bullets(items, ordered):
            heads = (f"{index}." if ordered else "-" for index in range(1, len(items) + 1))
            lines = (_line(item).replace("\n", "\n  ") for item in items)
            return "\n".join(f"{head} {line}" for head, line in zip(heads, lines, strict=True))
        case CodeBlock(value, language):
            return f"```{language}\n" + value.replace("``", "`\u200b`") + "\n```"


def _line(nodes: Iterable[Inline]) -> str:
    text = ""
    for node in nodes:
        piece = _node(node)
        if text and piece and text[-1] == piece[0] and piece[0] in "*~|`":
            text += _APART
        text += piece
    return text


def _node(node: Inline) -> str:
    match node:
        case Text(value):
            return _literal(value)
        case Break():
            return "\n"
        case Code(value):
            return _code(value)
        case MemberMention(id):
            return f"<@{id}>" if SNOWFLAKE.fullmatch(id) else _literal(f"@{id}")
        case ChannelMention(id):
            return f"<#{id}>" if SNOWFLAKE.fullmatch(id) else _literal(f"#{id}")
        case CommandMention(path, rest, id) if id:
            return f"</{path}:{id}>" + (f" {_code(rest)}" if rest else "")
        case CommandMention(rest=None):
            return _literal(node.typed)
        case CommandMention():
            return _code(node.typed)
        case Moment(at, style):
            return f"<t:{int(at.timestamp())}:{style}>"
        case Link(url, children):
            return _link(url, _line(children))
        case Bold(children) | Italic(children) | Strike(children) | Spoiler(children):
            return _wrapped(_WRAPPERS[type(node)], _line(children))


def _code(value: str) -> str:
    """Three backticks would be a block."""
    if not value:
        return ""
    value = value.replace("``", "`\u200b`")
    fence, pad = "``" if "`" in value else "`", " " if "`" in (value[0], value[-1]) else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def _link(url: str, label: str) -> str:
    """Discord masks http addresses only, and never under a label that looks like one."""
    if label == url:
        return url
    if url.lower().startswith("mailto:") or "://" in label:
        return f"{label} ({url})"
    return f"[{label}]({url})"


def _wrapped(marker: str, inner: str) -> str:
    """Spaces at both ends stay outside: Discord reads no marker beside one."""
    body = inner.strip()
    if not body:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    opening = marker + (_APART if body[0] == marker[0] else "")
    closing = (_APART if body[-1] == marker[0] else "") + marker
    return f"{before}{opening}{body}{closing}{after}"
