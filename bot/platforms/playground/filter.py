"""The town's own filter, as the platforms have one: it stops a message before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.things import Level, Member, NativeRule

LETTER = str.isalnum


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule, what matched in it, and what matched in the text."""

    rule: NativeRule
    keyword: str = ""
    matched: str = ""


def hits(rules: list[NativeRule], member: Member, room: str, text: str, mentions: int) -> Iterator[Hit]:
    """What the filter finds in something said, once for each rule. Administrators are left alone, as on Discord."""
    for rule in rules if member.level < Level.ADMIN else ():
        above = rule.exempt is not None and member.level >= rule.exempt
        spared = above or set(rule.exempt_roles) & set(member.roles) or room in {it.id for it in rule.exempt_channels}
        if not spared and (hit := _hit(rule, text, mentions)):
            yield hit


def _hit(rule: NativeRule, text: str, mentions: int) -> Hit | None:
    if 0 < rule.mentions < mentions:
        return Hit(rule)
    folded = text.casefold()
    for allowed in rule.allowed:
        folded = folded.replace(allowed.casefold().strip("*"), " " * len(allowed.strip("*")))
    for word in rule.words:
        if (at := _find(word, folded)) is not None:
            return Hit(rule, word, text[at : at + len(word.strip("*"))])
    return None


def _find(word: str, text: str) -> int | None:
    """Where a word stands alone; ``*`` at an end takes any letters there."""
    core = word.strip("*").casefold()
    at = text.find(core) if core else -1
    while at >= 0:
        before, after = text[:at][-1:], text[at + len(core) :][:1]
        if (word.startswith("*") or not LETTER(before)) and (word.endswith("*") or not LETTER(after)):
            return at
        at = text.find(core, at + 1)
    return None
