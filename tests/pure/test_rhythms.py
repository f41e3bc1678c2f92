"""Dates, durations and recurrences in French and English: examples, nights of time change, round trips, junk."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cog.dates import (
    next_times,
    parse_duration,
    parse_moment,
    parse_schedule,
    parse_time,
    say_duration,
    say_schedule,
    say_time,
    short,
)

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY_8 = datetime(2026, 11, 23, 8, 0, tzinfo=PARIS)
UNTIMED = settings(deadline=None)
LANGUAGES = ("en", "fr")
ZONES = st.sampled_from([PARIS, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])
HOUR, MINUTE, SECOND, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
MINUTES = st.integers(0, 180 * 365 * 24 * 60).map(lambda count: datetime(1971, 1, 1, tzinfo=UTC) + count * MINUTE)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h30", 9000), ("1 heure 30", 5400), ("1h 15m", 4500), ("90 min", 5400), ("2 jours", 172800),
        ("2 days", 172800), ("1 semaine", 604800), ("1w2d", 777600), ("45s", 45), ("un jour", 86400), ("an hour", 3600),
        ("1,5 h", 5400), ("1.5 hours", 5400), ("400d", 34560000), ("7d", 604800), ("2j", 172800), ("P7D", 604800),
        ("PT2H30M", 9000), ("p1dt12h", 129600), ("P1W", 604800), ("PT0.5S", 0.5), ("2 jours, 3 heures", 183600),
        ("2 days and 3 hours", 183600), ("1 heure et demie", 5400), ("half an hour", 1800), ("un quart d'heure", 900),
        ("5 min 30", 330), ("Trois\u00a0Heures", 10800), ("36525 days", 36525 * 86400), ("2h05", 7500),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "5", "90", "h", "2x", "-2h", "−2h", "0", "0s", "0 min", "PT0S", "P", "PT", "P1M", "P1Y", "1 mois", "1 year",
     "2h 3h", "30m 2h", "2 days 3", "2h75", "1,5 h 30", "2h30 demain", "soon", "36526 days", "101 ans",
     "999999999 weeks", "2 , h", "1 2h", "h2", "²h", "½ h", "2h,", "2h and", "in 2 hours", "1h" * 90],
)  # fmt: skip
def test_junk_is_never_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a duration|no fixed length|more than 100 years|no time at all"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0", "0s", "0 min", "PT0S", "0 h 0 min"])
def test_zero_is_allowed_on_request(text: str) -> None:
    assert parse_duration(text, allow_zero=True) == timedelta(0)


@pytest.mark.parametrize(
    ("delta", "compact", "english", "french"),
    [
        (7 * DAY, "7d", "7 days", "7 jours"),
        (150 * MINUTE, "2h30m", "2 hours 30 minutes", "2 heures 30 minutes"),
        (90 * SECOND, "90s", "1 minute 30 seconds", "1 minute 30 secondes"),
        (120 * SECOND, "2m", "2 minutes", "2 minutes"),
        (DAY + HOUR + SECOND, "1d1h1s", "1 day 1 hour 1 second", "1 jour 1 heure 1 seconde"),
        (12345 * DAY, "12345d", "12345 days", "12345 jours"),
        (timedelta(0), "0s", "0 seconds", "0 seconde"),
        (timedelta(seconds=5, microseconds=999), "5s", "5 seconds", "5 secondes"),
    ],
)
def test_durations_are_said(delta: timedelta, compact: str, english: str, french: str) -> None:
    assert short(delta) == compact
    assert say_duration(delta, language="en") == english
    assert say_duration(delta, language="fr").replace("\u00a0", " ") == french


def test_compact_durations_are_written_as_french_does() -> None:
    written = [short(delta, language="fr") for delta in (7 * DAY, 150 * MINUTE, 90 * SECOND, timedelta(0))]
    assert written == ["7 j", "2 h 30 min", "90 s", "0 s"]


def test_a_negative_duration_is_not_said() -> None:
    for say in (short, lambda delta: say_duration(delta, language="fr")):
        with pytest.raises(ValueError, match="negative"):
            say(-SECOND)


@UNTIMED
@given(st.integers(0, 36525 * 86400))
def test_durations_said_are_read_back(seconds: int) -> None:
    delta = timedelta(seconds=seconds)
    for said in (
        short(delta),
        short(delta, language="fr"),
        *(say_duration(delta, language=language) for language in LANGUAGES),
    ):
        assert parse_duration(said, allow_zero=True) == delta


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", time(9)), ("9h", time(9)), ("9h30", time(9, 30)), ("9:30", time(9, 30)), ("6pm", time(18)),
        ("6:30 pm", time(18, 30)), ("18 h", time(18)), ("18\u202fh\u202f05", time(18, 5)), ("midi", time(12)),
        ("noon", time(12)), ("minuit", time(0)), ("Midnight", time(0)), ("12am", time(0)), ("12 p.m.", time(12)),
        ("à 9 heures", time(9)), ("at 9", time(9)), ("0", time(0)), ("23:59", time(23, 59)),
        ("9h et demie", time(9, 30)),
    ],
)  # fmt: skip
def test_times(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "25h", "24", "24:00", "9:60", "9h60", "13pm", "0am", "9h5", "9:5", "930", "9 30", "-9", "demain", "9h demain",
     "midi 30", "9h pm", "1e", "noonish", "9:30:15"],
)  # fmt: skip
def test_junk_is_never_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a time|no such time"):
        parse_time(text)


@UNTIMED
@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.sampled_from(LANGUAGES))
def test_times_said_are_read_back(moment: time, language: str) -> None:
    assert parse_time(say_time(moment, language=language)) == moment


def test_times_are_said() -> None:
    assert say_time(time(9), language="en") == "09:00"
    assert say_time(time(9), language="fr") == "9\u202fh"
    assert say_time(time(9, 5), language="fr@tu") == "9\u202fh\u202f05"


SCHEDULES = (
    ("every day at 9", "0 9 * * *"),
    ("tous les jours à 9h", "0 9 * * *"),
    ("chaque jour 9h", "0 9 * * *"),
    ("daily", "0 9 * * *"),
    ("à 9h30 tous les jours", "30 9 * * *"),
    ("at 9, every monday", "0 9 * * 1"),
    ("lun, mar et ven à 9h", "0 9 * * 1,2,5"),
    ("jours ouvrés à 8h", "0 8 * * 1-5"),
    ("the first of the month", "0 9 1 * *"),
    ("le 3ème jeudi du mois à 10h", "0 10 * * 4#3"),
    ("toutes les demi-heures", "*/30 * * * *"),
    ("every twenty minutes", "*/20 * * * *"),
    ("every day at noon", "0 12 * * *"),
    ("weekdays at 9:00", "0 9 * * 1-5"),
    ("every weekday, 9am", "0 9 * * 1-5"),
    ("en semaine à 9h", "0 9 * * 1-5"),
    ("monday to friday at 9:15", "15 9 * * 1-5"),
    ("du lundi au jeudi à 9h", "0 9 * * 1,2,3,4"),
    ("friday through monday at 9", "0 9 * * 0,1,5,6"),
    ("le week-end à 10h", "0 10 * * 0,6"),
    ("weekends at 10", "0 10 * * 0,6"),
    ("every monday at 9", "0 9 * * 1"),
    ("chaque lundi à 9h", "0 9 * * 1"),
    ("tous les lundis à 9\u202fh\u202f30", "30 9 * * 1"),
    ("lundi 9h", "0 9 * * 1"),
    ("lundi et jeudi à 18h", "0 18 * * 1,4"),
    ("les lundis, mercredis et dimanches à 18h", "0 18 * * 0,1,3"),
    ("mondays and thursdays at 18:00", "0 18 * * 1,4"),
    ("every Monday and every Thursday at 6pm", "0 18 * * 1,4"),
    ("thursday, monday at 18:00", "0 18 * * 1,4"),
    ("first monday of the month at 9", "0 9 * * 1#1"),
    ("premier lundi du mois à 9h", "0 9 * * 1#1"),
    ("le 2e mardi de chaque mois à 9h", "0 9 * * 2#2"),
    ("the third sunday of every month at 9am", "0 9 * * 0#3"),
    ("last friday of the month at 17:00", "0 17 * * 5L"),
    ("dernier vendredi du mois à 17h", "0 17 * * 5L"),
    ("the 1st of the month at 8", "0 8 1 * *"),
    ("le 1er du mois à 8h", "0 8 1 * *"),
    ("le premier du mois", "0 9 1 * *"),
    ("le 15 de chaque mois à midi", "0 12 15 * *"),
    ("the last day of the month at 23:30", "30 23 L * *"),
    ("every hour", "0 * * * *"),
    ("toutes les heures", "0 * * * *"),
    ("toutes les deux heures", "0 */2 * * *"),
    ("toutes les 2h", "0 */2 * * *"),
    ("every 15 minutes", "*/15 * * * *"),
    ("toutes les 5 min", "*/5 * * * *"),
    ("every 60 minutes", "0 * * * *"),
    ("every minute", "* * * * *"),
    ("0 9 * * 1", "0 9 * * 1"),
    ("  0  9 * *  mon-fri ", "0 9 * * MON-FRI"),
    ("*/10 8-18 1,15 * *", "*/10 8-18 1,15 * *"),
)


@pytest.mark.parametrize(("text", "cron"), SCHEDULES)
def test_schedules(text: str, cron: str) -> None:
    assert parse_schedule(text) == cron


@pytest.mark.parametrize(
    "text",
    ["", "soon", "every", "every day at", "every day at 25h", "every day 9", "every 7 minutes", "every 90 minutes",
     "every 5 hours", "every 0 minutes", "every 24 hours", "every two weeks", "lundi machin 9h", "machin lundi 9h",
     "at 9", "9h", "sixth monday of the month", "the 32nd of the month at 8", "le 0 du mois", "every hour at 9",
     "9 every day", "at 9 every hour",
     "0 9 * *", "0 0 9 * * 1", "61 9 * * 1", "0 9 30 2 *", "0 9 * * 8", "0 9 * * 1#6", "@daily", "every day every day",
     "tomorrow at 9", "monday or friday", "0 9 * * 1; rm", "99999999999 9 * * 1", "every day at 9 and 10", "x" * 5000],
)  # fmt: skip
def test_junk_is_never_a_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="not a schedule"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("cron", "english", "french"),
    [
        ("0 9 * * *", "every day at 09:00", "tous les jours à 9 h"),
        ("0 9 * * 1-5", "weekdays at 09:00", "en semaine à 9 h"),
        ("0 9 * * 1,2,3,4,5", "weekdays at 09:00", "en semaine à 9 h"),
        ("0 9 * * 1", "every Monday at 09:00", "chaque lundi à 9 h"),
        ("0 9 * * 7", "every Sunday at 09:00", "chaque dimanche à 9 h"),
        ("30 18 * * 0,1,4", "every Monday, Thursday and Sunday at 18:30", "les lundis, jeudis et dimanches à 18 h 30"),
        ("0 9 * * 1#1", "the first Monday of the month at 09:00", "le premier lundi du mois à 9 h"),
        ("0 17 * * 5L", "the last Friday of the month at 17:00", "le dernier vendredi du mois à 17 h"),
        ("0 8 1 * *", "the 1st of the month at 08:00", "le 1er du mois à 8 h"),
        ("0 8 22 * *", "the 22nd of the month at 08:00", "le 22 du mois à 8 h"),
        ("0 8 12 * *", "the 12th of the month at 08:00", "le 12 du mois à 8 h"),
        ("0 8 L * *", "the last day of the month at 08:00", "le dernier jour du mois à 8 h"),
        ("0 * * * *", "every hour", "toutes les heures"),
        ("*/15 * * * *", "every 15 minutes", "toutes les 15 minutes"),
        ("0 */2 * * *", "every 2 hours", "toutes les 2 heures"),
    ],
)
def test_schedules_are_said(cron: str, english: str, french: str) -> None:
    assert say_schedule(cron, language="en") == english
    assert say_schedule(cron, language="fr").replace("\u202f", " ") == french


@pytest.mark.parametrize(
    "cron", ["*/7 * * * *", "0 9 1 1 *", "0 9,18 * * *", "0 9 1 * 1", "0 9 * * 1-4", "99 9 * * *", "0 99 * * *", "junk"]
)
def test_other_expressions_are_said_as_they_are(cron: str) -> None:
    for language in LANGUAGES:
        assert say_schedule(cron, language=language) == cron


WEEKDAY_LISTS = st.sets(st.integers(0, 6), min_size=1, max_size=6).map(
    lambda days: "1-5" if days == {1, 2, 3, 4, 5} else ",".join(map(str, sorted(days)))
)
DAYS = st.one_of(
    st.sampled_from(["* * *", "L * *"]),
    WEEKDAY_LISTS.map("* * {}".format),
    st.integers(1, 31).map("{} * *".format),
    st.builds("* * {}{}".format, st.integers(0, 6), st.sampled_from(["#1", "#2", "#3", "#4", "#5", "L"])),
)
SIMPLE_SCHEDULES = st.one_of(
    st.builds("{} {} {}".format, st.integers(0, 59), st.integers(0, 23), DAYS),
    st.sampled_from([2, 3, 4, 5, 6, 10, 12, 15, 20, 30]).map("*/{} * * * *".format),
    st.sampled_from([2, 3, 4, 6, 8, 12]).map("0 */{} * * *".format),
    st.sampled_from(["0 * * * *", "* * * * *"]),
)


@UNTIMED
@given(SIMPLE_SCHEDULES, st.sampled_from(LANGUAGES))
def test_schedules_said_are_words_and_read_back(cron: str, language: str) -> None:
    said = say_schedule(cron, language=language)
    assert said != cron
    assert parse_schedule(said) == cron


def instants(cron: str, after: datetime, zone: ZoneInfo, count: int) -> list[str]:
    return [f"{moment:%m-%dT%H:%M}" for moment in islice(next_times(cron, after=after, zone=zone), count)]


@pytest.mark.parametrize(
    ("cron", "after", "zone", "expected"),
    [
        ("30 2 * * *", datetime(2027, 3, 27, 12, tzinfo=PARIS), PARIS, ["03-28T01:00", "03-29T00:30"]),
        ("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=PARIS), PARIS, ["10-25T00:30", "10-26T01:30"]),
        ("30 2 * * *", datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=PARIS), PARIS, ["10-26T01:30", "10-27T01:30"]),
        ("0 9 * * *", datetime(2027, 3, 27, 9, tzinfo=PARIS), PARIS, ["03-28T07:00", "03-29T07:00"]),
        ("30 2 * * *", datetime(2027, 3, 13, 12, tzinfo=NEW_YORK), NEW_YORK, ["03-14T07:00", "03-15T06:30"]),
        ("30 1 * * *", datetime(2027, 11, 6, 12, tzinfo=NEW_YORK), NEW_YORK, ["11-07T05:30", "11-08T06:30"]),
        ("0 * * * *", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), PARIS, ["10-25T01:00", "10-25T02:00"]),
    ],
)
def test_schedules_on_nights_of_time_change(cron: str, after: datetime, zone: ZoneInfo, expected: list[str]) -> None:
    assert instants(cron, after, zone, len(expected)) == expected


def test_next_times_are_strictly_after() -> None:
    nine = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert next(next_times("0 9 * * 1", after=nine, zone=PARIS)) == nine + 7 * DAY
    first = next(next_times("0 9 * * 1", after=nine - timedelta(microseconds=1), zone=PARIS))
    assert first == nine
    assert first.tzinfo is UTC


def test_next_times_end_with_the_calendar() -> None:
    assert list(next_times("0 9 31 12 *", after=datetime(9999, 1, 1, tzinfo=UTC), zone=PARIS)) == [
        datetime(9999, 12, 31, 8, tzinfo=UTC)
    ]


@pytest.mark.parametrize("cron", ["", "every day at 9", "0 9 * *", "0 0 9 * * 1", "61 9 * * *", "0 0 30 2 *"])
def test_next_times_refuse_a_bad_expression_at_once(cron: str) -> None:
    with pytest.raises(ValueError, match="not a cron expression"):
        next_times(cron, after=MONDAY_8, zone=PARIS)


@UNTIMED
@given(SIMPLE_SCHEDULES, MINUTES, ZONES)
def test_next_times_ascend_after_the_start(cron: str, after: datetime, zone: ZoneInfo) -> None:
    found = [after, *islice(next_times(cron, after=after, zone=zone), 5)]
    assert len(found) == 6
    assert all(before < later for before, later in pairwise(found))


NIGHTS = st.sampled_from(
    [date(2027, month, day) for month, days in ((3, (14, 28)), (4, (4,)), (10, (3, 31)), (11, (7,))) for day in days]
)


@UNTIMED
@given(st.integers(0, 3) | st.integers(0, 23), st.integers(0, 59), NIGHTS, ZONES)
def test_typed_moments_and_schedules_agree_on_time_changes(hour: int, minute: int, day: date, zone: ZoneInfo) -> None:
    typed = parse_moment(f"{day} {hour}:{minute:02}", now=MONDAY_8, zone=zone)
    scheduled = next_times(f"{minute} {hour} {day.day} {day.month} *", after=typed - DAY, zone=zone)
    assert next(scheduled) == typed
