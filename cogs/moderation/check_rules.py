"""``relais check-rules``: is a rule file right? Nothing is started, nothing is stored."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.cog import Terminal, t
from cogs.moderation.rules import Mode, effective
from cogs.moderation.rules.document import BadRules, read_file, read_rules, schema


def add(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="*", metavar="FILE", help="a rule file, in YAML")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of rule files, for editors")


async def run(terminal: Terminal, args: Namespace) -> int:
    """Check rule files: every problem with its line, and what to do."""
    if args.schema:
        terminal.write(f"{schema()}\n".encode())
        return 0
    if not args.file:
        terminal.complain(t("Name a rule file, or ask for --schema."))
        return 2
    return max(_check(terminal, file) for file in args.file)


def _check(terminal: Terminal, file: Path) -> int:
    try:
        rules = effective(read_rules(read_file(file)))
    except BadRules as error:
        for line in error.lines(file, terminal.voice):
            terminal.complain(line)
        return 2
    counts = {mode: sum(rule.mode is mode for rule in rules) for mode in Mode}
    act, observe, off = counts[Mode.ACT], counts[Mode.OBSERVE], counts[Mode.OFF]
    terminal.say(
        t(
            "{file} is right. Rules that act: {act}; that observe: {observe}; that are off: {off}.",
            file=str(file),
            act=act,
            observe=observe,
            off=off,
        )
    )
    return 0
