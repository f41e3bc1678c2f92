"""One system of typed fields, for command options, forms and settings.

A pydantic model declares them; ``Reader`` turns what people type into its values, in French and in English, and says
what is wrong beside each field. Titles come from ``Field(title=…)``; bounds from ``ge``, ``le``, ``max_length``.
"""

from bot.cog.fields.kinds import Choices, Long, Place, Schedule, TextFile, Unread, Worded, kind_of
from bot.cog.fields.reader import AsTyped, Invalid, Reader, of_function, of_model
from bot.cog.fields.spelling import Spelling

__all__ = [
    "AsTyped",
    "Choices",
    "Invalid",
    "Long",
    "Place",
    "Reader",
    "Schedule",
    "Spelling",
    "TextFile",
    "Unread",
    "Worded",
    "kind_of",
    "of_function",
    "of_model",
]
