"""The small community that the page opens on, in the browser's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.chat.things import Level, Space
from bot.platforms.playground.happenings import mark_up
from bot.platforms.playground.records import Message, Sent

if TYPE_CHECKING:
    from bot.platforms.playground.page.house import House


@dataclass(frozen=True, slots=True)
class Plan:
    """``channels`` are in the order of ``script.ROOMS``, ``team`` is for moderators.

    ``said`` is (days ago, when, who, channel, words).
    """

    name: str
    channels: tuple[str, str, str, str]
    team: str
    people: tuple[tuple[str, Level], ...]
    said: tuple[tuple[int, time, str, str, str], ...]


PLANS: Mapping[str, Plan] = {
    "fr": Plan(
        "Le Club",
        ("accueil", "presentations", "general", "annonces"),
        "equipe",
        (
            ("Camille", Level.ADMIN),
            ("Idris", Level.MODERATOR),
            ("Jeanne", Level.EVERYONE),
            ("Malo", Level.EVERYONE),
            ("Lina", Level.EVERYONE),
            ("Théo", Level.EVERYONE),
        ),
        (
            (
                2,
                time(10, 5),
                "Camille",
                "annonces",
                "Relais rejoint le Club\u202f: il accueillera dans #accueil.",
            ),
            (2, time(10, 20), "Idris", "annonces", "Parfait. Les présentations iront dans #presentations."),
            (1, time(18, 2), "Malo", "general", "Quelqu’un a déjà roulé sur la voie verte jusqu’à Mâcon\u202f?"),
            (
                1,
                time(18, 7),
                "Lina",
                "general",
                "Oui\u202f! Du plat, de l’ombre, et **une excellente boulangerie** à Tournus.",
            ),
            (1, time(18, 9), "Malo", "general", "Vendu. Merci @Lina."),
        ),
    ),
    "en": Plan(
        "The Club",
        ("welcome", "introductions", "general", "announcements"),
        "team",
        (
            ("Nora", Level.ADMIN),
            ("Sam", Level.MODERATOR),
            ("Maya", Level.EVERYONE),
            ("Leo", Level.EVERYONE),
            ("Ruth", Level.EVERYONE),
            ("Omar", Level.EVERYONE),
        ),
        (
            (2, time(10, 5), "Nora", "announcements", "Relais joins the Club: it will greet newcomers in #welcome."),
            (2, time(10, 20), "Sam", "announcements", "Perfect. Introductions go to #introductions."),
            (1, time(18, 2), "Leo", "general", "Has anybody ridden the canal path all the way to Skipton?"),
            (1, time(18, 7), "Ruth", "general", "Yes, last year: flat, shady, and **a splendid bakery** in Bingley."),
            (1, time(18, 9), "Leo", "general", "Sold. Thank you @Ruth."),
        ),
    ),
}


async def build(house: House, language: str, *, name: str = "") -> Space:
    """A town with its people, what they said before Relais came, and Relais ready to welcome."""
    plan, world = PLANS[language], house.world
    zone = house.controls.zone(language)
    space = world.add_space(name or plan.name, language=language, zone=zone, channels=plan.channels)
    team = world.add_channel(plan.team, space)
    world.keep_to(team, Level.MODERATOR)
    people = {
        who: world.person(who, level=level, language=language, here=True, space=space) for who, level in plan.people
    }
    today = world.now().astimezone(ZoneInfo(zone)).date()
    for days, hour, who, channel, words in plan.said:
        at = datetime.combine(today - timedelta(days=days), hour, ZoneInfo(zone)).astimezone(UTC)
        room, text = world.channel(channel, space), mark_up(world.state, space.id, words)
        message = Message(world.state.new_id("m"), room.id, at, people[who].id, Sent.SAID, text)
        world.state.put(message)
        for one in people.values():
            house.marks.read(one.id, room.id, [message])
    await world.show_space(space)
    welcome, introductions = (world.channel(channel, space).id for channel in plan.channels[:2])
    chosen = {"welcome.channel": welcome, "welcome.introductions": introductions, "community.moderators": team.id}
    await house.controls.configure(space, chosen)
    await house.keep()
    return space
