"""Every limit of Slack that Relais respects (from Slack’s documentation), and how texts are made to fit.

Lengths are counted in UTF-16 code units, as Slack's clients do: never less than what Slack counts.
"""

from __future__ import annotations

from unicodedata import category

BLOCKS = 50
TOTAL = 12_000
"""Characters of all blocks together: messages are refused near 13,200."""
FALLBACK = 3_000
"""``text`` beside blocks: what notifications and screen readers get."""
HEADER = 150
SECTION = 3_000
SECTION_FIELDS = 10
FIELD = 2_000
CONTEXT = 2_000
PINGS = 100
"""Members called in one message, within ``FALLBACK``."""
FIELDS = 25
FIELDS_TOTAL = 6_000
"""Characters of all fields together, so that the text keeps room."""

ROW_BUTTONS = 25
BUTTON = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
BUTTONS = 50
MENUS = 10
ACTION_ID = 255
BLOCK_ID = 255
OPTIONS = 100
OPTION = 75
OPTION_VALUE = 150
PLACEHOLDER = 150

MODAL_TITLE = 24
MODAL_SUBMIT = 24
MODAL_BLOCKS = 100
METADATA = 3_000
LABEL = 2_000
HINT = 2_000
INPUT = 3_000
PROBLEM = 300

COMMANDS = 50
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 2_000
COMMAND_HINT = 1_000
APP_NAME = 35
APP_DESCRIPTION = 140
SHORTCUT_NAME = 24
SHORTCUT_DESCRIPTION = 150

ALT = 1_000
FILE_TITLE = 200
"""It travels in the address of the request, which has room for some thousands of characters."""
RESPONSES = 5
"""Uses of one ``response_url``."""
RESPONSE_SECONDS = 30 * 60
PAGE = 200

MORE = "…"


def size(text: str) -> int:
    """UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most ``limit``, with an ellipsis where something is missing; between words when one ends late enough."""
    if size(text) <= limit:
        return text
    kept = head(text, limit - 1)
    space = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:space] if space > len(kept) // 2 else kept).rstrip() + MORE


def head(text: str, limit: int) -> str:
    """The first characters, at most ``limit``; a base character keeps its marks or goes with them."""
    if size(text) <= limit:
        return text
    end = min(len(text), max(limit, 0))
    while size(text[:end]) > limit:
        end -= 1
    whole = end
    while whole and (category(text[whole])[0] == "M" or "\u200d" in text[whole - 1 : whole + 1]):
        whole -= 1
    return text[: whole or end]
