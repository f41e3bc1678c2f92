"""What moderation must see of a message beside its own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chat.events import Attachment, Sanction
from bot.platforms.discord.audit import Deed, deeds, invite_deleted
from bot.platforms.discord.translate import posted
from tests.platforms.discord.conftest import ADA, THREAD, PaperTown, message


def test_a_forwarded_message_is_quoted_with_its_embeds_and_files(town: PaperTown) -> None:
    snapshot = {
        "content": "Buy <@&11>",
        "embeds": [{"title": "Cheap", "url": "https://bad.example"}],
        "attachments": [{"url": "https://x/f.exe", "filename": "f.exe", "size": 3}],
    }
    forwarded = message(
        content="", message_reference={"type": 1, "message_id": "5"}, message_snapshots=[{"message": snapshot}]
    )
    event = posted(town, forwarded)
    assert (event.text, event.quoted, event.embeds) == ("", ("Buy \\@Mods",), ("Cheap\nhttps://bad.example",))
    assert event.attachments == (Attachment("https://x/f.exe", "f.exe", "", 3),)
    assert event.reply_to is None


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        (
            {"embeds": [{"author": {"name": "A"}, "title": "T", "description": "D", "footer": {"text": "F"}}]},
            "A\nT\nD\nF",
        ),
        ({"embeds": [{"fields": [{"name": "N", "value": "V"}]}]}, "N\nV"),
        ({"poll": {"question": {"text": "Q"}, "answers": [{"poll_media": {"text": "Yes"}}]}}, "Q\nYes"),
        ({"components": [{"type": 17, "components": [{"type": 10, "content": "Shown"}]}]}, "Shown"),
    ],
)
def test_cards_polls_and_components_are_read(town: PaperTown, more: dict[str, object], shown: str) -> None:
    assert posted(town, message(**more)).embeds == (shown,)


def test_a_plain_message_has_none_of_it(town: PaperTown) -> None:
    event = posted(town, message(embeds=[], components=[]))
    assert (event.quoted, event.embeds, event.attachments, event.webhook) == ((), (), (), False)


def test_spoilers_threads_and_file_types_stay(town: PaperTown) -> None:
    file = {"url": "https://x/f", "filename": "SPOILER_a.png", "content_type": "image/png; q=1", "size": 12}
    event = posted(town, message(content="so ||hidden||", channel_id=THREAD, attachments=[file]))
    assert (event.text, event.ref.thread) == ("so ||hidden||", THREAD)
    assert event.attachments == (Attachment("https://x/f", "SPOILER_a.png", "image/png", 12),)


def test_what_moderators_did_is_read_from_the_audit_log() -> None:
    change = {"key": "communication_disabled_until", "new_value": "2026-11-22T11:00:00+00:00"}
    until = datetime(2026, 11, 22, 11, tzinfo=UTC)
    entry = {"user_id": "1", "target_id": ADA}
    assert [*deeds(entry | {"action_type": 24, "changes": [change]})] == [Deed(Sanction.TIMEOUT, until)]
    assert [*deeds(entry | {"action_type": 24, "changes": [{"key": "nick", "new_value": "x"}]})] == []
    lifted = {"key": change["key"], "old_value": change["new_value"]}
    assert [it.what for it in deeds(entry | {"action_type": 24, "changes": [lifted]})] == [Sanction.TIMEOUT_LIFTED]
    assert [it.what for it in deeds(entry | {"action_type": 20})] == [Sanction.KICK]
    assert [*deeds(entry | {"action_type": 1})] == []


def test_roles_that_somebody_takes_themselves_are_no_sanction() -> None:
    roles = {"key": "$add", "new_value": [{"id": "5", "name": "Muted"}, {"id": "6", "name": "Slow"}]}
    entry = {"action_type": 25, "user_id": "1", "target_id": ADA, "changes": [roles]}
    assert [(it.what, it.role) for it in deeds(entry)] == [
        (Sanction.ROLE_GIVEN, "Muted"),
        (Sanction.ROLE_GIVEN, "Slow"),
    ]
    assert len({it.part for it in deeds(entry)}) == 2
    assert [*deeds(entry | {"user_id": ADA})] == []


def test_a_deleted_invite_is_named_by_the_audit_log() -> None:
    changes = [{"key": "max_uses", "old_value": 1}, {"key": "code", "old_value": "abc"}]
    assert invite_deleted({"action_type": 42, "changes": changes}) == "abc"
    assert invite_deleted({"action_type": 40, "changes": changes}) == ""
