"""The command line of ``relais backtest``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bot.cog import (
    Arrived,
    Community,
    Export,
    ExportError,
    Offline,
    Said,
    Space,
    Terminal,
    Voice,
    Words,
    in_order,
    listing,
    open_export,
    t,
    trouble_with,
)
from cogs.moderation.around import surroundings
from cogs.moderation.backtest import labels
from cogs.moderation.backtest.history import Members
from cogs.moderation.backtest.labels import BadLabels, Labelled
from cogs.moderation.backtest.outcome import Outcome
from cogs.moderation.backtest.page import page
from cogs.moderation.backtest.report import report
from cogs.moderation.backtest.trial import Difference, Sample, Span, Trial
from cogs.moderation.base import cog
from cogs.moderation.book.stored import ruleset
from cogs.moderation.ladder import Ladder
from cogs.moderation.records import as_line, record
from cogs.moderation.rules import Preset, Recipe, Rulebook, RuleSet, Surroundings, prepare
from cogs.moderation.rules.document import BadRules, read_file, read_rules

PRESETS = tuple(preset.value for preset in Preset)
TELL = 1_000
"""Messages between two looks at the clock."""

History = AsyncIterator[tuple[str, Said | Arrived]]
"""What happened, with the platform."""


@dataclass(frozen=True)
class Source:
    """Where messages come from, and what is known of the community; without ``rules`` it has none of its own."""

    name: str
    history: History
    rules: RuleSet | None = None
    ladder: Ladder = field(default_factory=Ladder)
    around: Surroundings = field(default_factory=Surroundings)


class Stopped(Exception):
    """What makes a back-test impossible; the arguments are the words to say so."""


def add(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a Slack export, or DiscordChatExporter's JSON; or a folder"
    )
    parser.add_argument("--archive", action="store_true", help="the messages that were imported, instead of a file")
    parser.add_argument(
        "--space", metavar="PLATFORM:ID", help="a space of the community whose archive it is, when there are several"
    )
    rules = parser.add_mutually_exclusive_group()
    rules.add_argument("--rules", type=Path, metavar="FILE", help="the rules to try, as a rule file")
    rules.add_argument(
        "--preset",
        choices=PRESETS,
        help="or one of the presets; without either, the community's own rules for --archive, else standard",
    )
    parser.add_argument("--compare", metavar="OTHER", help="other rules to compare with: a rule file, or a preset")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object for each message that a rule matches"
    )
    parser.add_argument("--html", type=Path, metavar="OUT", help="write the report as a page, with a sample to label")
    parser.add_argument("--sample", type=Path, metavar="OUT", help="write a sample to label, as JSON lines")
    parser.add_argument(
        "--labels", type=Path, metavar="FILE", help="a labelled sample: tell how often the rules were right"
    )
    parser.add_argument(
        "--size", type=int, default=50, metavar="N", help="how many messages the sample has (%(default)s)"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help="chooses the sample; the same again gives the same (%(default)s)",
    )
    parser.add_argument(
        "--zone",
        help="the time zone of days and hours, such as Europe/Paris; by default UTC, or the community's",
    )
    parser.add_argument("--language", choices=("en", "fr"), help="of the report; as the terminal's when left out")


async def run(terminal: Terminal, args: Namespace) -> int:
    try:
        outcome = await backtest(terminal, args)
    except ExportError as error:
        terminal.complain(error.words)
        return 2
    except BadLabels as error:
        terminal.complain(error.words)
        return 2
    except Stopped as error:
        for words in error.args:
            terminal.complain(words)
        return 2
    voice = Voice(args.language) if args.language else terminal.voice
    if not args.json:
        for line in report(outcome, voice):
            terminal.say(line)
    return 0 if _written(terminal, args, outcome, voice) else 2


@dataclass(frozen=True)
class Plan:
    """What is tried, and on what."""

    trial: Trial
    other: Trial | None
    span: Span
    difference: Difference | None
    labelled: Labelled | None


async def backtest(terminal: Terminal, args: Namespace) -> Outcome:
    """Raises ``ExportError``, ``BadLabels`` or ``Stopped``."""
    if (args.file is None) is not bool(args.archive):
        raise Stopped(t("Give a FILE, or --archive."))
    async with _source(terminal, args) as source:
        plan = _plan(args, source, terminal.voice)
        started = terminal.now()
        await _judge(terminal, args, plan, source.history)
        seconds = (terminal.now() - started).total_seconds()
    if args.json:
        summary = {"messages": plan.span.messages, "hits": plan.trial.tally.hits, "seconds": round(seconds, 3)}
        terminal.write(as_line(summary))
    return Outcome(
        source=source.name,
        rules=_named(args, source),
        other=args.compare or "",
        span=plan.span,
        trial=plan.trial,
        against=plan.other,
        difference=plan.difference,
        labelled=plan.labelled,
        seconds=seconds,
        seed=args.seed,
    )


def _plan(args: Namespace, source: Source, voice: Voice) -> Plan:
    try:
        zone = ZoneInfo(args.zone) if args.zone else source.around.zone
    except (KeyError, ValueError, OSError):
        raise Stopped(t("{zone} is no time zone: write one such as Europe/Paris.", zone=args.zone)) from None
    size = min(max(args.size, 0), 10_000)
    labelled = Labelled(labels.read(args.labels)) if args.labels else None

    def trial(rules: RuleSet) -> Trial:
        book = Rulebook(prepare(Recipe(rules, replace(source.around, zone=zone))))
        return Trial(book, ladder=source.ladder, zone=zone, sample=Sample(size, Random(args.seed)))

    first = trial(_rules(args, source, voice))
    if not args.compare:
        return Plan(first, None, Span(zone), None, labelled)
    named = args.compare in PRESETS
    second = trial(RuleSet(preset=Preset(args.compare)) if named else _of_file(Path(args.compare), voice))
    difference = Difference(Sample(size, Random(args.seed)), Sample(size, Random(args.seed)))
    return Plan(first, second, Span(zone), difference, labelled)


def _rules(args: Namespace, source: Source, voice: Voice) -> RuleSet:
    if args.rules:
        return _of_file(args.rules, voice)
    return RuleSet(preset=Preset(args.preset)) if args.preset else source.rules or RuleSet(preset=Preset.STANDARD)


def _named(args: Namespace, source: Source) -> Words:
    chosen = args.rules or args.preset
    return str(chosen) if chosen else t("the community’s rules") if source.rules else Preset.STANDARD.value


def _of_file(path: Path, voice: Voice) -> RuleSet:
    try:
        return read_rules(read_file(path))
    except BadRules as error:
        raise Stopped(*error.lines(path, voice)) from None


@asynccontextmanager
async def _source(terminal: Terminal, args: Namespace) -> AsyncIterator[Source]:
    if args.archive:
        async with terminal.relais() as relais:
            yield await _own(relais, _space(relais, args.space))
        return
    with open_export(args.file) as export:
        yield Source(str(args.file), _of_export(terminal, export))


async def _own(relais: Offline, space: Space) -> Source:
    """The archive of a community, with its rules, its ladder and what it knows."""
    community, settings = relais.community_of(space), relais.settings(space, cog)
    async with relais.db() as db:
        rules = await ruleset(db, community.id)
        around = await surroundings(db, community, settings)
    own = rules if rules.preset or rules.rules else None
    return Source(community.name, _of_archive(relais, community), own, settings.steps, around)


async def _of_export(terminal: Terminal, export: Export) -> History:
    with terminal.progress(t("Reading")) as progress:

        def told() -> Iterator[Said | Arrived]:
            for count, event in enumerate(export.events()):
                if count % TELL == 0:
                    progress(count)
                yield event

        ordered = in_order(told())
        first = next(ordered, None)
    if first is not None:
        yield export.platform, first
    for event in ordered:
        yield export.platform, event


async def _of_archive(relais: Offline, community: Community) -> History:
    async for kept in relais.archive.messages(community):
        yield kept.platform, kept.said


def _space(relais: Offline, asked: str | None) -> Space:
    """A space of the community whose archive it is."""
    spaces = {space.key: space for space in relais.spaces()}
    known = listing(*sorted(spaces))
    if asked is not None and asked not in spaces:
        raise Stopped(t("Relais does not know the space {asked}. It knows: {known}.", asked=asked, known=known))
    communities = {relais.community_of(space).id: space for space in spaces.values()}
    if asked is not None:
        return spaces[asked]
    if len(communities) == 1:
        return next(iter(communities.values()))
    raise Stopped(
        t("Say which community’s archive to use, with --space and one of: {known}.", known=known)
        if communities
        else t("Relais serves no community yet, so there is no archive. Give a FILE.")
    )


async def _judge(terminal: Terminal, args: Namespace, plan: Plan, history: History) -> None:
    count, members = 0, Members()
    with terminal.progress(t("Judging")) as progress:
        async for platform, event in history:
            count += 1
            if count % TELL == 0:
                progress(count)
            seen = members.seen(platform, event)
            plan.span.add(seen)
            hit = plan.trial.judge(seen)
            if plan.other is not None and plan.difference is not None:
                plan.difference.add(hit, plan.other.judge(seen))
            if hit is None:
                continue
            if plan.labelled is not None:
                plan.labelled.add(hit)
            if args.json:
                terminal.write(as_line(record(seen, hit.first)))


def _written(terminal: Terminal, args: Namespace, outcome: Outcome, voice: Voice) -> bool:
    """Write what was asked for; false when a file cannot be written."""
    files: list[tuple[Path | None, bytes]] = []
    if args.sample:
        files.append((args.sample, b"".join(labels.lines(outcome.trial.sample.chosen))))
    if args.html:
        files.append((args.html, page(outcome, voice).encode("utf-8", "replace")))
    for path, data in files:
        if path is None:
            continue
        try:
            path.write_bytes(data)
        except OSError as error:
            terminal.complain(t("{file} cannot be written ({why}).", file=str(path), why=trouble_with(error)))
            return False
        if not args.json:
            terminal.say(t("Written: {file}", file=str(path)))
    return True
