"""People and what they see: forms, buttons, menus, channels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.chat.forms import Upload
from bot.chat.things import Level
from bot.platforms.playground.options import Impossible, NothingToPress
from tests.wire.slack.bed import Bed, button, field, modal, refused, section, words
from tests.wire.slack.bits import Json


@asynccontextmanager
async def form(bed: Bed, view: Json, answers: list[Any]) -> AsyncIterator[list[Json]]:
    """An app that opens a form on /form; what is sent is answered as told, in turn. Gives what was sent."""
    bed.world.register("form")
    app, sent = bed.app(), list[Json]()

    @app.command("/form")
    async def open_form(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def submitted(ack: Any, body: Json) -> None:
        sent.append(body["view"]["state"]["values"])
        answer = answers.pop(0)
        await ack(**answer) if answer else await ack()

    async with bed.running(app):
        await bed.ada.run("form")
        yield sent


def choice(*values: str) -> Json:
    return {"type": "static_select", "options": [{"text": words(it.title()), "value": it} for it in values]}


# Forms


async def test_errors_stand_beside_fields_and_values_stay(bed: Bed) -> None:
    view = modal(field("about", "About"), field("tone", "Tone", choice("warm", "dry")))
    errors = {"response_action": "errors", "errors": {"about": "Too short"}}
    async with form(bed, view, [errors, None]) as sent:
        assert bed.ada.sees == "Form\nAbout: \nTone: \n[Send]"
        assert bed.bob.sees == ""
        await bed.ada.fill(about="x", tone="Dry")
        assert bed.ada.sees == "Form\nAbout: x (Too short)\nTone: Dry\n[Send]"
        await bed.ada.fill(about="long enough")
        assert bed.ada.form is None
    assert [it["about"]["about"]["value"] for it in sent] == ["x", "long enough"]
    assert sent[1]["tone"]["tone"]["selected_option"]["value"] == "dry"
    assert [it.effect for it in bed.world.effects] == ["form", "form"]


async def test_the_client_itself_refuses_some_values(bed: Bed) -> None:
    number = {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}
    async with form(bed, modal(field("count", "Count", number)), []) as sent:
        await bed.ada.fill()
        assert "Please complete this required field." in bed.ada.sees
        await bed.ada.fill(count="many")
        assert "Count: many (Please enter a valid number.)" in bed.ada.sees
        with pytest.raises(Impossible):
            await bed.ada.fill(colour="red")
    assert sent == []


async def test_a_form_is_replaced_stacked_and_cleared(bed: Bed) -> None:
    first, second = modal(field("a", "A")), modal(field("b", "B"))
    answers = [
        {"response_action": "update", "view": second},
        {"response_action": "push", "view": first},
        None,
        {"response_action": "clear"},
    ]
    async with form(bed, first, answers) as sent:
        await bed.ada.fill(a="1")
        await bed.ada.fill(b="2")
        await bed.ada.fill(a="3")
        assert bed.ada.form
        assert bed.ada.form.values == {"b": "2"}
        await bed.ada.fill()
        assert bed.ada.form is None
    assert len(sent) == 4


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
async def test_an_answer_that_does_not_fit_leaves_the_form_open(bed: Bed, answer: Json) -> None:
    async with form(bed, modal(field("a", "A")), [answer]):
        await bed.ada.fill(a="1")
        assert "We had some trouble connecting. Try again?" in bed.ada.sees
        assert bed.ada.form


async def test_every_kind_of_input_can_be_filled(bed: Bed) -> None:
    kinds: dict[str, Json] = {
        "day": {"type": "datepicker"},
        "hour": {"type": "timepicker"},
        "moment": {"type": "datetimepicker"},
        "who": {"type": "users_select"},
        "where": {"type": "channels_select"},
        "sure": {**choice("yes", "no"), "type": "radio_buttons"},
        "tags": {**choice("a", "b", "c"), "type": "checkboxes"},
        "mail": {"type": "email_text_input"},
        "file": {"type": "file_input"},
    }
    view = modal(*(field(name, name.title(), element) for name, element in kinds.items()))
    async with form(bed, view, [None]) as sent:
        await bed.ada.fill(
            day="2026-12-24", hour="18:30", moment="2026-12-24 18:30", who=bed.bob, where="random",
            sure=True, tags="b", mail="a@example.org", file=Upload("a.csv", b"1"),
        )  # fmt: skip
    values = {name: inner[name] for name, inner in sent[0].items()}
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-12-24"}
    assert values["hour"]["selected_time"] == "18:30"
    assert values["moment"]["selected_date_time"] == 1798137000
    assert values["who"]["selected_user"] == bed.bob.id
    assert values["where"]["selected_channel"] == bed.world.channel("random").id
    assert values["sure"]["selected_option"]["value"] == "yes"
    assert [it["value"] for it in values["tags"]["selected_options"]] == ["b"]
    assert values["file"]["files"][0]["name"] == "a.csv"


async def test_a_file_of_a_command_is_given_in_the_form(bed: Bed) -> None:
    async with form(bed, modal(field("data", "Data", {"type": "file_input"})), [None]) as sent:
        await bed.ada.close()
        await bed.ada.run("form", data=Upload("a.csv", b"1"))
    assert sent[0]["data"]["data"]["files"][0]["name"] == "a.csv"


# Buttons and menus


def presser(bed: Bed, answer: Any) -> tuple[AsyncApp, list[Json]]:
    """An app that answers buttons and menus."""
    app, seen = bed.app(), list[Json]()

    @app.action({"type": "block_actions", "action_id": "go"})
    async def go(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        seen.append(body)
        if answer:
            await respond(**answer)

    return app, seen


async def test_a_button_of_a_channel_can_be_pressed(bed: Bed) -> None:
    app, seen = presser(bed, {"text": "just for you", "replace_original": False})
    async with bed.running(app):
        posted = await bed.post(blocks=[section("choose"), {"type": "actions", "elements": [button("Yes", value="v")]}])
        assert bed.ada.reads() == "Relais: choose\n[Yes]"
        await bed.ada.press("Yes")
        with pytest.raises(NothingToPress, match="Yes"):
            await bed.ada.press("No")
    body = seen[0]
    assert body["message"]["ts"] == posted["ts"]
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": bed.general,
        "is_ephemeral": False,
    }
    assert (body["actions"][0]["value"], body["user"]["id"]) == ("v", bed.ada.id)
    assert (bed.ada.sees, bed.bob.sees) == ("just for you", "")


async def test_an_ephemeral_message_is_replaced_by_its_response_url_only(bed: Bed) -> None:
    app, seen = presser(bed, {"text": "done", "replace_original": True})
    async with bed.running(app):
        await bed.client.chat_postEphemeral(
            channel=bed.general, user=bed.ada.id, text="x", blocks=[{"type": "actions", "elements": [button("Go")]}]
        )
        with pytest.raises(NothingToPress):
            await bed.bob.press("Go")
        await bed.ada.press("Go")
    assert seen[0]["container"]["is_ephemeral"] is True
    assert "message" not in seen[0]
    assert bed.ada.sees == "done"
    ts = seen[0]["container"]["message_ts"]
    assert await refused(bed.client.chat_update(channel=bed.general, ts=ts, text="x")) == "message_not_found"


async def test_an_option_of_a_menu_is_chosen_by_value_or_label(bed: Bed) -> None:
    app, seen = presser(bed, None)
    menu = {**choice("red", "blue"), "action_id": "go", "placeholder": words("Colour")}
    async with bed.running(app):
        await bed.post(blocks=[{"type": "actions", "block_id": "b", "elements": [menu]}])
        assert bed.ada.reads() == "Relais: [Colour]\n· Red\n· Blue"
        await bed.ada.choose("Colour", "Blue")
        await bed.ada.choose("Colour", ["red"])
    assert [it["actions"][0]["selected_option"]["value"] for it in seen] == ["blue", "red"]
    assert seen[0]["state"]["values"]["b"]["go"]["selected_option"]["value"] == "blue"


async def test_a_home_tab_is_shown_to_one_person(bed: Bed) -> None:
    app, seen = presser(bed, None)
    async with bed.running(app):
        home = {"type": "home", "blocks": [section("*Welcome*"), {"type": "actions", "elements": [button("Go")]}]}
        await bed.client.views_publish(user_id=bed.ada.id, view=home)
        assert (bed.ada.home, bed.bob.home) == ("Welcome\n[Go]", "")
        await bed.ada.press("Go")
    assert seen[0]["container"]["type"] == "view"
    assert seen[0]["view"]["type"] == "home"


# Coming, going, talking


async def test_joining_leaving_and_talking_are_told(bed: Bed) -> None:
    app, events = bed.app(), list[Json]()

    @app.event({"type": "team_join"})
    async def team_join(event: Json) -> None:
        events.append(event)

    for kind in ("member_joined_channel", "member_left_channel", "user_change", "reaction_added", "message"):

        @app.event(kind)
        async def hear(event: Json) -> None:
            events.append(event)

    async with bed.running(app):
        cleo = bed.world.person("Cléo", language="fr")
        await cleo.join(via=bed.ada)
        ref = await cleo.say("bonjour @Ada, voir #random <b>")
        await bed.bob.say("answer", reply_to=ref)
        await cleo.edit("bonsoir")
        await bed.ada.react("👍", ref=ref)
        await cleo.delete(ref=ref)
        await cleo.quit("random")
        await cleo.leave()
        with pytest.raises(Impossible):
            await cleo.say("too late")
    names = [it.get("subtype") or it["type"] for it in events]
    assert (
        names
        == (
            "team_join member_joined_channel channel_join member_joined_channel channel_join message message"
            " message_changed reaction_added message_deleted member_left_channel user_change"
        ).split()
    )
    assert events[0]["user"]["locale"] == "fr-FR"
    random = bed.world.channel("random").id
    assert events[5]["text"] == f"bonjour <@{bed.ada.id}>, voir <#{random}|random> &lt;b&gt;"
    assert events[6]["thread_ts"] == ref.id
    assert (events[7]["message"]["text"], events[7]["previous_message"]["text"]) == ("bonsoir", events[5]["text"])
    assert events[8]["reaction"] == "+1"
    assert events[11]["user"]["deleted"] is True
    assert [it[1] for it in bed.world.notified] == [bed.ada.id]


async def test_private_channels_are_for_members(bed: Bed) -> None:
    bed.world.add_channel("crew", private=True)
    with pytest.raises(Impossible):
        await bed.ada.say("let me in", "crew")
    await bed.ada.enter("crew", via=bed.bob)
    await bed.ada.say("thanks", "crew")
    assert bed.bob.reads("crew") == "Ada: thanks"


async def test_levels_are_admins_and_user_groups(bed: Bed) -> None:
    admin, moderator = bed.world.person("Eve", level=Level.ADMIN), bed.world.person("Max", level=Level.MODERATOR)
    assert admin.account.is_admin
    assert (admin.member.level, moderator.member.level) == (Level.ADMIN, Level.MODERATOR)
    moderator.change(level=Level.EVERYONE)
    assert moderator.member.level is Level.EVERYONE


async def test_what_was_read_can_be_forgotten(bed: Bed) -> None:
    await bed.ada.say("old")
    bed.bob.forget()
    await bed.ada.say("new")
    assert bed.bob.reads() == "Ada: new"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* _it_ ~no~ `a*b*c`", "bold it no a*b*c"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<https://a.org|site> <https://b.org>", "site (https://a.org) https://b.org"),
        ("<!date^1795417200^{date} {time}|then>", "2026-11-23 07:00"),
        ("a\u200b*b\u2060", "a*b"),
    ],
)
async def test_text_is_read_without_its_marks(bed: Bed, written: str, read: str) -> None:
    await bed.post(written)
    assert bed.ada.reads() == f"Relais: {read}"


async def test_a_card_is_read_in_the_playgrounds_order(bed: Bed) -> None:
    fields = [{"type": "mrkdwn", "text": "*Points*\n12"}]
    blocks: list[Json] = [
        {"type": "header", "text": words("Week 47")},
        {**section("Well done"), "fields": fields},
        {"type": "image", "alt_text": "a chart", "image_url": "https://a.org/a.png"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "until Sunday"}]},
        {"type": "actions", "elements": [button("Rules")]},
    ]
    await bed.post(blocks=blocks)
    assert bed.ada.reads() == "Relais: Week 47\nWell done\nPoints: 12\n(a chart)\n[Rules]\nuntil Sunday"
    effect = bed.world.effects[-1]
    assert (effect.effect, effect.title, effect.text, effect.buttons) == ("post", "Week 47", "Well done", ("Rules",))


async def test_views_change_only_while_they_are_open_and_known(bed: Bed) -> None:
    trigger = bed.server.state.trigger(bed.space.id, bed.ada.id, bed.general).id
    view = modal(field("a", "A"), external_id="mine")
    opened = (await bed.client.views_open(trigger_id=trigger, view=view))["view"]
    changed = (await bed.client.views_update(external_id="mine", view=modal(field("b", "B"), external_id="mine")))[
        "view"
    ]
    assert changed["id"] == opened["id"]
    old = {"view_id": opened["id"], "hash": opened["hash"], "view": view}
    assert await bed.error("views.update", **old) == "hash_conflict"
    assert await bed.error("views.update", view_id="V404", view=view) == "not_found"
    second = bed.server.state.trigger(bed.space.id, bed.ada.id, bed.general).id
    assert await bed.error("views.open", trigger_id=second, view=view) == "duplicate_external_id"
    async with bed.running(bed.app()):
        await bed.ada.close()
    assert await bed.error("views.update", view_id=opened["id"], view=view) == "not_found"


async def test_modals_stack_three_deep(bed: Bed) -> None:
    state = bed.server.state
    view = modal(section("x"))
    trigger = state.trigger(bed.space.id, bed.ada.id, bed.general).id
    top = (await bed.client.views_open(trigger_id=trigger, view=view))["view"]
    for _ in range(2):
        trigger = state.trigger(bed.space.id, bed.ada.id, bed.general, top["id"]).id
        top = (await bed.client.views_push(trigger_id=trigger, view=view))["view"]
    trigger = state.trigger(bed.space.id, bed.ada.id, bed.general, top["id"]).id
    assert await bed.error("views.push", trigger_id=trigger, view=view) == "push_limit_reached"
    assert len(state.stacks[bed.ada.id]) == 3
