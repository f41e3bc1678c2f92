"""``relais check-rules``: is a rule file right? Nothing is started, nothing is stored."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from cogs.moderation.rules import Mode, effective
from cogs.moderation.rules.document import BadRules, read_file, read_rules, schema


def add(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="*", metavar="FILE", help="a rule file, in YAML")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of rule files, for editors")


def run(args: Namespace) -> int:
    """Check rule files: every problem with its line, and what to do."""
    if args.schema:
        print(schema())
        return 0
    if not args.file:
        print("Name a rule file, or ask for --schema.", file=sys.stderr)
        return 2
    return max(map(_check, args.file))


def _check(file: Path) -> int:
    try:
        rules = effective(read_rules(read_file(file)))
    except BadRules as error:
        for line in error.lines(file):
            print(line, file=sys.stderr)
        return 2
    counts = {mode: sum(rule.mode is mode for rule in rules) for mode in Mode}
    print(f"{file}: right; rules: " + ", ".join(f"{count} {mode.value}" for mode, count in counts.items()))
    return 0
