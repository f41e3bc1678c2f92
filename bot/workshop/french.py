"""French typography: what a reader would stumble on."""

from __future__ import annotations

import re

NARROW = "\N{NARROW NO-BREAK SPACE}"
WIDE = "\N{NO-BREAK SPACE}"

CODE = re.compile(r"`[^`]*`|https?://\S+|\{\w*\}|(?<=\d):(?=\d)")
"""What is not French: code, addresses, placeholders, and the colon of ``18:00``."""

FAULTS = (
    (re.compile('"|[“”]'), "quotation marks are « »"),
    (re.compile(r"(?<=\w)'(?=\w)"), "the apostrophe is ’"),
    (re.compile(rf"«(?!{NARROW})|(?<!{NARROW})»"), "a narrow no-break space goes inside « »"),
    (re.compile(rf"(?<![{NARROW};!?…(])[;!?]"), "a narrow no-break space goes before ; ! and ?"),
    (re.compile(rf"(?<![{NARROW}{WIDE}]):(?=\s|$)"), "a no-break space goes before :"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "the ellipsis is …"),
)


def faults(text: str) -> list[str]:
    """What is wrong with a French text, in words."""
    bare = CODE.sub("x", text)
    return [words for pattern, words in FAULTS if pattern.search(bare)]
