"""Signing in by a link: once, for ten minutes, by who pressed; and out again."""

from __future__ import annotations

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.web.conftest import House, opened


async def test_the_link_names_who_signs_in(house: House, ada: Actor) -> None:
    page = await house.browser().get(await house.link(ada))
    assert page.status == 200
    assert "Sign in to Town" in page.words
    assert "Sign in as Ada" in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


async def test_looking_consumes_nothing_pressing_does(house: House, ada: Actor) -> None:
    link, browser = await house.link(ada), house.browser()
    for _ in range(3):
        page = await browser.get(link)
        assert page.status == 200
        assert not page.cookies
    answer = await browser.post(link)
    assert answer.headers["Location"] == "/dashboard"
    assert (await browser.follow(answer)).status == 200


async def test_a_link_works_once(house: House, ada: Actor) -> None:
    link = await house.link(ada)
    assert (await house.browser().post(link)).status == 303
    again = await house.browser().post(link)
    assert again.status == 410
    assert not again.cookies
    assert "It was used already" in again.words
    assert "/dashboard" in again.words
    assert "It was used already" in (await house.browser().get(link)).words


async def test_a_link_lasts_ten_minutes(house: House, stage: Stage, ada: Actor) -> None:
    link = await house.link(ada)
    await stage.advance(minutes=10)
    for answer in (await house.browser().get(link), await house.browser().post(link)):
        assert answer.status == 410
        assert "good for ten minutes" in answer.words
        assert not answer.cookies


async def test_a_forged_link(house: House, ada: Actor) -> None:
    link = await house.link(ada)
    for forged in (link[:-1], link + "a", "/sign-in/%00", "/sign-in/%ff", "/sign-in/" + "x" * 4000):
        answer = await house.browser().post(forged)
        assert answer.status == 404
        assert "Relais does not know it" in answer.words
        assert not answer.cookies
    assert (await house.browser().post(link)).status == 303


async def test_a_link_survives_a_restart_and_so_does_the_session(stage: Stage, ada: Actor) -> None:
    async with opened(stage) as house:
        first, second = await house.link(ada), await house.link(ada)
        browser = house.browser()
        await browser.post(first)
    await stage.restart()
    async with opened(stage) as house:
        browser.url, browser.http = house.url, house.http
        assert (await browser.get("/dashboard")).status == 200
        assert (await house.browser().post(second)).status == 303


async def test_the_cookie_is_for_this_server_alone(house: House, ada: Actor) -> None:
    answer = await house.browser().post(await house.link(ada))
    (cookie,) = answer.cookies
    assert cookie.startswith("relais=")
    flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=28800"} <= flags
    assert "secure" not in flags
    assert "Ada" not in cookie


async def test_with_https_the_cookie_is_secure(stage: Stage, ada: Actor) -> None:
    async with opened(stage, "https://relais.example.org") as house:
        browser, link = house.browser(), await house.link(ada)
        proxied = {"Host": "relais.example.org", "Origin": "https://relais.example.org"}
        answer = await browser.ask("POST", link, {}, proxied)
        (cookie,) = answer.cookies
        assert cookie.startswith("__Host-relais=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert (await browser.get("/dashboard", Host="relais.example.org")).status == 200
        assert (await browser.get("/dashboard", Host="evil.example")).status == 403


async def test_a_session_lasts_eight_hours(house: House, stage: Stage, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    await stage.advance(hours=7, minutes=59)
    assert (await browser.get("/dashboard")).status == 200
    await stage.advance(minutes=1)
    answer = await browser.get("/dashboard")
    assert answer.headers["Location"] == "/sign-in"


async def test_a_forged_session_is_nobody(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    good = browser.jar["relais"]
    for forged in (good[:-2], good.swapcase(), "", "x.y", good.split(".")[0]):
        browser.jar["relais"] = forged
        assert (await browser.get("/dashboard")).headers["Location"] == "/sign-in"


async def test_signing_out(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    page = await browser.follow(await browser.post("/sign-out"))
    assert "You are signed out." in page.words
    assert not browser.jar["relais"]
    assert (await browser.get("/dashboard")).headers["Location"] == "/sign-in"


async def test_who_is_not_signed_in_is_told_how(house: House) -> None:
    browser = house.browser()
    for path in ("/dashboard", "/dashboard/settings/welcome", "/dashboard/history", "/dashboard/data"):
        page = await browser.follow(await browser.get(path))
        assert "/dashboard" in page.words
    assert (await browser.post("/dashboard/settings/welcome")).headers["Location"] == "/sign-in"
    assert (await browser.get("/")).headers["Location"] == "/dashboard"


async def test_who_left_is_no_longer_known(house: House, ada: Actor) -> None:
    browser, link = await house.signed_in(ada), await house.link(ada)
    await ada.leave()
    answer = await browser.get("/dashboard")
    assert answer.status == 403
    assert "You are not a member there" in answer.words
    assert (await house.browser().get(link)).status == 403


async def test_who_is_erased_is_signed_out(house: House, ada: Actor) -> None:
    browser, link = await house.signed_in(ada), await house.link(ada)
    ada.forget()
    await ada.run("privacy erase")
    await ada.press("Erase my data")
    assert (await browser.get("/dashboard")).headers["Location"] == "/sign-in"
    assert (await house.browser().post(link)).status == 404


async def test_writes_from_elsewhere_are_refused(house: House, ada: Actor) -> None:
    link, browser = await house.link(ada), house.browser()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert (await browser.ask("POST", link, {}, headers)).status == 403
    assert (await browser.ask("POST", link, {}, {"Origin": house.url})).status == 303


async def test_pages_speak_the_language_of_the_reader(house: House, stage: Stage) -> None:
    zoe = stage.person("Zoé", level=Level.ADMIN, here=True, language="fr")
    link = await house.link(zoe)
    assert "Se connecter" in (await house.browser("en").get(link)).words
    assert "Se connecter" in (await house.browser("de, fr-CA;q=0.8, en;q=0.5").get("/sign-in")).words
    assert "Sign in" in (await house.browser("de").get("/sign-in")).words


async def test_a_name_is_only_a_name(house: House, stage: Stage) -> None:
    eve = stage.person("<script>alert(1)</script>{{ 7*7 }} **b**", here=True)
    page = await house.browser().get(await house.link(eve))
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>{{ 7*7 }} **b**" in page.words or "alert(1)" in page.words
