"""The look of a message: capitals, emoji, line breaks, stacked marks, repeated characters, length."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.cog import Words, plural, t
from cogs.moderation.rules.triggers.base import Making, TriggerBase
from cogs.moderation.rules.view import Look, Sign, View, spoken
from cogs.moderation.seen import Hit

_NOT_CAPITALS = bytes(code for code in range(256) if not 65 <= code <= 90)
_NOT_SMALL = bytes(code for code in range(256) if not 97 <= code <= 122)
_NO_SHOUTING = re.compile(r"<[@#:a][^<>\s]{0,100}+>|:[a-z0-9_+-]{2,50}+:|(?<!\w)\w++://\S++")
"""Mentions, emoji and links: nobody chose their capitals."""


class CapitalsTrigger(TriggerBase):
    """At least ``share`` of the letters are capitals, in a message of at least ``letters`` of them."""

    on: Literal["capitals"] = "capitals"
    share: Annotated[float, Field(gt=0, le=1)] = 0.7
    letters: Annotated[int, Field(ge=4, le=4000)] = 15

    def ready(self, making: Making) -> Look:
        on, share, letters = self.on, self.share, self.letters
        least = share * letters

        def look(view: View) -> Hit | None:
            text = view.text
            if len(text) < letters or (capitals := _capitals(text)) < least:
                return None
            said = _NO_SHOUTING.sub(" ", spoken(text))
            if said != text:
                capitals = _capitals(said)
            all_letters = capitals + _small_letters(said)
            if all_letters < letters or capitals < share * all_letters:
                return None
            return view.hit(on, 0, len(text), detail=f"{capitals}/{all_letters}")

        return look

    def missed(self, view: View) -> Words:
        said = _NO_SHOUTING.sub(" ", spoken(view.text))
        capitals = _capitals(said)
        return plural(
            "{count} capital among {letters} letters; the rule looks at messages of {least} letters and more.",
            "{count} capitals among {letters} letters; the rule looks at messages of {least} letters and more.",
            count=capitals,
            letters=capitals + _small_letters(said),
            least=self.letters,
        )


def _capitals(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(None, _NOT_CAPITALS))
    return sum(map(str.isupper, text))


def _small_letters(text: str) -> int:
    if text.isascii():
        return len(text.encode().translate(None, _NOT_SMALL))
    return sum(map(str.islower, text))


_MODIFIED = "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2934-\u2b55\u3030-\u3299"
    "\U0001f000-\U0001faff"
)
_FLAG = "\U0001f1e6-\U0001f1ff"
EMOJI = re.compile(
    rf"(?=[<:0-9#*{_FLAG}{_PICTURES}])(?:"
    r"<a?:\w{2,32}:\d{1,20}>|(?<![\w:]):[a-z0-9_+'-]{2,100}:(?::skin-tone-\d:)?(?![\w:`])"
    rf"|[{_FLAG}]{{2}}|[0-9#*]\ufe0f?\u20e3|[{_PICTURES}]{_MODIFIED}(?:\u200d[{_PICTURES}]{_MODIFIED})*)"
)
"""One emoji: Discord's own, Slack's names, flags, keycaps, and Unicode's with what joins and modifies them.

First what any of them begins with: most characters do not. Ranges after Unicode 16's ``emoji-data.txt``; signs such
as © count as they are shown in colour too.
"""


class EmojiTrigger(TriggerBase):
    """At least ``count`` emoji, Unicode's and the community's own."""

    on: Literal["emoji"] = "emoji"
    needs: ClassVar[Sign] = Sign.FOREIGN | Sign.COLON
    count: Annotated[int, Field(ge=1, le=1000)] = 15

    def ready(self, making: Making) -> Look:
        on, count = self.on, self.count

        def look(view: View) -> Hit | None:
            if len(view.text) < count:
                return None
            found = list(EMOJI.finditer(view.text))
            if len(found) < count:
                return None
            return view.hit(on, found[0].start(), found[-1].end(), detail=str(len(found)))

        return look

    def missed(self, view: View) -> Words:
        return plural(
            "{count} emoji, fewer than {least}.",
            "{count} emoji, fewer than {least}.",
            count=len(EMOJI.findall(view.text)),
            least=self.count,
        )


class LinesTrigger(TriggerBase):
    """At least ``count`` line breaks, or ``empty`` ones in a row. Breaks in code count only as empty ones."""

    on: Literal["lines"] = "lines"
    needs: ClassVar[Sign] = Sign.LINES
    count: Annotated[int, Field(ge=1, le=4000)] = 40
    empty: Annotated[int, Field(ge=2, le=4000)] = 10

    def ready(self, making: Making) -> Look:
        on, count = self.on, self.count
        rows = re.compile(rf"(?:\n[^\S\n]*+){{{self.empty}}}")

        def look(view: View) -> Hit | None:
            text = view.text
            if text.count("\n") >= count and (breaks := spoken(text).count("\n")) >= count:
                return view.hit(on, 0, len(text), detail=str(breaks))
            found = rows.search(text)
            return view.hit(on, found.start(), found.end(), detail=str(text.count("\n"))) if found else None

        return look

    def missed(self, view: View) -> Words:
        return plural(
            "{count} line break, fewer than {least}.",
            "{count} line breaks, fewer than {least}.",
            count=spoken(view.text).count("\n"),
            least=self.count,
        )


_MARK = "[\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"


class ZalgoTrigger(TriggerBase):
    """At least ``letters`` letters with ``marks`` or more marks stacked on each; no living language does it."""

    on: Literal["zalgo"] = "zalgo"
    needs: ClassVar[Sign] = Sign.FOREIGN
    marks: Annotated[int, Field(ge=3, le=50)] = 3
    letters: Annotated[int, Field(ge=1, le=1000)] = 2

    def ready(self, making: Making) -> Look:
        on, letters = self.on, self.letters
        stack = re.compile(f"{_MARK}{{{self.marks},}}+")

        def look(view: View) -> Hit | None:
            found = list(stack.finditer(view.text))
            if len(found) < letters:
                return None
            return view.hit(on, found[0].start(), found[-1].end(), detail=str(len(found)))

        return look

    def missed(self, view: View) -> Words:
        return t("No letter carries a stack of marks.")


class RepeatsTrigger(TriggerBase):
    """The same character ``count`` times or more in a row; digits, blanks and lines drawn of signs do not count."""

    on: Literal["repeats"] = "repeats"
    count: Annotated[int, Field(ge=4, le=4000)] = 20
    signs: str = "-=_*~#.^+/\\|<>─━═—–·•…■□▬░▒▓█"
    """Characters that draw lines."""

    def ready(self, making: Making) -> Look:
        on, count, step = self.on, self.count, max(1, self.count // 3)
        sampled = re.compile(rf"(.)\1{{{count // step - 1}}}", re.DOTALL)
        run = re.compile(rf"([^\s\d{re.escape(self.signs)}])\1{{{count - 1},}}+")

        def look(view: View) -> Hit | None:
            text = view.text
            if len(text) < count or not sampled.search(text[::step]):
                return None
            found = run.search(text)
            return view.hit(on, found.start(), found.end(), detail=found[0][0]) if found else None

        return look

    def missed(self, view: View) -> Words:
        return t("No character comes {count} times in a row.", count=self.count)


class LengthTrigger(TriggerBase):
    """At least ``characters``."""

    on: Literal["length"] = "length"
    characters: Annotated[int, Field(ge=1, le=100_000)] = 3000

    def ready(self, making: Making) -> Look:
        on, characters = self.on, self.characters

        def look(view: View) -> Hit | None:
            length = len(view.text)
            return view.hit(on, 0, length, detail=str(length)) if length >= characters else None

        return look

    def missed(self, view: View) -> Words:
        return plural(
            "{count} character, fewer than {least}.",
            "{count} characters, fewer than {least}.",
            count=len(view.text),
            least=self.characters,
        )
