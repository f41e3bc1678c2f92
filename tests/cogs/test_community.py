"""One community in several spaces: joining by a code, what becomes of everything that was there, and leaving again."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.chat.things import Level, Space
from bot.cog import State, Voice
from bot.cog.table import Base
from bot.engine import loader, reasons
from bot.engine.models import CommunityRow, JobRow, PostRow
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.rehearsal import parrot
from tests.stages import MakeStage, last_file, town

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
COGS = (*loader.load(), parrot.cog)


async def staged(new_stage: MakeStage, *spaces: str) -> AsyncIterator[Stage]:
    async with new_stage(cogs=COGS, spaces=spaces, united=False) as stage:
        yield stage
        assert not stage.errors, stage.errors


@pytest.fixture
async def apart(new_stage: MakeStage) -> AsyncIterator[Stage]:
    async for stage in staged(new_stage, "North", "South"):
        yield stage


@pytest.fixture
async def three(new_stage: MakeStage) -> AsyncIterator[Stage]:
    async for stage in staged(new_stage, "North", "South", "East"):
        yield stage


def admins(stage: Stage, **facts: Any) -> list[Actor]:
    """An administrator in each space."""
    return [
        stage.person(f"{space.name} admin", level=Level.ADMIN, space=space, here=True, **facts)
        for space in stage.world.spaces
    ]


async def code_of(admin: Actor) -> str:
    admin.forget()
    await admin.run("community code")
    found = CODE.search(admin.sees)
    assert found is not None, admin.sees
    return found[0]


async def join(admin: Actor, to: Actor) -> None:
    """The space of ``admin`` joins the community of ``to``."""
    await admin.run("community join", code=await code_of(to))
    await admin.press("Join this community")
    assert "lives in the community" in admin.sees
    admin.forget()
    to.forget()


def home(stage: Stage, space: Space) -> str:
    return stage.app.engine.community(space).id


async def rows(stage: Stage, table: type[Base], *where: Any) -> Sequence[Any]:
    async with stage.app.database.reading() as db:
        return (await db.scalars(select(table).where(*where))).all()


async def test_a_space_joins_once_it_is_confirmed(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    code = await code_of(first)
    assert f"/community join code:{code}" in first.sees
    assert "1 hour" in first.sees
    await second.run("community join", code=code)
    assert f"South would live in the community North, with North ({town(apart)})." in second.sees
    assert "settings that hold here stay behind" in second.sees
    assert "is kept, but not used: nothing runs there any more" in second.sees
    assert "Members are known anew" in second.sees
    assert home(apart, north) != home(apart, south)
    await second.press("Join this community")
    assert f"South lives in the community North now, with North ({town(apart)})." in second.sees
    assert home(apart, north) == home(apart, south)
    await apart.restart()
    assert home(apart, north) == home(apart, south)
    second.forget()
    await second.run("community show")
    assert f"North ({town(apart)})" in second.sees
    assert f"South ({town(apart)})" in second.sees


async def test_a_community_of_one_space(apart: Stage) -> None:
    first, _ = admins(apart)
    ada = apart.person("ada", here=True)
    await ada.run("community show")
    assert "lives in one space" in ada.sees
    assert "/community code" not in ada.sees
    await first.run("community show")
    assert "/community code" in first.sees
    await first.run("community leave")
    assert "North is the only space of its community: there is nothing to leave." in first.sees


async def test_the_settings_of_the_joined_community_hold(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    await apart.change({"community.language": "fr", "welcome.greet_privately": "no"}, north)
    await apart.change({"welcome.channel": "general", "welcome.greet_privately": "yes"}, south)
    engine = apart.app.engine
    assert engine.community(south).language == "en"
    await join(second, first)
    assert engine.community(south).language == "fr"
    bob = apart.person("bob", space=south)
    await bob.join()
    assert bob.sees == ""
    assert bob.reads() == ""
    await apart.change({"welcome.channel": "general"}, south)
    eve = apart.person("eve", space=south)
    await eve.join()
    assert "Bienvenue" in eve.reads()


async def test_what_waits_for_a_space_that_goes_is_taken_back(apart: Stage) -> None:
    _, south = apart.world.spaces
    first, second = admins(apart)
    await apart.change({"welcome.channel": "general", "welcome.look_in": "yes"}, south)
    old = home(apart, south)
    bob = apart.person("bob", space=south)
    await bob.join()
    bob.forget()
    assert await rows(apart, JobRow, JobRow.community == old, JobRow.name == "welcome.look_in")
    await join(second, first)
    assert not await rows(apart, JobRow, JobRow.community == old, JobRow.state != "done")
    await apart.advance(days=30)
    assert bob.sees == ""


async def test_posts_that_wait_are_dropped_and_say_why(apart: Stage) -> None:
    _, south = apart.world.spaces
    first, second = admins(apart)
    await apart.change(
        {
            "parrot.channel": "general",
            "parrot.loud": "yes",
            "attention.quiet_from": "17:00",
            "attention.quiet_to": "20:00",
        },
        south,
    )
    await apart.until(apart.now.replace(hour=18, minute=30))
    [waiting] = await rows(apart, PostRow, PostRow.state == State.WAITING)
    await join(second, first)
    [post] = await rows(apart, PostRow, PostRow.number == waiting.number)
    reason = reasons.load(post.reason)
    assert reason is not None
    assert (post.state, Voice().text(reasons.in_words(reason))) == (State.DROPPED, "its space left the community")
    await apart.advance(days=1)
    assert "La la la" not in second.reads()


async def test_schedules_are_planned_again(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    for space in (north, south):
        await apart.change({"parrot.channel": "general", "parrot.loud": "yes"}, space)
    await apart.change({"parrot.hour": "0 12 * * *"}, south)
    old = home(apart, south)
    await join(second, first)
    assert {row.community for row in await rows(apart, JobRow, JobRow.state == "due")} == {home(apart, north)}
    await apart.advance(days=1)
    assert second.reads().count("La la la") == 0
    await apart.change({"parrot.channel": "general"}, south)
    await apart.advance(days=2)
    assert (first.reads().count("La la la"), second.reads().count("La la la")) == (3, 2)
    await apart.restart()
    assert not await rows(apart, JobRow, JobRow.community == old)


async def test_what_comes_late_from_the_old_community_goes_nowhere(apart: Stage) -> None:
    """A handler that ran while its space moved may still have put a job or a post."""
    _, south = apart.world.spaces
    first, second = admins(apart)
    old = home(apart, south)
    await join(second, first)
    late = {"community": old, "space": south.key, "key": "late", "state": "due", "person": None, "tries": 0}
    async with apart.app.database.transaction() as db:
        hour = '{"@every": {"cron": "* * * * *", "zone": "UTC"}}'
        db.add(JobRow(name="parrot.sing", arguments=hour, due_at=apart.now, **late))
        card = {"cog": "parrot", "channel": apart.world.channel("general", south).id, "card": '{"text": "late"}'}
        when = {"created_at": apart.now, "not_before": apart.now, "priority": 10, "merge": "", "why": ""}
        db.add(PostRow(**(late | card | when | {"state": State.WAITING})))
    await apart.advance(hours=1)
    assert not await rows(apart, JobRow, JobRow.community == old)
    [post] = await rows(apart, PostRow, PostRow.community == old)
    assert post.state == State.DROPPED
    assert second.reads() == ""


async def test_facts_are_heard_where_the_community_lives_on(three: Stage) -> None:
    _, south, east = three.world.spaces
    first, second, third = admins(three)
    await join(third, second)
    old = home(three, south)
    common = {"community": old, "space": south.key, "state": "due", "tries": 0, "arguments": "{}"}
    far = three.now.replace(year=2027)
    async with three.app.database.transaction() as db:
        db.add(JobRow(name="some.hearer", key="fact:1", due_at=far, **common))
        db.add(JobRow(name="some.job", key="1", due_at=far, **common))
    await second.run("community join", code=await code_of(first))
    assert f"It lives on in East ({town(three)})." in second.sees
    await second.press("Join this community")
    kept = [row for row in await rows(three, JobRow, JobRow.community == old) if row.name.startswith("some.")]
    assert [(row.name, row.space) for row in kept] == [("some.hearer", east.key)]
    assert home(three, east) == old


async def test_people_are_known_anew_and_link_their_accounts(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    ada = apart.person("ada", space=north, here=True)
    countess = apart.person("countess", space=south, here=True)
    people = apart.app.engine.people
    before = await people.person_of(countess.member, home(apart, south))
    await countess.run("link")
    stale = CODE.search(countess.sees)
    assert stale is not None
    await join(second, first)
    assert await people.person_of(countess.member, home(apart, south)) != before
    await ada.run("link", code=stale[0])
    assert "This code is over" in ada.sees
    await ada.run("link")
    fresh = CODE.search(ada.sees)
    assert fresh is not None
    await countess.run("link", code=fresh[0])
    assert "Your accounts are linked" in countess.sees


async def test_what_was_left_behind_is_still_ones_own(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    await apart.change({"welcome.channel": "general"}, south)
    bob = apart.person("bob", space=south)
    await bob.join()
    await bob.press("Introduce myself")
    await bob.fill(about="I keep bees.")
    stranger = apart.person("stranger", space=north, here=True)
    await join(second, first)

    async def copy(who: Actor) -> str:
        await who.run("privacy export")
        return json.dumps(json.loads(last_file(apart, who)))

    assert "I keep bees." in await copy(bob)
    assert "I keep bees." not in await copy(stranger)
    await bob.run("privacy erase")
    await bob.press("Erase my data")
    assert "I keep bees." not in await copy(bob)
    await second.run("community leave")
    await second.press("Leave this community")
    assert "I keep bees." not in await copy(bob)


async def test_a_space_that_leaves_finds_again_what_it_had(apart: Stage) -> None:
    _, south = apart.world.spaces
    first, second = admins(apart)
    await apart.change({"parrot.channel": "general", "parrot.loud": "yes", "parrot.hour": "0 12 * * *"}, south)
    old = home(apart, south)
    await join(second, first)
    await second.run("community leave")
    assert "South would be a community of its own again." in second.sees
    assert "It finds again what it had before it joined" in second.sees
    assert f"stays with it. It lives on in North ({town(apart)})." in second.sees
    await second.press("Leave this community")
    assert "South is a community of its own again." in second.sees
    assert home(apart, south) == old
    await apart.restart()
    assert home(apart, south) == old
    await apart.advance(days=2)
    assert second.reads().count("La la la") == 2
    second.forget()
    await second.press("Leave this community")
    assert "has left that community already" in second.sees


async def test_the_founder_may_leave_and_starts_afresh(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    old = home(apart, north)
    await apart.change({"welcome.look_in": "no"}, north)
    await join(second, first)
    await first.run("community leave")
    assert "It starts afresh" in first.sees
    await first.press("Leave this community")
    assert home(apart, south) == old
    assert home(apart, north) != old
    assert len(await rows(apart, CommunityRow)) == 3
    assert apart.app.engine.community(north).name == "North"


async def test_managers_are_told(apart: Stage) -> None:
    north, _ = apart.world.spaces
    first, second = admins(apart)
    await apart.change({"community.moderators": "general"}, north)
    await second.run("community join", code=await code_of(first))
    await second.press("Join this community")
    assert "South joined this community, at the request of South admin." in first.reads()
    await second.run("community leave")
    await second.press("Leave this community")
    assert "South left this community, at the request of South admin." in first.reads()


async def test_codes_are_refused_in_clear_words(apart: Stage) -> None:
    first, second = admins(apart)
    code = await code_of(first)
    await first.run("community join", code=code)
    assert "taken in this very space" in first.sees
    await apart.advance(minutes=61)
    await second.run("community join", code=code)
    assert "This code is over" in second.sees
    await second.run("community join", code="0000-0000")
    assert "There is no such code" in second.sees
    await join(second, first)
    await second.run("community join", code=await code_of(first))
    assert "one community already" in second.sees


async def test_a_code_that_ends_before_the_press(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    await second.run("community join", code=await code_of(first))
    await apart.advance(minutes=61)
    await second.press("Join this community")
    assert "This code is over" in second.sees
    assert home(apart, north) != home(apart, south)


async def test_a_code_joins_one_space(three: Stage) -> None:
    first, second, third = admins(three)
    code = await code_of(first)
    await second.run("community join", code=code)
    await second.press("Join this community")
    await third.run("community join", code=code)
    assert "was used already" in third.sees


async def test_two_spaces_that_join_each_other_do_it_once(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    theirs, ours = await code_of(first), await code_of(second)
    await first.run("community join", code=ours)
    await second.run("community join", code=theirs)
    await first.press("Join this community")
    await second.press("Join this community")
    assert "This code is over" in second.sees or "one community already" in second.sees
    assert home(apart, north) == home(apart, south)


async def test_too_many_wrong_codes(apart: Stage) -> None:
    first, second = admins(apart)
    for _ in range(5):
        await second.run("community join", code="0000-0000")
    await apart.restart()
    await second.run("community join", code=await code_of(first))
    assert "too many wrong codes" in second.sees


async def test_only_administrators_move_a_space(apart: Stage) -> None:
    north, south = apart.world.spaces
    first, second = admins(apart)
    bob = apart.person("bob", level=Level.MODERATOR, here=True)
    for path in ("community code", "community leave"):
        bob.forget()
        await bob.run(path)
        assert "This is for the community's administrators." in bob.sees
    await second.run("community join", code=await code_of(first))
    second.change(level=Level.MODERATOR)
    await second.press("Join this community")
    assert "This is for the community's administrators." in second.sees
    assert home(apart, north) != home(apart, south)


@pytest.mark.parametrize(("address", "says"), [("vous", "Comparez-le"), ("tu", "Compare-le")])
async def test_in_french(apart: Stage, address: str, says: str) -> None:
    _, south = apart.world.spaces
    first, second = admins(apart, language="fr")
    await apart.change({"community.address": address}, south)
    await second.run("community join", code=await code_of(first))
    assert "rejoindrait la communauté North" in second.sees
    await second.press("Rejoindre cette communauté")
    assert "fait maintenant partie de la communauté North" in second.sees
    await apart.change({"community.address": address})
    await second.run("community join", code="0000-0000")
    assert says in second.sees
