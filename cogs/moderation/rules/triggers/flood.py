"""Too much at once, from one member or in one channel, and the same thing again and again.

What is counted is told of each message of its rule, once: edits count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Reversible, Sequence
from datetime import datetime, timedelta
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


BUCKETS = 1024
"""Windows for all that a community says: memory stays bounded whatever is said."""
HEADS, TAILS = (tuple(f"{end} {at}" for at in range(BUCKETS)) for end in ("head", "tail"))
END = 20
"""Letters of a beginning or an end by which messages alike are found."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())

Recent = Reversible[tuple[datetime, Seen]]
"""What a window holds, oldest first."""
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
        on, name, count, within = self.on, f"{making.name} {self.count}", self.count, self.within
        by_channel, each = self.per == "channel", self.channels == "each"

        def look(view: View) -> Hit | None:
            seen = view.seen
            now = seen.at
            if now is None:
                return None
            key = seen.channel if by_channel else f"{seen.author}@{seen.channel}" if each else seen.author
            window = view.windows(name, key, count)
            window.add(now, seen)
            recent = window.seen
            if len(recent) < count or now - recent[0][0] > within:
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
        return self._of_member(making.name) if self.per == "member" else self._of_community(making.name)

    def _of_member(self, name: str) -> Look:
        shortest, count, within, alike = self.shortest, self.count, self.within, self._alike()
        size = max(5, count + 1)
        name = f"{name} {size}"

        def look(view: View) -> Hit | None:
            seen = view.seen
            now = seen.at
            if now is None or len(seen.text) < shortest:
                return None
            window = view.windows(name, seen.author, size)
            recent = window.seen
            found = alike(recent, seen, now - within) if recent else ()
            window.add(now, seen)
            return self._hit(found) if len(found) + 1 >= count else None

        return look

    def _of_community(self, name: str) -> Look:
        """Messages that differ at one end still begin or end the same, and meet in one of two windows."""
        shortest, count, within, alike = self.shortest, self.count, self.within, self._alike()
        size = 4 * count
        name = f"{name} {size}"

        def look(view: View) -> Hit | None:
            seen = view.seen
            now = seen.at
            if now is None or len(seen.text) < shortest:
                return None
            found: list[Seen] = []
            letters = seen.text.lower().encode(errors="replace").translate(None, _NO_LETTERS)
            for key in (HEADS[crc32(letters[:END]) % BUCKETS], TAILS[crc32(letters[-END:]) % BUCKETS]):
                window = view.windows(name, key, size)
                if window.seen:
                    found += alike(window.seen, seen, now - within)
                window.add(now, seen)
            return self._hit(found) if len(found) + 1 >= count else None

        return look

    def _alike(self) -> Alike:
        """What of a window says the same since a moment; the time and the length tell most others apart."""
        similar = self.similar
        shrink, grow = similar / (200 - similar), (200 - similar) / similar

        def alike(recent: Recent, seen: Seen, since: datetime) -> list[Seen]:
            found, text = [], seen.text
            least, most = len(text) * shrink, len(text) * grow
            for at, one in reversed(recent):
                if at < since:
                    break
                if least <= len(one.text) <= most and ratio(one.text.lower(), text.lower(), score_cutoff=similar):
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
