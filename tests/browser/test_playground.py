"""A person can live in the playground: read, talk, press, fill in, move the clock."""

from __future__ import annotations

import re
import signal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Relais, Visitor, Visits

pytestmark = pytest.mark.browser


def test_opens_in_the_language_of_the_browser_and_starts_over(own: Relais, visits: Visits) -> None:
    own.start()
    page = visits(own.url, "fr-FR").visit()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".town-name")).to_have_text("Le Club")
    expect(page.locator("h1")).to_have_text("#general")
    expect(page.get_by_role("button", name="Une journée animée")).to_be_visible()
    expect(page.locator(".tab-name")).to_contain_text(["accueil", "presentations", "general", "annonces"])
    starts_over(page)
    assert not own.errors()


def test_a_newcomer_is_greeted_and_introduces_themselves(visitor: Visitor) -> None:
    page = visitor.page
    visitor.newcomer("Ada")
    expect(page.locator("h1")).to_have_text("#welcome")
    greeting = page.locator(".msg").last
    expect(greeting).to_contain_text("@Ada")
    expect(greeting.locator(".why")).to_contain_text("Ada")
    greeting.get_by_role("button", name="Introduce myself").click()

    about = page.get_by_label("Who are you, in a few words?")
    expect(about).to_be_focused()
    page.get_by_label("What brings you here?").fill("Numbers")
    about.fill("x")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#open-form .problem")).to_be_visible()
    expect(about).to_be_focused()
    expect(about).to_have_value("x")
    expect(about).to_have_attribute("aria-invalid", "true")
    described = about.get_attribute("aria-describedby") or ""
    assert "field-about-problem" in described.split()
    expect(page.get_by_label("What brings you here?")).to_have_value("Numbers")

    about.fill("I write programs for machines that are not built yet.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#open-form")).to_have_count(0)
    expect(page.locator(".msg.private").last).to_contain_text("Only you can see this")
    visitor.channel("introductions")
    expect(page.locator(".card-title").last).to_contain_text("Ada")
    expect(page.locator(".reaction").last).to_contain_text("👋")


def test_private_answers_are_for_one_pair_of_eyes(visitor: Visitor) -> None:
    page = visitor.page
    visitor.newcomer("Ada")
    page.locator(".msg").last.get_by_role("button", name="Rules").click()
    expect(page.locator(".msg.private")).to_have_count(1)
    visitor.act_as("Nora")
    expect(page.locator(".msg").first).to_be_visible()
    expect(page.locator(".msg.private")).to_have_count(0)
    visitor.act_as("Ada")
    expect(page.locator(".msg.private")).to_have_count(1)


def test_talking_as_anybody(visitor: Visitor) -> None:
    page = visitor.page
    visitor.act_as("Maya")
    hostile = "<img src=x onerror=alert(1)> **bold** ||secret|| @Nora"
    page.fill("#say", hostile)
    page.press("#say", "Enter")
    said = page.locator(".msg").last
    expect(said).to_contain_text("Maya")
    expect(said).to_contain_text("<img src=x onerror=alert(1)>")
    expect(said.locator("strong")).to_have_text("bold")
    expect(said.locator(".chip")).to_have_text("@Nora")
    expect(said.get_by_text("secret")).to_be_hidden()
    said.get_by_role("button", name="Hidden: show").click()
    expect(said.get_by_text("secret")).to_be_visible()
    expect(page.locator("#say")).to_have_value("")


def test_reactions_threads_and_changes(visitor: Visitor) -> None:
    page = visitor.page
    page.fill("#say", "Who comes on Sunday?")
    page.press("#say", "Enter")
    said = page.locator(".msg").last
    expect(said).to_contain_text("Who comes")
    said.hover()
    said.get_by_label("Add a reaction").click()
    said.get_by_role("button", name="🎉").click()
    expect(said.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    said.locator(".reaction").click()
    expect(said.locator(".reaction")).to_have_count(0)

    said.hover()
    said.get_by_role("button", name="Change this message").click()
    page.fill("#edit-text", "Who comes on Saturday?")
    page.click("#edit button.primary")
    expect(said).to_contain_text("Saturday")

    said.hover()
    said.get_by_label("Open the thread").click()
    expect(page.locator("h1")).to_have_text("Thread")
    page.fill("#say", "I do.")
    page.press("#say", "Enter")
    expect(page.locator(".msg")).to_have_count(2)
    page.locator(".back").click()
    expect(page.locator(".msg").last.locator(".thread-link")).to_contain_text("1 reply")
    expect(page.locator(".messages")).not_to_contain_text("I do.")


def test_unread_marks_are_kept_for_each_person(visitor: Visitor) -> None:
    page = visitor.page
    visitor.channel("announcements")
    page.fill("#say", "News!")
    page.press("#say", "Enter")
    expect(page.locator(".messages")).to_contain_text("News!")
    visitor.act_as("Leo")
    visitor.channel("general")
    mark = page.locator("#channel-list a", has_text="announcements")
    visitor.act_as("Ruth")
    expect(page.locator("h1")).to_have_text("#general")
    expect(mark.locator(".count")).to_contain_text("1")
    visitor.channel("announcements")
    expect(mark.locator(".count")).to_have_count(0)


def test_commands_complete_and_ask_for_typed_options(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#say").press_sequentially("/hel")
    expect(page.locator("#completion [aria-selected=true]")).to_contain_text("/help")
    page.keyboard.press("Tab")
    expect(page.locator(".option-form")).to_contain_text("/help")
    page.keyboard.press("Enter")
    expect(page.locator(".msg.private .card")).to_contain_text("/help")

    page.locator("#say").press_sequentially("/welcome pre")
    page.keyboard.press("Enter")
    page.get_by_label("Member", exact=False).first.wait_for()
    page.select_option("#option-member", label="Maya")
    page.locator(".option-form button.primary").click()
    expect(page.locator(".msg.private").last).to_contain_text("Maya")
    expect(page.locator(".options")).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_completion_that_comes_late_covers_nothing(visitor: Visitor, key: str) -> None:
    page = visitor.page
    waiting: list[Route] = []
    page.route("**/commands?*", lambda route: waiting.append(route))
    page.reload()
    page.locator("#say").press_sequentially("/help")
    page.keyboard.press(key)
    with page.expect_response("**/commands?*"):
        waiting[0].continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("#completion")).to_be_hidden()


def test_a_command_of_another_level_is_not_offered(visitor: Visitor) -> None:
    page = visitor.page
    visitor.act_as("Omar")
    page.locator("#say").press_sequentially("/settings")
    expect(page.locator("#completion")).to_be_hidden()
    page.click("#open-people")
    row = page.locator(".person", has_text="Omar")
    row.locator("select").first.select_option(label="Admin")
    page.keyboard.press("Escape")
    expect(page.locator("#as")).to_contain_text("Omar — Admin")
    page.fill("#say", "")
    page.locator("#say").press_sequentially("/settings")
    expect(page.locator("#completion li").first).to_contain_text("/settings")


def test_a_command_typed_whole_fills_in_its_options(visitor: Visitor) -> None:
    page = visitor.page
    page.fill("#say", "/settings set welcome.enabled value:no")
    page.press("#say", "Escape")
    page.press("#say", "Enter")
    expect(page.locator("#option-name")).to_have_value("welcome.enabled")
    expect(page.locator("#option-value")).to_have_value("no")
    expect(page.locator(".msg", has_text="/settings set")).to_have_count(0)


def test_time_passes(visitor: Visitor) -> None:
    page = visitor.page
    visitor.newcomer("Ada")
    before = page.locator(".now-day").inner_text()
    visitor.pass_time("+1 day")
    expect(page.locator(".now-day")).not_to_have_text(before)
    expect(page.locator("#due")).to_contain_text("Next: ")
    visitor.pass_time("Next")
    visitor.pass_time("+1 week")
    expect(page.locator("#direct-list .count")).to_contain_text("1")
    page.locator("#direct-list a").click()
    expect(page.locator(".msg .card")).to_contain_text("Ada")
    expect(page.locator(".msg .why")).to_contain_text("silent")


def test_the_side_panel_says_what_and_why(visitor: Visitor) -> None:
    page = visitor.page
    visitor.newcomer("Ada")
    visitor.channel("general")
    line = page.locator(".line", has_text="Posted in #welcome").first
    expect(line).to_contain_text("Why: Ada joined")
    page.select_option("#filter", "decisions")
    expect(page.locator(".line.decisions").first).to_be_visible()
    expect(line).to_be_hidden()
    page.select_option("#filter", "all")
    line.locator("a").click()
    expect(page.locator("h1")).to_have_text("#welcome")
    expect(page.locator(".msg.shown")).to_contain_text("@Ada")


def test_an_alert_leads_to_its_message(visitor: Visitor) -> None:
    page = visitor.page
    page.fill("#say", "/moderation preset")
    page.keyboard.press("Enter")
    page.select_option("#option-name", label="Standard")
    page.locator(".option-form button.primary").click()
    page.locator(".msg.private", has_text="rules act from now on").wait_for()
    visitor.act_as("Maya")
    visitor.channel("general")
    here = urlsplit(page.url)
    for text in ("bread", "rivers", "my bike", "old maps", "green tea", "who knows", "a bridge", "seven boats"):
        visitor.context.request.post(
            f"{visitor.url}{here.path}/do/say?{here.query}",
            headers={"Origin": visitor.url},
            form={"text": text},
        )
    visitor.act_as("Sam")
    visitor.channel("team")
    page.get_by_role("link", name="See the message").click()
    expect(page.locator("h1")).to_have_text("#general")
    expect(page.locator(".msg.shown")).to_contain_text("seven boats")
    expect(page.locator("#as")).to_contain_text("Sam")


def test_a_lively_day(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="A lively day").click()
    page.locator("#show progress").wait_for()
    page.locator("#play").wait_for(timeout=120_000)
    visitor.channel("introductions")
    expect(page.locator(".card-title")).to_have_count(2)
    visitor.channel("welcome")
    expect(page.get_by_role("button", name="Introduce myself").first).to_be_visible()
    assert page.locator(".msg").count() >= 6
    visitor.channel("general")
    expect(page.locator(".messages")).not_to_contain_text("m0r0n")
    expect(page.locator(".messages")).not_to_contain_text("g1ft")
    visitor.channel("team")
    expect(page.locator(".card-title")).to_have_count(1)
    expect(page.locator(".card")).to_contain_text("Kept away by Sam")
    visitor.act_as("Omar")
    expect(page.locator(".tab-name", has_text="team")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("#welcome")


def test_a_show_can_be_stopped(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(page.url.replace("speed=50", "speed=1"))
    page.get_by_role("button", name="A lively day").click()
    page.get_by_role("button", name="Stop").click()
    page.locator("#play").wait_for()
    expect(page.get_by_role("button", name="+1 day")).to_be_enabled()


def test_two_tabs_agree(visitor: Visitor) -> None:
    other = visitor.open(visitor.context)
    other.goto(visitor.page.url)
    other.bring_to_front()
    visitor.page.fill("#say", "Seen twice?")
    visitor.page.press("#say", "Enter")
    expect(other.locator(".msg").last).to_contain_text("Seen twice?")


def test_screening_leaving_and_coming_back(visitor: Visitor) -> None:
    page = visitor.page
    page.click("#open-people")
    page.get_by_label("Newcomers wait to be admitted").check()
    page.keyboard.press("Escape")
    visitor.newcomer("Ada")
    expect(page.locator("#say")).to_be_disabled()
    expect(page.locator(".messages")).not_to_contain_text("@Ada")
    page.get_by_role("button", name="Admit").first.click()
    expect(page.locator("#say")).to_be_enabled()
    expect(page.locator(".messages")).to_contain_text("@Ada")
    page.click("#open-people")
    page.get_by_role("button", name="Ada leaves").click()
    expect(page.locator(".person.gone", has_text="Ada")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#say")).to_be_disabled()


def test_a_moderator_acts_by_hand(visitor: Visitor) -> None:
    page = visitor.page
    visitor.newcomer("Grace")
    page.click("#open-people")
    expect(page.get_by_role("button", name="Remove Nora")).to_have_count(0)
    page.keyboard.press("Escape")
    visitor.act_as("Nora")
    page.click("#open-people")
    page.get_by_role("button", name="Silence Grace for ten minutes").click()
    expect(page.locator(".person:not(.gone)", has_text="Grace")).to_contain_text("silenced until")
    page.get_by_role("button", name="Remove Grace").click()
    expect(page.locator(".person.gone", has_text="Grace")).to_be_visible()


def test_everything_survives_a_reload_a_restart_and_a_kill(own: Relais, visits: Visits) -> None:
    own.start()
    visitor = visits(own.url, "de-DE")
    page = visitor.visit("?speed=50")
    expect(page.locator(".town-name")).to_have_text("The Club")
    visitor.newcomer("Ada")
    page.fill("#say", "I stay.")
    page.press("#say", "Enter")
    expect(page.locator(".messages")).to_contain_text("I stay.")
    visitor.pass_time("+1 day")
    day = page.locator(".now-day").inner_text()
    page.reload()
    expect(page.locator(".messages")).to_contain_text("I stay.")
    for how in (signal.SIGINT, signal.SIGKILL):
        own.stop(how)
        page.wait_for_selector("body.away", state="attached")
        own.start()
        page.wait_for_selector("body:not(.away)")
        page.reload()
        expect(page.locator(".now-day")).to_have_text(day)
        expect(page.locator(".messages")).to_contain_text("I stay.")
        expect(page.locator(".messages")).to_contain_text("@Ada")
        expect(page.locator(".line").first).to_be_visible()
        page.locator("#as", has_text="Ada").wait_for()
    page.get_by_role("button", name="Introduce myself").click()
    expect(page.locator("#open-form")).to_be_visible()
    refused = re.compile("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    visitor.complaints[:] = [it for it in visitor.complaints if not refused.search(it)]
    assert not own.errors()


def starts_over(page: Page) -> None:
    page.fill("#say", "Adieu")
    page.press("#say", "Enter")
    expect(page.locator(".messages")).to_contain_text("Adieu")
    page.get_by_role("button", name="Tout recommencer").click()
    expect(page.locator("#reset")).to_be_visible()
    with page.expect_navigation():
        page.locator("#reset button.danger").click()
    expect(page.locator(".town-name")).to_have_text("Le Club")
    expect(page.locator(".messages")).not_to_contain_text("Adieu")
    page.click("#open-newcomer")
    page.fill("#newcomer-name", "Ada")
    with page.expect_navigation():
        page.click("#newcomer button.primary")
    expect(page.locator(".messages")).to_contain_text("@Ada")


def test_another_community(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Add a community").click()
    page.fill("#town-name", "Les Voisins")
    page.select_option("#town-language", label="français")
    with page.expect_navigation():
        page.click("#town-new button.primary")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#town-select option:checked")).to_have_text("Les Voisins")


def test_what_does_not_exist_is_said_so(shared: Relais) -> None:
    for path in ("town/none", "town/t1/none", "town/t1/c2/part/none", "town/t1/c2?as=u999999", "playground/none.js"):
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{shared.url}/{path}", timeout=5)


def test_what_cannot_be_done_is_refused_in_words(visitor: Visitor) -> None:
    page = visitor.page
    page.click("#open-newcomer")
    page.fill("#newcomer-name", "Nora")
    page.click("#newcomer button.primary")
    expect(page.locator("#newcomer .problem")).to_contain_text("Nora is already here")
    expect(page.locator("#newcomer-name")).to_be_focused()
    page.keyboard.press("Escape")
    visitor.complaints.clear()
    page.locator("#direct-list a").click()
    page.fill("#say", "Hello?")
    page.press("#say", "Enter")
    expect(page.locator("#toast")).to_contain_text("reads no private messages")
    expect(page.locator("#say")).to_have_value("Hello?")
    visitor.complaints.clear()
