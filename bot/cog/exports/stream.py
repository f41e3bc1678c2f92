"""JSON read piece by piece: one element in memory at a time, whatever the size of the file.

Elements are read by the standard library's parser from a window of text that grows up to ``MOST``; what does not fit,
does not parse or nests too deeply raises ``ExportError`` with the file and the byte.
"""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import IO, Any

from bot.chat.words import Words
from bot.cog.exports.said import ExportError
from bot.cog.texts import t

MOST = 8_000_000
"""Characters of one element: a message with all its reactions is below a tenth of that."""
CHUNK = 256 * 1024
_BLANKS = re.compile(r"[ \t\r\n]*")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_LONGEST_WORD = 8
"""Characters: more than ``false`` or ``\\u0041`` has."""
_DECODER = json.JSONDecoder()


class JsonStream:
    """One JSON file."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self.name = name
        self._decode = getincrementaldecoder("utf-8")("strict").decode
        self._text = ""
        self._at = self._began = 0
        self._passed = 0
        self._ended = False
        self._bytes = 0
        self._start()

    @property
    def began(self) -> int:
        """The byte of the file where the last element read begins."""
        return self._passed + _size(self._text[: self._began])

    def items(self) -> Iterator[Any]:
        """The elements of the list that comes next."""
        self._expect("[")
        if self._next() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self._expect(",]") == "]":
                return

    def fields(self) -> Iterator[str]:
        """The names of the object that comes next. Read each one's value, with ``value`` or ``items``, in between."""
        self._expect("{")
        if self._next() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self.broken()
            self._expect(":")
            yield key
            if self._expect(",}") == "}":
                return

    def value(self) -> Any:
        """The element that comes next, whole."""
        self._next()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                unterminated = error.msg.startswith("Unterminated")
                if self._ended and (unterminated or error.pos >= len(self._text.rstrip())):
                    raise self._cut() from None
                unfinished = unterminated or error.pos + _LONGEST_WORD > len(self._text)
                if self._ended or (not unfinished and len(self._text) - self._at >= MOST):
                    raise self.broken(error.pos) from None
            except RecursionError:
                raise ExportError(
                    t("{file} is no chat export: at byte {at} it nests too deeply.", file=self.name, at=self._here)
                ) from None
            except ValueError:
                raise self.broken() from None
            else:
                if end < len(self._text) or self._ended:
                    self._began, self._at = self._at, end
                    return found
            self._read_more()

    def kind(self) -> str:
        """The first character of what comes next; empty at the end of the file."""
        return self._peek()

    @property
    def _here(self) -> int:
        return self._passed + _size(self._text[: self._at])

    def _start(self) -> None:
        head = self._file.read(4)
        if head.startswith(_OTHER_ENCODINGS) or b"\x00" in head:
            raise self._encoding()
        self._bytes = len(head)
        if head.startswith(b"\xef\xbb\xbf"):
            self._passed, head = 3, head[3:]
        self._text = self._decode(head, final=False) if head.isascii() else self._decoded(head)

    def _decoded(self, data: bytes, *, final: bool = False) -> str:
        try:
            return self._decode(data, final=final)
        except UnicodeDecodeError:
            raise self._encoding() from None

    def _encoding(self) -> ExportError:
        return ExportError(
            t(
                "{file} is not written in UTF-8 (near byte {at}). Export it again, or convert it to UTF-8.",
                file=self.name,
                at=self._bytes,
            )
        )

    def _read_more(self) -> None:
        """Twice as much each time, so that a large element is not parsed over and over."""
        if len(self._text) - self._at >= MOST:
            raise ExportError(
                t(
                    "{file} is no chat export: at byte {at} one element is larger than {most} characters.",
                    file=self.name,
                    at=self._here,
                    most=MOST,
                )
            )
        self._passed += _size(self._text[: self._at])
        rest = self._text[self._at :]
        data = self._file.read(max(CHUNK, len(rest)))
        self._ended = not data
        more = self._decoded(data, final=not data)
        self._bytes += len(data)
        self._text, self._at = rest + more, 0

    def _peek(self) -> str:
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._read_more()

    def _next(self) -> str:
        found = self._peek()
        if not found:
            raise self._cut()
        return found

    def _expect(self, among: str) -> str:
        found = self._next()
        if found not in among:
            raise self.broken()
        self._at += 1
        return found

    def broken(self, position: int | None = None) -> ExportError:
        """What to raise for JSON that is none, at a position of the window."""
        where = self._passed + _size(self._text[: self._at if position is None else position])
        return ExportError(t("{file} is not valid JSON: see byte {at}. Export it again.", file=self.name, at=where))

    def _cut(self) -> ExportError:
        return ExportError(
            t(
                "{file} stops in the middle, at byte {at}: its download or export was cut short. Export it again.",
                file=self.name,
                at=self._bytes,
            )
        )


def wrong_message(stream: JsonStream, what: Words) -> ExportError:
    """For the element read last, which is no message."""
    return ExportError(t("{file}: the message at byte {at} {what}.", file=stream.name, at=stream.began, what=what))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8"))


__all__ = ["JsonStream", "wrong_message"]
