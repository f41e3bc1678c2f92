"""What DiscordChatExporter writes, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cog.exports import Arrived, ExportError, Said, account_made_at, in_order, open_export
from tests.exports.makers import discord_file, discord_message, discord_user, write_json, write_zip


def read(path: Path) -> list[Said | Arrived]:
    with open_export(path) as export:
        return list(export.events())


def one(path: Path, **message: object) -> Said:
    (said,) = read(write_json(path / "one.json", discord_file([discord_message("1", **message)])))  # type: ignore[arg-type]
    assert isinstance(said, Said)
    return said


def test_who_said_what_where_and_when(tmp_path: Path) -> None:
    author = discord_user("9", "Zoé", roles=[{"id": "5", "name": "Équipe", "color": None, "position": 1}])
    said = one(tmp_path, content="Ça va ? 👋", author=author, timestamp="2025-03-01T12:00:00.5+02:00")
    assert (said.text, said.author, said.author_name, said.roles) == ("Ça va ? 👋", "9", "Zoé", ("Équipe",))
    assert (said.channel, said.channel_name, said.thread) == ("222", "général", "")
    assert said.at == datetime(2025, 3, 1, 10, 0, 0, 500_000, UTC)


def test_the_server_is_told(tmp_path: Path) -> None:
    with open_export(write_json(tmp_path / "a.json", discord_file([]))) as export:
        assert (export.platform, export.space, export.space_name) == ("discord", "111", "Les Relais")
        assert list(export.events()) == []


def test_replies_edits_and_attachments(tmp_path: Path) -> None:
    said = one(
        tmp_path,
        type="Reply",
        content="voilà",
        timestampEdited="2025-03-01T10:05:00+00:00",
        reference={"type": "Default", "messageId": "7", "channelId": "222", "guildId": "111"},
        attachments=[{"id": "3", "url": "https://x/photo.png", "fileName": "photo.png", "fileSizeBytes": 3}],
    )
    assert said.reply_to == "7"
    assert said.edited_at == datetime(2025, 3, 1, 10, 5, tzinfo=UTC)
    assert said.attachments == ("photo.png",)


def test_mentions_and_emoji_left_as_codes_are_read(tmp_path: Path) -> None:
    said = one(tmp_path, content="<@9> et <@!8> <a:wave:123>", mentions=[discord_user("9", "Ada")])
    assert said.text == "@Ada et @8 :wave:"
    assert said.mentions == ("9",)


def test_embeds_stickers_and_forwarded_messages_are_quoted(tmp_path: Path) -> None:
    embed = {"title": "Titre", "description": "Corps", "fields": [{"name": "n", "value": "v", "isInline": False}]}
    forwarded = {"timestamp": "2025-01-01T00:00:00+00:00", "content": "ailleurs", "attachments": [], "embeds": [embed]}
    said = one(tmp_path, embeds=[embed], stickers=[{"id": "1", "name": "Chat"}], forwardedMessage=forwarded)
    assert said.quoted == ("Titre\nCorps\nn\nv", "Chat", "ailleurs", "Titre\nCorps\nn\nv")


def test_threads_hang_from_their_channel(tmp_path: Path) -> None:
    file = discord_file([discord_message("1", "x")], type="GuildPublicThread", categoryId="222", id="333", name="fil")
    (said,) = read(write_json(tmp_path / "t.json", file))
    assert isinstance(said, Said)
    assert (said.channel, said.thread) == ("333", "222")


def test_joins_are_arrivals_and_other_notices_are_left_out(tmp_path: Path) -> None:
    messages = [discord_message("1", type="GuildMemberJoin"), discord_message("2", type="ChannelPinnedMessage")]
    assert read(write_json(tmp_path / "j.json", discord_file(messages))) == [
        Arrived(at=datetime(2025, 3, 1, 10, tzinfo=UTC), author="9", author_name="Ada")
    ]


def test_parts_of_a_channel_are_read_in_their_order(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        name = f"général [222] [part {number}].json"
        write_json(tmp_path / "export" / name, discord_file([discord_message(str(number))]))
    assert [event.id for event in read(tmp_path / "export") if isinstance(event, Said)] == ["1", "2", "10"]


def test_a_folder_of_channels_and_its_media_and_a_zip_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    write_json(folder / "a.json", discord_file([discord_message("1")]))
    write_json(folder / "sub" / "b.json", discord_file([discord_message("2")], id="3"))
    write_json(folder / "a.json_Files" / "config.json", {"not": "an export"})
    assert len(read(folder)) == 2
    zipped = write_zip(tmp_path / "all.zip", {"a.json": discord_file([discord_message("1")])})
    assert len(read(zipped)) == 1


def test_two_servers_are_not_mixed(tmp_path: Path) -> None:
    for guild in ("1", "2"):
        write_zip(tmp_path / f"{guild}.zip", {"a.json": discord_file([], guild={"id": guild, "name": "x"})})
    with pytest.raises(ExportError, match="several communities"):
        read(tmp_path)


def test_private_conversations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="private conversation"):
        read(write_json(tmp_path / "dm.json", discord_file([discord_message("1")], type="DirectTextChat")))


def test_a_message_told_twice_comes_once_as_edited_last_and_in_time(tmp_path: Path) -> None:
    early = discord_message("2", "tôt", timestamp="2025-01-01T00:00:00+00:00")
    edited = discord_message("1", "après", timestampEdited="2025-03-02T00:00:00+00:00")
    files = [[discord_message("1", "avant")], [early], [edited], [discord_message("1", "avant")]]
    for number, messages in enumerate(files):
        write_json(tmp_path / "e" / f"{number}.json", discord_file(messages))
    assert [event.text for event in in_order(read(tmp_path / "e")) if isinstance(event, Said)] == ["tôt", "après"]


def test_the_order_loses_nothing(tmp_path: Path) -> None:
    messages = [discord_message("1", "é\n", mentions=[discord_user("9", "Ada")]), discord_message("2")]
    path = write_json(tmp_path / "x.json", discord_file(messages))
    assert list(in_order(read(path))) == read(path)


def test_an_account_tells_when_it_was_made() -> None:
    # The example of Discord's reference: 175928847299117063.
    made = account_made_at("discord", "175928847299117063")
    assert made is not None
    assert abs(made - datetime(2016, 4, 30, 11, 18, 25, 796_000, UTC)) < timedelta(milliseconds=1)
    assert account_made_at("slack", "U1") is None
    assert account_made_at("discord", "deleted") is None
