"""One process, a Discord and a Slack: one community of two spaces, people with two accounts, one post on both sides."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from tests.faults.process import SWIFTLY, Relais
from tests.faults.towns import Towns, asks, towns, until
from tests.wire.discord import DiscordServer

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


async def code_of(who: Any, path: str) -> str:
    await asks(who, path, "It works once")
    found = CODE.search(who.sees)
    assert found is not None
    return found[0]


async def unite(both: Towns) -> None:
    """An administrator takes a code on Discord, and another types it on Slack."""
    code = await code_of(both.discord.boss, "community code")
    boss = both.slack.boss
    await asks(boss, "community join", "would live in the community", code=code)
    await boss.press("Join this community")
    await until(lambda: "Discord Club" in boss.sees and "lives in" in boss.sees, f"it joined, not {boss.sees!r}")


def files_of(server: DiscordServer, who: Any) -> list[bytes]:
    """The files that somebody alone was given since they last looked away."""
    private = [it for it in who._private() if it.revision > who._read_up_to]
    return [server.state.files[it.url.removeprefix(f"{server.cdn_base}/")] for one in private for it in one.attachments]


async def test_one_community_on_both(relais: Relais) -> None:
    async with towns(relais) as both:
        await both.start()
        await unite(both)
        await asks(both.discord.boss, "community show", "Slack Club")

        ada, countess = both.discord.person("Ada"), both.slack.person("Countess")
        await asks(countess, "link", "Your accounts are linked", code=await code_of(ada, "link"))
        await until(lambda: "one person" in ada.sees, "the other account is told")
        ada.forget()
        await ada.run("privacy export")
        server = both.discord.server
        assert isinstance(server, DiscordServer)
        await until(lambda: files_of(server, ada), "a copy of what is stored is given")
        stored = files_of(server, ada)[0].decode()
        assert "Ada" in stored
        assert "Countess" in stored

        for side in both.sides:
            await both.settings(side, community__moderators="staff", welcome__channel="welcome")
        both.discord.world.close_channel(both.discord.channel("welcome"))
        await both.discord.person("Eve", here=False).join()
        await both.slack.person("Bob", here=False).join()
        await until(lambda: "Bob" in both.slack.reads("welcome"), "who joined is greeted")
        for side in both.sides:
            await until(partial(side.reads, "staff"), f"the managers in {side.space.name} are told what to fix")
            assert "cannot post" in side.reads("staff")
        assert await both.stop() < SWIFTLY
        assert relais.log.count("Traceback") == 0
