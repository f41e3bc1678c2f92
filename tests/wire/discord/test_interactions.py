"""Commands, buttons, menus and forms: asked by people, answered by a bot of the real library or by hand."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.chat.forms import Upload
from bot.chat.things import Level
from tests.wire.discord import Impossible, NoSuchCommand, NothingToPress
from tests.wire.discord.asking import ask
from tests.wire.discord.bed import Bed, Bot, Reply
from tests.wire.discord.bits import Asked
from tests.wire.discord.records import Interaction

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "welcome",
        "name_localizations": {"fr": "bienvenue"},
        "description": "Welcome newcomers",
        "options": [
            {
                "type": 1,
                "name": "preview",
                "description": "Show it",
                "options": [{"type": 6, "name": "member", "description": "Who", "required": True}],
            },
            {"type": 1, "name": "stop", "description": "Stop it"},
        ],
    },
    {
        "name": "contest",
        "description": "A contest",
        "options": [
            {"type": 3, "name": "title", "description": "Title", "required": True, "max_length": 10},
            {"type": 4, "name": "winners", "description": "Winners", "min_value": 1, "max_value": 3},
            {"type": 5, "name": "public", "description": "Public"},
            {"type": 3, "name": "kind", "description": "Kind", "choices": [{"name": "A draw", "value": "draw"}]},
            {"type": 7, "name": "where", "description": "Where", "channel_types": [0]},
            {"type": 11, "name": "rules", "description": "Rules"},
            {"type": 3, "name": "theme", "description": "Theme", "autocomplete": True},
        ],
    },
    {"name": "secret", "description": "For managers", "default_member_permissions": str(1 << 5)},
]


@pytest.fixture(autouse=True)
async def _commands(bed: Bed) -> None:
    await bed.ok("PUT", f"/applications/{bed.server.state.application.id}/commands", COMMANDS)


def saying(text: str, **more: Any) -> Reply:
    """A bot that always answers this."""

    async def reply(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(text, **more)

    return reply


async def test_options_arrive_as_discord_understands_them(bed: Bed) -> None:
    bot = Bot(saying("ok"))
    async with bed.running(bot):
        await bed.ada.run("welcome preview", member="bob")
        await bed.ada.run(
            "contest",
            title="Cats",
            winners="2",
            public="yes",
            kind="A draw",
            where="#random",
            rules=Upload("rules.txt", b"none"),
        )
    first, second = bot.asked
    [preview] = first["options"]
    assert (first["name"], preview["name"]) == ("welcome", "preview")
    assert preview["options"] == [{"type": 6, "name": "member", "value": bed.bob.id}]
    assert first["resolved"]["users"][bed.bob.id]["username"] == "Bob"
    assert bed.bob.id in first["resolved"]["members"]
    given = {it["name"]: it["value"] for it in second["options"]}
    [file] = second["resolved"]["attachments"].values()
    assert given.pop("rules") == file["id"]
    where = bed.world.channel("random").id
    assert given == {"title": "Cats", "winners": 2, "public": True, "kind": "draw", "where": where}
    async with bed.http.get(file["url"]) as response:
        assert await response.read() == b"none"


async def test_the_client_refuses_what_it_would_not_send(bed: Bed) -> None:
    bot = Bot(saying("ok"))
    async with bed.running(bot):
        for problem, options in (
            ("wants 'title'", {}),
            ("characters", {"title": "much too long"}),
            ("between", {"title": "x", "winners": 4}),
            ("wants a number", {"title": "x", "winners": "many"}),
            ("offers", {"title": "x", "kind": "vote"}),
            ("no channel", {"title": "x", "where": "nowhere"}),
            ("asks for", {"title": "x", "prize": "cake"}),
        ):
            with pytest.raises(Impossible, match=problem):
                await bed.ada.run("contest", **options)
        with pytest.raises(Impossible, match="nobody"):
            await bed.ada.run("welcome preview", member="Nobody")
        with pytest.raises(NoSuchCommand, match="welcome preview, welcome stop"):
            await bed.ada.run("welcome")
        with pytest.raises(NoSuchCommand):
            await bed.ada.run("secret")
    assert bot.asked == []


async def test_commands_are_shown_to_those_who_may_and_in_their_language(bed: Bed) -> None:
    async with bed.running(Bot(saying("ok", ephemeral=True))):
        chief = bed.world.person("Chief", level=Level.ADMIN, here=True)
        await chief.run("secret")
        assert chief.sees == "ok"
        bed.ada.change(language="fr")
        await bed.ada.run("bienvenue stop")
        assert bed.ada.sees == "ok"


async def test_private_is_private(bed: Bed) -> None:
    async with bed.running(Bot(saying("Secret", ephemeral=True))):
        await bed.ada.run("welcome stop")
    assert bed.ada.sees == "Secret"
    assert bed.bob.sees == ""
    assert bed.ada.reads() == ""
    [answer] = bed.server.sent("*/callback")
    message = answer.answer["resource"]["message"]
    assert message["flags"] == 64
    assert await bed.refused("GET", f"{bed.messages}/{message['id']}") == 10008


async def test_press_only_what_is_seen(bed: Bed) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="More", custom_id="more"))
    view.stop()
    bot = Bot(saying("Look", ephemeral=True, view=view))
    async with bed.running(bot):
        await bed.ada.run("welcome stop")
        bot.reply = saying("More of it", ephemeral=True)
        await bed.ada.press("More")
        with pytest.raises(NothingToPress, match="sees no button 'More'"):
            await bed.bob.press("More")
    assert bot.asked[-1] == {"custom_id": "more", "component_type": 2, "id": 2}
    assert bed.ada.sees == "Look\n[More]\nMore of it"
    bed.ada.forget()
    assert bed.ada.sees == ""


async def test_a_message_of_the_second_kind_with_a_menu(bed: Bed) -> None:
    options = [discord.SelectOption(label="Cats", value="c"), discord.SelectOption(label="Dogs", value="d")]

    class Layout(discord.ui.LayoutView):
        box: discord.ui.Container[Any] = discord.ui.Container(
            discord.ui.TextDisplay(f"## Vote\nWhich, <@{bed.ada.id}>?"),
            discord.ui.ActionRow(discord.ui.Select(placeholder="Pick", options=options, custom_id="vote")),
        )

    layout = Layout(timeout=None)
    layout.stop()

    async def reply(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(view=layout, allowed_mentions=discord.AllowedMentions.none())

    async def thank(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(view=discord.ui.LayoutView().add_item(discord.ui.TextDisplay("Voted")))

    bot = Bot(reply)
    async with bed.running(bot):
        await bed.ada.run("welcome stop")
        assert bed.ada.reads() == "Relais: Vote\nWhich, @Ada?\n[Pick]\n· Cats\n· Dogs"
        with pytest.raises(NothingToPress, match="no option"):
            await bed.bob.choose("Pick", "Birds")
        bot.reply = thank
        await bed.bob.choose("Pick", "Dogs")
        assert bot.asked[-1]["values"] == ["d"]
        assert bed.ada.reads() == "Relais: Voted"
    assert not bed.world.notified


async def test_a_form_with_labels(bed: Bed) -> None:
    async def open_it(interaction: discord.Interaction[Any]) -> None:
        modal = discord.ui.Modal(title="About you", custom_id="about")
        text: Any = discord.ui.TextInput(custom_id="words", default="I am", min_length=3, max_length=20)
        who: Any = discord.ui.UserSelect(custom_id="who", required=False)
        modal.add_item(discord.ui.Label(text="Your words", description="Be brief", component=text))
        modal.add_item(discord.ui.Label(text="Your sponsor", component=who))
        modal.stop()
        await interaction.response.send_modal(modal)

    bot = Bot(open_it)
    async with bed.running(bot):
        await bed.ada.run("welcome stop")
        assert bed.ada.sees == "About you\nYour words: I am\nYour sponsor: \n[Submit]"
        form = bed.ada.form
        assert form is not None
        assert [it.name for it in form.fields] == ["words", "who"]
        for problem, values in (
            ("between 3", {"words": "x"}),
            ("wants", {"words": ""}),
            ("does not ask", {"name": "Ada"}),
        ):
            with pytest.raises(Impossible, match=problem):
                await bed.ada.fill(**values)
        bot.reply = saying("Thanks", ephemeral=True)
        await bed.ada.fill(who=bed.bob)
        assert bed.ada.form is None
        with pytest.raises(NothingToPress):
            await bed.ada.fill()
    words, who = bot.asked[-1]["components"]
    assert words["component"] == {"type": 4, "id": 0, "custom_id": "words", "value": "I am"}
    assert who["component"]["values"] == [bed.bob.id]
    assert bed.bob.id in bot.asked[-1]["resolved"]["users"]
    assert bed.ada.sees == "Thanks"


async def test_completion(bed: Bed) -> None:
    async def propose(interaction: discord.Interaction[Any]) -> None:
        choices = [discord.app_commands.Choice(name="Cats", value="c")]
        await interaction.response.autocomplete(choices)

    async with bed.running(Bot(propose)):
        assert await bed.ada.suggest("contest", "theme", "Ca") == ["Cats"]


async def test_deferred_then_answered_with_a_file(bed: Bed) -> None:
    async def slowly(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True)
        embed = discord.Embed(title="Chart", description="Up").set_image(url="attachment://c.png")
        file = discord.File(io.BytesIO(b"png"), "c.png", description="a curve")
        await interaction.followup.send(embed=embed, file=file)
        await interaction.followup.send("And more", ephemeral=True)

    async with bed.running(Bot(slowly)):
        await bed.ada.run("welcome stop")
    assert bed.ada.sees == "Chart\nUp\n(a curve)\nAnd more"
    assert bed.bob.sees == ""
    [url] = [embed["image"]["url"] for it in bed.server.sent("POST /webhooks/*") for embed in it.answer["embeds"]]
    async with bed.http.get(url) as response:
        assert await response.read() == b"png"


async def test_nobody_answers(bed: Bed) -> None:
    bed.server.state.patience = 0.02
    async with bed.running(Bot()):
        await bed.ada.run("welcome stop")
    assert bed.ada.sees == "The application did not respond"


# By hand


async def asked(bed: Bed) -> Interaction:
    """An interaction of Ada that waits."""
    channel = bed.server.state.channels[bed.general.id]
    data = {"id": "1", "name": "welcome", "type": 1, "options": []}
    return ask(bed.server.state, Asked.COMMAND, bed.ada.id, bed.space.id, channel, data)


def callback(it: Interaction) -> str:
    return f"/interactions/{it.id}/{it.token}/callback"


def hook(bed: Bed, it: Interaction, more: str = "") -> str:
    return f"/webhooks/{bed.server.state.application.id}/{it.token}{more}"


HELLO = {"type": 4, "data": {"content": "Hello"}}


async def test_answers_come_once_in_time_and_by_token(bed: Bed) -> None:
    one = await asked(bed)
    assert await bed.refused("POST", f"/interactions/{one.id}/wrong/callback", HELLO) == 10062
    assert await bed.refused("POST", hook(bed, one), {"content": "Too early"}) == 10015
    assert await bed.call("POST", callback(one), HELLO) == (204, None)
    assert await bed.refused("POST", callback(one), HELLO) == 40060
    late = await asked(bed)
    bed.pass_time(seconds=4)
    assert await bed.refused("POST", callback(late), HELLO) == 10062
    bed.pass_time(minutes=14)
    await bed.ok("POST", hook(bed, one), {"content": "Still"})
    bed.time += timedelta(minutes=2)
    assert await bed.refused("POST", hook(bed, one), {"content": "Gone"}) == 50027
    assert bed.ada.reads() == "Relais: Hello\nRelais: Still"


async def test_the_original_answer_is_read_changed_and_deleted(bed: Bed) -> None:
    one = await asked(bed)
    original = hook(bed, one, "/messages/@original")
    await bed.ok("POST", callback(one), {"type": 5, "data": {"flags": 64}})
    assert (await bed.ok("GET", original))["flags"] == 64 | 128
    assert bed.ada.sees == ""
    await bed.ok("PATCH", original, {"content": "Done"})
    assert bed.ada.sees == "Done"
    await bed.ok("DELETE", original)
    assert bed.ada.sees == ""
    assert await bed.refused("GET", original) == 10008


@pytest.mark.parametrize(
    "body",
    [
        {"type": 7, "data": {"content": "there is no message to change"}},
        {"type": 8, "data": {"choices": []}},
        {"type": 4, "data": {"content": ""}},
        {"type": 4, "data": {"content": "x" * 2001}},
        {"type": 9, "data": {"custom_id": "x", "title": "T" * 46, "components": [{"type": 10, "content": "x"}]}},
        {"type": 9, "data": {"custom_id": "x", "title": "T", "components": []}},
        {"type": 12},
    ],
)
async def test_answers_that_are_refused(bed: Bed, body: dict[str, Any]) -> None:
    one = await asked(bed)
    assert await bed.refused("POST", callback(one), body) in (50035, 50006)
    await bed.ok("POST", callback(one), HELLO)


async def test_a_form_cannot_open_a_form(bed: Bed) -> None:
    fields = [{"type": 18, "label": "L", "component": {"type": 4, "custom_id": "a", "style": 1, "required": False}}]
    form = {"type": 9, "data": {"custom_id": "f", "title": "T", "components": fields}}

    async def open_it(interaction: discord.Interaction[Any]) -> None:
        await bed.ok("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", form)

    async def ask_again(interaction: discord.Interaction[Any]) -> None:
        assert await bed.refused("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", form) == 50035
        await interaction.response.send_message("No", ephemeral=True)

    bot = Bot(open_it)
    async with bed.running(bot):
        await bed.ada.run("welcome stop")
        bot.reply = ask_again
        await bed.ada.fill(a="x")
    assert bed.ada.sees == "No"
