"""``relais judge``: what the rules say of each line on standard input. Messages alone: nothing is counted over time."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import BinaryIO

from pydantic import ValidationError

from bot.cog import Terminal, Words, t
from cogs.moderation.actions import Delete
from cogs.moderation.records import as_line, record
from cogs.moderation.rules import Preset, Recipe, Remembered, Rule, Rulebook, RuleSet, prepare
from cogs.moderation.rules.document import BadRules, Problem, read_file, read_rules
from cogs.moderation.rules.faults import Path, near, said
from cogs.moderation.rules.lists import curated
from cogs.moderation.rules.triggers import WordsTrigger
from cogs.moderation.seen import Seen, base_language
from cogs.moderation.words import read_list

LONGEST = 1_000_000
"""Bytes of one line; what is longer is no message."""


def add(parser: ArgumentParser) -> None:
    parser.epilog = (
        "Each line is a message, or a JSON object with “text” and perhaps “language”. Prints one JSON object for each "
        "rule that matches, or {“text”, “hit”: false}."
    )
    rules = parser.add_mutually_exclusive_group()
    rules.add_argument("--preset", choices=[preset.value for preset in Preset], default="standard", help="%(default)s")
    rules.add_argument("--rules", type=FilePath, metavar="FILE", help="a rule file instead of a preset")
    rules.add_argument("--words", type=FilePath, metavar="FILE", help="words alone, one a line, instead of rules")
    parser.add_argument("--language", default="", help="of messages that do not say theirs: en or fr")


async def run(terminal: Terminal, args: Namespace) -> int:
    """Say what moderation rules find in each message on standard input."""
    try:
        book = Rulebook(prepare(Recipe(_rules(args))))
    except BadRules as error:
        for line in error.lines(args.rules or args.words, terminal.voice):
            terminal.complain(line)
        return 2
    known = sorted({entry.language for entry in curated()})
    if base_language(args.language) not in ("", *known):
        terminal.complain(near("language", args.language, known))
    judge_all(book, messages(sys.stdin.buffer, args.language, terminal.complain), sys.stdout.buffer)
    return 0


def _rules(args: Namespace) -> RuleSet:
    if args.words:
        return _word_rules(read_file(args.words))
    return read_rules(read_file(args.rules)) if args.rules else RuleSet(preset=Preset(args.preset))


def _word_rules(text: str) -> RuleSet:
    """One rule that looks for the words of a list, in messages of any language."""
    words = tuple(dict.fromkeys(entry.text for entry in read_list(text)))
    rule = Rule(name="words", triggers=(WordsTrigger(lists=("words",)),), actions=(Delete(),))
    try:
        return RuleSet.model_validate({"lists": {"words": {"words": words}}, "rules": (rule,)})
    except ValidationError as error:
        raise BadRules(*(Problem(_line(text, words, one.path), one.words) for one in said(error))) from None


def _line(text: str, words: Sequence[str], path: Path) -> int:
    """Where the word of a fault stands; 0 when it concerns all of them."""
    at = path[-1]
    return text.count("\n", 0, text.find(words[at])) + 1 if isinstance(at, int) else 0


def judge_all(book: Rulebook, seen: Iterable[Seen], out: BinaryIO) -> None:
    """One answer at a time, so that another program may talk with us through pipes."""
    windows = Remembered()
    for one in seen:
        findings = book.judge(one, windows)
        for finding in findings:
            out.write(as_line(record(one, finding)))
        if not findings:
            out.write(as_line({"text": one.text, "hit": False}))
        out.flush()


def messages(source: BinaryIO, language: str, warn: Callable[[Words], None]) -> Iterator[Seen]:
    """What each line says, in bounded memory. A line that cannot be read is warned of, and the next one follows."""
    number = 0
    while raw := source.readline(LONGEST + 1):
        number += 1
        if len(raw) > LONGEST:
            _skip_line(source, raw)
            warn(t("line {number}: longer than {count} bytes; skipped", number=str(number), count=LONGEST))
            continue
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            place = {"number": str(number), "byte": str(error.start + 1)}
            warn(t("line {number}: not UTF-8 at byte {byte}; read with � in its place", **place))
            text = raw.decode(errors="replace")
        seen = _message(text.removeprefix("\ufeff").rstrip("\r\n"), language)
        if seen is None:
            needed = t("line {number}: an object needs “text”, and “language” is a text; skipped", number=str(number))
            warn(needed)
        else:
            yield seen


def _skip_line(source: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = source.readline(LONGEST)


def _message(line: str, language: str) -> Seen | None:
    """An object's ``text``, or the line as it stands; ``None`` for an object that says no text."""
    try:
        given = json.loads(line) if line.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return Seen(text=line, language=language, text_language=language)
    text, tongue = given.get("text"), given.get("language") or language
    if not isinstance(text, str) or not isinstance(tongue, str):
        return None
    return Seen(text=text, language=tongue, text_language=tongue)
