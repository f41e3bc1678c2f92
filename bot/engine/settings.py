"""Settings: defaults in code, deviations in rows, an immutable snapshot in memory for each space.

Every section is a ``CogSettings`` model: the community's own, attention's, and one for each cog. A ``Channel`` holds
one value per space, stored as ``{space: id}``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Channel, Community, Member, Space
from bot.chat.words import Words
from bot.cog.declare import CogSettings
from bot.cog.desk import Change, Setting
from bot.cog.fields import Choices, Invalid, Place
from bot.cog.texts import t
from bot.engine.models import CommunityRow, SettingChange, SettingRow
from bot.engine.people import People
from bot.engine.sections import Section, Stored, ambiguous, unknown
from bot.engine.session import Database
from bot.engine.spaces import Spaces
from bot.engine.trace import log

Language = Literal["en", "fr"]
Read = Mapping[str, Mapping[str, Any]]
"""Values by section and field."""
COMMUNITY = "community"
"""The section of ``CommunitySettings``."""


class CommunitySettings(CogSettings):
    """What holds for the community as a whole; language and zone are by default those of its first space."""

    language: Annotated[Language, Choices(en="English", fr="français"), Field(title="Language of public posts")] = "en"
    zone: Annotated[ZoneInfo, Field(title="Time zone", description="A name such as Europe/Paris")] = ZoneInfo("UTC")
    address: Annotated[
        Literal["vous", "tu"], Choices(vous="vous", tu="tu"), Field(title="How members are addressed in French")
    ] = "vous"
    moderators: Annotated[Channel | None, Field(title="Where requests to moderators are posted")] = None


class SettingsStore:
    """The settings of every community."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        people: People,
        spaces: Spaces,
        sections: Mapping[str, tuple[Words, type[CogSettings]]],
    ) -> None:
        self.database = database
        self.now = now
        self.people = people
        self.spaces = spaces
        self.on_change: list[Callable[[str, str], None]] = []
        """Called with a community and a section once their settings changed."""
        self._sections = {name: Section(name, title, model) for name, (title, model) in sections.items()}
        self._stored: dict[tuple[str, str], Stored] = {}
        self._snapshots: dict[tuple[str, str, str], CogSettings] = {}
        self._reported: set[tuple[str, str, str]] = set()
        self._changing = asyncio.Lock()

    def sections(self) -> Mapping[str, Words]:
        return {section.name: section.title for section in self._sections.values()}

    def snapshot(self, community: str, section: str, space: Space) -> CogSettings:
        """A section's settings as they stand in a space. Raises ``KeyError`` for an unknown section."""
        key = (community, section, space.key)
        if key not in self._snapshots:
            self._snapshots[key] = self._build(community, self._sections[section], space)
        return self._snapshots[key]

    def show(self, community: Community, space: Space, section: str, place: Place) -> tuple[Setting, ...]:
        known = self._section(section)
        return tuple(self._setting(community.id, space, known, name, place) for name in known.fields)

    async def reload(self) -> None:
        """Read every deviation again: at start, and when another process changed some."""
        async with self.database.reading() as db:
            rows = (await db.scalars(select(SettingRow))).all()
        fresh: dict[tuple[str, str], dict[str, str]] = {}
        for row in rows:
            fresh.setdefault((row.community, row.section), {})[row.name] = row.value
        changed = [key for key in fresh | self._stored if fresh.get(key) != self._stored.get(key)]
        self._stored = dict(fresh)
        self._announce(changed)

    async def change(
        self, community: Community, place: Place, by: Member, given: Mapping[str, str]
    ) -> tuple[Setting, ...]:
        asked = self._resolve(given)
        await self._write(community, await self._read(asked, place), by)
        return tuple(
            self._setting(community.id, by.space, self._sections[section], name, place)
            for section, fields in asked.items()
            for name in fields
        )

    async def undo(self, community: Community, place: Place, by: Member, number: int) -> tuple[Setting, ...]:
        async with self.database.reading() as db:
            row = await db.get(SettingChange, number)
        section = self._sections.get(row.section) if row and row.community == community.id else None
        if row is None or section is None or row.name not in section.fields:
            raise Invalid(t("This change cannot be undone any more."))
        read = {section.name: {row.name: section.before(row.name, row.before, by.space)}}
        await self._write(community, read, by, undone=row)
        return (self._setting(community.id, by.space, section, row.name, place),)

    async def _write(
        self, community: Community, read: Read, by: Member, *, undone: SettingChange | None = None
    ) -> None:
        """Store what was read, all or nothing, and tell everybody."""
        person = await self.people.person_of(by, community.id)
        async with self._changing:
            async with self.database.transaction() as db:
                after = {
                    name: await self._change_section(db, community, name, values, by, person, undone)
                    for name, values in read.items()
                }
            self._stored |= {(community.id, name): stored for name, stored in after.items()}
            self._announce([(community.id, name) for name in after])

    async def history(self, community: Community, space: Space, *, limit: int = 20) -> tuple[Change, ...]:
        """The last changes, newest first; a channel chosen in another space is that space's history."""
        async with self.database.reading() as db:
            rows = await db.scalars(
                select(SettingChange)
                .where(SettingChange.community == community.id)
                .order_by(SettingChange.number.desc())
                .limit(limit)
            )
            told = [self._told(row, space) for row in rows]
        return tuple(change for change in told if change.before != change.after)

    def _section(self, name: str) -> Section:
        if name in self._sections:
            return self._sections[name]
        raise Invalid(problems={name: unknown(name, self._sections)})

    def _resolve(self, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What was typed, by section and field. Raises ``Invalid`` with every name that is not known."""
        known = [f"{section.name}.{field}" for section in self._sections.values() for field in section.fields]
        asked: dict[str, dict[str, str]] = {}
        problems: dict[str, Words] = {}
        for name, typed in given.items():
            full = [one for one in known if one == name or one.endswith(f".{name}")]
            if len(full) == 1:
                section, _, field = full[0].partition(".")
                asked.setdefault(section, {})[field] = typed
            else:
                problems[name] = ambiguous(full) if full else unknown(name, known)
        if problems:
            raise Invalid(problems=problems)
        return asked

    async def _read(self, asked: Mapping[str, Mapping[str, str]], place: Place) -> dict[str, dict[str, Any]]:
        read: dict[str, dict[str, Any]] = {}
        problems: dict[str, Words] = {}
        for name, typed in asked.items():
            try:
                read[name] = await self._sections[name].read(typed, place)
            except Invalid as invalid:
                problems |= invalid.problems
        if problems:
            raise Invalid(problems=problems)
        return read

    async def _change_section(
        self,
        db: AsyncSession,
        community: Community,
        name: str,
        read: Mapping[str, Any],
        by: Member,
        person: str,
        undone: SettingChange | None,
    ) -> Stored:
        """Checks what was read against what is stored at this moment; ``None`` stands for the default."""
        section = self._sections[name]
        before = await self._locked(db, community.id, name)
        if undone and not section.same(undone.name, before.get(undone.name), undone.after, by.space):
            raise Invalid(t("It was changed again since, so nothing was undone."))
        after = section.with_changes(before, read, by.space, self._defaults(community.id, section))
        for field in sorted(before.keys() | after.keys()):
            if before.get(field) != after.get(field):
                db.add(
                    SettingChange(
                        community=community.id,
                        at=self.now(),
                        by=person,
                        by_name=by.name,
                        section=name,
                        name=field,
                        before=before.get(field),
                        after=after.get(field),
                    )
                )
                await self._store(db, community.id, name, field, after.get(field))
        return after

    async def _locked(self, db: AsyncSession, community: str, section: str) -> Stored:
        await db.execute(select(CommunityRow.id).where(CommunityRow.id == community).with_for_update())
        rows = await db.execute(
            select(SettingRow.name, SettingRow.value).where(
                SettingRow.community == community, SettingRow.section == section
            )
        )
        return {row.name: row.value for row in rows}

    async def _store(self, db: AsyncSession, community: str, section: str, name: str, value: str | None) -> None:
        of = (SettingRow.community == community, SettingRow.section == section, SettingRow.name == name)
        await db.execute(delete(SettingRow).where(*of))
        if value is not None:
            db.add(SettingRow(community=community, section=section, name=name, value=value))

    def _announce(self, changed: Iterable[tuple[str, str]]) -> None:
        changed = set(changed)
        self._snapshots = {key: value for key, value in self._snapshots.items() if key[:2] not in changed}
        for community, section in sorted(changed):
            for told in self.on_change:
                told(community, section)

    def community(self, space: Space) -> Community:
        """The community of a space, speaking as its settings say."""
        founded = self.spaces.community_of(space)
        own = self.snapshot(founded.id, "community", space)
        assert isinstance(own, CommunitySettings)
        return Community(founded.id, founded.name, own.language, str(own.zone), own.address)

    def _build(self, community: str, section: Section, space: Space) -> CogSettings:
        stored = self._stored.get((community, section.name), {})
        built, unfit = section.build(stored, space, self._defaults(community, section))
        for name in unfit:
            if (community, section.name, name) not in self._reported:
                self._reported.add((community, section.name, name))
                log.warning("a stored setting does not fit: its default is used", setting=section.full(name))
        return built

    def _defaults(self, community: str, section: Section) -> dict[str, Any]:
        founded = self.spaces.founded(community)
        if section.model is not CommunitySettings or founded is None:
            return {}
        language = founded.language.replace("_", "-").split("-")[0].lower()
        return {"language": language if language in get_args(Language) else "en", "zone": _zone(founded.zone)}

    def _setting(self, community: str, space: Space, section: Section, name: str, place: Place) -> Setting:
        value = getattr(self.snapshot(community, section.name, space), name)
        stored = self._stored.get((community, section.name), {})
        return section.setting(name, value, section.deviates(stored, name, space), place)

    def _told(self, row: SettingChange, space: Space) -> Change:
        full = f"{row.section}.{row.name}"
        section = self._sections.get(row.section)
        if section is None or row.name not in section.fields:
            told = row.before or "", row.after or ""
            return Change(row.at, row.by or "", row.by_name or "", full, full, *told, row.number)
        defaults = self._defaults(row.community, section)
        before, after = (section.said(row.name, value, space, defaults) for value in (row.before, row.after))
        title = section.fields[row.name].title
        return Change(row.at, row.by or "", row.by_name or "", full, title, before, after, row.number)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
