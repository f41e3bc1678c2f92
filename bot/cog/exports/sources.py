"""Where an export's files are: one file, a folder, or a zip read in place. Nothing is ever extracted.

What a zip says about itself is not trusted: sizes are counted while reading, against the size of the archive.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

from bot.cog.exports.said import ExportError
from bot.cog.files import trouble_with
from bot.cog.texts import t

FREE = 64_000_000
RATIO = 200
"""What an archive may give: ``FREE`` bytes, and ``RATIO`` times its own size. Chats in JSON shrink to a tenth or a
thirtieth; an archive made to harm gives a thousand times its size or more."""
MOST_LISTED = 64_000_000
"""Bytes of a zip's list of files: over half a million of them."""
_DRIVE = re.compile(r"[A-Za-z]:")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OverflowError)


class Source(Protocol):
    """The files of an export; names are relative, with ``/``."""

    name: str

    def names(self) -> tuple[str, ...]: ...
    def size(self) -> int: ...
    def open(self, name: str) -> AbstractContextManager[IO[bytes]]: ...
    def close(self) -> None: ...


class Folder:
    """A folder on disk. Raises ``ExportError`` for one with links: they lead elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._names = tuple(sorted(self._walk(), key=natural))

    def _walk(self) -> Iterator[str]:
        try:
            for path in self.path.rglob("*"):
                if path.is_symlink():
                    raise ExportError(
                        t("{file} is a link to somewhere else. Put the file itself there.", file=str(path))
                    )
                if path.is_file():
                    yield path.relative_to(self.path).as_posix()
        except OSError as error:
            raise unreadable(self.name, error) from None

    def names(self) -> tuple[str, ...]:
        return self._names

    def size(self) -> int:
        return sum((self.path / name).stat().st_size for name in self._names)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with opened(self.path / name) as file:
            yield file

    def close(self) -> None:
        """Nothing is held open."""


class Single:
    """One file on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def names(self) -> tuple[str, ...]:
        return (self.path.name,)

    def size(self) -> int:
        return self.path.stat().st_size

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with opened(self.path) as file:
            yield file

    def close(self) -> None:
        """Nothing is held open."""


class Zip:
    """A zip archive, read member by member. Raises ``ExportError`` for names and contents that no export has."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._most = FREE + RATIO * path.stat().st_size
        try:
            self._file = _Bounded(path.open("rb", buffering=0), self.name)
        except OSError as error:
            raise unreadable(self.name, error) from None
        try:
            self._archive = zipfile.ZipFile(cast(IO[bytes], self._file))
            self._files = {_tame(self.name, info): info for info in self._archive.infolist() if not info.is_dir()}
        except (*_BROKEN, ValueError, OSError):
            self._file.close()
            raise self.broken() from None
        except ExportError:
            self._file.close()
            raise

    def close(self) -> None:
        self._archive.close()
        self._file.close()

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._files, key=natural))

    def size(self) -> int:
        """As the archive says: for progress alone."""
        return sum(info.file_size for info in self._files.values())

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        info = self._files[name]
        if info.flag_bits & 1:
            raise ExportError(t("{file} is protected by a password. Unzip it, and give the folder.", file=self.name))
        try:
            member = self._archive.open(info)
        except (*_BROKEN, ValueError, OSError):
            raise self.broken(name) from None
        with member:
            yield cast(IO[bytes], _Counted(self, member, name))

    def spend(self, count: int, name: str) -> None:
        """Count bytes that came out of the archive."""
        self._most -= count
        if self._most < 0:
            raise ExportError(
                t(
                    "{file} unpacks to far more than a chat export ({name}): it is made to fill memory or disk. Nothing"
                    " was kept.",
                    file=self.name,
                    name=name,
                )
            )

    def broken(self, name: str = "") -> ExportError:
        where = f"{self.name} ({name})" if name else self.name
        return ExportError(t("{file} is a damaged or cut-off zip. Download it again.", file=where))


class _Counted:
    """A member of a zip, whose bytes are counted as they come out."""

    def __init__(self, archive: Zip, member: IO[bytes], name: str) -> None:
        self._archive = archive
        self._member = member
        self._name = name

    def read(self, size: int) -> bytes:
        try:
            data = self._member.read(size)
        except (*_BROKEN, ValueError, OSError):
            raise self._archive.broken(self._name) from None
        self._archive.spend(len(data), self._name)
        return data


class _Bounded(io.BufferedReader):
    """A file that gives no more at once than the list of a zip may hold."""

    def __init__(self, file: io.RawIOBase, name: str) -> None:
        super().__init__(file)
        self._shown = name

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_LISTED:
            raise ExportError(t("{file} lists more files than a chat export has.", file=self._shown))
        return super().read(size)


def _tame(archive: str, info: zipfile.ZipInfo) -> str:
    """A member's name, once it is known to stay inside."""
    name = info.filename.replace("\\", "/")
    outside = name.startswith("/") or _DRIVE.match(name) or ".." in PurePosixPath(name).parts
    if outside or stat.S_ISLNK(info.external_attr >> 16):
        raise ExportError(
            t(
                "{file} holds {name}, which leads out of it: no chat export does. Nothing was read.",
                file=archive,
                name=name,
            )
        )
    return name


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """Raises ``ExportError`` when the file cannot be opened or read."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise unreadable(str(path), error) from None


def unreadable(name: str, error: OSError) -> ExportError:
    return ExportError(t("{file} cannot be read ({why}).", file=name, why=trouble_with(error)))


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts "part 2" before "part 10"."""
    pieces = re.split(r"([0-9]{1,18})", name)
    return tuple((1, int(piece), "") if piece.isdecimal() and piece.isascii() else (0, 0, piece) for piece in pieces)


__all__ = ["Folder", "Single", "Source", "Zip", "natural", "unreadable"]
