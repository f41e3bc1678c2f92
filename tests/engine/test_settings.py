"""Settings: read as people type them, all or none, only deviations stored, a snapshot that is always at hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field, model_validator
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.chat.things import Channel, Community, Member, Space
from bot.chat.words import Words
from bot.cog.declare import CogSettings
from bot.cog.desk import Setting
from bot.cog.fields import Choices, Invalid, Schedule
from bot.cog.texts import Voice, t
from bot.engine.clock import HandClock
from bot.engine.models import SettingRow
from bot.engine.people import People
from bot.engine.sections import Section
from bot.engine.session import Database
from bot.engine.settings import CommunitySettings, SettingsStore
from bot.engine.spaces import Spaces

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TOWN = Space("town", "1", "Les Relais", "fr-FR", "Europe/Paris")
OFFICE = Space("office", "1", "Relais SA", "en", "UTC")
ADA = Member(TOWN, "ada", "Ada")
EVE = Member(OFFICE, "U1", "Eve")


class PromptSettings(CogSettings):
    channel: Annotated[Channel | None, Field(title="Where prompts are posted")] = None
    others: Annotated[tuple[Channel, ...], Field(title="Where else", max_length=2)] = ()
    tone: Annotated[Literal["dry", "warm"], Choices(dry="sober", warm="friendly"), Field(title="Tone")] = "warm"
    every: Annotated[Schedule | None, Field(title="When")] = None
    at: Annotated[time, Field(title="Hour")] = time(9)
    wait: Annotated[timedelta, Field(title="Patience", ge=timedelta(minutes=1))] = timedelta(hours=1)
    words: Annotated[tuple[str, ...], Field(title="Words")] = ()
    least: Annotated[int, Field(title="Least", ge=0)] = 1
    most: Annotated[int, Field(title="Most", le=50)] = 5

    @model_validator(mode="after")
    def _in_order(self) -> PromptSettings:
        if self.least > self.most:
            raise Invalid(t("At most {most}.", most=self.most), field="least")
        return self


class QuizSettings(CogSettings):
    most: Annotated[int, Field(title="Most questions")] = 10


@dataclass
class Here:
    """A place with a few channels."""

    space: Space = TOWN
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    now: datetime = START

    async def find_member(self, text: str) -> Member | None:
        return None

    async def find_channel(self, text: str) -> Channel | None:
        names = {"square": "1", "market": "2", "cave": "3"}
        wanted = text.removeprefix("#")
        return Channel(self.space, names.get(wanted, wanted), wanted) if wanted in (*names, *names.values()) else None


class Office:
    """A settings store on a database, and who uses it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(START)
        random = Random(7)
        self.spaces = Spaces(database, random)
        self.people = People(database, random, self.clock.now)
        self.community = Community("")
        self.store = self.another()
        self.told: list[tuple[str, str]] = []
        self.store.on_change.append(lambda community, section: self.told.append((community, section)))

    def another(self, **replaced: type[CogSettings]) -> SettingsStore:
        """A store as another process has it."""
        models: dict[str, type[CogSettings]] = {
            "community": CommunitySettings,
            "prompts": PromptSettings,
            "quiz": QuizSettings,
        }
        sections: Mapping[str, tuple[Words, type[CogSettings]]] = {
            name: (name.capitalize(), model) for name, model in (models | replaced).items()
        }
        return SettingsStore(self.database, self.clock.now, self.people, self.spaces, sections)

    async def set(self, by: Member = ADA, **given: str) -> tuple[Setting, ...]:
        names = {name.replace("__", "."): text for name, text in given.items()}
        return await self.store.change(self.community, Here(by.space), by, names)

    async def refused(self, **given: str) -> dict[str, str]:
        with pytest.raises(Invalid) as refused:
            await self.set(ADA, **given)
        return {name: Voice().text(words) for name, words in refused.value.problems.items()}

    def read(self, section: str = "prompts", space: Space = TOWN) -> Any:
        return self.store.snapshot(self.community.id, section, space)

    def shown(self, section: str = "prompts", space: Space = TOWN) -> dict[str, Setting]:
        return {one.name: one for one in self.store.show(self.community, space, section, Here(space))}

    async def rows(self) -> dict[str, Any]:
        async with self.database.reading() as db:
            rows = (await db.scalars(select(SettingRow))).all()
        return {f"{row.section}.{row.name}": json.loads(row.value) for row in rows}

    async def spoil(self, name: str, value: str) -> None:
        async with self.database.transaction() as db:
            await db.execute(update(SettingRow).where(SettingRow.name == name).values(value=value))


@pytest.fixture
async def office(database: Database) -> Office:
    office = Office(database)
    office.community = await office.spaces.see(TOWN)
    await office.spaces.see(OFFICE)
    await office.spaces.join(OFFICE, office.community.id)
    return office


async def test_everything_has_a_default(office: Office) -> None:
    assert office.read() == PromptSettings()
    assert office.store.sections() == {"community": "Community", "prompts": "Prompts", "quiz": "Quiz"}


async def test_a_snapshot_is_made_once(office: Office) -> None:
    assert office.read() is office.read()


async def test_language_and_zone_are_those_of_the_founding_space(office: Office) -> None:
    founded = office.read("community", OFFICE)
    assert (founded.language, founded.zone) == ("fr", ZoneInfo("Europe/Paris"))
    assert office.shown("community")["community.zone"].changed is False


async def test_a_founder_that_speaks_no_known_language_founds_in_english(office: Office) -> None:
    away = await office.spaces.see(Space("town", "2", "Fjern", "da", "Mars/Olympus"))
    founded = office.store.snapshot(away.id, "community", TOWN)
    assert isinstance(founded, CommunitySettings)
    assert (founded.language, founded.zone) == ("en", ZoneInfo("UTC"))


async def test_values_are_read_as_people_type_them(office: Office) -> None:
    await office.set(
        prompts__every="every monday at 9", prompts__wait="2h30", prompts__at="18:30", prompts__tone="sober",
        prompts__words="tea, cake", prompts__least="2", community__zone="america/new york",
    )  # fmt: skip
    now = office.read()
    assert (now.wait, now.at, now.tone, now.words, now.least) == (
        timedelta(hours=2, minutes=30),
        time(18, 30),
        "dry",
        ("tea", "cake"),
        2,
    )
    assert office.read("community").zone == ZoneInfo("America/New_York")


async def test_what_was_stored_is_read_again_after_a_restart(office: Office) -> None:
    await office.set(prompts__every="weekdays at 18:00", prompts__wait="3 days", prompts__channel="#square",
                     prompts__others="market\ncave", community__zone="Asia/Tokyo")  # fmt: skip
    again = office.another()
    await again.reload()
    assert again.snapshot(office.community.id, "prompts", TOWN) == office.read()
    assert again.snapshot(office.community.id, "community", TOWN) == office.read("community")


async def test_only_deviations_are_stored(office: Office) -> None:
    await office.set(prompts__least="1", prompts__most="7", community__language="fr")
    assert await office.rows() == {"prompts.most": 7}


async def test_an_empty_text_resets(office: Office) -> None:
    await office.set(prompts__most="7", prompts__channel="square")
    (most, channel) = await office.set(prompts__most=" ", prompts__channel="")
    assert (most.changed, channel.changed) == (False, False)
    assert await office.rows() == {}
    assert office.read() == PromptSettings()


async def test_a_channel_has_one_value_in_each_space(office: Office) -> None:
    await office.set(prompts__channel="square", prompts__others="market, cave")
    assert office.read(space=OFFICE).channel is None
    await office.set(EVE, prompts__channel="market")
    assert office.read().channel == Channel(TOWN, "1")
    assert office.read().others == (Channel(TOWN, "2"), Channel(TOWN, "3"))
    assert office.read(space=OFFICE).channel == Channel(OFFICE, "2")
    assert await office.rows() == {
        "prompts.channel": {"town:1": "1", "office:1": "2"},
        "prompts.others": {"town:1": ["2", "3"]},
    }
    await office.set(EVE, prompts__channel="")
    assert (office.read().channel, office.read(space=OFFICE).channel) == (Channel(TOWN, "1"), None)
    assert (office.shown()["prompts.channel"].changed, office.shown(space=OFFICE)["prompts.channel"].changed) == (
        True,
        False,
    )


async def test_all_problems_are_told_at_once_and_nothing_is_stored(office: Office) -> None:
    problems = await office.refused(
        prompts__wait="soon", prompts__channel="nowhere", quiz__most="7", community__zone="Oz"
    )
    assert set(problems) == {"prompts.wait", "prompts.channel", "community.zone"}
    assert "2h30" in problems["prompts.wait"]
    assert await office.rows() == {}
    assert office.told == []


async def test_bounds_are_told_beside_their_field(office: Office) -> None:
    assert set(await office.refused(prompts__wait="10s")) == {"prompts.wait"}
    assert set(await office.refused(prompts__others="square, market, cave")) == {"prompts.others"}


async def test_fields_are_checked_together_with_what_is_stored(office: Office) -> None:
    await office.set(prompts__least="4")
    assert set(await office.refused(prompts__most="3")) == {"prompts.least"}
    assert office.read().most == 5
    await office.set(prompts__least="2", prompts__most="3")
    assert (office.read().least, office.read().most) == (2, 3)


async def test_one_bad_section_keeps_the_others_from_changing(office: Office) -> None:
    await office.refused(quiz__most="7", prompts__least="9")
    assert office.read("quiz").most == 10
    assert await office.rows() == {}


async def test_a_bare_name_will_do_when_one_section_has_it(office: Office) -> None:
    await office.set(least="2")
    assert office.read().least == 2
    assert "prompts.most" in (await office.refused(most="2"))["most"]


async def test_an_unknown_name_is_told_its_nearest(office: Office) -> None:
    assert "prompts.channel" in (await office.refused(prompts__chanel="square"))["prompts.chanel"]
    assert "community.zone" in (await office.refused(zon="UTC"))["zon"]
    assert "community, prompts, and quiz" in (await office.refused(xyzzy="1"))["xyzzy"]
    with pytest.raises(Invalid):
        office.store.show(office.community, TOWN, "promts", Here())


async def test_what_is_shown_can_be_typed_again(office: Office) -> None:
    await office.set(prompts__every="every monday at 9", prompts__wait="2h30", prompts__channel="square",
                     prompts__words="tea, cake", prompts__tone="dry")  # fmt: skip
    before = office.read()
    shown = office.shown()
    assert shown["prompts.wait"].title == t("Patience")
    assert shown["prompts.tone"].shown == "sober"
    assert [name for name, one in shown.items() if one.changed] == [
        "prompts.channel",
        "prompts.tone",
        "prompts.every",
        "prompts.wait",
        "prompts.words",
    ]
    assert all(one.spec.name == name for name, one in shown.items())
    await office.store.change(office.community, Here(), ADA, {name: one.typed for name, one in shown.items()})
    assert office.read() == before


async def test_changes_are_told_with_their_author(office: Office) -> None:
    await office.set(prompts__most="7", prompts__channel="square")
    office.clock.move_to(START + timedelta(hours=1))
    await office.set(EVE, prompts__most="", prompts__channel="market")
    history = await office.store.history(office.community, TOWN)
    assert [(one.name, one.by_name, Voice().text(one.before), Voice().text(one.after)) for one in history] == [
        ("prompts.most", "Eve", "7", "5"),
        ("prompts.most", "Ada", "5", "7"),
        ("prompts.channel", "Ada", "not set", Voice().text(office.shown()["prompts.channel"].shown)),
    ]
    assert (history[0].at, history[0].title) == (START + timedelta(hours=1), t("Most"))
    assert [one.name for one in await office.store.history(office.community, TOWN, limit=1)] == ["prompts.most"]


async def test_a_change_that_changes_nothing_is_no_history(office: Office) -> None:
    await office.set(prompts__most="7")
    await office.set(prompts__most="7")
    assert len(await office.store.history(office.community, TOWN)) == 1


async def test_the_authors_name_goes_with_them(office: Office) -> None:
    await office.set(prompts__most="7")
    await office.people.erase(office.community, await office.people.person_of(ADA, office.community.id))
    (change,) = await office.store.history(office.community, TOWN)
    assert (change.by, change.by_name) == ("", "")


async def test_whoever_listens_hears_after_the_change(office: Office) -> None:
    seen: list[int] = []
    office.store.on_change.append(lambda community, section: seen.append(office.read().most))
    await office.set(prompts__most="7")
    assert office.told == [(office.community.id, "prompts")]
    assert seen == [7]


async def test_a_change_made_elsewhere_is_heard_when_read_again(office: Office) -> None:
    await office.another().change(office.community, Here(), ADA, {"quiz.most": "3"})
    assert office.read("quiz").most == 10
    await office.store.reload()
    await office.store.reload()
    assert office.read("quiz").most == 3
    assert office.told == [(office.community.id, "quiz")]


async def test_two_processes_that_change_a_section_lose_nothing(office: Office) -> None:
    other = office.another()
    await asyncio.gather(
        office.set(prompts__channel="square"), other.change(office.community, Here(OFFICE), EVE, {"channel": "cave"})
    )
    assert await office.rows() == {"prompts.channel": {"town:1": "1", "office:1": "3"}}


@pytest.mark.parametrize("stored", ['"many"', "60", "{", "null"])
async def test_a_stored_value_that_fits_no_more_is_the_default_and_logged_once(office: Office, stored: str) -> None:
    await office.set(prompts__most="7", prompts__least="2")
    await office.spoil("most", stored)
    again = office.another()
    with capture_logs() as logged:
        await again.reload()
        now = [again.snapshot(office.community.id, "prompts", space) for space in (TOWN, OFFICE)]
    assert now == [PromptSettings(least=2)] * 2
    assert [line["setting"] for line in logged] == ["prompts.most"]


async def test_stored_values_that_fit_no_more_together_are_the_defaults(office: Office) -> None:
    await office.set(prompts__most="7", prompts__least="6", prompts__tone="dry")
    await office.spoil("most", "3")
    again = office.another()
    await again.reload()
    assert again.snapshot(office.community.id, "prompts", TOWN) == PromptSettings(most=3, tone="dry")


async def test_a_field_that_is_gone_harms_nobody(office: Office) -> None:
    await office.set(prompts__most="7", quiz__most="3")
    again = office.another(prompts=QuizSettings, quiz=CogSettings)
    await again.reload()
    assert again.snapshot(office.community.id, "quiz", TOWN) == CogSettings()
    assert "quiz.most" in [change.title for change in await again.history(office.community, TOWN)]


async def test_a_value_that_fits_no_more_can_be_set_again(office: Office) -> None:
    await office.set(prompts__most="7", prompts__channel="square")
    await office.spoil("most", '"many"')
    await office.spoil("channel", "[]")
    await office.store.reload()
    await office.set(prompts__most="8", prompts__channel="cave", prompts__tone="dry")
    assert (office.read().most, office.read().channel, office.read().tone) == (8, Channel(TOWN, "3"), "dry")


def test_a_setting_cannot_hold_a_member() -> None:
    class Favourite(CogSettings):
        member: Annotated[Member | None, Field(title="Favourite")] = None

    with pytest.raises(TypeError, match=r"favourite\.member"):
        Section("favourite", "Favourite", Favourite)
