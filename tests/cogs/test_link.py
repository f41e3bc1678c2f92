"""One person, two accounts: a code shown on one side and typed on the other."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.chat.things import Level
from bot.engine.models import AccountRow, CodeRow, PersonRow
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.stages import MakeStage, last_file, town

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
async def both(new_stage: MakeStage) -> AsyncIterator[Stage]:
    """One community in two spaces."""
    async with new_stage(name="Club", spaces=("North", "South")) as stage:
        yield stage
        assert not stage.errors, stage.errors


@pytest.fixture
async def apart(new_stage: MakeStage) -> AsyncIterator[Stage]:
    """Two communities."""
    async with new_stage(spaces=("North", "South"), united=False) as stage:
        yield stage
        assert not stage.errors, stage.errors


def two(stage: Stage, **facts: str) -> tuple[Actor, Actor]:
    """Ada in the north, and in the south."""
    north, south = stage.world.spaces
    return (
        stage.person("Ada", space=north, here=True, **facts),
        stage.person("Countess", space=south, here=True, **facts),
    )


async def code_of(who: Actor, path: str = "link") -> str:
    who.forget()
    await who.run(path)
    found = CODE.search(who.sees)
    assert found is not None, who.sees
    return found[0]


async def linked(stage: Stage) -> tuple[Actor, Actor]:
    ada, countess = two(stage)
    await countess.run("link", code=await code_of(ada))
    assert "Your accounts are linked" in countess.sees
    ada.forget()
    countess.forget()
    return ada, countess


async def persons(stage: Stage, *actors: Actor) -> list[str]:
    people = stage.app.engine.people
    return [await people.person_of(who.member, stage.app.engine.community(who.space).id) for who in actors]


def exported(stage: Stage, who: Actor) -> dict[str, list[dict[str, str]]]:
    stored: dict[str, list[dict[str, str]]] = json.loads(last_file(stage, who))
    return stored


async def test_two_accounts_become_one_person(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    assert f"in South ({town(both)}), type: /link code:" + code in ada.sees
    assert "10 minutes" in ada.sees
    ada.forget()
    await countess.run("link", code=code)
    for sees in (ada.sees, countess.sees):
        assert f"Ada (North, {town(both)})" in sees
        assert f"Countess (South, {town(both)})" in sees
        assert "one person" in sees
    first, second = await persons(both, ada, countess)
    assert first == second
    assert "general" not in ada.sees
    assert ada.reads() == countess.reads() == ""


async def test_a_code_is_read_however_it_is_typed(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    await countess.run("link", code=f" {typed} ")
    assert "Your accounts are linked" in countess.sees


async def test_a_restart_between_the_two_steps(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    await both.restart()
    await countess.run("link", code=code)
    assert "Your accounts are linked" in countess.sees
    await both.restart()
    first, second = await persons(both, ada, countess)
    assert first == second


async def test_the_code_itself_is_not_stored(both: Stage) -> None:
    ada, _ = two(both)
    code = await code_of(ada)
    async with both.app.database.reading() as db:
        [row] = await db.scalars(select(CodeRow))
    assert code not in str(vars(row))
    assert code.replace("-", "") not in str(vars(row))


async def test_a_code_is_over_after_ten_minutes(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    await both.advance(minutes=11)
    await countess.run("link", code=code)
    assert "This code is over" in countess.sees
    first, second = await persons(both, ada, countess)
    assert first != second


async def test_a_new_code_ends_the_one_before(both: Stage) -> None:
    ada, countess = two(both)
    old, new = await code_of(ada), await code_of(ada)
    await countess.run("link", code=old)
    assert "This code is over" in countess.sees
    await countess.run("link", code=new)
    assert "Your accounts are linked" in countess.sees


async def test_a_code_works_once(both: Stage) -> None:
    ada, countess = two(both)
    eve = both.person("Eve", space=both.world.spaces[1], here=True)
    code = await code_of(ada)
    await countess.run("link", code=code)
    await eve.run("link", code=code)
    assert "was used already" in eve.sees
    countess.forget()
    await countess.run("link", code=code)
    assert "linked already" in countess.sees


async def test_ones_own_code_links_nothing(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    await ada.run("link", code=code)
    assert "with this very account" in ada.sees
    await countess.run("link", code=code)
    assert "Your accounts are linked" in countess.sees


async def test_another_community_must_be_joined_first(apart: Stage) -> None:
    ada, countess = two(apart)
    code = await code_of(ada)
    assert "one space so far" in ada.sees
    await countess.run("link", code=code)
    assert "comes from another community. An administrator must first join the two spaces" in countess.sees


async def test_a_code_for_spaces_is_no_code_for_accounts(apart: Stage) -> None:
    north, south = apart.world.spaces
    admin = apart.person("Root", level=Level.ADMIN, space=north, here=True)
    other = apart.person("Eve", level=Level.ADMIN, space=south, here=True)
    await other.run("link", code=await code_of(admin, "community code"))
    assert "after /community join" in other.sees
    await other.run("community join", code=await code_of(admin, "link"))
    assert "typed after /link" in other.sees


async def test_too_many_wrong_codes_make_one_wait(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    for wrong in ("0000-0000", "AAAA-AAAA", "nothing", "?", "Z"):
        countess.forget()
        await countess.run("link", code=wrong)
        assert "There is no such code" in countess.sees
    await both.restart()
    countess.forget()
    await countess.run("link", code=code)
    assert "too many wrong codes" in countess.sees
    await both.advance(minutes=11)
    await countess.run("link", code=await code_of(ada))
    assert "Your accounts are linked" in countess.sees


async def test_wrong_codes_of_long_ago_are_forgotten(both: Stage) -> None:
    _, countess = two(both)
    for _ in range(6):
        await countess.run("link", code="0000-0000")
        await both.advance(minutes=4)
    assert "too many" not in countess.sees


async def test_bots_cannot_link(both: Stage) -> None:
    robot = both.person("Robot", is_bot=True, here=True)
    await robot.run("link")
    assert "A bot has no accounts to link." in robot.sees


async def test_each_may_type_the_others_code(both: Stage) -> None:
    ada, countess = two(both)
    north, south = await code_of(ada), await code_of(countess)
    await countess.run("link", code=north)
    await ada.run("link", code=south)
    assert "linked already" in ada.sees


async def test_a_chain_of_links_is_one_person(both: Stage) -> None:
    ada, countess = await linked(both)
    third = both.person("Third", space=both.world.spaces[1], here=True)
    await third.run("link", code=await code_of(countess))
    assert len(set(await persons(both, ada, countess, third))) == 1


async def test_what_one_account_did_counts_for_both(both: Stage) -> None:
    ada, countess = two(both)
    await countess.say("hello")
    await countess.run("link", code=await code_of(ada))
    [person, _] = await persons(both, ada, countess)
    engine = both.app.engine
    assert await engine.people.last_spoke(person, engine.activity) == both.now
    await both.advance(hours=1)
    await ada.say("hello")
    assert await engine.people.last_spoke(person, engine.activity) == both.now
    await both.advance(minutes=1)
    assert {account for _, account in await engine.people.accounts(person)} == {ada.id, countess.id}


async def test_a_copy_holds_both_accounts_and_erasing_erases_both(both: Stage) -> None:
    ada, countess = await linked(both)
    await ada.run("privacy export")
    assert {row["name"] for row in exported(both, ada)["account"]} == {"Ada", "Countess"}
    await countess.run("privacy erase")
    await countess.press("Erase my data")
    async with both.app.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(AccountRow)) == 0
    first, second = await persons(both, ada, countess)
    assert first != second


async def test_which_accounts_are_linked(both: Stage) -> None:
    ada, countess = two(both)
    await ada.run("accounts")
    assert "not linked to another" in ada.sees
    await countess.run("link", code=await code_of(ada))
    ada.forget()
    await ada.run("accounts")
    assert f"Ada (North, {town(both)})" in ada.sees
    assert f"Countess (South, {town(both)})" in ada.sees


async def test_an_account_is_separated_again(both: Stage) -> None:
    ada, countess = await linked(both)
    [before, _] = await persons(both, ada, countess)
    await ada.run("unlink")
    assert "What was stored until now stays with the others." in ada.sees
    await ada.press("Unlink Countess (South)")
    assert f"Countess (South, {town(both)}) is somebody new" in ada.sees
    first, second = await persons(both, ada, countess)
    assert first == before != second
    await both.restart()
    assert await persons(both, ada, countess) == [first, second]
    ada.forget()
    await ada.press("Unlink Countess (South)")
    assert "not linked to yours any more" in ada.sees
    await countess.run("link", code=await code_of(ada))
    assert "Your accounts are linked" in countess.sees


async def test_nobody_separates_the_accounts_of_others(both: Stage) -> None:
    ada, countess = await linked(both)
    await ada.run("accounts")
    eve = both.person("Eve", here=True)
    [message] = [m for m in both.world.state.newest(ada.space.id, ada.id) if m.card and m.card.buttons][:1]
    assert message.card is not None
    await eve.use(message, message.card.buttons[1].action)
    assert "not linked to yours" in eve.sees
    first, second = await persons(both, ada, countess)
    assert first == second


async def test_who_left_is_linked_all_the_same(both: Stage) -> None:
    ada, countess = two(both)
    code = await code_of(ada)
    await ada.leave()
    await countess.run("link", code=code)
    assert "Your accounts are linked" in countess.sees
    countess.forget()
    await countess.run("accounts")
    assert f"Ada ({town(both)})" in countess.sees


async def test_what_is_over_is_purged(both: Stage) -> None:
    ada, countess = two(both)
    await code_of(ada)
    await countess.run("link", code="0000-0000")
    await both.advance(days=2)
    await both.app.tidy()
    async with both.app.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(CodeRow)) == 0
        assert await db.scalar(select(func.count()).select_from(PersonRow)) == 2


async def test_in_french(both: Stage) -> None:
    ada, countess = two(both, language="fr")
    code = await code_of(ada)
    assert "Votre code" in ada.sees
    assert "10 minutes" in ada.sees
    await countess.run("link", code="0000-0000")
    assert "Ce code n’existe pas" in countess.sees
    await countess.run("link", code=code)
    assert "Vos comptes sont liés" in countess.sees
    assert "Vos comptes sont liés" in ada.sees
    await ada.run("accounts")
    await ada.press("Dissocier Countess (South)")
    assert "redevient" in ada.sees or "quelqu’un de nouveau" in ada.sees


async def test_in_french_among_friends(both: Stage) -> None:
    await both.set("community", language="fr", address="tu")
    ada, countess = two(both, language="fr")
    await countess.run("link", code=await code_of(ada))
    assert "Ton code" in ada.sees
    assert "Tes comptes sont liés" in countess.sees
