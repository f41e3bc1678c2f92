"""Actions and steps of the ladder as people type them, in each language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cog import Alert, Invalid, Unread, Voice
from cogs.moderation.actions import (
    Action,
    BanOut,
    Delete,
    Hold,
    KickOut,
    Points,
    RaiseAlert,
    Remind,
    Rephrase,
    SlowMode,
    StopInvites,
    Tell,
    TimeOut,
)
from cogs.moderation.commands.actions import read_actions, typed_actions
from cogs.moderation.settings import Settings, read_rung, rung_words

HOUR = timedelta(hours=1)
VOICES = (Voice("en"), Voice("fr", address="vous"), Voice("fr", address="tu"))
RICH: tuple[Action, ...] = (
    Delete(),
    Rephrase(),
    Hold(),
    Points(points=3),
    TimeOut(length=timedelta(days=7)),
    KickOut(),
    BanOut(delete=timedelta(days=2, hours=1)),
    BanOut(),
    SlowMode(every=timedelta(seconds=90), length=2 * HOUR),
    StopInvites(length=timedelta(hours=2, minutes=30)),
    RaiseAlert(level=Alert.LOCKDOWN, length=3 * HOUR),
    Tell(),
    Remind(),
    Remind(rule="Rule 3"),
    Remind(rule="privately, or not"),
    Remind(rule="privately be kind"),
    Remind(rule="la règle en privé"),
    Remind(rule="Be kind, always: « nobody » is “less”, and\ndelete, ban are words"),
)


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.language}-{voice.address}")
@pytest.mark.parametrize("action", RICH, ids=lambda action: action.do)
def test_what_a_form_shows_is_read_back_as_it_was(voice: Voice, action: Action) -> None:
    shown = typed_actions((Delete(), action, Tell()), voice)
    for typed in (shown, shown.upper() if not isinstance(action, Remind) else shown):
        assert read_actions(typed, (action,)) == (Delete(), action, Tell())


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.language}-{voice.address}")
def test_all_at_once_too(voice: Voice) -> None:
    kept = (RICH[8], RICH[10])
    assert read_actions(typed_actions(RICH, voice), kept) == RICH


def test_french_forms_show_french() -> None:
    french = typed_actions(RICH[:12], Voice("fr"))
    assert french == (
        "supprimer, reformuler, retenir, points 3, silence 7 j, exclusion, bannissement 2 j 1 h, bannissement, "
        "mode lent 90 s, fermer les invitations 2 h 30 min, niveau d’alerte verrouillage, alerter"
    )
    english = typed_actions(RICH[:12], Voice("en"))
    assert english == (
        "delete, rephrase, hold, points 3, timeout 7d, kick, ban 2d1h, ban, slow mode 90s, pause invites 2h30m, "
        "alert level lockdown, tell"
    )


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("slow_mode 10s", SlowMode(every=timedelta(seconds=10))),
        ("pause_invites 2h", StopInvites(length=2 * HOUR)),
        ("raise_alert watch", RaiseAlert()),
        ("timeout 10 min", TimeOut()),
        ("Time-out of 10 minutes", TimeOut()),
        ("2 points", Points(points=2)),
        ("silence de 10 minutes", TimeOut()),
        ("Mode lent", SlowMode()),
        ("niveau d'alerte vigilance", RaiseAlert()),
        ("exclure", KickOut()),
        ("demander de reformuler", Rephrase()),
        ("alerter la moderation", Tell()),
        ("rappeler « Soyez aimables, toujours »", Remind(rule="Soyez aimables, toujours")),
        ("remind Be kind", Remind(rule="Be kind")),
    ],
)
def test_english_french_and_what_files_say_are_understood_everywhere(typed: str, action: Action) -> None:
    assert read_actions(typed) == (action,)


def test_what_cannot_be_typed_stays() -> None:
    assert read_actions("delete, slow mode 20s", RICH) == (
        Delete(),
        SlowMode(every=timedelta(seconds=20), length=2 * HOUR),
    )


@pytest.mark.parametrize("typed", ["dance", "delete 3", "timeout soon", "points 0", "raise_alert loud"])
def test_what_is_no_action_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_actions(typed)


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.language}-{voice.address}")
@pytest.mark.parametrize("line", [*Settings().ladder, "3 kick", "5 timeout 7d", "1000 timeout 2h30m"])
def test_the_ladder_is_shown_and_read_in_each_language(voice: Voice, line: str) -> None:
    assert read_rung(voice.text(rung_words(line))) == line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2 rappel", "2 reminder"),
        ("4 silence 7 j", "4 timeout 7d"),
        ("4 timeout 10 min", "4 timeout 10m"),
        ("12 Bannissement", "12 ban"),
        ("5 exclusion", "5 kick"),
    ],
)
def test_steps_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_rung(typed) == kept


@pytest.mark.parametrize("typed", ["two ban", "2", "2 dance", "2 timeout", "2 ban 3 d", "0 ban"])
def test_what_is_no_step_is_refused(typed: str) -> None:
    with pytest.raises(Unread):
        read_rung(typed)
