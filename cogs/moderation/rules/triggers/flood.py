"""Too much at once, from one member or in one channel, and the same thing again and again.

What is counted is told of each message of its rule, once: edits count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Annotated, ClassVar, Literal
from zlib import crc32

from pydantic import Field
from rapidfuzz.fuzz import ratio

from bot.cog import Duration, Words, t
from cogs.moderation.rules.triggers.base import POSTED, Making, TriggerBase
from cogs.moderation.rules.view import Look, Recent, View
from cogs.moderation.seen import Hit, Moment, Seen

Count = Annotated[int, Field(ge=2, le=100)]
Within = Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=1))]


BUCKETS = 1024
"""Windows for all that a community says: memory stays bounded whatever is said."""
HEADS, TAILS = (tuple(f"{end} {at}" for at in range(BUCKETS)) for end in ("head", "tail"))
END = 20
"""Letters of a beginning or an end by which messages alike are found."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())

Alike = Callable[[Recent, Seen, datetime], list[Seen]]


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
        return self._everywhere(making) if self.depth else self._by_place(f"{making.name} {self.count}")

    @property
    def depth(self) -> int:
        return self.count if self.per == "member" and self.channels == "all" else 0

    def _everywhere(self, making: Making) -> Look:
        memory, depth, count, within = making.memory, making.depth, self.count, self.within

        def look(view: View) -> Hit | None:
            now = view.seen.at
            if now is None:
                return None
            recent = view.recent(memory, depth, now)
            return None if len(recent) < count or now - recent[-count][0] > within else self._hit(recent)

        return look

    def _by_place(self, name: str) -> Look:
        by_channel, count, within = self.per == "channel", self.count, self.within

        def look(view: View) -> Hit | None:
            seen, now = view.seen, view.seen.at
            if now is None:
                return None
            window = view.windows(name, seen.channel if by_channel else f"{seen.author}@{seen.channel}", count)
            window.add(now, seen)
            recent = window.seen
            return None if len(recent) < count or now - recent[0][0] > within else self._hit(recent)

        return look

    def _hit(self, recent: Recent) -> Hit:
        earlier = islice(recent, len(recent) - self.count, len(recent) - 1)
        return Hit(self.on, detail=str(self.count), others=tuple(one for _, one in earlier))

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
        return self._of_member(making) if self.per == "member" else self._of_community(making.name)

    @property
    def depth(self) -> int:
        return 3 * self.compared if self.per == "member" else 0

    @property
    def compared(self) -> int:
        """Messages that are compared with one, those that are too short aside."""
        return max(5, self.count + 1) if self.per == "member" else 4 * self.count

    def _of_member(self, making: Making) -> Look:
        memory, depth, shortest, count, within = making.memory, making.depth, self.shortest, self.count, self.within
        alike = self._alike()

        def look(view: View) -> Hit | None:
            seen, now = view.seen, view.seen.at
            if now is None:
                return None
            recent = view.recent(memory, depth, now)
            since = now - within
            if len(recent) < count or recent[1 - count][0] < since or len(seen.text) < shortest:
                return None
            found = alike(recent, seen, since)
            return self._hit(found) if len(found) + 1 >= count else None

        return look

    def _of_community(self, name: str) -> Look:
        """Messages that differ at one end still begin or end the same, and meet in one of two windows."""
        shortest, count, within, alike = self.shortest, self.count, self.within, self._alike()
        size = self.compared
        name = f"{name} {size}"

        def look(view: View) -> Hit | None:
            seen, now = view.seen, view.seen.at
            if now is None or len(seen.text) < shortest:
                return None
            since = now - within
            found: list[Seen] = []
            letters = seen.text.lower().encode(errors="replace").translate(None, _NO_LETTERS)
            for key in (HEADS[crc32(letters[:END]) % BUCKETS], TAILS[crc32(letters[-END:]) % BUCKETS]):
                window = view.windows(name, key, size)
                recent = window.seen
                if recent and recent[-1][0] >= since:
                    found += alike(recent, seen, since)
                window.add(now, seen)
            return self._hit(found) if len(found) + 1 >= count else None

        return look

    def _alike(self) -> Alike:
        """What of a window says the same since a moment; the time and the length tell most others apart."""
        similar, shortest, compared = self.similar, self.shortest, self.compared
        shrink, grow = similar / (200 - similar), (200 - similar) / similar

        def alike(recent: Recent, seen: Seen, since: datetime) -> list[Seen]:
            found, text, left = [], seen.text.lower(), compared
            least, most = len(text) * shrink, len(text) * grow
            for at, one in reversed(recent):
                if at < since or not left:
                    break
                if len(one.text) < shortest or one is seen:
                    continue
                left -= 1
                if least <= len(one.text) <= most and ratio(one.text.lower(), text, score_cutoff=similar):
                    found.append(one)
            return found

        return alike

    def _hit(self, alike: Sequence[Seen]) -> Hit | None:
        others = tuple({id(one): one for one in reversed(alike)}.values())
        return Hit(self.on, detail=str(len(others) + 1), others=others) if len(others) + 1 >= self.count else None

    def missed(self, view: View) -> Words:
        if len(view.text) < self.shortest:
            return t("Messages shorter than {count} characters may be repeated.", count=self.shortest)
        return t("Said fewer than {count} times in {time}.", count=self.count, time=self.within)
