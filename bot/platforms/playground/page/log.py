"""The journal in words: what happened, why, and where to look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.chat.words import Phrase, Words
from bot.platforms.playground.page.journal import Entry
from bot.platforms.playground.page.reasons import feature, reason
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

TO_SOMEBODY = {
    "reply": Phrase("Answered {name} privately"),
    "direct": Phrase("Wrote to {name} privately"),
    "post": Phrase("Wrote to {name} privately"),
    "whisper": Phrase("Whispered to {name} in {channel}"),
    "form": Phrase("Opened a form for {name}"),
    "edit": Phrase("Changed what {name} sees"),
    "timeout": Phrase("Silenced {name}"),
    "kick": Phrase("Removed {name}"),
    "ban": Phrase("Banned {name}"),
    "unban": Phrase("Lifted the ban of {name}"),
    "role": Phrase("Changed a role of {name}"),
}
"""What the bot did to one person, by effect."""

IN_CHANNEL = {
    "post": Phrase("Posted in {channel}"),
    "reply": Phrase("Answered in {channel}"),
    "edit": Phrase("Changed a message in {channel}"),
    "delete": Phrase("Deleted a message in {channel}"),
    "react": Phrase("Reacted in {channel}"),
    "thread": Phrase("Opened a thread in {channel}"),
    "pin": Phrase("Pinned a message in {channel}"),
    "unpin": Phrase("Unpinned a message in {channel}"),
    "slow_mode": Phrase("Slowed {channel} down"),
}
"""What it did for everybody to see."""

IN_TOWN = {
    "event": Phrase("Scheduled an event"),
    "cancel_event": Phrase("Cancelled an event"),
    "invite": Phrase("Made an invite"),
    "delete_invite": Phrase("Deleted an invite"),
    "pause_invites": Phrase("Lets nobody new in"),
    "resume_invites": Phrase("Lets new members in again"),
    "filter": Phrase("Changed the rules of the community’s own filter"),
}
"""What it did to the community as a whole."""


STEPS = {
    "listener": Phrase("{feature} heard of it"),
    "fact": Phrase("{feature} heard of it"),
    "command": Phrase("Command {path}"),
    "button": Phrase("{feature}: a button was pressed"),
    "form": Phrase("{feature}: a form was sent"),
    "job": Phrase("{feature} acted"),
    "guard": Phrase("{feature} stepped in"),
    "attention": Phrase("Attention: {feature}"),
    "error": Phrase("Something failed"),
    "act": Phrase("{feature} acted"),
}
"""What the engine did, by kind of step."""

SILENT = frozenset({"guard", "act", "command", "attention", "listener", "fact", "button", "form", "job"})
"""Steps whose ``what`` is the name of a handler: for developers, in the icon's title."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown; ``href`` leads to its message."""

    number: int
    icon: str
    group: str
    head: str
    what: str
    handler: str
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
    silent = entry.kind in SILENT and not entry.message and not entry.to
    return Line(
        number=entry.number,
        icon=ICONS.get(entry.kind, "said"),
        group=entry.group,
        head=view.say(_head(view, entry, room)),
        what="" if silent else entry.what,
        handler=entry.what if silent else "",
        why=entry.why if entry.kind == "guard" else reason(view, entry.why),
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
    if entry.kind in TO_SOMEBODY and entry.to:
        return replace(TO_SOMEBODY[entry.kind], arguments=_names(view, entry, room))
    if entry.kind in IN_CHANNEL and room is not None and room.owner is None:
        return replace(IN_CHANNEL[entry.kind], arguments=_names(view, entry, room))
    if entry.kind in IN_TOWN:
        return IN_TOWN[entry.kind]
    return _step(view, entry)


def _names(view: View, entry: Entry, room: Room | None) -> dict[str, str]:
    return {"name": view.name_of(entry.to), "channel": f"#{room.name}" if room else ""}


def _step(view: View, entry: Entry) -> Words:
    """A step of the engine: ``what`` begins with the name of a cog."""
    names = {"feature": feature(view, entry.what), "path": entry.what}
    return replace(STEPS.get(entry.kind, STEPS["act"]), arguments=names)
