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
            recent = window.seen
            if len(recent) < count or seen.at - recent[0][0] > within:
                return None
            return Hit(on, detail=str(count), others=tuple(one for _, one in recent if one is not seen))

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
        on, name, count, within, similar = self.on, making.name, self.count, self.within, self.similar
        shortest, places = self.shortest, _of_member if self.per == "member" else _of_community
        size = max(5, count + 1) if self.per == "member" else 4 * count

        def look(view: View) -> Hit | None:
            seen = view.seen
            length = len(seen.text)
            if seen.at is None or length < shortest:
                return None
            said = seen.text.lower()
            least, most = length * similar / (200 - similar), length * (200 - similar) / similar
            earliest = seen.at - within
            alike: list[Seen] = []
            for key, mark in places(seen.author, said):
                window = view.windows(name, key, size)
                for at, (other_mark, other, one) in window.seen:
                    if other_mark != mark or not least <= len(other) <= most or at < earliest:
                        continue
                    if other == said or ratio(other, said, score_cutoff=similar):
                        alike.append(one)
                window.add(seen.at, (mark, said, seen))
            if len(alike) + 1 < count:
                return None
            others = tuple({id(one): one for one in alike}.values())
            return Hit(on, detail=str(len(others) + 1), others=others) if len(others) + 1 >= count else None

        return look

    def missed(self, view: View) -> Words:
        if len(view.text) < self.shortest:
            return t("Messages shorter than {count} characters may be repeated.", count=self.shortest)
        return t("Said fewer than {count} times in {time}.", count=self.count, time=self.within)


Place = tuple[str, bytes]
"""The key of a window, and a mark that messages alike share in it."""


def _of_member(author: str, said: str) -> tuple[Place, ...]:
    return ((author, b""),)


BUCKETS = 1024
"""Windows for all that a community says: memory stays bounded whatever is said."""
HEADS, TAILS = (tuple(f"{end} {at}" for at in range(BUCKETS)) for end in ("head", "tail"))
END = 12
"""Letters of a beginning or an end by which messages alike are found."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def _of_community(author: str, said: str) -> tuple[Place, ...]:
    """Where messages alike meet: two that differ at one end still begin or end the same."""
    letters = said.encode(errors="replace").translate(None, _NO_LETTERS)
    head, tail = letters[:END], letters[-END:]
    return ((HEADS[crc32(head) % BUCKETS], head), (TAILS[crc32(tail) % BUCKETS], tail))
