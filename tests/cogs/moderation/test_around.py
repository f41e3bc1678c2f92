"""What rules know of the community: domains known for fraud, its own domains and invites, its team."""

from __future__ import annotations

import pytest

from bot.chat.forms import Upload
from bot.chat.platform import Can
from bot.chat.things import Level
from bot.cog import Fetched, Invalid, Unreachable, t
from bot.engine.fetching import Fetcher
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.cogs.moderation.test_cases import effects

FEED = "https://lists.example/scams.txt"
RULES = """
relais: rules
rules:
  - name: scams
    title: Fraud
    triggers: [{on: scams}]
    actions: [{do: remind}]
    netiquette: This link is known for fraud.
  - name: elsewhere
    title: Elsewhere
    triggers: [{on: invites}]
    actions: [{do: remind}]
    netiquette: Ask the team before inviting elsewhere.
  - name: links
    title: Links
    triggers: [{on: links, any: true}]
    unless: {channels: [fraud]}
    actions: [{do: remind}]
    netiquette: Links are for the team.
  - name: names
    title: Names
    triggers: [{on: name, staff: true}]
    actions: [{do: tell}]
"""


class Feed(Fetcher):
    """A published list; ``None`` for one that cannot be reached."""

    def __init__(self, *domains: str) -> None:
        super().__init__()
        self.body: bytes | None = "\n".join(domains).encode()
        self.asked: list[str] = []

    async def fetch(self, url: str, *, etag: str = "", modified: str = "", limit: int = 0) -> Fetched:
        self.asked.append(etag)
        if self.body is None:
            raise Unreachable(t("This address cannot be reached."))
        current = f'"{hash(self.body)}"'
        return Fetched(url, None if etag == current else self.body, "text/plain", current)


@pytest.fixture
async def ruled(town: Stage, boss: Actor) -> Stage:
    town.channels("fraud")
    await town.set("moderation", observe_for="0 min")
    await boss.run("moderation import", file=Upload("rules.yaml", RULES.encode()))
    await boss.press("Use these rules")
    boss.forget()
    return town


async def reading(stage: Stage, feed: Feed) -> None:
    stage.app.engine.fetcher = feed
    await stage.set("moderation", scam_feed=FEED)


async def warned(who: Actor, text: str) -> bool:
    who.forget()
    await who.say(text, to="fraud")
    return "known for fraud" in who.sees


async def test_links_of_the_feed_are_found_and_the_feed_is_followed(ruled: Stage, ada: Actor) -> None:
    feed = Feed("gift.example.com")
    await reading(ruled, feed)
    assert await warned(ada, "see https://gift.example.com/x")
    await ruled.advance(minutes=2)
    assert not await warned(ada, "see https://free.example.com/x")
    await ruled.advance(hours=7)
    assert len(feed.asked) >= 2
    assert feed.asked[-1] != ""
    feed.body = b"free.example.com\n"
    await ruled.advance(hours=7)
    assert await warned(ada, "and https://free.example.com/x")
    assert not await warned(ada, "and https://gift.example.com/x")


async def test_no_feed_by_default(ruled: Stage, ada: Actor) -> None:
    feed = Feed("gift.example.com")
    ruled.app.engine.fetcher = feed
    await ruled.advance(days=1)
    assert feed.asked == []
    assert not await warned(ada, "see https://gift.example.com/x")


async def test_a_feed_that_never_worked_is_told_at_once_and_once(ruled: Stage, mod: Actor) -> None:
    feed = Feed()
    feed.body = None
    await reading(ruled, feed)
    await ruled.advance(days=4)
    assert mod.reads("team").count("The list of fraudulent links cannot be read") == 1
    assert "This address cannot be reached." in mod.reads("team")


async def test_a_page_that_is_no_list_is_told(ruled: Stage, mod: Actor) -> None:
    feed = Feed()
    feed.body = b"<html>moved</html>"
    await reading(ruled, feed)
    assert "There is no list of domains at this address." in mod.reads("team")


async def test_a_feed_that_fails_for_long_is_told_once_and_stays_in_use(ruled: Stage, mod: Actor, ada: Actor) -> None:
    feed = Feed("gift.example.com")
    await reading(ruled, feed)
    feed.body = None
    await ruled.advance(days=1)
    assert "cannot be read" not in mod.reads("team")
    await ruled.advance(days=3)
    assert mod.reads("team").count("The list of fraudulent links cannot be read") == 1
    assert await warned(ada, "see https://gift.example.com/x")


async def test_what_is_no_address_or_domain_is_refused(town: Stage) -> None:
    with pytest.raises(Invalid):
        await town.set("moderation", scam_feed="lists.example")
    with pytest.raises(Invalid):
        await town.set("moderation", domains="our club")


async def test_own_domains_are_allowed(ruled: Stage, ada: Actor) -> None:
    await ada.say("https://blog.our-club.org/tea")
    assert "Links are for the team." in ada.sees
    await ruled.set("moderation", domains="our-club.org")
    await ruled.advance(minutes=2)
    ada.forget()
    await ada.say("https://blog.our-club.org/cake")
    assert ada.sees == ""


async def test_the_communitys_own_invites_lead_nowhere_else(ruled: Stage, ada: Actor) -> None:
    space = ruled.world.spaces[0]
    if not ruled.app.engine.can(space, Can.INVITES):
        pytest.skip("the platform tells no invites")
    await ada.say("come to discord.gg/elsewhere", to="fraud")
    assert "Ask the team" in ada.sees
    await ruled.advance(minutes=2)
    ada.forget()
    await ada.say(f"come to discord.gg/{ada.invite()}", to="fraud")
    assert "Ask the team" not in ada.sees


async def test_nobody_takes_a_moderators_name(ruled: Stage, mod: Actor) -> None:
    await mod.say("good morning")
    await ruled.person("Mo.").join()
    assert "Names" in mod.reads("team") or "names" in mod.reads("team")
    assert effects(ruled, "kick") == []


async def test_who_left_the_team_is_forgotten(ruled: Stage, mod: Actor, boss: Actor) -> None:
    await mod.say("good morning")
    await boss.say("good morning")
    await mod.leave()
    await ruled.advance(days=1)
    await ruled.restart()
    await ruled.person("Mo.").join()
    assert "names" not in boss.reads("team").lower()
    assert Level.MODERATOR < Level.ADMIN
