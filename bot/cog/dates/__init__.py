"""What people type as dates and durations, in French and in English, and how they are said back.

Moments are aware datetimes, returned in UTC; wall-clock reasoning is done in the zone given. Nothing reads the clock.
"""

from bot.cog.dates.durations import parse_duration, short
from bot.cog.dates.moments import parse_moment
from bot.cog.dates.saying import say_day, say_duration, say_moment, say_schedule, say_time
from bot.cog.dates.schedules import next_times, parse_schedule
from bot.cog.dates.times import parse_time
from bot.cog.dates.words import NotADate

__all__ = [
    "NotADate",
    "next_times",
    "parse_duration",
    "parse_moment",
    "parse_schedule",
    "parse_time",
    "say_day",
    "say_duration",
    "say_moment",
    "say_schedule",
    "say_time",
    "short",
]
