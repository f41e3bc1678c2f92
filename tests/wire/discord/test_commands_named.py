"""Commands that texts name, as Discord's clients show them: one press away, in each reader's language."""

from __future__ import annotations

from bot.chat.things import Level
from bot.rehearsal.scene import scene_on
from bot.rehearsal.stage import Stage
from tests.wire.discord import DiscordServer
from tests.wire.discord.scene import DiscordScene


def server_of(stage: Stage) -> DiscordServer:
    assert isinstance(stage.scene, DiscordScene)
    return stage.scene.server


def contents(stage: Stage) -> str:
    """All that was sent to show, as Discord was told it."""
    return "\n".join(str(one.body) for one in server_of(stage).rest.log if one.body)


async def test_a_command_in_a_text_is_a_mention_of_it() -> None:
    async with Stage(scene=scene_on("discord")) as stage:
        ada, zoe = (
            stage.person(name, level=Level.ADMIN, language=language, here=True)
            for name, language in (("ada", "en"), ("zoé", "fr"))
        )
        await ada.run("welcome preview")
        assert "/settings set welcome.channel" in ada.sees
        await zoe.run("welcome preview")
        assert "/réglages changer welcome.channel" in zoe.sees
        commands = server_of(stage).state.application.commands
        id = next(one["id"] for one in commands if one["name"] == "settings")
        assert f"</settings set:{id}> `welcome.channel`" in contents(stage)
        await stage.restart()
        zoe.forget()
        await zoe.run("welcome preview")
        assert "/réglages changer welcome.channel" in zoe.sees, "known, though the commands were not told again"


async def test_what_people_type_mentions_no_command() -> None:
    async with Stage(scene=scene_on("discord")) as stage:
        bob = stage.person("bob", here=True)
        commands = server_of(stage).state.application.commands
        id = next(one["id"] for one in commands if one["name"] == "help")
        for typed in (f"</help:{id}>", "</help>", "/help", f"`</help|{id}>`"):
            bob.forget()
            await bob.run("help", topic=f"x {typed} x")
            assert f"called x {typed} x." in bob.sees.replace("\u200b", "")
