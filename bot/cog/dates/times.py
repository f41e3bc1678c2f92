"""Times of day."""

import re
from datetime import time
from typing import NamedTuple

from bot.cog.dates.words import normal

CLOCK = (
    r"(?P<at>(?:at|a|@) ?)?(?:(?P<word>noon|midday|midi|midnight|minuit)"
    r"|(?P<hour>[0-9]{1,2})(?: ?(?P<h>h|heures?)(?: ?(?P<past>[0-9]{2})(?: ?min)?)?|:(?P<minute>[0-9]{2}))?"
    r"(?: ?(?P<half>[ap])\.?m\.?| o'clock)?)"
)
_CLOCK = re.compile(CLOCK)
_NOON = ("noon", "midday", "midi")


class Clock(NamedTuple):
    """A time of day as it was typed. `settled`: morning or evening was said, `midnight`: by the word,
    `bare`: a number alone, without "at", "h" or minutes."""

    hour: int
    minute: int
    settled: bool
    midnight: bool
    bare: bool


def read_clock(match: re.Match[str]) -> Clock:
    """What a match of CLOCK says. Raises ValueError for an hour or minute that no clock has."""
    if word := match["word"]:
        return Clock(12 if word in _NOON else 0, 0, True, word not in _NOON, False)
    hour, minute = int(match["hour"]), int(match["past"] or match["minute"] or 0)
    half = match["half"]
    if hour > 23 or minute > 59 or (half and (match["h"] or not 1 <= hour <= 12)):
        raise ValueError(f"no such time: {match[0]!r}")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    bare = not (match["at"] or match["h"] or match["minute"] or half or "clock" in match[0])
    return Clock(hour, minute, bool(half), False, bare)


def parse_time(text: str) -> time:
    """The time of day, to the minute and without a zone: "9", "9h30", "9:30", "6:30 pm", "midi", "midnight".

    Hours without am or pm are those of a 24-hour clock. Raises ValueError for anything else.
    """
    match = _CLOCK.fullmatch(normal(text))
    if match is None:
        raise ValueError(f"not a time: {text!r}")
    clock = read_clock(match)
    return time(clock.hour, clock.minute)
