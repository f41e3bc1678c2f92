"""Exports of chats, read as a stream: Slack's, DiscordChatExporter's, as one file, a zip, or a folder of them.

    with open_export(path) as export:
        for event in export.events():
            ...

Memory stays bounded whatever the size, and nothing is extracted. Whatever is wrong raises ``ExportError``, whose words
name the file and say what to do. Messages come oldest first in each channel, one channel after the other;
``in_order`` puts those of all channels in the order of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.cog.exports import discord, slack
from bot.cog.exports.ordered import in_order
from bot.cog.exports.said import Arrived, Event, ExportError, Said, account_made_at, name_of, part
from bot.cog.exports.sources import Folder, Single, Source, Zip, unreadable
from bot.cog.exports.stream import JsonStream
from bot.cog.texts import t

_MAGIC = b"PK"
_MEDIA = "_Files"
"""Folders of pictures and files that DiscordChatExporter writes beside a channel."""


@dataclass(frozen=True)
class Export:
    """An export that can be read, several times. ``space`` is the server's or workspace's id, where it is told."""

    platform: str
    space: str
    space_name: str
    size: int
    """Bytes, about: for progress."""
    _events: Callable[[], Iterator[Event]]

    def events(self) -> Iterator[Event]:
        """Everything that was said, and who joined. Raises ``ExportError``."""
        return self._events()


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """Raises ``ExportError`` for what is no export."""
    with ExitStack() as stack:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise ExportError(t("{file} does not exist.", file=str(path))) from None
        except OSError as error:
            raise unreadable(str(path), error) from None
        yield _several(path, [_one(source) for source in _sources(path, stack)])


def _sources(path: Path, stack: ExitStack) -> Iterator[Source]:
    """The file itself, or a folder with the zips that lie in it."""
    if not path.is_dir():
        yield stack.enter_context(_closing(_file(path)))
        return
    folder = Folder(path)
    zips = [path / name for name in folder.names() if name.lower().endswith(".zip") and "/" not in name]
    if _json(folder) or not zips:
        yield folder
    for one in zips:
        yield stack.enter_context(_closing(Zip(one)))


@contextmanager
def _closing(source: Source) -> Iterator[Source]:
    try:
        yield source
    finally:
        source.close()


def _file(path: Path) -> Source:
    if not path.is_file():
        raise ExportError(t("{file} is neither a file nor a folder.", file=str(path)))
    single = Single(path)
    with single.open(path.name) as file:
        is_zip = file.read(2) == _MAGIC
    return Zip(path) if is_zip or path.suffix.lower() == ".zip" else single


def _json(source: Source) -> list[str]:
    """The files that may hold messages."""
    found = []
    for name in source.names():
        path = PurePosixPath(name)
        hidden = any(one.startswith((".", "__MACOSX")) or one.endswith(_MEDIA) for one in path.parts)
        if path.suffix.lower() == ".json" and not hidden:
            found.append(name)
    return found


def _one(source: Source) -> Export:
    root = slack.root_of(source)
    return _of_discord(source) if root is None else _of_slack(source, root)


def _of_slack(source: Source, root: str) -> Export:
    workspace = slack.look(source, root)

    def events() -> Iterator[Event]:
        for name, channel in slack.days(source, root, workspace):
            with source.open(name) as file:
                yield from slack.read(JsonStream(file, f"{source.name}: {name}"), channel, workspace)

    return Export("slack", workspace.team, "", source.size(), events)


def _of_discord(source: Source) -> Export:
    names = [*source.names()] if isinstance(source, Single) else _json(source)
    if not names:
        raise discord.not_one(source.name)
    with source.open(names[0]) as file:
        stream = JsonStream(file, _shown(source, names[0]))
        if stream.kind() != "{":
            raise discord.not_one(stream.name)
        head = discord.guild_of(stream)
    if "messages" not in head:
        raise discord.not_one(_shown(source, names[0]))
    guild = part(head, "guild")

    def events() -> Iterator[Event]:
        for name in names:
            with source.open(name) as file:
                stream = JsonStream(file, _shown(source, name))
                if stream.kind() != "{":
                    raise discord.not_one(stream.name)
                yield from discord.read(stream)

    return Export("discord", name_of(guild, "id"), name_of(guild, "name"), source.size(), events)


def _shown(source: Source, name: str) -> str:
    return source.name if isinstance(source, Single) else f"{source.name}: {name}"


def _several(path: Path, exports: list[Export]) -> Export:
    if len(exports) == 1:
        return exports[0]
    if len({(one.platform, one.space) for one in exports}) > 1:
        raise ExportError(t("{file} holds exports of several communities. Give one of them.", file=str(path)))

    def events() -> Iterator[Event]:
        for one in exports:
            yield from one.events()

    first = exports[0]
    return Export(first.platform, first.space, first.space_name, sum(one.size for one in exports), events)


__all__ = ["Arrived", "Event", "Export", "ExportError", "Said", "account_made_at", "in_order", "open_export"]
