from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.chat.things import Community
from bot.cog.context import Priority
from bot.cog.desk import Alert
from bot.cog.texts import Voice
from bot.engine.attention import (
    STALE,
    Action,
    AttentionSettings,
    Decision,
    Facts,
    Ledger,
    day_start,
    decide,
    next_day,
    quiet_end,
)
from bot.engine.reasons import IN_SHORT, Code, Reason, dump, in_words, load

PARIS = ZoneInfo("Europe/Paris")
ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = AttentionSettings(quiet_from=time(22), quiet_to=time(8))


def utc(*moment: int) -> datetime:
    year, month, day, hour, minute = (*moment, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def judge(
    priority: Priority = Priority.NORMAL,
    ledger: Ledger | None = None,
    rules: AttentionSettings | None = None,
    *,
    alert: Alert = Alert.CALM,
    now: datetime = NOON,
    **post: Any,
) -> Decision:
    facts = Facts(priority, post.pop("created_at", now), **post)
    return decide(facts, ledger or Ledger(), rules or AttentionSettings(), alert, now, PARIS)


def outcome(decision: Decision) -> tuple[Action, Code]:
    return decision.action, decision.reason.code


def test_nothing_holds_a_post_back_on_a_calm_day() -> None:
    assert outcome(judge()) == (Action.SEND, Code.READY)
    assert outcome(judge(Priority.PERSON)) == (Action.SEND, Code.PERSON)
    assert outcome(judge(Priority.URGENT)) == (Action.SEND, Code.URGENT)


@pytest.mark.parametrize("priority", [Priority.PERSON, Priority.URGENT])
def test_what_people_wait_for_passes_everything(priority: Priority) -> None:
    rules = NIGHT.model_copy(update={"per_channel_day": 0})
    ledger = Ledger(sent=99, talking=99)
    assert judge(priority, ledger, rules, alert=Alert.LOCKDOWN, now=utc(2026, 3, 2, 23)).action is Action.SEND


@pytest.mark.parametrize("priority", [Priority.LOW, Priority.NORMAL])
def test_lockdown_holds_the_rest_and_is_looked_at_again(priority: Priority) -> None:
    decision = judge(priority, alert=Alert.LOCKDOWN)
    assert outcome(decision) == (Action.WAIT, Code.LOCKDOWN)
    assert decision.until == NOON + timedelta(minutes=5)
    assert judge(priority, alert=Alert.WATCH).action is Action.SEND


def test_quiet_hours_span_midnight_on_the_communitys_wall() -> None:
    held = judge(rules=NIGHT, now=utc(2026, 3, 2, 21))
    assert (outcome(held), held.until) == ((Action.WAIT, Code.QUIET), utc(2026, 3, 3, 7))
    held = judge(rules=NIGHT, now=utc(2026, 3, 3, 6, 59))
    assert held.until == utc(2026, 3, 3, 7)
    assert judge(rules=NIGHT, now=utc(2026, 3, 3, 7)).action is Action.SEND
    assert judge(rules=NIGHT, now=utc(2026, 3, 2, 20, 59)).action is Action.SEND


@pytest.mark.parametrize(
    ("begin", "end", "now", "over"),
    [
        pytest.param(time(22), time(8), utc(2026, 3, 28, 22), utc(2026, 3, 29, 6), id="the night is an hour short"),
        pytest.param(time(22), time(8), utc(2026, 10, 24, 21), utc(2026, 10, 25, 7), id="the night is an hour long"),
        pytest.param(time(22), time(2, 30), utc(2026, 3, 29, 0), utc(2026, 3, 29, 1), id="the end does not exist"),
        pytest.param(time(22), time(2, 30), utc(2026, 10, 25, 0), utc(2026, 10, 25, 0, 30), id="the end comes twice"),
        pytest.param(time(22), time(2, 30), utc(2026, 10, 25, 1, 15), None, id="it does not begin again"),
        pytest.param(time(2, 10), time(2, 40), utc(2026, 3, 29, 0, 59), None, id="the whole of it does not exist"),
    ],
)
def test_quiet_hours_on_the_nights_when_clocks_change(
    begin: time, end: time, now: datetime, over: datetime | None
) -> None:
    assert quiet_end(AttentionSettings(quiet_from=begin, quiet_to=end), now, PARIS) == over


def test_a_normal_post_beyond_the_budget_waits_for_the_next_day() -> None:
    decision = judge(ledger=Ledger(sent=20), now=utc(2026, 3, 28, 12))
    assert outcome(decision) == (Action.WAIT, Code.CHANNEL_BUDGET)
    assert decision.until == utc(2026, 3, 28, 23)
    assert judge(ledger=Ledger(sent=19)).action is Action.SEND
    decision = judge(ledger=Ledger(sent=5), private=True)
    assert outcome(decision) == (Action.WAIT, Code.MEMBER_BUDGET)


def test_a_low_post_is_dropped_when_its_time_is_over_by_then() -> None:
    full = Ledger(sent=20)
    assert judge(Priority.LOW, full).action is Action.WAIT
    assert outcome(judge(Priority.LOW, full, until=NOON + timedelta(hours=1))) == (Action.DROP, Code.CHANNEL_BUDGET)
    waiting = judge(Priority.NORMAL, full, until=NOON + timedelta(hours=1))
    assert (waiting.action, waiting.until) == (Action.WAIT, NOON + timedelta(hours=1))


def test_nothing_waits_for_ever() -> None:
    full = Ledger(sent=20)
    for priority, age in STALE.items():
        assert outcome(judge(priority, full, created_at=NOON - age)) == (Action.DROP, Code.STALE)
        assert judge(priority, created_at=NOON - age).action is Action.SEND


@pytest.mark.parametrize("priority", list(Priority))
def test_what_is_over_is_dropped(priority: Priority) -> None:
    assert outcome(judge(priority, until=NOON)) == (Action.DROP, Code.EXPIRED)


def test_it_yields_to_people_who_talk_but_not_for_long() -> None:
    busy, since = Ledger(talking=5), NOON - timedelta(minutes=14, seconds=50)
    first = judge(ledger=busy)
    assert (outcome(first), first.until) == ((Action.WAIT, Code.TALKING), NOON + timedelta(seconds=30))
    assert first.reason.since == NOON
    last = judge(ledger=busy, yielding=since)
    assert (last.until, last.reason.since) == (NOON + timedelta(seconds=10), since)
    assert judge(ledger=busy, yielding=NOON - timedelta(minutes=15)).action is Action.SEND
    assert judge(ledger=Ledger(talking=4)).action is Action.SEND
    assert judge(ledger=busy, rules=AttentionSettings(yield_after=0)).action is Action.SEND


def test_an_older_post_goes_first() -> None:
    for priority in (Priority.NORMAL, Priority.PERSON):
        decision = judge(priority, Ledger(behind=NOON + timedelta(minutes=2), talking=0), yielding=NOON)
        assert (outcome(decision), decision.until) == ((Action.WAIT, Code.ORDER), NOON + timedelta(minutes=2))
        assert decision.reason.since == NOON


def test_posts_on_the_same_subject_leave_together() -> None:
    assert judge(ledger=Ledger(others=(4, 5))) == Decision(Action.MERGE, Reason(Code.READY), others=(4, 5))


def test_quiet_hours_have_two_ends() -> None:
    for given_ends in ({"quiet_from": time(22)}, {"quiet_to": time(8)}, {"quiet_from": time(8), "quiet_to": time(8)}):
        with pytest.raises(ValidationError):
            AttentionSettings(**given_ends)


def test_every_reason_can_be_said_and_stored() -> None:
    voice = Voice()
    for code in Code:
        for reason in (Reason(code), Reason(code, until=NOON, since=NOON, count=3, text="send_messages")):
            assert voice.text(in_words(reason))
            assert load(dump(reason)) == reason
        assert voice.text(IN_SHORT[code])
    assert load(None) is None
    assert load('{"code": "of another age"}') is None


moments = st.timedeltas(timedelta(), timedelta(days=430)).map(lambda age: utc(2025, 12, 1, 0) + age)
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES)


@st.composite
def rules(draw: st.DrawFn) -> AttentionSettings:
    quiet = draw(st.none() | st.tuples(times, times).filter(lambda ends: ends[0] != ends[1]))
    return AttentionSettings(
        per_channel_day=draw(st.integers(0, 4)),
        per_member_week=draw(st.integers(0, 4)),
        quiet_from=quiet[0] if quiet else None,
        quiet_to=quiet[1] if quiet else None,
        yield_after=draw(st.integers(0, 3)),
        yield_limit=timedelta(minutes=draw(st.integers(0, 30))),
    )


@st.composite
def posts(draw: st.DrawFn, now: datetime) -> Facts:
    created_at = now - draw(st.timedeltas(timedelta(), timedelta(days=9)))
    until = draw(st.none() | st.timedeltas(timedelta(hours=-1), timedelta(days=3)))
    yielding = draw(st.none() | st.timedeltas(timedelta(), timedelta(hours=1)))
    return Facts(
        draw(st.sampled_from(Priority)),
        created_at,
        draw(st.booleans()),
        now + until if until is not None else None,
        now - yielding if yielding is not None else None,
    )


@st.composite
def ledgers(draw: st.DrawFn, now: datetime) -> Ledger:
    behind = draw(st.none() | st.timedeltas(timedelta(hours=-1), timedelta(hours=1)))
    others = draw(st.lists(st.integers(1, 9), unique=True, max_size=3).map(tuple))
    return Ledger(draw(st.integers(0, 5)), draw(st.integers(0, 5)), None if behind is None else now + behind, others)


@settings(deadline=None)
@given(st.data(), rules(), st.sampled_from(Alert), moments, zones)
def test_invariants_of_one_decision(
    data: st.DataObject, rule: AttentionSettings, alert: Alert, now: datetime, zone: ZoneInfo
) -> None:
    post, ledger = data.draw(posts(now)), data.draw(ledgers(now))
    decision = decide(post, ledger, rule, alert, now, zone)
    assert Voice(zone=zone).text(in_words(decision.reason))
    leaves = decision.action in (Action.SEND, Action.MERGE)
    if decision.action is Action.WAIT:
        assert decision.until is not None
        assert now < decision.until <= now + timedelta(days=2)
        assert post.until is None or decision.until <= post.until
    if post.priority >= Priority.PERSON:
        over = post.until is not None and post.until <= now
        assert decision.action is Action.DROP if over else ledger.behind is not None or leaves
    elif leaves:
        assert alert is not Alert.LOCKDOWN
        assert quiet_end(rule, now, zone) is None
        assert ledger.sent < (rule.per_member_week if post.private else rule.per_channel_day)


@settings(deadline=None)
@given(times, times, moments, zones)
def test_quiet_hours_are_those_of_the_wall(begin: time, end: time, now: datetime, zone: ZoneInfo) -> None:
    """On days without a change of time, which the test computes in another way."""
    assume(begin != end)
    local = now.astimezone(zone)
    assume(len({(local + timedelta(days=days)).utcoffset() for days in (-2, 0, 2)}) == 1)
    wall = local.time()
    quiet = begin <= wall < end if begin < end else wall >= begin or wall < end
    over = quiet_end(AttentionSettings(quiet_from=begin, quiet_to=end), now, zone)
    assert (over is not None) is quiet
    if over is not None:
        assert now < over <= now + timedelta(days=1)
        assert over.astimezone(zone).time() == end


@settings(deadline=None)
@given(times, times, moments, zones)
def test_quiet_hours_end_when_they_say(begin: time, end: time, now: datetime, zone: ZoneInfo) -> None:
    assume(begin != end)
    rule = AttentionSettings(quiet_from=begin, quiet_to=end)
    over = quiet_end(rule, now, zone)
    if over is not None:
        assert quiet_end(rule, over, zone) is None or begin == end
        assert quiet_end(rule, over - timedelta(microseconds=1), zone) == over


@settings(deadline=None)
@given(moments, zones)
def test_a_day_lasts_from_midnight_to_midnight(now: datetime, zone: ZoneInfo) -> None:
    begin, end = day_start(now, zone), next_day(now, zone)
    assert begin <= now < end
    assert timedelta(hours=23) <= end - begin <= timedelta(hours=25)
    assert begin.astimezone(zone).date() == now.astimezone(zone).date()


@settings(max_examples=50, deadline=None)
@given(st.data(), rules(), moments, zones)
def test_no_day_has_more_posts_than_its_budget(
    data: st.DataObject, rule: AttentionSettings, start: datetime, zone: ZoneInfo
) -> None:
    """A channel lives for days: each post is looked at when the gate said, until it left or was dropped."""
    ages = data.draw(st.lists(st.integers(0, 2 * 24 * 60), min_size=1, max_size=30))
    priorities = st.sampled_from([Priority.LOW, Priority.NORMAL])
    agenda = [(start + timedelta(minutes=age), n, start + timedelta(minutes=age)) for n, age in enumerate(ages)]
    kinds = {n: data.draw(priorities) for _, n, _ in agenda}
    left: list[datetime] = []
    while agenda:
        agenda.sort()
        now, number, made = agenda.pop(0)
        sent = sum(moment >= day_start(now, zone) for moment in left)
        decision = decide(Facts(kinds[number], made), Ledger(sent), rule, Alert.CALM, now, zone)
        if decision.action is Action.SEND:
            left.append(now)
        elif decision.action is Action.WAIT:
            assert decision.until is not None
            agenda.append((decision.until, number, made))
    days = [moment.astimezone(zone).date() for moment in left]
    assert all(days.count(day) <= rule.per_channel_day for day in days)
    assert all(before <= after for before, after in pairwise(left))
    assert all(quiet_end(rule, moment, zone) is None for moment in left)


async def test_posts_beyond_the_budget_leave_the_next_morning(world: Any) -> None:
    world.settings = AttentionSettings(per_channel_day=2, quiet_from=time(22), quiet_to=time(8))
    life = world.life()
    for text in "abcde":
        await life.post(text)
    assert world.yard.texts() == ["a", "b"]
    days = []
    while (moment := await life.outbox.next_at()) is not None:
        world.clock.move_to(moment)
        if await life.outbox.deliver_due():
            days.append(moment)
    assert world.yard.texts() == [*"abcde"]
    assert days == [utc(2026, 3, 3, 7), utc(2026, 3, 4, 7)]


async def test_answers_use_the_budget_up_but_never_wait(world: Any) -> None:
    world.settings = AttentionSettings(per_channel_day=2)
    life = world.life()
    for text in "abc":
        await life.post(text, priority=Priority.PERSON)
    await life.post("scheduled")
    assert world.yard.texts() == ["a", "b", "c"]


async def test_the_ledger_says_how_posts_ended_and_why(world: Any) -> None:
    world.settings = AttentionSettings(per_channel_day=2)
    life = world.life()
    for text in "abcd":
        await life.post(text)
    await life.post("low", priority=Priority.LOW, until=NOON + timedelta(minutes=1))
    report = await life.gate.report(Community("c"), since=NOON)
    said = [(tally.cog, tally.state, Voice().text(tally.reason), tally.count) for tally in report]
    assert said == [
        ("tests", "sent", "nothing held it back", 2),
        ("tests", "waiting", "this channel had its posts of the day", 2),
        ("tests", "dropped", "this channel had its posts of the day", 1),
    ]
    assert await life.gate.report(Community("c"), since=NOON + timedelta(seconds=1)) == ()


async def test_a_conversation_is_not_interrupted(world: Any) -> None:
    world.talking = 5
    life = world.life()
    number = await life.post("prompt")
    assert (await life.outbox.sent(number)).state == "waiting"
    for _ in range(100):
        world.clock.move_to(await life.outbox.next_at())
        if await life.outbox.deliver_due():
            break
    assert world.clock.now() == NOON + timedelta(minutes=15)
    assert world.yard.texts() == ["prompt"]
