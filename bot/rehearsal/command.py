"""The command line of ``relais rehearse``."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from logging import CRITICAL, NOTSET
from pathlib import Path
from typing import TextIO

import structlog

from bot.rehearsal.document import Problem, ScriptError
from bot.rehearsal.player import rehearse
from bot.rehearsal.report import Failure, Report
from bot.rehearsal.scene import ELSEWHERE, NotHere, scene_on
from bot.rehearsal.script import load
from bot.rehearsal.words import visible


def add(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the script, in YAML (docs/rehearsals.md)")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each thing the bot does")
    parser.add_argument(
        "--on",
        choices=["playground", *ELSEWHERE],
        default="playground",
        help="the platform to rehearse on (others than the playground: from a checkout of Relais only)",
    )
    parser.add_argument("--debug", action="store_true", help="print the log, with the stacks of errors, on stderr")


def run(args: Namespace) -> int:
    """0 when all that was expected happened, 1 when the bot failed, 2 when the file is wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        scene = scene_on(args.on)
    except NotHere as error:
        _complain([str(error)])
        return 2
    try:
        script = load(args.file)
        with _log_on(sys.stderr if args.debug else None):
            report = asyncio.run(rehearse(script, scene=scene))
    except ScriptError as error:
        _complain(_of_problems(str(args.file), error.problems))
        return 2
    for line in (effect.json() for effect in report.effects) if args.json else report.transcript:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    _complain(explain(report, str(args.file)))
    return report.exit_code


def explain(report: Report, file: str) -> list[str]:
    """What went wrong, one paragraph each, as whoever wrote the script needs to read it."""
    return [
        *(_paragraph(failure, file) for failure in report.failures),
        *report.errors,
        *_of_problems(file, report.problems),
    ]


def _paragraph(failure: Failure, file: str) -> str:
    written = failure.written.split("\n")
    shown = [f"  {line[:500]}" for line in written[:10]] + (["  …"] if len(written) > 10 else [])
    near = [failure.near] if failure.near else []
    return "\n".join([f"{file}:{failure.line}: {failure.words}", *shown, *failure.instead, *near])


def _of_problems(file: str, problems: Sequence[Problem]) -> list[str]:
    return [f"{file}:{it.line}: {it.words}" if it.line else f"{file}: {it.words}" for it in problems]


def _complain(paragraphs: Sequence[str]) -> None:
    """Paragraphs of several lines stand apart."""
    apart = "\n\n" if any("\n" in paragraph for paragraph in paragraphs) else "\n"
    if paragraphs:
        sys.stderr.write(visible(apart.join(paragraphs)) + "\n")


@contextmanager
def _log_on(stream: TextIO | None) -> Iterator[None]:
    """Send the log there, or nowhere, for a while."""
    before = structlog.get_config()
    level = NOTSET if stream else CRITICAL
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)
