"""Exports that are broken or made to harm end in one sentence, in bounded memory."""

from __future__ import annotations

import json
import os
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cog.exports import ExportError, in_order, open_export, ordered, sources, stream
from tests.exports.makers import discord_file, discord_message, slack_files, slack_message, write_json, write_zip

DAY = "2025-03-01"
TS = "1740823200.000100"
MEGABYTE = 1_000_000


def fails(path: Path) -> str:
    with pytest.raises(ExportError) as caught, open_export(path) as export:
        for _ in export.events():
            pass
    said = str(caught.value)
    assert path.name in said
    assert len(said.splitlines()) == 1
    return said


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


GOOD = json.dumps(discord_file([discord_message(str(n), "été " * 50) for n in range(20)]), ensure_ascii=False)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a Slack export"),
        (b"<html></html>", "neither a Slack export"),
        (b"\x00\x01\x02\x03\x04", "not written in UTF-8"),
        (GOOD.encode("utf-16"), "not written in UTF-8"),
        (GOOD.encode("utf-16-le"), "not written in UTF-8"),
        (GOOD.encode("utf-32"), "not written in UTF-8"),
        (GOOD.encode("latin-1"), "not written in UTF-8"),
        (GOOD.encode()[:-30], "stops in the middle"),
        (GOOD.encode()[:4000], "stops in the middle"),
        (GOOD.encode().replace(b'"isPinned": false', b'"isPinned": nope', 1), "not valid JSON: see byte"),
        (b'{"messages": [' + b"[" * 200_000, "nests too deeply"),
        (b'{"a": ' * 200_000, "nests too deeply"),
        (b'{"messages": {}}', "not valid JSON"),
        (b'{"messages": [3]}', "is no message"),
        (b'{"messages": [{}]}', "has no id"),
        (b'{"messages": [{"id": "1"}]}', "has no believable date"),
        (b'{"messages": [{"id": "1", "timestamp": "9999-12-31T23:59:59-14:00"}]}', "has no believable date"),
        (b'{"messages": [{"id": "1", "timestamp": "0001-01-01T00:00:00+14:00"}]}', "has no believable date"),
        (b'{"messages": [' + b"9" * 10_000 + b"]}", "not valid JSON"),
        (b'{"guild": {}, "channel": {}}', "neither a Slack export"),
        (b"PK\x03\x04 but no zip", "damaged or cut-off zip"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in fails(written(tmp_path / "export.json", data))


def test_the_byte_of_what_is_broken_is_told(tmp_path: Path) -> None:
    data = GOOD.encode().replace(b'"isPinned": false', b'"isPinned": nope', 1)
    said = fails(written(tmp_path / "export.json", data))
    assert f"byte {data.index(b'nope'):,}." in said


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    with open_export(written(tmp_path / "bom.json", b"\xef\xbb\xbf" + GOOD.encode())) as export:
        assert len(list(export.events())) == 20


def test_nul_and_half_characters_are_replaced(tmp_path: Path) -> None:
    with open_export(write_json(tmp_path / "a.json", discord_file([discord_message("1", "a\x00b")]))) as export:
        assert [getattr(event, "text", "") for event in export.events()] == ["a\ufffdb"]
    text = json.dumps(discord_file([discord_message("1", "a\ud800b")]))
    with open_export(written(tmp_path / "b.json", text.encode())) as export:
        assert [getattr(event, "text", "") for event in in_order(export.events())] == ["a\ufffdb"]


def test_what_does_not_exist_or_cannot_be_read(tmp_path: Path) -> None:
    assert "does not exist" in fails(tmp_path / "nothing.zip")
    with pytest.raises(ExportError, match="does not exist"), open_export(tmp_path / "nothing\x00.zip"):
        pass
    assert "cannot be read" in fails(tmp_path / ("long" * 100))
    assert "neither a Slack export" in fails(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in fails(tmp_path / "pipe")


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write_json(folder / "a.json", discord_file([]))
    (folder / "b.json").symlink_to(write_json(tmp_path / "secret.json", discord_file([])))
    assert "is a link" in fails(folder)


@pytest.mark.parametrize("name", ["../channels.json", "/etc/passwd", "a/../../b.json", "C:/x.json", "..\\x.json"])
def test_names_that_lead_out_of_a_zip_are_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of it" in fails(write_zip(tmp_path / "x.zip", {**slack_files({}), name: []}))


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        link = zipfile.ZipInfo("channels.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "leads out of it" in fails(tmp_path / "x.zip")


def test_a_password_is_explained(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", slack_files({}))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    assert "password" in fails(written(path, bytes(data)))


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_cut_off_zip(tmp_path: Path, kept: float) -> None:
    data = write_zip(tmp_path / "x.zip", slack_files({DAY: [slack_message(TS, "x" * 1000)] * 50})).read_bytes()
    assert "damaged or cut-off zip" in fails(written(tmp_path / "cut.zip", data[: int(len(data) * kept)]))


def test_a_zip_with_a_damaged_member(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", {"a.json": discord_file([discord_message(str(n)) for n in range(500)])})
    data = bytearray(path.read_bytes())
    data[200:260] = os.urandom(60)
    fails(written(path, bytes(data)))


def test_headers_that_lie_about_sizes_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FREE", 1000)
    path = write_zip(tmp_path / "bomb.zip", {"a.json": b'{"guild": {}, "messages": [' + b" " * 20 * MEGABYTE + b"]}"})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 24 :][:4] = b""
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, 500)
    assert "unpacks to far more" in fails(path)


def test_a_list_of_files_too_long_to_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_LISTED", 100)
    assert "more files than" in fails(write_zip(tmp_path / "x.zip", slack_files({})))


def test_lists_of_a_slack_export_that_are_none(tmp_path: Path) -> None:
    assert "not valid JSON" in fails(write_zip(tmp_path / "x.zip", {**slack_files({}), "channels.json": {}}))
    assert "no list" in fails(write_zip(tmp_path / "y.zip", {**slack_files({}), "users.json": [1]}))
    assert "not valid JSON" in fails(write_zip(tmp_path / "z.zip", {**slack_files({}), f"general/{DAY}.json": {}}))


@pytest.mark.parametrize(
    "value", [{"ts": "nan"}, {"ts": "1e400"}, {"ts": "-9e18"}, {"ts": None}, {"ts": "99999999999999"}]
)
def test_absurd_moments(tmp_path: Path, value: dict[str, Any]) -> None:
    path = write_zip(tmp_path / "x.zip", slack_files({DAY: [{"type": "message", **value}]}))
    assert "no believable date" in fails(path)


# Memory


class Endless:
    """A file of so many bytes that nobody has to write."""

    def __init__(self, head: bytes, body: bytes, tail: bytes, size: int) -> None:
        self._rest = self._pieces(head, body, tail, size)
        self._left = b""

    @staticmethod
    def _pieces(head: bytes, body: bytes, tail: bytes, size: int) -> Iterator[bytes]:
        yield head
        block = body * max(1, MEGABYTE // len(body))
        for _ in range(size // len(block)):
            yield block
        yield tail

    def read(self, size: int) -> bytes:
        while len(self._left) < size and (piece := next(self._rest, None)) is not None:
            self._left += piece
        data, self._left = self._left[:size], self._left[size:]
        return data


def peak_of(work: Callable[[], object]) -> int:
    """Bytes, at most at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


MESSAGE = json.dumps(discord_message("1", "à propos " * 20), ensure_ascii=False).encode() + b","
HEAD, TAIL = b'{"guild": {}, "messages": [', MESSAGE[:-1] + b"]}"


def count(file: Endless) -> int:
    source = stream.JsonStream(file, "big.json")  # type: ignore[arg-type]
    return sum(sum(1 for _ in source.items()) if key == "messages" else bool(source.value()) for key in source.fields())


def holds_in_memory(size: int) -> None:
    found: list[int] = []
    assert peak_of(lambda: found.append(count(Endless(HEAD, MESSAGE, TAIL, size)))) < 12 * MEGABYTE
    assert found[0] > size // len(MESSAGE) * 0.9


def refuses_in_memory(size: int) -> None:
    for body in (b"[", b" [1,", b'{"a":', b"a", b"\\u0041", b"9"):
        start = HEAD + b'{"content": "' if body in (b"a", b"\\u0041") else HEAD

        def work(start: bytes = start, body: bytes = body) -> None:
            with pytest.raises(ExportError):
                count(Endless(start, body, b"", size))

        assert peak_of(work) < 130 * MEGABYTE, body


def test_a_large_file_is_read_in_little_memory() -> None:
    holds_in_memory(20 * MEGABYTE)


def test_one_endless_element_is_refused_in_little_memory() -> None:
    refuses_in_memory(20 * MEGABYTE)


@pytest.mark.soak
def test_two_gigabytes_are_read_in_little_memory() -> None:
    holds_in_memory(2_000 * MEGABYTE)


@pytest.mark.soak
def test_two_endless_gigabytes_are_refused_in_little_memory() -> None:
    refuses_in_memory(2_000 * MEGABYTE)


def test_an_archive_made_to_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FREE", 5 * MEGABYTE)
    bomb = write_zip(tmp_path / "bomb.zip", {"a.json": HEAD + b" " * 100 * MEGABYTE})
    assert bomb.stat().st_size < MEGABYTE
    assert peak_of(lambda: fails(bomb)) < 10 * MEGABYTE


# Anything at all

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
DISCORD_KEYS = st.sampled_from(sorted({*discord_message("1"), "reference", "forwardedMessage", "channel", "guild"}))
SLACK_KEYS = st.sampled_from(["type", "subtype", "ts", "user", "text", "files", "attachments", "edited", "blocks"])
HARMLESS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60, derandomize=False
)


def survives(path: Path) -> None:
    with suppress(ExportError), open_export(path) as export:
        list(in_order(export.events()))


@HARMLESS
@given(changes=st.dictionaries(DISCORD_KEYS, ANY, max_size=4))
def test_a_discord_message_of_anything(tmp_path: Path, changes: dict[str, Any]) -> None:
    file = {**discord_file([{**discord_message("1", "x"), **changes}]), **changes}
    survives(written(tmp_path / "x.json", json.dumps(file).encode()))


@HARMLESS
@given(message=st.dictionaries(SLACK_KEYS, ANY, max_size=5), user=st.dictionaries(st.text(max_size=4), ANY))
def test_a_slack_message_of_anything(tmp_path: Path, message: dict[str, Any], user: dict[str, Any]) -> None:
    files = {**slack_files({DAY: [{**slack_message(TS, "x"), **message}]}), "users.json": [user]}
    survives(write_zip(tmp_path / "x.zip", {name: json.dumps(value).encode() for name, value in files.items()}))


@HARMLESS
@given(at=st.integers(0, 5000), data=st.binary(max_size=8))
def test_bytes_changed_anywhere(tmp_path: Path, at: int, data: bytes) -> None:
    for name, good in (("x.json", GOOD.encode()), ("x.zip", zip_bytes(tmp_path))):
        place = at % len(good)
        survives(written(tmp_path / name, good[:place] + data + good[place + len(data) :]))


def zip_bytes(folder: Path) -> bytes:
    return write_zip(folder / "good.zip", slack_files({DAY: [slack_message(TS, "x")] * 3})).read_bytes()


def test_no_room_to_put_messages_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered, "_TAKE", "SELECT * FROM a_table_that_was_lost")
    with pytest.raises(ExportError, match="SQLITE_TMPDIR"):
        list(in_order(()))
