"""The pages that cogs declare: where they are, and who may see them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.chat.things import Level
from bot.cog import Cog, CogSettings, Context
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from bot.web.site import site
from tests.web.conftest import House


async def test_everybody_sees_what_is_for_everybody(house: House) -> None:
    answer = await house.browser().get("/polls/open.txt?day=monday")
    assert (answer.status, answer.text) == (200, "Town: monday")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_rest_asks_for_a_sign_in_and_the_level(house: House, ada: Actor, bob: Actor) -> None:
    path = "/polls/votes/7"
    page = await house.browser().follow(await house.browser().get(path))
    assert "/dashboard" in page.words
    refused = await (await house.signed_in(bob)).get(path)
    assert refused.status == 403
    assert "This is for the community's moderators." in refused.words
    browser = await house.signed_in(ada)
    answer = await browser.get(path)
    assert answer.text == "votes 7 <b>"
    assert answer.headers["Cache-Control"] == "no-store"
    ada.change(level=Level.EVERYONE)
    assert (await browser.get(path)).status == 403


async def test_with_several_communities_the_address_says_which(house: House, stage: Stage, ada: Actor) -> None:
    other = stage.world.add_space("Elsewhere")
    await stage.app.engine.see(other)
    browser = house.browser()
    assert (await browser.get("/polls/open.txt")).status == 404
    address = stage.app.engine.desk.pages.page(other, "/polls/open.txt")
    assert (await browser.get(address.removeprefix("http://127.0.0.1:8080"))).text == "Elsewhere: today"
    assert (await browser.get("/polls/open.txt?space=playground:none")).status == 404
    assert (await (await house.signed_in(ada)).get("/polls/open.txt")).text == "Town: today"
    assert (await (await house.signed_in(ada)).get(f"/polls/votes/7?space={other.key}")).status == 404


async def test_a_page_may_say_no(house: House) -> None:
    assert (await house.browser().get("/polls/open.txt?day=never")).status == 404
    refused = await house.browser("fr").get("/polls/open.txt?day=soon")
    assert refused.status == 400
    assert "Cette date n’est pas claire" in refused.words
    assert (await house.browser().get("/polls/nothing")).status == 404


@pytest.mark.parametrize(
    ("name", "path"), [("sign-in", "/x"), ("static", "/pages.css"), ("healthz", "/"), ("fine", "x")]
)
async def test_a_page_hides_no_other(name: str, path: str) -> None:
    cog: Cog[CogSettings] = Cog(name, CogSettings, title="Taken")

    @cog.page(path)
    async def page(ctx: Context[CogSettings], query: Mapping[str, str]) -> tuple[bytes, str]:
        return b"", "text/plain"

    async with Stage(cogs=(cog,)) as stage:
        with pytest.raises(TypeError):
            site(stage.app.engine, health=stage.app.health)
