"""Settings on the dashboard: who may, what is saved, what is kept, and the way back."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.web.conftest import Answer, Browser, House, opened

WELCOME = "/dashboard/settings/welcome"


async def sent(browser: Browser, page: Answer, **changes: str | None) -> Answer:
    """Send the form of a page with some controls changed; ``None`` leaves a box unticked."""
    fields = page.fields()
    for name, value in changes.items():
        full = name if name == "reset" else f"{page.path.rpartition('/')[2].partition('?')[0]}.{name}"
        fields.pop(full, None)
        if value is not None:
            fields[full] = value
    return await browser.post(page.path, fields)


async def test_an_administrator_sees_the_sections(house: House, stage: Stage, ada: Actor) -> None:
    await stage.set("welcome", look_in=False)
    page = await (await house.signed_in(ada)).get("/dashboard")
    assert page.status == 200
    assert "Welcome 1 changed" in page.words
    assert "Attention as delivered" in page.words
    assert "Write to newcomers who stay silent yes → no" in page.words
    assert page.headers["Cache-Control"] == "no-store"


async def test_others_see_their_own_data_only(house: House, bob: Actor) -> None:
    browser = await house.signed_in(bob)
    page = await browser.get("/dashboard")
    assert "Download my data" in page.words
    assert "Welcome" not in page.words
    for path in (WELCOME, "/dashboard/history"):
        answer = await browser.get(path)
        assert answer.status == 403
        assert "administrators" in answer.words
    assert (await browser.post(WELCOME, {"welcome.look_in": "no"})).status == 403
    assert (await browser.post("/dashboard/undo", {"number": "1"})).status == 403


async def test_a_copy_of_ones_data(house: House, bob: Actor) -> None:
    answer = await (await house.signed_in(bob)).get("/dashboard/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="relais-2026-01-05.json"'
    assert '"Bob"' in answer.text
    assert '"sign_in"' in answer.text


async def test_controls_fit_what_they_hold(house: House, ada: Actor) -> None:
    page = await (await house.signed_in(ada)).get(WELCOME)
    assert page.holds("welcome.look_in") == "on"
    assert page.holds("welcome.greet_privately") == "off"
    assert page.holds("welcome.together_above") == "3"
    assert 'type="number" id="welcome-together_above"' in page.text
    assert 'min="1" max="20"' in page.text
    assert page.holds("welcome.channel") == ""
    assert ">#accueil</option>" in page.text
    assert '<textarea id="welcome-rules"' in page.text
    community = await (await house.signed_in(ada)).get("/dashboard/settings/community")
    assert community.holds("community.language") == "en"


async def test_a_change_is_saved_told_and_written_down(house: House, stage: Stage, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    page = await browser.get(WELCOME)
    accueil = stage.channels("accueil")[0]
    answer = await sent(browser, page, channel=accueil.id, look_in=None, rules="1. Be kind\r\n2. Be brief")
    told = await browser.follow(answer)
    assert "3 settings are saved." in told.words
    assert told.holds("welcome.channel") == accueil.id
    assert told.holds("welcome.look_in") == "off"
    assert told.holds("welcome.rules") == "1. Be kind\n2. Be brief"
    assert "Ada Greeting channel not set → #accueil" in told.words
    welcome = stage.app.engine.settings.snapshot(stage.community.id, "welcome", stage.world.spaces[0])
    assert welcome.model_dump()["rules"] == "1. Be kind\n2. Be brief"


async def test_a_form_left_as_it_is_changes_nothing(house: House, stage: Stage, ada: Actor) -> None:
    await stage.set("welcome", greetings=["Hello {member}", "Hey"], look_in=False, look_in_after=timedelta(days=2))
    browser = await house.signed_in(ada)
    for section in stage.app.engine.settings.sections():
        page = await browser.get(f"/dashboard/settings/{section}")
        told = await browser.follow(await sent(browser, page))
        assert "Nothing to save" in told.words, section


async def test_problems_stand_beside_what_was_typed(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    page = await browser.get(WELCOME)
    answer = await sent(
        browser, page, look_in_after="soon", together_above="99", rules="<b>Kept</b> & safe", look_in=None
    )
    assert answer.status == 422
    assert "Nothing was saved." in answer.words
    assert "This duration is not clear" in answer.words
    assert answer.holds("welcome.look_in_after") == "soon"
    assert answer.holds("welcome.rules") == "<b>Kept</b> & safe"
    assert answer.holds("welcome.look_in") == "off"
    assert (
        'aria-describedby="welcome-look_in_after-hint welcome-look_in_after-problem" aria-invalid="true"' in answer.text
    )
    assert "<b>Kept" not in answer.text
    second = await sent(browser, answer, look_in_after="3 days")
    assert second.status == 422
    assert "At most 20" in second.words
    third = await browser.follow(await sent(browser, second, together_above="9"))
    assert "4 settings are saved." in third.words
    assert third.holds("welcome.rules") == "<b>Kept</b> & safe"


async def test_default_gives_one_setting_back(house: House, stage: Stage, ada: Actor) -> None:
    await stage.set("welcome", look_in=False, together_above=9)
    browser = await house.signed_in(ada)
    page = await browser.get(WELCOME)
    assert page.text.count('class="mark"') == 2
    told = await browser.follow(await sent(browser, page, reset="welcome.look_in"))
    assert "The default is back." in told.words
    assert told.holds("welcome.look_in") == "on"
    assert told.holds("welcome.together_above") == "9"
    half = await sent(browser, told, reset="welcome.together_above", rules="Not yet")
    assert half.status == 200
    assert "not saved yet" in half.words
    assert half.holds("welcome.together_above") == "3"
    assert half.holds("welcome.rules") == "Not yet"
    assert (await browser.get(WELCOME)).holds("welcome.rules") == ""


async def test_two_administrators_at_once(house: House, stage: Stage, ada: Actor) -> None:
    zoe = stage.person("Zoe", level=Level.ADMIN, here=True, language="en")
    first, second = await house.signed_in(ada), await house.signed_in(zoe)
    page = await first.get(WELCOME)
    other = await second.get(WELCOME)
    await sent(second, other, together_above="5", rules="Zoe's")
    answer = await sent(first, page, together_above="7")
    assert answer.status == 422
    assert "it is now 5" in answer.words
    assert answer.holds("welcome.rules") == "Zoe's"
    told = await first.follow(await sent(first, answer))
    assert told.holds("welcome.together_above") == "7"
    assert told.holds("welcome.rules") == "Zoe's"


async def test_history_and_undo(house: House, stage: Stage, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    accueil = stage.channels("accueil")[0]
    await sent(browser, await browser.get(WELCOME), channel=accueil.id, together_above="5")
    await sent(browser, await browser.get(WELCOME), together_above="6")
    page = await browser.get("/dashboard/history")
    assert page.text.count('name="number"') == 2, "what was changed again cannot be undone"
    assert "Greet together above 3 → 5" in page.words
    undone = await browser.post("/dashboard/undo", {"number": "3", "section": "welcome"})
    told = await browser.follow(undone)
    assert "The change is undone." in told.words
    assert told.holds("welcome.together_above") == "5"
    assert told.holds("welcome.channel") == accueil.id
    stale = await browser.post("/dashboard/undo", {"number": "3"})
    assert stale.status == 409
    assert "It was changed again since" in stale.words
    for number in ("", "x", "-1", "999", "9" * 30):
        assert (await browser.post("/dashboard/undo", {"number": number})).status in (404, 409)
    assert (await browser.post("/dashboard/undo", {"number": "1"})).status == 303
    assert (await browser.get(WELCOME)).holds("welcome.channel") == ""


async def test_permissions_are_asked_again_each_time(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    page = await browser.get(WELCOME)
    ada.change(level=Level.MODERATOR)
    answer = await sent(browser, page, look_in=None)
    assert answer.status == 403
    ada.change(level=Level.ADMIN)
    assert (await browser.get(WELCOME)).holds("welcome.look_in") == "on"


async def test_writes_from_elsewhere_are_refused(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    fields = (await browser.get(WELCOME)).fields() | {"welcome.together_above": "9"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {}):
        assert (await browser.ask("POST", WELCOME, fields, headers)).status == 403
    assert (await browser.get(WELCOME)).holds("welcome.together_above") == "3"


async def test_a_space_of_another_community_is_out_of_reach(house: House, stage: Stage, ada: Actor) -> None:
    other = stage.world.add_space("Elsewhere")
    await stage.app.engine.see(other)
    browser = await house.signed_in(ada)
    assert (await browser.get(f"/dashboard?space={other.key}")).status == 404
    assert (await browser.get("/dashboard?space=nowhere")).status == 404


async def test_one_community_in_two_spaces() -> None:
    async with Stage(spaces=("Town", "Annex")) as stage, opened(stage) as house:
        annex = stage.world.spaces[1]
        ada = stage.person("Ada", level=Level.ADMIN, here=True, language="en")
        (hall,) = stage.channels("hall", space=annex)
        browser, there = await house.signed_in(ada), f"?space={annex.key}"
        assert "Annex" in (await browser.get("/dashboard")).words
        away = await browser.get(f"{WELCOME}{there}")
        assert away.status == 403
        assert "you do not belong to Annex" in away.words
        await stage.world.actor(ada.id, annex).join()
        page = await browser.get(f"{WELCOME}{there}")
        assert "#hall" in page.words
        told = await browser.follow(await sent(browser, page, channel=hall.id))
        assert told.holds("welcome.channel") == hall.id
        assert f"{WELCOME}?space=playground" in told.text
        assert (await browser.get(WELCOME)).holds("welcome.channel") == ""


async def test_what_is_not_there(house: House, ada: Actor) -> None:
    browser = await house.signed_in(ada)
    assert (await browser.get("/dashboard/settings/nothing")).status == 404
    assert (await browser.post(WELCOME, {"reset": "community.zone"})).status == 404
    told = await browser.follow(await browser.post(WELCOME, {"community.zone": "UTC", "welcome.look_in": "no"}))
    assert "Nothing to save" in told.words
    assert "saved." not in (await browser.get(f"{WELCOME}?saved=<b>")).words


async def test_in_french(house: House, stage: Stage) -> None:
    zoe = stage.person("Zoé", level=Level.ADMIN, here=True, language="fr")
    browser = await house.signed_in(zoe)
    page = await browser.get(WELCOME)
    assert "Enregistrer" in page.words
    assert '<html lang="fr">' in page.text
    answer = await sent(browser, page, look_in_after="bientôt")
    assert "Cette durée n’est pas claire" in answer.words
    assert "1 réglage est enregistré" in (await browser.follow(await sent(browser, page, look_in=None))).words
