"""What /help says to whom."""

from __future__ import annotations

from bot.chat.things import Level
from bot.cog import CommandSpec, FieldSpec, Kind, Voice, plain
from bot.rehearsal.stage import Stage
from cogs.help import example_of, fields_of, nearest, usage
from tests.stages import visible

MEMBER = FieldSpec("member", Kind.MEMBER, "Member", required=False)
DAYS = FieldSpec("days", Kind.WHOLE, "Days", "How many", default="7")
COMMANDS = (
    CommandSpec("welcome preview", "Show it.", (MEMBER,), Level.MODERATOR, cog="welcome"),
    CommandSpec("attention report", "Report.", (DAYS,), Level.MODERATOR, cog="attention"),
    CommandSpec("help", "Help.", cog="help"),
)


async def test_a_member_is_told_what_they_may_do(world: Stage) -> None:
    bob = world.person("bob", here=True)
    await bob.run("help")
    assert "What you can do here" in bob.sees
    assert "/privacy show" in bob.sees
    assert "/settings" not in bob.sees
    assert bob.reads("general") == ""


async def test_an_administrator_is_told_more_over_pages(world: Stage) -> None:
    ada = world.person("ada", level=Level.ADMIN, here=True)
    await ada.run("help")
    while "[Show more]" in ada.sees:
        said = ada.sees
        ada.forget()
        await ada.press("Show more")
        assert ada.sees != said
        if "[Show more]" not in ada.sees:
            break
    await ada.run("help", topic="settings")
    assert "/settings set <name> <value>" in ada.sees


async def test_one_command_in_detail_with_an_example(world: Stage) -> None:
    ada = world.person("ada", level=Level.ADMIN, here=True)
    await ada.run("help", topic="/welcome preview")
    assert "/welcome preview [member]" in ada.sees
    assert "Who is greeted; yourself if empty" in ada.sees
    assert "Example: /welcome preview member: @Ada" in ada.sees


async def test_a_command_one_may_not_use_is_unknown(world: Stage) -> None:
    bob = world.person("bob", here=True)
    await bob.run("help", topic="settings set")
    assert "There is no command or feature called settings set" in bob.sees
    assert "<value>" not in bob.sees


async def test_an_unknown_topic_gives_the_nearest(world: Stage) -> None:
    bob = world.person("bob", here=True)
    await bob.run("help", topic="privcy")
    assert "There is no command or feature called privcy. Perhaps one of these?" in bob.sees
    bob.forget()
    await bob.press("/help privacy show")
    assert "Example: /privacy show" in bob.sees


async def test_a_hostile_topic(world: Stage) -> None:
    bob = world.person("bob", here=True)
    await bob.run("help", topic="**x** @everyone {name}")
    assert "called **x** @everyone {name}. Type /help to see them all." in visible(bob.sees)


async def test_in_the_readers_language(world: Stage) -> None:
    bob = world.person("bob", language="fr", here=True)
    await bob.run("help")
    assert "Ce qu’on peut faire ici" in bob.sees
    assert "/aide" in bob.sees or "/help" in bob.sees


def test_usage_and_example() -> None:
    assert usage(COMMANDS[0]) == "/welcome preview [member]"
    assert plain(example_of(COMMANDS[1], Voice())) == "/attention report days: 7"
    assert plain(example_of(COMMANDS[2], Voice())) == "/help"


def test_nearest() -> None:
    assert nearest("welcom", COMMANDS, {"welcome": "Welcome"}, Voice()) == ["welcome"]
    assert nearest("reports", COMMANDS, {}, Voice()) == ["attention report"]
    assert nearest("xyzzy", COMMANDS, {}, Voice()) == []


def test_long_features_take_several_fields() -> None:
    many = tuple(CommandSpec(f"poll c{number}", "Do it.", cog="polls") for number in range(20))
    fields = fields_of(many, {"polls": "Polls"}, Voice())
    assert [field.name for field in fields] == ["Polls"] * 4
