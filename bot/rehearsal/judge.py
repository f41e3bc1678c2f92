"""Whether an expectation holds, and what to say when it does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from bot.rehearsal.reading import short
from bot.rehearsal.report import Failure, Seen
from bot.rehearsal.steps import Expect, Where

SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")
COMPARED = 400
"""Characters of a line, and lines, looked at for a near miss."""


def judge(step: Expect, window: Sequence[Seen], earlier: Sequence[Seen], since: str) -> Failure | None:
    """``None`` when what was expected is in the ``window``: what the bot did ``since`` the last act."""
    mine = [it for it in window if _concerns(it, step)]
    missing = [text for text in step.texts if not any(_folded(text) in _folded(it.plain) for it in mine)]
    if not missing and (step.texts or not mine):
        return None
    quoted = " and ".join(f"“{short(text, 200)}”" for text in missing)
    words = f"expected {quoted or 'nothing'} {_place(step)}"
    heard = [f"since {since}:", *(f"  {line}" for line in map(told, window))] if window else [f"nothing since {since}"]
    near = next(filter(None, (_near(text, mine, window, earlier) for text in missing)), "")
    return Failure(step.line, step.written, words, tuple(heard), near)


def told(it: Seen, words: str | None = None) -> str:
    """One effect in one line, or only some of its words."""
    place = f"#{it.channel}" if it.channel else it.space
    to = f" {'→' if it.private else 'on'} {it.to}" if it.to else ""
    return (
        f"{it.at:%Y-%m-%d %H:%M} {place}{to} ({it.effect}) {short(it.plain if words is None else words, 300)}".rstrip()
    )


def _concerns(it: Seen, step: Expect) -> bool:
    if step.where is not None:
        return not it.private and Where(it.space, it.channel or "") == step.where
    return it.private and it.to == step.who


def _place(step: Expect) -> str:
    return f"in #{step.where.channel}" if step.where else f"for {step.who} alone"


def _folded(text: str) -> str:
    """No-break spaces count as spaces, composed letters as the same letters decomposed."""
    return unicodedata.normalize("NFC", text).translate(SPACES).replace("\r\n", "\n").strip()


def _bare(text: str) -> str:
    """Without case, accents, nor the number of spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _near(text: str, mine: Sequence[Seen], window: Sequence[Seen], earlier: Sequence[Seen]) -> str:
    """Where else it was said, or what resembles it most."""
    wanted = _folded(text)
    for it in window:
        if wanted in _folded(it.plain):
            return f"it was said elsewhere: {told(it, text)}"
    for it in reversed(earlier):
        if wanted in _folded(it.plain):
            return f"it was said before: {told(it, text)}"
    for it in (*mine, *window):
        if _bare(text) in _bare(it.plain):
            line = next((line for line in it.plain.split("\n") if _bare(text) in _bare(line)), it.plain)
            return f"only case, accents or spaces differ: {told(it, line)}"
    return _alike(text, [line for it in mine or window for line in it.plain.split("\n")])


def _alike(text: str, lines: Iterable[str]) -> str:
    matcher = SequenceMatcher(b=_bare(text[:COMPARED]), autojunk=False)
    best, found = 0.6, ""
    for line in list(lines)[:COMPARED]:
        matcher.set_seq1(_bare(line[:COMPARED]))
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, line
    return f"near: “{short(found, 200)}”" if found else ""
