"""What a trigger found, for people: said from the detail that its hit keeps, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.cog import Words, plural, t
from cogs.moderation.rules.addresses import MOST
from cogs.moderation.rules.triggers.links import BEYOND
from cogs.moderation.rules.triggers.mentions import EVERYONE


def found_words(trigger: str, detail: str) -> Words:
    """``detail`` as it stands where it is what was listed: an entry, a pattern, a domain, a file."""
    if detail == BEYOND:
        return t("more than {count} links", count=MOST)
    say = SAYING.get(trigger)
    return say(detail) if say else detail


def _counted(count: Callable[[int], Words]) -> Callable[[str], Words]:
    return lambda detail: count(int(detail)) if detail.isdecimal() else detail


def _mentions(detail: str) -> Words:
    if detail == EVERYONE:
        return t("a call to everybody")
    return _counted(lambda count: plural("{count} mention", "{count} mentions", count=count))(detail)


def _capitals(detail: str) -> Words:
    capitals, _, letters = detail.partition("/")
    return t("{capitals} capitals among {letters} letters", capitals=int(capitals), letters=int(letters))


def _age(detail: str) -> Words:
    what, _, day = detail.partition(" ")
    since = date.fromisoformat(day)
    return t("account made on {day}", day=since) if what == "account" else t("member since {day}", day=since)


SAYING: Mapping[str, Callable[[str], Words]] = {
    "lookalikes": lambda detail: t("looks like {domain}", domain=detail),
    "invites": lambda detail: t("an invitation on {platform}", platform=detail),
    "mentions": _mentions,
    "capitals": _capitals,
    "emoji": _counted(lambda count: plural("{count} emoji", "{count} emoji", count=count)),
    "lines": _counted(lambda count: plural("{count} line break", "{count} line breaks", count=count)),
    "zalgo": _counted(lambda count: plural("{count} stack of marks", "{count} stacks of marks", count=count)),
    "repeats": lambda detail: t("“{character}” over and over", character=detail),
    "length": _counted(lambda count: plural("{count} character", "{count} characters", count=count)),
    "attachments": _counted(lambda count: plural("{count} file", "{count} files", count=count)),
    "flood": _counted(
        lambda count: plural(
            "{count} message or more in a short time", "{count} messages or more in a short time", count=count
        )
    ),
    "duplicates": _counted(lambda count: plural("said {count} time", "said {count} times", count=count)),
    "first": _counted(lambda count: t("message {count} of its author here", count=count)),
    "age": _age,
    "join_rate": _counted(lambda count: plural("{count} arrival", "{count} arrivals", count=count)),
    "created_together": _counted(
        lambda count: plural("{count} account made together", "{count} accounts made together", count=count)
    ),
    "named_alike": _counted(lambda count: plural("{count} name alike", "{count} names alike", count=count)),
}
"""How the detail of some triggers is said; those that are missing hold words already."""
