"""Every limit of Discord that Relais respects (from Discord’s documentation), and how texts are made to fit.

Lengths are counted in UTF-16 code units, as clients do: never less than what Discord counts.
"""

from __future__ import annotations

from datetime import timedelta
from unicodedata import category

CONTENT = 2000
EMBED_TITLE = 256
EMBED_TEXT = 4096
EMBED_FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_TOTAL = 6000
NONCE = 25
ATTACHMENTS = 10
ATTACHMENT_BYTES = 10 * 1024 * 1024
ATTACHMENT_ALT = 1024
PINGS = 80
"""Users named in ``allowed_mentions``: Discord takes 100, and their mentions must fit in ``CONTENT``."""

ROWS = 5
ROW_BUTTONS = 5
CUSTOM_ID = 100
BUTTON_LABEL = 80
BUTTON_URL = 512
SELECT_OPTIONS = 25
OPTION_TEXT = 100
PLACEHOLDER = 150

MODAL_TITLE = 45
MODAL_FIELDS = 5
LABEL = 45
LABEL_HINT = 100
TEXT_INPUT = 4000

COMMANDS = 100
COMMAND_TOTAL = 8000
COMMAND_OPTIONS = 25
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_CHOICES = 25
CHOICE_TEXT = 100
COMMAND_TEXT = 6000
COMMAND_NUMBER = 2**53

THREAD_NAME = 100
EVENT_NAME = 100
EVENT_TEXT = 1000
EVENT_PLACE = 100
INVITE_USES = 100
INVITE_AGE = timedelta(days=7)
INVITE_PAUSE = timedelta(hours=24)
BULK = range(2, 101)
"""Messages deleted in one request."""
BULK_AGE = timedelta(days=14)
"""Of the messages that may be deleted in bulk."""
BAN_MESSAGES = timedelta(days=7)

AUTOMOD_RULES = {1: 6, 5: 1}
"""Rules of a server by their kind: keywords, mentions."""
AUTOMOD_NAME = 100
AUTOMOD_WORDS = 1000
AUTOMOD_WORD = 60
AUTOMOD_PATTERNS = 10
AUTOMOD_PATTERN = 260
AUTOMOD_ALLOWED = 100
AUTOMOD_MENTIONS = 50
AUTOMOD_MESSAGE = 150
AUTOMOD_EXEMPT_ROLES = 20
AUTOMOD_EXEMPT_CHANNELS = 50

AUDIT_REASON = 512
"""Characters once URL-encoded."""
TIMEOUT = timedelta(days=28)
SLOW_MODE = 21_600
PAGE = 100
"""Messages of one request."""
MEMBERS_PAGE = 1000


def size(text: str) -> int:
    """UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int, more: str = "…") -> str:
    """Plain text (no markup) of at most ``limit`` units; a character is never left without its marks."""
    if size(text) <= limit:
        return text
    room, used, end = limit - size(more), 0, 0
    for char in text:
        used += size(char)
        if used > room:
            break
        end += 1
    while end and (category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
        end -= 1
    return text[:end].rstrip() + more
