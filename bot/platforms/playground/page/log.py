"""The journal in words: what happened, why, and where to look."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.chat.words import Phrase, Words
from bot.platforms.playground.page.journal import Entry
from bot.platforms.playground.page.view import View
from bot.platforms.playground.records import Room

ICONS = {
    "guard": "shield",
    "listener": "ear",
    "command": "slash",
    "button": "tap",
    "form": "form",
    "job": "clock",
    "fact": "flag",
    "attention": "gate",
    "error": "alert",
    "react": "smile",
    "thread": "thread",
    "edit": "pen",
    "delete": "bin",
    "pin": "pin",
    "unpin": "pin",
}
"""Drawings of ``icons.html`` by kind of entry; the rest is something said."""

EVENTS: dict[str, Words] = {
    "SpaceSeen": Phrase("Relais is here"),
    "MemberJoined": Phrase("somebody joined"),
    "MemberAdmitted": Phrase("somebody was admitted"),
    "MemberLeft": Phrase("somebody left"),
    "MessagePosted": Phrase("somebody wrote"),
    "MessageEdited": Phrase("somebody changed a message"),
    "MessageDeleted": Phrase("a message was deleted"),
    "Reacted": Phrase("somebody reacted"),
    "IntroductionMade": Phrase("somebody introduced themselves"),
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


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown; ``href`` leads to its message."""

    number: int
    icon: str
    group: str
    head: str
    what: str
    why: str
    time: str
    full: str
    href: str
    message: str


def lines(view: View) -> list[Line]:
    """Newest first."""
    return [_line(view, entry) for entry in view.page.journal.of(view.town.id)]


def _line(view: View, entry: Entry) -> Line:
    room = view.state.rooms.get(entry.room)
    return Line(
        number=entry.number,
        icon=ICONS.get(entry.kind, "said"),
        group=entry.group,
        head=view.say(_head(view, entry, room)),
        what=_what(view, entry),
        why=_why(view, entry),
        time=view.date(entry.at, "t"),
        full=view.date(entry.at, "F"),
        href=_href(view, entry, room),
        message=entry.message,
    )


def _href(view: View, entry: Entry, room: Room | None) -> str:
    """Only where this person sees the message."""
    if not entry.message or room is None or room.owner not in (None, view.account.id):
        return ""
    if entry.to not in ("", view.account.id):
        return ""
    return f"{view.href(room=room.id)}#{entry.message}"


def _head(view: View, entry: Entry, room: Room | None) -> Words:
    """What happened, in a few words."""
    name = view.name_of(entry.to) if entry.to else ""
    names: dict[str, object] = {"name": name, "channel": f"#{room.name}" if room and not room.owner else ""}
    if entry.kind in _TO_SOMEBODY and name:
        return Phrase(_TO_SOMEBODY[entry.kind], names)
    if entry.kind in _IN_CHANNEL and room is not None:
        return Phrase(_IN_CHANNEL[entry.kind], names)
    return _step(view, entry)


# Collected because they are written as phrases; used as sources above.
_TO_SOMEBODY = {
    "reply": Phrase("Answered {name} privately").source,
    "direct": Phrase("Wrote to {name} privately").source,
    "post": Phrase("Wrote to {name} privately").source,
    "whisper": Phrase("Whispered to {name} in {channel}").source,
    "form": Phrase("Opened a form for {name}").source,
    "edit": Phrase("Changed what {name} sees").source,
    "timeout": Phrase("Silenced {name}").source,
    "kick": Phrase("Removed {name}").source,
    "ban": Phrase("Banned {name}").source,
    "unban": Phrase("Lifted the ban of {name}").source,
    "role": Phrase("Changed a role of {name}").source,
}
_IN_CHANNEL = {
    "post": Phrase("Posted in {channel}").source,
    "reply": Phrase("Answered in {channel}").source,
    "edit": Phrase("Changed a message in {channel}").source,
    "delete": Phrase("Deleted a message in {channel}").source,
    "react": Phrase("Reacted in {channel}").source,
    "thread": Phrase("Opened a thread in {channel}").source,
    "pin": Phrase("Pinned a message in {channel}").source,
    "unpin": Phrase("Unpinned a message in {channel}").source,
    "slow_mode": Phrase("Slowed {channel} down").source,
}


def _step(view: View, entry: Entry) -> Words:
    """A step of the engine: ``what`` begins with the name of a cog."""
    cog = view.say(view.page.controls.title(re.split(r"[. ]", entry.what, maxsplit=1)[0]))
    match entry.kind:
        case "listener" | "fact":
            return Phrase("{feature} heard of it", {"feature": cog})
        case "command":
            return Phrase("Command {path}", {"path": entry.what})
        case "button" | "form":
            return Phrase("{feature}: a button or form was used", {"feature": cog})
        case "job":
            return Phrase("{feature}: something was due", {"feature": cog})
        case "guard":
            return Phrase("{feature} stepped in", {"feature": cog})
        case "attention":
            return Phrase("Attention: a post of {feature}", {"feature": cog})
        case "error":
            return Phrase("Something failed")
    return Phrase("{feature} acted", {"feature": cog})


def _what(view: View, entry: Entry) -> str:
    return "" if entry.kind in ("command", "attention") else entry.what


def _why(view: View, entry: Entry) -> str:
    """The reason, without the names of our classes."""
    event, arrow, rest = entry.why.partition(" → ")
    if arrow and event in EVENTS:
        return view.say(EVENTS[event])
    state, colon, reason = entry.why.partition(": ")
    if colon and state in STATES:
        return view.say(Phrase("{state}: {reason}", {"state": view.say(STATES[state]), "reason": reason or rest}))
    return entry.why
