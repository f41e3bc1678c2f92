"""The archive: what was said in a community before Relais came, imported from its exports.

    relais import slack-export.zip --space discord:123

An export is read twice: first whole, so that a broken one leaves nothing behind, then stored in batches, so that an
import that was stopped goes on where it was.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bot.cog import (
    Cog,
    CogSettings,
    Community,
    Export,
    ExportError,
    Offline,
    Said,
    Space,
    Stored,
    Terminal,
    Words,
    lines,
    listing,
    open_export,
    plural,
    t,
)

cog: Cog[CogSettings] = Cog("archive", title="Archive")

BATCH = 1_000
"""Messages stored together."""


class NoSpace(Exception):
    """It is not clear which community is meant; the argument is the words to say so."""


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a Slack export, or DiscordChatExporter's JSON; or a folder"
    )
    parser.add_argument(
        "--space", metavar="PLATFORM:ID", help="a space of the community it belongs to, when there are several"
    )


@cog.verb("import", options)
async def import_export(terminal: Terminal, args: Namespace) -> int:
    """Keep the messages of a Slack or Discord export in the archive."""
    try:
        with open_export(args.file) as export:
            total = check(terminal, export)
            async with terminal.relais() as relais:
                community = relais.community_of(space_of(relais, export, args.space))
                stored = await keep(terminal, relais, community, export, total)
    except ExportError as error:
        terminal.complain(error.words)
        return 2
    except NoSpace as error:
        terminal.complain(error.args[0])
        return 2
    terminal.say(summary(stored, community))
    return 0


def check(terminal: Terminal, export: Export) -> int:
    """How many messages the export has. Raises ``ExportError`` when one of its files is broken."""
    count = 0
    with terminal.progress(t("Reading")) as progress:
        for count, _ in enumerate(messages_of(export), 1):
            if count % BATCH == 0:
                progress(count)
    return count


async def keep(terminal: Terminal, relais: Offline, community: Community, export: Export, total: int) -> Stored:
    stored = Stored()
    with terminal.progress(t("Storing"), total) as progress:
        for batch in batches(messages_of(export)):
            stored += await relais.archive.store(community, export.platform, batch)
            progress(stored.all)
    return stored


def messages_of(export: Export) -> Iterator[Said]:
    return (event for event in export.events() if isinstance(event, Said))


def batches(messages: Iterable[Said]) -> Iterator[list[Said]]:
    given = iter(messages)
    while batch := list(islice(given, BATCH)):
        yield batch


def space_of(relais: Offline, export: Export, asked: str | None) -> Space:
    """The space whose community an export goes to: the one asked for, its own, or the only one."""
    spaces = {space.key: space for space in relais.spaces()}
    known = listing(*(t("{key} ({name})", key=key, name=space.name) for key, space in sorted(spaces.items())))
    if asked is not None and asked not in spaces:
        raise NoSpace(
            t("Relais does not know the space {asked}. It knows: {known}.", asked=asked, known=known)
            if spaces
            else t("Relais does not know the space {asked}. Start it there once, then import.", asked=asked)
        )
    wanted = asked or f"{export.platform}:{export.space}"
    if wanted in spaces:
        return spaces[wanted]
    communities = {relais.community_of(space).id for space in spaces.values()}
    if len(communities) == 1:
        return next(iter(spaces.values()))
    raise NoSpace(
        t("Say which community this belongs to, with --space and one of: {known}.", known=known)
        if spaces
        else t("Relais serves no community yet. Start it once where your community lives, then import.")
    )


def summary(stored: Stored, community: Community) -> Words:
    new = plural(
        "{community}: {count} new message is in the archive.",
        "{community}: {count} new messages are in the archive.",
        count=stored.new,
        community=community.name,
    )
    edited = plural(
        "{count} message that was there has been edited since: its new text is kept.",
        "{count} messages that were there have been edited since: their new texts are kept.",
        count=stored.edited,
    )
    return lines(new, edited) if stored.edited else new
