"""Nobody is notified unless a cog names them, whatever people type and wherever it is shown."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Open
from tests.contract.stage import Stage

LOUD = (
    "@everyone",
    "@here",
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@{id}>",
    "<@!{id}>",
    "<@&{id}>",
    "<@{id}|bob>",
    "@bob",
    "@[{id}]",
    "<!subteam^S123|@team>",
    "</@everyone:1>",
    "`@everyone` ||<@{id}>||",
    "[@everyone](https://example.org/@everyone) <@{id}>",
    "\\@everyone \\<@{id}>",
    "@\u200beveryone @everyone\u2060",
)


def same(text: str) -> str:
    """What is typed without the joiners that nobody sees, nor the look-alike of what cannot be escaped."""
    return text.replace("\u2060", "").replace("\u200b", "").replace("ˋ", "`")


@pytest.mark.parametrize("how", ["reply", "post", "edit", "direct"])
async def test_in_every_part_of_a_card(stage: Stage, how: str) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    for typed in LOUD:
        text = typed.format(id=bob.id)
        await ada.run("contract whole", how=how, text=text)
        shown = ada.sees if how == "direct" else bob.reads("general")
        for part in ("Title Beginning", "Value Beginning", "Footer Beginning"):
            named = f"{part} <@{bob.id}>"  # clients may send a name as a mention
            assert same(f"{part} {text}") in same(shown) or (typed == "@bob" and named in same(shown))
        assert stage.notified == [], text


async def test_in_a_form(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    for typed in LOUD:
        text = typed.format(id=bob.id)
        await ada.run("contract write")
        await ada.fill(title=text[:20], body=text)
        assert same(text) in same(bob.reads("general"))
        assert stage.notified == [], text


async def test_in_the_name_of_a_thread(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    for typed in LOUD:
        ada.forget()
        await ada.run("contract thread", name=typed.format(id=bob.id))
        assert "Same: True" in ada.sees
        assert stage.notified == [], typed


async def test_in_what_is_answered_to_a_message(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    [general] = stage.channels("general")
    for number, typed in enumerate(LOUD, 1):
        await ada.say(f"answer {typed.format(id=bob.id)}")
        posts = [ref.id for ref in stage.posts(general)]
        assert len(posts) == number
        assert not [pinged for pinged in stage.notified if pinged[0] in posts], typed


async def test_in_the_name_of_a_newcomer(stage: Stage) -> None:
    [general] = stage.channels("general")
    await stage.set("contract", channel=general)
    bob = stage.person("bob", here=True)
    for name in ("@everyone", "<!channel>", "<@{id}>", "@bob"):
        mallory = stage.person(name.format(id=bob.id))
        await mallory.join()
        assert stage.notified[-1][1] == mallory.id
    assert bob.reads("general").count("Hello") == len(stage.notified) == 4


async def test_a_mention_alone_pings_nobody(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract ping", member=bob, named=False)
    assert "See @bob" in ada.reads("general")
    assert stage.notified == []


async def test_who_is_named_is_pinged_once(stage: Stage) -> None:
    [general] = stage.channels("general")
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract ping", member=bob)
    assert stage.notified == [(stage.posts(general)[0].id, bob.id)]


async def test_an_edit_pings_nobody(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract whole", how="edit")
    assert "Title Beginning" in ada.reads("general")
    assert stage.notified == []


async def test_a_post_sent_again_pings_once(platform: str, opened: Open) -> None:
    stage = await opened(platform)
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    stage.lose_next_answer(on="post")
    await ada.run("contract ping", member=bob)
    await stage.restart()
    await stage.advance(hours=1)
    assert [member for _, member in stage.notified] == [bob.id]
