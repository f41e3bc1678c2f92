"""What is said back: acknowledged in time, private where it should be, forms open and refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.card import Button, Card, File
from bot.chat.events import ButtonPressed, CommandUsed, FormSubmitted
from bot.chat.forms import Choice, FieldSpec, Kind, Sheet
from bot.chat.platform import Forbidden, NotFound, PlatformError
from bot.chat.things import Channel, Member
from bot.platforms.slack import limits, modal
from bot.platforms.slack.commands import Book
from bot.platforms.slack.errors import Refused
from bot.platforms.slack.modal import Meta, Modals
from bot.platforms.slack.responder import Ack, Answer, Where
from bot.platforms.slack.talk import RUN, Talks
from bot.platforms.slack.workspace import Workspace
from tests.platforms.slack.conftest import PaperApi, PaperHub
from tests.platforms.slack.rules import ADA, SPACE, texts

GENERAL = Channel(SPACE, "C1", "general")
URL = "https://hooks.slack.example/1"
FIELDS = (
    FieldSpec("about", Kind.TEXT, "About", "A hint", multiline=True, least=3, most=5000),
    FieldSpec("count", Kind.WHOLE, "Count", required=False, least=1, most=9),
    FieldSpec("who", Kind.MEMBER, "Who", required=False),
    FieldSpec("where", Kind.CHANNEL, "Where", required=False),
    FieldSpec("sure", Kind.YES_NO, "Sure", required=False),
    FieldSpec("tone", Kind.CHOICE, "Tone", required=False, choices=(Choice("a", "Calm"), Choice("b", "Loud"))),
    FieldSpec("at", Kind.MOMENT, "When", required=False),
)
TYPED = {"about": "me", "count": "3", "who": "Bob", "where": "?", "sure": "oui", "tone": "b", "at": "tomorrow at 9"}
SHEET = Sheet("w.intro:1", "A title that is longer than Slack takes", FIELDS, "Send", TYPED)


class Acked:
    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    async def __call__(self, **payload: Any) -> None:
        self.given.append(payload)


@pytest.fixture
def acked() -> Acked:
    return Acked()


@pytest.fixture
def make(hub: PaperHub, workspace: Workspace, acked: Acked) -> Callable[..., Answer]:
    """An answer to somebody in #general; ``direct`` and ``url`` change where."""

    def made(*, url: str = "", direct: bool = False, thread: str | None = None, **more: Any) -> Answer:
        where = Where(GENERAL, ADA.id, "en", thread, direct, url, hub.seconds() + 60)
        return Answer(hub, workspace, where, Ack(hub, acked), **more)

    return made


Make = Callable[..., Answer]


async def test_a_public_answer_can_be_addressed(make: Make, api: PaperApi, acked: Acked) -> None:
    ref = await make(thread="1.0").reply(Card("hi"), private=False)
    assert ref is not None
    assert (ref.id, ref.thread) == ("1700000000.000100", "1.0")
    assert api.called("chat.postMessage")[0]["thread_ts"] == "1.0"
    assert acked.given == [{}]


async def test_a_private_answer_is_seen_by_one(make: Make, api: PaperApi) -> None:
    assert await make(url=URL).reply(Card("hi"), private=True) is None
    (body,) = api.called("response_url")
    assert (body["response_type"], body["replace_original"]) == ("ephemeral", False)
    assert api.called("chat.postMessage") == []


async def test_without_its_address_an_answer_is_whispered(make: Make, api: PaperApi) -> None:
    api.answers["response_url"] = Refused("response_url", "404")
    answer = make(url=URL)
    await answer.reply(Card("one"), private=True)
    await answer.reply(Card("two"), private=True)
    assert [body["user"] for body in api.called("chat.postEphemeral")] == [ADA.id, ADA.id]
    assert len(api.called("response_url")) == 1


@pytest.mark.parametrize("error", [NotFound("user_not_in_channel"), Forbidden("not_in_channel")])
async def test_what_cannot_be_whispered_is_a_direct_message(make: Make, api: PaperApi, error: PlatformError) -> None:
    api.answers["chat.postEphemeral"] = error
    ref = await make().reply(Card("hi"), private=True)
    assert ref is not None
    assert ref.channel.id == "D0ADA"
    assert api.called("conversations.join") == []


async def test_files_for_one_person_go_to_their_direct_messages(make: Make, api: PaperApi) -> None:
    await make(url=URL).reply(Card("yours", files=(File(b"x", "a.txt"),)), private=True)
    assert api.uploads == [("D0ADA", None)]
    assert "direct messages" in api.called("response_url")[0]["text"]
    assert [body["channel"] for body in api.called("chat.postMessage")] == ["D0ADA"]


async def test_an_expired_address_is_not_tried(make: Make, api: PaperApi, hub: PaperHub) -> None:
    answer = make()
    answer.where = Where(GENERAL, ADA.id, "en", url=URL, until=hub.seconds() - 1)
    await answer.reply(Card("hi"), private=True)
    assert api.called("response_url") == []


async def test_a_form_opens_with_what_is_known(make: Make, api: PaperApi, acked: Acked) -> None:
    await make(trigger="t1", url=URL).ask(SHEET)
    (body,) = api.called("views.open")
    assert body["trigger_id"] == "t1"
    view = body["view"]
    assert len(view["title"]["text"]) <= limits.MODAL_TITLE
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert elements["about"] | {"initial_value": "me", "max_length": 3000, "min_length": 3} == elements["about"]
    assert (elements["count"]["initial_value"], elements["count"]["max_value"]) == ("3", "9")
    assert elements["who"]["initial_user"] == "U0BOB"
    assert "initial_conversation" not in elements["where"]
    assert elements["sure"]["initial_option"]["value"] == "yes"
    assert elements["tone"]["initial_option"]["text"]["text"] == "Loud"
    assert elements["at"]["type"] == "plain_text_input"
    meta = Meta.load(view["private_metadata"])
    assert (meta.what, meta.channel, meta.url) == ("w.intro:1", "C1", URL)
    assert acked.given == [{}]


async def test_too_late_for_a_form_a_button_opens_it(make: Make, api: PaperApi) -> None:
    api.answers["views.open"] = Refused("views.open", "expired_trigger_id")
    await make(trigger="t1", url=URL, again=Button("", "w.start:1")).ask(SHEET)
    (said,) = api.called("response_url")
    (button,) = said["blocks"][-1]["elements"]
    assert (button["value"], button["text"]["text"]) == ("w.start:1", "Open the form")


async def test_a_form_opens_no_form(make: Make) -> None:
    with pytest.raises(PlatformError):
        await make(view={}, is_form=True).ask(SHEET)


async def test_the_options_of_a_command_turn_into_a_form(make: Make, acked: Acked) -> None:
    await make(view={"blocks": []}).ask(SHEET)
    assert acked.given[0]["response_action"] == "update"
    assert acked.given[0]["view"]["callback_id"] == modal.FORM


async def test_problems_stand_beside_their_fields(make: Make, acked: Acked) -> None:
    view = {"blocks": [{"type": "context"}, *Modals(str).inputs(FIELDS, {})]}
    told = {"count": "Too many.", "": "Try again.", "about": "Too short."}
    assert await make(view=view, is_form=True).refuse(told, SHEET)
    assert acked.given == [
        {"response_action": "errors", "errors": {"count": "Too many.", "about": "Try again. Too short."}}
    ]


async def test_a_form_that_is_closed_cannot_refuse(make: Make, acked: Acked) -> None:
    answer = make(view={"blocks": Modals(str).inputs(FIELDS, {})}, is_form=True)
    await answer.ack.give()
    assert not await answer.refuse({"about": "Too short."}, SHEET)
    assert acked.given == [{}]


async def test_a_slow_handler_is_acknowledged_for(hub: PaperHub, acked: Acked) -> None:
    running: list[asyncio.Task[Any]] = []
    hub.spawn = lambda work: running.append(asyncio.ensure_future(work))  # type: ignore[method-assign]
    ack = Ack(hub, acked, 0.01)
    await asyncio.sleep(0.05)
    await asyncio.gather(*running)
    assert acked.given == [{}]
    assert not await ack.give()


def test_metadata_fits_and_comes_back() -> None:
    meta = Meta("a.b:" + "x" * 96, "C1", "été" * 100, "1.0", "https://e.org/" + "y" * 5000, 12.5)
    assert len(meta.dump()) <= limits.METADATA
    assert Meta.load(meta.dump()).what == meta.what
    assert Meta.load(Meta("a", "C1", url=URL, until=1.5).dump()) == Meta("a", "C1", url=URL, until=1.5)
    for nonsense in ("", "[]", "{", '{"x": 1}'):
        with pytest.raises(ValueError, match=r"modal of Relais|Expecting"):
            Meta.load(nonsense)


# What people do


@pytest.fixture
def talks(hub: PaperHub) -> Talks:
    return Talks(hub, hub, Book(hub.commands, hub.say))


def command(name: str, text: str = "", user: str = ADA.id) -> dict[str, Any]:
    place = {"channel_id": "C1", "channel_name": "general", "user_id": user, "user_name": "x"}
    return place | {"command": name, "text": text, "trigger_id": "t1", "response_url": URL}


def press(**action: Any) -> dict[str, Any]:
    return {
        "user": {"id": ADA.id, "name": "ada"},
        "container": {"type": "message", "message_ts": "5.0", "channel_id": "C1", "thread_ts": "1.0"},
        "channel": {"id": "C1", "name": "general"},
        "trigger_id": "t2",
        "response_url": URL,
        "actions": [{"action_ts": "6.0", "block_id": "b", **action}],
    }


def submitted(kind: str, meta: Meta, **values: dict[str, Any]) -> dict[str, Any]:
    state = {"values": {name: {"value": value} for name, value in values.items()}}
    view = {"id": "V1", "callback_id": kind, "private_metadata": meta.dump(), "state": state, "blocks": []}
    return {"user": {"id": ADA.id, "name": "ada"}, "trigger_id": "t3", "view": view}


async def test_a_command(talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked) -> None:
    await talks.command(workspace, command("/welcome", "preview member:<@U0BOB|bob>"), acked)
    (event,) = hub.received
    assert isinstance(event, CommandUsed)
    assert (event.path, event.id, event.channel) == ("welcome preview", "command:t1", GENERAL)
    assert isinstance(event.options["member"], Member)
    assert event.options["member"].name == "Bob"
    assert acked.given == []


@pytest.mark.parametrize("text", ["", "nothing like it"])
async def test_a_bare_command_lists_what_one_may_do(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi, acked: Acked, text: str
) -> None:
    await talks.command(workspace, command("/settings", text), acked)
    await talks.command(workspace, command("/settings", text, "U0BOB"), acked)
    admin, everybody = ("\n".join(texts(body["blocks"])) for body in api.called("response_url"))
    assert "/settings set" in admin
    assert "/welcome" not in admin
    assert "/settings" not in everybody
    assert hub.received == []


async def test_missing_options_are_asked_for_in_a_form(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi, acked: Acked
) -> None:
    await talks.command(workspace, command("/settings", "set welcome.channel"), acked)
    (body,) = api.called("views.open")
    meta = Meta.load(body["view"]["private_metadata"])
    assert (meta.what, hub.received) == ("settings set", [])
    sent = submitted(modal.COMMAND, meta, name={"value": "welcome.channel"}, value={"value": "#general"})
    await talks.submit(workspace, sent, acked)
    (event,) = hub.received
    assert isinstance(event, CommandUsed)
    assert event.options == {"name": "welcome.channel", "value": "#general"}


async def test_who_may_not_use_a_command_is_not_asked(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi, acked: Acked
) -> None:
    await talks.command(workspace, command("/settings", "set", "U0BOB"), acked)
    assert [type(event) for event in hub.received] == [CommandUsed]
    assert api.called("views.open") == []


async def test_a_mention_is_a_command_in_a_thread(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi
) -> None:
    said = {"user": ADA.id, "text": "<@U0BOT> welcome preview", "ts": "2.0", "thread_ts": "1.0"}
    await talks.mentioned(workspace, GENERAL, said, direct=False)
    (event,) = hub.received
    assert isinstance(event, CommandUsed)
    assert event.id == "C1:2.0:command"
    await event.responder.reply(Card("ok"), private=True)
    assert api.called("chat.postEphemeral")[0]["thread_ts"] == "1.0"


async def test_a_mention_in_passing_is_no_command(talks: Talks, workspace: Workspace, api: PaperApi) -> None:
    await talks.mentioned(workspace, GENERAL, {"user": ADA.id, "text": "ask <@U0BOT> help", "ts": "2.0"}, direct=False)
    assert api.asked == []


async def test_a_mention_that_needs_more_gets_a_button(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi, acked: Acked
) -> None:
    said = {"user": ADA.id, "text": "<@U0BOT> settings set welcome.channel", "ts": "2.0"}
    await talks.mentioned(workspace, GENERAL, said, direct=False)
    (button,) = api.called("chat.postEphemeral")[0]["blocks"][-1]["elements"]
    assert button["action_id"].startswith(RUN)
    await talks.press(workspace, press(action_id=button["action_id"], value=button["value"], type="button"), acked)
    elements = {b["block_id"]: b["element"] for b in api.called("views.open")[0]["view"]["blocks"] if "block_id" in b}
    assert elements["name"]["initial_value"] == "welcome.channel"
    assert hub.received == []


async def test_a_button(talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked) -> None:
    await talks.press(workspace, press(action_id="w.rules:3#2", value="w.rules:3", type="button"), acked)
    (event,) = hub.received
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.values) == ("w.rules:3", ())
    assert event.ref is not None
    assert (event.ref.id, event.ref.thread) == ("5.0", "1.0")


async def test_menus(talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked) -> None:
    one = {"value": "a"}
    await talks.press(workspace, press(action_id="m.one", selected_option=one, type="static_select"), acked)
    many = {"action_id": "m.many", "type": "multi_static_select", "block_id": "menu.0.1"}
    await talks.press(workspace, press(selected_options=[one, {"value": "b"}], **many), acked)
    await talks.press(workspace, press(selected_options=[], **many), acked)
    chosen = [(event.action, event.values) for event in hub.received if isinstance(event, ButtonPressed)]
    assert chosen == [("m.one", ("a",)), ("m.many", ("a", "b"))]
    assert acked.given == [{}]


async def test_links_are_only_acknowledged(talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked) -> None:
    await talks.press(workspace, press(action_id="link:0", type="button"), acked)
    assert (hub.received, acked.given) == ([], [{}])


async def test_a_form_is_sent(talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked) -> None:
    values: dict[str, dict[str, Any]] = {
        "about": {"type": "plain_text_input", "value": "me"},
        "who": {"type": "users_select", "selected_user": "U0BOB"},
        "where": {"type": "conversations_select", "selected_conversation": "C1"},
        "tone": {"type": "static_select", "selected_option": {"value": "a"}},
        "at": {"type": "plain_text_input", "value": None},
    }
    await talks.submit(workspace, submitted(modal.FORM, Meta("w.intro:1", "C1", "general"), **values), acked)
    (event,) = hub.received
    assert isinstance(event, FormSubmitted)
    assert (event.action, event.channel) == ("w.intro:1", GENERAL)
    assert event.values == {"about": "me", "who": "U0BOB", "where": "C1", "tone": "a", "at": ""}


async def test_a_modal_of_somebody_else_is_only_acknowledged(
    talks: Talks, workspace: Workspace, hub: PaperHub, acked: Acked
) -> None:
    sent = submitted(modal.FORM, Meta("x"))
    sent["view"]["private_metadata"] = "nonsense"
    await talks.submit(workspace, sent, acked)
    assert (hub.received, acked.given) == ([], [{}])


async def test_ask_relais_about_a_message(
    talks: Talks, workspace: Workspace, hub: PaperHub, api: PaperApi, acked: Acked
) -> None:
    body = {"user": {"id": ADA.id}, "channel": {"id": "C1"}, "message": {"ts": "5.0", "thread_ts": "1.0"}}
    await talks.shortcut(workspace, body | {"trigger_id": "t1", "response_url": URL}, acked)
    view = api.called("views.open")[0]["view"]
    meta = Meta.load(view["private_metadata"])
    assert meta.thread == "1.0"
    chosen = {"type": "static_select", "selected_option": {"value": "alert show"}}
    await talks.submit(workspace, submitted(modal.CHOOSE, meta, path=chosen), acked)
    asks = {"type": "static_select", "selected_option": {"value": "alert set"}}
    await talks.submit(workspace, submitted(modal.CHOOSE, meta, path=asks), acked)
    assert [event.path for event in hub.received if isinstance(event, CommandUsed)] == ["alert show"]
    assert acked.given[-1]["response_action"] == "update"
