"""What Slack exports, read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cog.exports import Arrived, ExportError, Said, open_export
from tests.exports.makers import slack_files, slack_message, write_json, write_zip

DAY = "2025-03-01"
TS = "1740823200.000100"


def read(path: Path) -> list[Said | Arrived]:
    with open_export(path) as export:
        return list(export.events())


def zipped(folder: Path, messages: Sequence[object]) -> Path:
    return write_zip(folder / "slack.zip", slack_files({DAY: messages}))


def one(folder: Path, text: str = "", **message: object) -> Said:
    (said,) = read(zipped(folder, [slack_message(TS, text, **message)]))  # type: ignore[arg-type]
    assert isinstance(said, Said)
    return said


def test_who_said_what_where_and_when(tmp_path: Path) -> None:
    said = one(tmp_path, "Ça va ?")
    assert (said.text, said.author, said.author_name) == ("Ça va ?", "U1", "Ada")
    assert (said.id, said.channel, said.channel_name) == (TS, "C1", "general")
    assert said.at == datetime(2025, 3, 1, 10, 0, 0, 100, UTC)


def test_the_workspace_is_told(tmp_path: Path) -> None:
    with open_export(zipped(tmp_path, [])) as export:
        assert (export.platform, export.space) == ("slack", "T1")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("bonjour <@U2> et <@U9>", "bonjour @Bob et @U9"),
        ("<@U9|zoé>", "@zoé"),
        ("dans <#C1|general>", "dans #general"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example|le site>", "le site (https://x.example)"),
        ("<http://x.example|x.example>", "http://x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
        ("*gras* et `code`", "*gras* et `code`"),
    ],
)
def test_markup_is_read_as_people_see_it(tmp_path: Path, written: str, shown: str) -> None:
    assert one(tmp_path, written).text == shown


def test_emoji_become_signs_where_the_export_tells_them(tmp_path: Path) -> None:
    emoji = [{"type": "emoji", "name": "wave", "unicode": "1f44b"}, {"type": "emoji", "name": "bad", "unicode": "zz"}]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": emoji}]}]
    assert one(tmp_path, "salut :wave: :bad: :custom:", blocks=blocks).text == "salut 👋 :bad: :custom:"


def test_threads_edits_files_and_mentions(tmp_path: Path) -> None:
    said = one(
        tmp_path,
        "<@U2> voilà <@U2>",
        thread_ts="1740823100.000000",
        edited={"user": "U1", "ts": "1740823300.000000"},
        files=[{"id": "F1", "name": "plan.pdf"}],
    )
    assert (said.thread, said.reply_to) == ("1740823100.000000", "1740823100.000000")
    assert said.edited_at == datetime(2025, 3, 1, 10, 1, 40, tzinfo=UTC)
    assert (said.attachments, said.mentions) == (("plan.pdf",), ("U2",))


def test_the_head_of_a_thread_is_no_reply(tmp_path: Path) -> None:
    assert one(tmp_path, "tête", thread_ts=TS).thread == ""


def test_bots_are_bots(tmp_path: Path) -> None:
    assert one(tmp_path, user="U3").is_bot
    said = one(tmp_path, subtype="bot_message", user=None, bot_id="B1", username="Météo")
    assert (said.is_bot, said.author, said.author_name) == (True, "B1", "Météo")


def test_shared_messages_are_quoted(tmp_path: Path) -> None:
    attachment = {"from_url": "https://x.example", "title": "Un titre", "text": "<@U2> a dit", "fallback": "non"}
    assert one(tmp_path, attachments=[attachment]).quoted == ("Un titre\n@Bob a dit\nhttps://x.example",)


def test_joins_are_arrivals_and_other_notices_are_left_out(tmp_path: Path) -> None:
    messages = [slack_message(TS, subtype="channel_join"), slack_message(TS, subtype="channel_topic")]
    found = read(zipped(tmp_path, messages))
    assert [(type(event), event.author) for event in found] == [(Arrived, "U1")]


def test_a_name_the_list_does_not_know_is_taken_from_the_message(tmp_path: Path) -> None:
    assert one(tmp_path, user="U9", user_profile={"display_name": "Chloé"}).author_name == "Chloé"


def test_days_come_in_order_and_private_conversations_stay_out(tmp_path: Path) -> None:
    files = slack_files({"2025-03-02": [slack_message("1740909600.0", "deux")], DAY: [slack_message(TS, "un")]})
    files |= {"dms.json": [{"id": "D1"}], f"D1/{DAY}.json": [slack_message(TS, "secret")]}
    files |= {"groups.json": [{"id": "G1", "name": "privé"}], f"privé/{DAY}.json": [slack_message(TS, "secret")]}
    found = read(write_zip(tmp_path / "s.zip", files))
    assert [event.text for event in found if isinstance(event, Said)] == ["un", "deux"]


def test_an_unzipped_export_and_one_zipped_again_in_its_folder(tmp_path: Path) -> None:
    for name, value in slack_files({DAY: [slack_message(TS, "x")]}).items():
        write_json(tmp_path / "folder" / name, value)
    again = write_zip(tmp_path / "again.zip", slack_files({DAY: [slack_message(TS, "x")]}, root="Mon équipe/"))
    assert read(tmp_path / "folder") == read(again) != []


def test_an_export_without_its_lists(tmp_path: Path) -> None:
    for place in ("general", "D012345678", "mpdm-ada--bob-1"):
        write_json(tmp_path / "export" / place / f"{DAY}.json", [slack_message(TS, place)])
    (said,) = read(tmp_path / "export")
    assert isinstance(said, Said)
    assert (said.text, said.channel, said.author_name) == ("general", "general", "U1")


def test_several_zips_of_one_workspace_lie_in_a_folder(tmp_path: Path) -> None:
    write_zip(tmp_path / "1.zip", slack_files({DAY: [slack_message(TS, "x")]}))
    write_zip(tmp_path / "2.zip", slack_files({"2025-03-02": [slack_message("1740909600.0", "y")]}))
    assert len(read(tmp_path)) == 2


def test_a_day_without_its_export_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="neither a Slack export"):
        read(write_json(tmp_path / f"{DAY}.json", [slack_message(TS, "x")]))
