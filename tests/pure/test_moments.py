"""Dates, durations and recurrences in French and English: examples, nights of time change, round trips, junk."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cog.dates import (
    NotADate,
    next_times,
    parse_moment,
    say_moment,
)

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY_8 = datetime(2026, 11, 23, 8, 0, tzinfo=PARIS)
UNTIMED = settings(deadline=None)
LANGUAGES = ("en", "fr")
HOUR, MINUTE, SECOND, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)


def read(text: str, *, now: datetime = MONDAY_8, zone: ZoneInfo = PARIS, language: str = "en") -> str:
    moment = parse_moment(text, now=now, zone=zone, language=language)
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


MOMENTS = (
    ("2026-11-23T08:00", "2026-11-23 08:00"),
    ("2026-11-23 8:00", "2026-11-23 08:00"),
    ("2026-11-23", "2026-11-23 09:00"),
    ("2026-11-23T08:00:30", "2026-11-23 08:00"),
    ("2026-11-23T08:00Z", "2026-11-23 09:00"),
    ("2026-11-23T08:00-05:00", "2026-11-23 14:00"),
    ("2026-11-23 08:00 +0530", "2026-11-23 03:30"),
    ("le 2026-12-01 à 8h", "2026-12-01 08:00"),
    ("2026/12/01 8:30", "2026-12-01 08:30"),
    ("now", "2026-11-23 08:00"),
    ("Maintenant", "2026-11-23 08:00"),
    ("today", "2026-11-23 09:00"),
    ("aujourd'hui", "2026-11-23 09:00"),
    ("aujourd\u2019hui à 7h", "2026-11-23 07:00"),
    ("tomorrow", "2026-11-24 09:00"),
    ("demain", "2026-11-24 09:00"),
    ("yesterday at 9", "2026-11-22 09:00"),
    ("avant-hier", "2026-11-21 09:00"),
    ("day after tomorrow", "2026-11-25 09:00"),
    ("the day after tomorrow at noon", "2026-11-25 12:00"),
    ("après-demain", "2026-11-25 09:00"),
    ("apres demain 7h15", "2026-11-25 07:15"),
    ("APRÈS\u2011DEMAIN À MIDI", "2026-11-25 12:00"),
    ("tonight", "2026-11-23 20:00"),
    ("tonight at 8", "2026-11-23 20:00"),
    ("tonight at midnight", "2026-11-24 00:00"),
    ("ce soir", "2026-11-23 20:00"),
    ("ce soir à 20h", "2026-11-23 20:00"),
    ("ce soir à 8h", "2026-11-23 20:00"),
    ("ce soir à minuit", "2026-11-24 00:00"),
    ("ce midi", "2026-11-23 12:00"),
    ("this morning", "2026-11-23 09:00"),
    ("ce matin", "2026-11-23 09:00"),
    ("ce matin à 7 h", "2026-11-23 07:00"),
    ("this afternoon at 3", "2026-11-23 15:00"),
    ("cet après-midi", "2026-11-23 14:00"),
    ("cet après-midi à 15h", "2026-11-23 15:00"),
    ("demain soir", "2026-11-24 20:00"),
    ("tomorrow morning", "2026-11-24 09:00"),
    ("demain à 8h du soir", "2026-11-24 20:00"),
    ("tomorrow at 5 in the afternoon", "2026-11-24 17:00"),
    ("demain 18h", "2026-11-24 18:00"),
    ("18h demain", "2026-11-24 18:00"),
    ("demain à 18 h 30", "2026-11-24 18:30"),
    ("demain à 18\u202fh\u202f30", "2026-11-24 18:30"),
    ("demain, 18h30", "2026-11-24 18:30"),
    ("demain à 8 heures et demie", "2026-11-24 08:30"),
    ("tomorrow at 6pm", "2026-11-24 18:00"),
    ("at 6 p.m. tomorrow", "2026-11-24 18:00"),
    ("tomorrow 12am", "2026-11-24 00:00"),
    ("tomorrow 12:30 pm", "2026-11-24 12:30"),
    ("tomorrow 18:00", "2026-11-24 18:00"),
    ("tomorrow at 9 o'clock", "2026-11-24 09:00"),
    ("demain midi", "2026-11-24 12:00"),
    ("demain à minuit", "2026-11-24 00:00"),
    ("friday at 9", "2026-11-27 09:00"),
    ("on Friday, 9am", "2026-11-27 09:00"),
    ("vendredi 9h", "2026-11-27 09:00"),
    ("vendredi soir", "2026-11-27 20:00"),
    ("friday evening at midnight", "2026-11-28 00:00"),
    ("ven. 9h", "2026-11-27 09:00"),
    ("monday at 9", "2026-11-23 09:00"),
    ("lundi à 8h", "2026-11-30 08:00"),
    ("lundi", "2026-11-23 09:00"),
    ("next friday", "2026-11-27 09:00"),
    ("next monday", "2026-11-30 09:00"),
    ("vendredi prochain à 18h", "2026-11-27 18:00"),
    ("lundi prochain", "2026-11-30 09:00"),
    ("lundi en huit", "2026-12-07 09:00"),
    ("vendredi en huit à 10h", "2026-12-04 10:00"),
    ("lundi 30", "2026-11-30 09:00"),
    ("lundi 30 à 14h", "2026-11-30 14:00"),
    ("monday the 30th at 2pm", "2026-11-30 14:00"),
    ("le 15 à 18h", "2026-12-15 18:00"),
    ("on the 23rd at 10:00", "2026-11-23 10:00"),
    ("le 31", "2026-12-31 09:00"),
    ("dans 2 jours", "2026-11-25 08:00"),
    ("in 2 days at 9", "2026-11-25 09:00"),
    ("dans 2 jours à 9h", "2026-11-25 09:00"),
    ("dans 2 jours 18:00", "2026-11-25 18:00"),
    ("in 3 hours", "2026-11-23 11:00"),
    ("dans 2h30", "2026-11-23 10:30"),
    ("dans une demi-heure", "2026-11-23 08:30"),
    ("in an hour and a half", "2026-11-23 09:30"),
    ("dans 1 heure et 10 minutes", "2026-11-23 09:10"),
    ("in 2d 3h", "2026-11-25 11:00"),
    ("in 1.5 days", "2026-11-24 20:00"),
    ("dans une semaine", "2026-11-30 08:00"),
    ("in 3 months", "2027-02-23 08:00"),
    ("dans un an à midi", "2027-11-23 12:00"),
    ("2 hours from now", "2026-11-23 10:00"),
    ("2 hours ago", "2026-11-23 06:00"),
    ("il y a 2 jours", "2026-11-21 08:00"),
    ("1er décembre 8h", "2026-12-01 08:00"),
    ("1ᵉʳ décembre 8h", "2026-12-01 08:00"),
    ("1 December 8am", "2026-12-01 08:00"),
    ("December 1st at 8:00", "2026-12-01 08:00"),
    ("the 1st of December at 8:00", "2026-12-01 08:00"),
    ("Dec. 1, 2026 8am", "2026-12-01 08:00"),
    ("le 3 mars à 14h", "2027-03-03 14:00"),
    ("3 MARS 2025", "2025-03-03 09:00"),
    ("29 février", "2028-02-29 09:00"),
    ("23 novembre 8h", "2027-11-23 08:00"),
    ("23 novembre", "2026-11-23 09:00"),
    ("03/04/2027 14:00", "2027-04-03 14:00"),
    ("03/04/27 14:00", "2027-04-03 14:00"),
    ("3.4.2027", "2027-04-03 09:00"),
    ("03-04-2027", "2027-04-03 09:00"),
    ("03/04", "2027-04-03 09:00"),
    ("noon", "2026-11-23 12:00"),
    ("à midi", "2026-11-23 12:00"),
    ("midnight", "2026-11-24 00:00"),
    ("minuit", "2026-11-24 00:00"),
    ("7h", "2026-11-24 07:00"),
    ("8h", "2026-11-24 08:00"),
    ("at 9", "2026-11-23 09:00"),
    ("2h30", "2026-11-24 02:30"),
    ("tomorrow @ 9", "2026-11-24 09:00"),
    ("dans quinze jours", "2026-12-08 08:00"),
    ("Monday 23 November 2026 at 09:00", "2026-11-23 09:00"),
    ("Monday, November 23, 2026 at 9:00 AM", "2026-11-23 09:00"),
    ("lundi 23 novembre 2026 à 9 h", "2026-11-23 09:00"),
)


@pytest.mark.parametrize("language", ["en", "fr", "fr-CA", "fr@tu"])
@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_moments_are_read_in_both_languages(text: str, expected: str, language: str) -> None:
    assert read(text, language=language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "04/13/2027", "2027-04-13"),
        ("en", "13/04/2027", "2027-04-13"),
        ("en-GB", "03/04/2027", "2027-04-03"),
        ("en-US", "03/04/2027", "2027-03-04"),
        ("en-US", "13/04/2027", "2027-04-13"),
        ("en-US", "2027-04-03", "2027-04-03"),
        ("fr", "03/04/2027", "2027-04-03"),
    ],
)
def test_language_decides_the_order_of_numeric_dates(language: str, text: str, expected: str) -> None:
    assert read(text, language=language) == f"{expected} 09:00"


def test_french_dates_are_never_read_month_first() -> None:
    with pytest.raises(NotADate) as caught:
        read("04/13/2027", language="fr")
    assert caught.value.hint == "nonexistent_day"


@pytest.mark.parametrize(
    ("now", "zone", "text", "expected"),
    [
        (datetime(2026, 11, 27, 8, 59, tzinfo=PARIS), PARIS, "friday at 9", "2026-11-27 09:00"),
        (datetime(2026, 11, 27, 9, 0, tzinfo=PARIS), PARIS, "friday at 9", "2026-12-04 09:00"),
        (datetime(2026, 11, 27, 8, 0, tzinfo=PARIS), PARIS, "vendredi prochain", "2026-12-04 09:00"),
        (datetime(2026, 11, 23, 22, 0, tzinfo=PARIS), PARIS, "ce soir", "2026-11-23 20:00"),
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), NEW_YORK, "tomorrow 9am", "2026-11-24 09:00"),
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), PARIS, "tomorrow 9am", "2026-11-25 09:00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=PARIS), PARIS, "le 1er janvier à minuit", "2027-01-01 00:00"),
        (datetime(2027, 1, 31, 12, 0, tzinfo=PARIS), PARIS, "in one month", "2027-02-28 12:00"),
        (datetime(2028, 2, 29, 9, 0, tzinfo=PARIS), PARIS, "29 february", "2032-02-29 09:00"),
        (datetime(2027, 1, 30, 12, 0, tzinfo=PARIS), PARIS, "le 30", "2027-03-30 09:00"),
    ],
)
def test_moments_seen_from_elsewhere(now: datetime, zone: ZoneInfo, text: str, expected: str) -> None:
    assert read(text, now=now, zone=zone) == expected


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        (PARIS, "2027-03-28 01:59", "2027-03-28T00:59"),
        (PARIS, "2027-03-28 02:30", "2027-03-28T01:00"),
        (PARIS, "2027-03-28T02:00", "2027-03-28T01:00"),
        (PARIS, "le 28 mars 2027 à 3h", "2027-03-28T01:00"),
        (PARIS, "2026-10-25 02:30", "2026-10-25T00:30"),
        (PARIS, "2026-10-25T02:30+01:00", "2026-10-25T01:30"),
        (PARIS, "2026-10-25 03:00", "2026-10-25T02:00"),
        (NEW_YORK, "March 14 2027 2:30 am", "2027-03-14T07:00"),
        (NEW_YORK, "14 March 2027 at 3am", "2027-03-14T07:00"),
        (NEW_YORK, "7 November 2027 1:30am", "2027-11-07T05:30"),
        (ZoneInfo("Pacific/Apia"), "30 December 2011 at 10:00", "2011-12-30T10:00"),
        (ZoneInfo("Australia/Lord_Howe"), "2027-10-03 02:15", "2027-10-02T15:30"),
    ],
)
def test_moments_on_nights_of_time_change(zone: ZoneInfo, text: str, expected: str) -> None:
    moment = parse_moment(text, now=MONDAY_8, zone=zone)
    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("in 1 day", "2027-03-28T12:00+02:00"), ("in 24 hours", "2027-03-28T13:00+02:00")],
)
def test_days_keep_the_wall_time_and_hours_do_not(text: str, expected: str) -> None:
    noon = datetime(2027, 3, 27, 12, 0, tzinfo=PARIS)
    assert parse_moment(text, now=noon, zone=PARIS) == datetime.fromisoformat(expected)


def test_a_delay_within_the_repeated_hour_counts_from_now() -> None:
    second_half_past_two = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS)
    assert parse_moment("in 10 min", now=second_half_past_two, zone=PARIS) == datetime(2026, 10, 25, 1, 40, tzinfo=UTC)


JUNK = (
    "", " ", ",", "soon", "bientôt", "demain machin", "machin demain", "demain à", "demain,", "à", "le", "at", "25h",
    "24:00", "demain 25h", "tomorrow 9:60", "13pm", "0am", "18:00 pm", "9", "tomorrow 9", "friday 9", "9.30", "soir",
    "in the evening", "demain demain", "demain 9h 10h", "lundi mardi", "demain hier", "friday and monday", "9h UTC",
    "9am EST", "next", "next week", "prochain", "in", "in 2", "dans 2 jours 18h", "in 2 days 9h30", "in 2 days 3",
    "in 0 minutes", "in -2 hours", "in 3 hours at 9", "now at 9", "in 2 days tomorrow", "in 1.5 months", "2h30 jours",
    "tuesday 23 November 2026", "mardi 23 novembre", "lundi 24", "this morning at 15:00", "ce soir à 3h",
    "tonight at 9am", "0009-01-01", "2026-11-23T25:00", "2026-11-23T08:00+99:00", "2026-11-23T", "20261123",
    "1 December 99999", "in 999999999 weeks", "in 999999999 years", "999999999 days ago", "²h", "à ² h", "٩h",
    "demain\x00", "1796000000", "<t:1796000000>", "1/2/3/4", "every day at 9", "demain " * 40, "1h " * 60, "a" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "en-US"])
@pytest.mark.parametrize("text", JUNK)
def test_junk_is_never_a_moment(text: str, language: str) -> None:
    with pytest.raises(NotADate) as caught:
        parse_moment(text, now=MONDAY_8, zone=PARIS, language=language)
    assert caught.value.hint == "unknown"


@pytest.mark.parametrize(
    "text",
    ["31 février", "31 February 2027", "le 31/02/2027", "30/02", "29/02/2027", "2027-02-29", "2027-02-29T08:00",
     "32/01", "32 janvier", "January 32", "le 32", "0 march", "00/05"],
)  # fmt: skip
def test_a_day_that_no_calendar_has_is_told_apart(text: str) -> None:
    for language in (*LANGUAGES, "en-US"):
        with pytest.raises(NotADate) as caught:
            parse_moment(text, now=MONDAY_8, zone=PARIS, language=language)
        assert caught.value.hint == "nonexistent_day"


def test_mar_3_is_march_in_english_and_refused_in_french() -> None:
    assert read("Mar 3") == "2027-03-03 09:00"
    with pytest.raises(NotADate):
        read("Mar 3", language="fr")


def test_naive_moments_are_refused() -> None:
    naive = MONDAY_8.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        parse_moment("now", now=naive, zone=PARIS)
    with pytest.raises(ValueError, match="no time zone"):
        say_moment(naive, zone=PARIS, language="fr")
    with pytest.raises(ValueError, match="no time zone"):
        next_times("0 9 * * *", after=naive, zone=PARIS)


@UNTIMED
@given(st.text(max_size=40) | st.lists(st.sampled_from(" ".join(text for text, _ in MOMENTS).split())).map(" ".join))
def test_any_text_is_a_utc_moment_or_not_a_date(text: str) -> None:
    with suppress(NotADate):
        assert parse_moment(text, now=MONDAY_8, zone=PARIS).utcoffset() == timedelta(0)


ZONES = st.sampled_from([PARIS, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])
MINUTES = st.integers(0, 180 * 365 * 24 * 60).map(lambda count: datetime(1971, 1, 1, tzinfo=UTC) + count * MINUTE)


@UNTIMED
@given(MINUTES, MINUTES, ZONES, st.sampled_from([*LANGUAGES, "en-US", "fr-CA"]))
def test_a_moment_said_is_read_back(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> None:
    said = say_moment(moment, zone=zone, language=language)
    earlier_hour = moment.astimezone(zone).replace(fold=0).astimezone(UTC)
    assert parse_moment(said, now=now, zone=zone, language=language) == earlier_hour


@pytest.mark.parametrize(
    ("moment", "english", "french"),
    [
        (MONDAY_8 + HOUR, "Monday 23 November 2026 at 09:00", "lundi 23 novembre 2026 à 9\u202fh"),
        (MONDAY_8 + 30 * MINUTE, "Monday 23 November 2026 at 08:30", "lundi 23 novembre 2026 à 8\u202fh\u202f30"),
        (datetime(2026, 11, 30, 23, 5, tzinfo=UTC), "Tuesday 1 December 2026 at 00:05",
         "mardi 1er décembre 2026 à 0\u202fh\u202f05"),
    ],
)  # fmt: skip
def test_moments_are_said(moment: datetime, english: str, french: str) -> None:
    assert say_moment(moment, zone=PARIS, language="en") == english
    assert say_moment(moment, zone=PARIS, language="fr") == french
