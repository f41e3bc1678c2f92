"""``relais doctor``: everything that Relais needs is looked over, and each line is green or comes with its cure."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.chat.checkup import Checkup, Examined, Finding, Mark
from bot.chat.platform import Platform, PlatformError
from bot.cog.texts import Voice
from bot.config import Config, ConfigError, load
from bot.connecting.doctor import house, sheet
from bot.connecting.doctor.report import Document, Report, Screen
from bot.connections import Connections
from bot.engine import loader
from bot.engine.clock import Clock, SystemClock
from bot.engine.store import DocumentStore

ENV_FILE = Path(".env")
PATIENCE = 90.0
"""Seconds for one platform as a whole. Each question has a limit of its own; twenty-five servers take a while."""


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="cure what can be cured from here")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")


def run(args: Namespace) -> int:
    """0 when all is well, 1 when something needs a cure, 2 when the settings cannot be read."""
    report: Report = Document(sys.stdout) if args.json else Screen(sys.stdout)
    try:
        config = load(os.environ, ENV_FILE)
    except ConfigError as error:
        report.begin(house.SETTINGS)
        for problem in error.problems:
            report.tell(Finding(house.SETTINGS, f"{problem.variable} {problem.wrong}", Mark.WRONG, problem.cure))
        report.end()
        return 2
    report.hide(secret.get_secret_value() for secret in config.secrets())
    asyncio.run(look_over(config, report, fix=args.fix, clock=SystemClock()))
    report.end()
    return 1 if report.count(Mark.WRONG) else 0


async def look_over(config: Config, report: Report, *, fix: bool, clock: Clock) -> None:
    """Tell the report what is found, part after part."""
    cogs = loader.load()
    whole = Checkup(
        tell=report.tell,
        now=clock.now,
        say=lambda words, language: Voice(language).text(words),
        commands=tuple(command.spec for cog in cogs for command in cog.commands),
        public_url=config.public_url,
        fix=fix,
    )
    house.settings(config, ENV_FILE, _part(whole, house.SETTINGS, report))
    engine, is_current = await house.database(config, cogs, clock, _part(whole, house.DATABASE, report))
    await house.pages(config, _part(whole, house.PAGES, report))
    whole = replace(whole, chosen=sheet.chosen(engine), wanted=sheet.wanted(engine))
    try:
        for platform in _platforms(config, whole):
            kept = DocumentStore(engine.database, platform.name) if is_current else None
            checkup = _part(replace(whole, kept=kept), platform.name.title(), report)
            await _examine(platform, checkup)
            for space in sheet.helpless(engine, checkup.sights):
                checkup.note(
                    f"{space.name}: what the bot may not do is asked of the moderators, and they have no channel",
                    "There: /settings set community.moderators",
                )
            for space, since in sheet.lost(engine, platform.name, checkup.sights):
                checkup.note(
                    f"{space.name or space.key}: Relais is not there any more, since {since:%Y-%m-%d}",
                    "If it should be, add it there again; what is set up there is kept",
                )
            report.rows += sheet.rows(engine, checkup.sights)
    finally:
        await engine.database.close()


def _part(whole: Checkup, part: str, report: Report) -> Checkup:
    report.begin(part)
    return replace(whole, part=part, sights=[])


def _platforms(config: Config, whole: Checkup) -> Iterator[Platform]:
    """The adapters of the tokens that are set; one that refuses its token beforehand is told of."""
    try:
        yield from Connections(config).platforms
    except PlatformError as error:
        replace(whole, part=house.SETTINGS).wrong(str(error), "Correct .env")


async def _examine(platform: Platform, checkup: Checkup) -> None:
    """Whatever a platform answers, the other parts are still looked at."""
    if not isinstance(platform, Examined):
        checkup.note("This platform tells nothing about itself")
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await platform.examine(checkup)
    except TimeoutError:
        checkup.wrong(f"Not everything was answered within {PATIENCE:.0f} seconds", "Try again in a minute")
    except Exception as error:
        checkup.wrong(
            f"An answer made no sense ({type(error).__name__}: {error})", "Check what is set as its API address"
        )
