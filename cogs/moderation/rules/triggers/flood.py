"""Too much at once, from one member or in one channel, and the same thing again and again.

What is counted is told of each message of its rule, once: edits count nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from zlib import crc32

from pydantic import Field
from rapidfuzz.fuzz import ratio

from bot.cog import Duration, Words, t
from cogs.moderation.rules.triggers.base import POSTED, Making, TriggerBase
from cogs.moderation.rules.view import Look, View
from cogs.moderation.seen import Hit, Moment, Seen

Count = Annotated[int, Field(ge=2, le=100)]
Within = Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=1))]


class FloodTrigger(TriggerBase):
    """The message is at least the ``count``-th ``within`` that time, ``per`` member or channel.

    A member's are counted in all channels together, unless ``channels`` is ``each``.
    """

    on: Literal["flood"] = "flood"
    moments: ClassVar[frozenset[Moment]] = POSTED
    remembers: ClassVar[bool] = True
    count: Count = 8
    within: Within = timedelta(seconds=10)
    per: Literal["member", "channel"] = "member"
    channels: Literal["all", "each"] = "all"

    def ready(self, making: Making) -> Look:
        on, name, count, within = self.on, making.name, self.count, self.within
        by_channel, each = self.per == "channel", self.channels == "each"

        def look(view: View) -> Hit | None:
            seen = view.seen
            if seen.at is None:
                return None
            key = seen.channel if by_channel else f"{seen.author}@{seen.channel}" if each else seen.author
            window = view.windows(name, key, count)
            window.add(seen.at, seen)
            if not window.full(within, now=seen.at):
                return None
            return Hit(on, detail=str(count), others=tuple(one for _, one in window.seen if one is not seen))

        return look

    def missed(self, view: View) -> Words:
        return t("Fewer than {count} messages in {time}.", count=self.count, time=self.within)


class DuplicatesTrigger(TriggerBase):
    """The message says at least for the ``count``-th time ``within`` that time what was said before.

    ``similar`` is how alike two messages must be, in percent of their characters: 100 is the same, in small letters.
    ``per`` member, in all channels, or in the whole ``community``, whoever says it. Messages shorter than ``shortest``
    characters may always be repeated.
    """

    on: Literal["duplicates"] = "duplicates"
    moments: ClassVar[frozenset[Moment]] = POSTED
    remembers: ClassVar[bool] = True
    count: Count = 3
    within: Within = timedelta(minutes=5)
    similar: Annotated[int, Field(ge=60, le=100)] = 90
    per: Literal["member", "community"] = "member"
    shortest: Annotated[int, Field(ge=1, le=4000)] = 16

    def ready(self, making: Making) -> Look:
        shortest, places = self.shortest, _of_member if self.per == "member" else _of_community
        name, size = making.name, max(8, 2 * self.count) if self.per == "member" else 4 * self.count

        def look(view: View) -> Hit | None:
            seen = view.seen
            if seen.at is None or len(seen.text) < shortest:
                return None
            windows = [view.windows(name, key, size) for key in places(seen)]
            earliest = seen.at - self.within
            alike: dict[int, Seen] = {}
            for window in windows:
                for at, other in window.seen:
                    if at >= earliest and self._alike(seen.text, other.text):
                        alike[id(other)] = other
                window.add(seen.at, seen)
            return self._hit(tuple(alike.values()))

        return look

    def _hit(self, alike: tuple[Seen, ...]) -> Hit | None:
        if len(alike) + 1 < self.count:
            return None
        return Hit(self.on, detail=str(len(alike) + 1), others=alike)

    def _alike(self, text: str, other: str) -> bool:
        if text == other:
            return True
        shorter, longer = sorted((len(text), len(other)))
        if 2 * shorter * 100 < self.similar * (shorter + longer):
            return False
        return ratio(text, other, processor=str.casefold, score_cutoff=self.similar) > 0

    def missed(self, view: View) -> Words:
        if len(view.text) < self.shortest:
            return t("Messages shorter than {count} characters may be repeated.", count=self.shortest)
        return t("Said fewer than {count} times in {time}.", count=self.count, time=self.within)


def _of_member(seen: Seen) -> tuple[str, ...]:
    return (seen.author,)


_BUCKETS = 1024


def _of_community(seen: Seen) -> tuple[str, ...]:
    """Where messages alike meet: two that differ at one end still begin or end the same."""
    letters = "".join(filter(str.isalnum, seen.text.casefold())).encode(errors="replace")
    head, tail = crc32(letters[:12]) % _BUCKETS, crc32(letters[-12:]) % _BUCKETS
    return (f"head {head}", f"tail {tail}")
