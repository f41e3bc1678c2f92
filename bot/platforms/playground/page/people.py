"""Who comes and goes, who is what, time, the lively day, and the town itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta

from starlette.datastructures import FormData

from bot.chat.things import Level
from bot.chat.words import Phrase, Words
from bot.platforms.playground.actor import Actor
from bot.platforms.playground.page import demo, player
from bot.platforms.playground.page.house import Show
from bot.platforms.playground.page.talk import Refused
from bot.platforms.playground.page.view import View

MAX_NAME = 32
SILENCE = timedelta(minutes=10)
FEWEST, MOST = 12, 96
"""Steps in which a span of time passes before the eyes: one an hour, between these."""
FRAME = 0.12
"""Seconds between them at normal pace."""

SPANS: dict[str, tuple[timedelta, Words]] = {
    "hour": (timedelta(hours=1), Phrase("An hour passes")),
    "day": (timedelta(days=1), Phrase("A day passes")),
    "week": (timedelta(days=7), Phrase("A week passes")),
}

Go = str | None
"""Where the page goes next, if elsewhere."""


async def newcomer(view: View, form: FormData) -> Go:
    """Somebody new joins; the page may go on as them."""
    name = " ".join(str(form.get("name", "")).split())
    if not 0 < len(name) <= MAX_NAME:
        raise Refused(Phrase("A first name has 1 to {count} characters.", {"count": MAX_NAME}))
    if view.state.named(view.town.id, name):
        raise Refused(Phrase("{name} is already here: choose another first name.", {"name": name}))
    space = view.state.space(view.town.id)
    actor = view.page.world.person(name, language=_language(form, view.town.language), space=space)
    await actor.join()
    return view.href(account=actor.id, room=view.state.public_rooms(view.town.id)[0].id) if form.get("act") else None


def _language(form: FormData, otherwise: str) -> str:
    given = str(form.get("language", ""))
    return given if given in ("fr", "en") else otherwise


def _target(view: View, form: FormData) -> Actor:
    id = str(form.get("person", ""))
    if id not in view.state.accounts:
        raise Refused(Phrase("Nobody here has that name."))
    return Actor(view.page.world, view.town.id, id)


async def level(view: View, form: FormData) -> Go:
    """Change somebody's level."""
    given = str(form.get("level", ""))
    if given not in {str(int(one)) for one in Level}:
        raise Refused(Phrase("There is no such level."))
    _target(view, form).change(level=Level(int(given)))
    return None


async def speaks(view: View, form: FormData) -> Go:
    """Change somebody's language."""
    _target(view, form).change(language=_language(form, view.town.language))
    return None


async def leave(view: View, form: FormData) -> Go:
    await _target(view, form).leave()
    return None


async def kick(view: View, form: FormData) -> Go:
    """The moderator acted as sends somebody away, by hand."""
    await view.actor.kick(_target(view, form))
    return None


async def ban(view: View, form: FormData) -> Go:
    """The moderator acted as bans somebody, by hand."""
    await view.actor.ban(_target(view, form))
    return None


async def silence(view: View, form: FormData) -> Go:
    """The moderator acted as silences somebody for a while, by hand."""
    await view.actor.timeout(_target(view, form), view.now + SILENCE)
    return None


async def come_back(view: View, form: FormData) -> Go:
    target = _target(view, form)
    if target.id in view.town.banned:
        raise Refused(Phrase("{name} is banned.", {"name": target.name}))
    await target.join()
    return None


async def admit(view: View, form: FormData) -> Go:
    target = _target(view, form)
    presence = view.state.presence(view.town.id, target.id)
    if presence and presence.pending:
        await target.admit()
    return None


async def screening(view: View, form: FormData) -> Go:
    """Whether newcomers wait to be admitted."""
    view.town.screening = bool(form.get("on"))
    view.state.put(view.town)
    return None


async def town(view: View, form: FormData) -> Go:
    """Build another community."""
    name = " ".join(str(form.get("name", "")).split())
    if not 0 < len(name) <= 2 * MAX_NAME:
        raise Refused(Phrase("A name has 1 to {count} characters.", {"count": 2 * MAX_NAME}))
    space = await demo.build(view.page, _language(form, view.language), name=name)
    return f"/town/{space.id}"


async def reset(view: View, form: FormData) -> Go:
    """Start over: this community is forgotten, and a new one built."""
    language = view.town.language
    async with view.page.building:
        if view.town.id in view.state.towns:
            await view.page.tear_down(view.state.space(view.town.id))
    return f"/?language={language}"


# Time


def _travels(view: View) -> None:
    if not view.page.controls.may_travel:
        raise Refused(Phrase("Time cannot be moved while Relais is connected to a real platform."))
    if view.page.show:
        raise Refused(Phrase("Something is playing already: stop it first."))


def _pace(form: FormData) -> float:
    """How many times slower than at once: 1 is made to be watched, 0 does not wait."""
    try:
        return min(5.0, max(0.0, float(str(form.get("pace", "1")))))
    except ValueError:
        return 1.0


async def time(view: View, form: FormData) -> Go:
    """Let time pass, before everybody's eyes."""
    _travels(view)
    span = str(form.get("by", ""))
    if span == "next":
        due = await view.page.controls.next_due()
        if due is None:
            raise Refused(Phrase("Nothing is planned."))
        delta, words = max(due.at - view.now, timedelta()), due.what
    elif span in SPANS:
        delta, words = SPANS[span]
    else:
        raise Refused(Phrase("Time does not pass like that."))
    view.page.start_show(words, _passing(view, delta, _pace(form)))
    return None


def _passing(view: View, delta: timedelta, pace: float) -> Callable[[Show], Coroutine[None, None, None]]:
    async def play(show: Show) -> None:
        start = view.page.world.now()

        async def seen() -> None:
            show.at((view.page.world.now() - start) / delta if delta else 1.0)
            await asyncio.sleep(4 * FRAME * pace)

        steps = min(MOST, max(FEWEST, round(delta / timedelta(hours=1))))
        steps = max(1, round(steps * min(1.0, 2 * pace)))
        for step in range(1, steps + 1):
            await view.page.controls.travel(start + delta * step / steps, seen)
            show.at(step / steps)
            await asyncio.sleep(FRAME * pace)

    return play


async def day(view: View, form: FormData) -> Go:
    """Play a lively day."""
    _travels(view)
    play = player.lively_day(view.page, view.town.id, _pace(form))
    view.page.start_show(Phrase("A lively day"), play, follows=True)
    return None


async def stop(view: View, form: FormData) -> Go:
    view.page.stop_show()
    return None


Act = Callable[[View, FormData], Awaitable[Go]]
