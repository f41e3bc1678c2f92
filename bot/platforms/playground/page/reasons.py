"""Why Relais did something, without the names of our classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.words import Phrase, Words

if TYPE_CHECKING:
    from bot.platforms.playground.page.view import View

EVENTS: dict[str, Words] = {
    "SpaceSeen": Phrase("Relais is here"),
    "SpaceLost": Phrase("Relais is not here any more"),
    "MemberJoined": Phrase("somebody joined"),
    "MemberAdmitted": Phrase("somebody was admitted"),
    "MemberLeft": Phrase("somebody left"),
    "MessagePosted": Phrase("somebody wrote"),
    "MessageEdited": Phrase("somebody changed a message"),
    "MessageDeleted": Phrase("a message was deleted"),
    "Reacted": Phrase("somebody reacted"),
    "IntroductionMade": Phrase("somebody introduced themselves"),
    "DoneByHand": Phrase("a moderator did what was asked"),
}

STATES: dict[str, Words] = {
    "sent": Phrase("sent"),
    "waiting": Phrase("delayed"),
    "sending": Phrase("being sent"),
    "merged": Phrase("merged"),
    "dropped": Phrase("dropped"),
    "failed": Phrase("failed"),
    "uncertain": Phrase("uncertain"),
    "skipped": Phrase("skipped"),
}
"""What the gate or the ledger of jobs decided."""


def feature(view: View, handler: str) -> str:
    """The name in words of the cog that a handler, ``cog.name``, belongs to."""
    return view.say(view.page.controls.title(re.split(r"[. ]", handler, maxsplit=1)[0]))


def reason(view: View, why: str) -> str:
    """Why something was done, in words: the engine writes ``event → handler``, ``name → handler`` or ``state: why``."""
    before, arrow, handler = why.partition(" → ")
    if arrow and before in EVENTS:
        return view.say(EVENTS[before])
    if arrow and handler.startswith("/"):
        return view.say(Phrase("asked by {name}: {command}", {"name": before, "command": handler}))
    if arrow:
        return view.say(Phrase("asked by {name} ({feature})", {"name": before, "feature": feature(view, handler)}))
    state, colon, rest = why.partition(": ")
    if colon and state in STATES:
        return view.say(Phrase("{state}: {reason}", {"state": view.say(STATES[state]), "reason": rest}))
    return view.say(Phrase("its time had come")) if colon and state in ("due", "scheduled") else why
