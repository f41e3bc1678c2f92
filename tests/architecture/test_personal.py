"""What is stored about people is declared on the columns, in a way that export, erasure and merging can follow."""

from __future__ import annotations

import pytest
from sqlalchemy import String, Table

from bot.cog.table import Base
from bot.engine import loader
from bot.engine.models import PersonRow
from bot.engine.people import Owner, owners_of

loader.load()

TABLES = {
    mapper.local_table.name: (mapper.class_, mapper.local_table)
    for mapper in Base.registry.mappers
    if isinstance(mapper.local_table, Table) and mapper.class_.__module__.startswith(("bot.", "cogs."))
}
OWNERS = [owner for _, table in TABLES.values() for owner in owners_of(table)]
DELETED = {owner.table.name for owner in OWNERS if owner.declared.policy == "delete"}


def name_of(owner: Owner) -> str:
    return f"{owner.table.name}.{owner.column.name}"


def refers_to_person(owner: Owner) -> bool:
    return any(key.column is PersonRow.__table__.c.id for key in owner.column.foreign_keys)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_what_is_personal_or_why_nothing_is(name: str) -> None:
    kind, table = TABLES[name]
    says = any("personal" in column.info for column in table.columns)
    assert says is not bool(kind.nothing_personal), (
        f"{name}: declare personal() columns, or say nothing_personal and why"
    )


@pytest.mark.parametrize("name", TABLES)
def test_what_is_said_about_somebody_names_who(name: str) -> None:
    _, table = TABLES[name]
    owners = {owner.column.name for owner in owners_of(table)}
    of = {column.info["personal"].of for column in table.columns if "personal" in column.info} - {""}
    assert of <= owners


@pytest.mark.parametrize("owner", OWNERS, ids=name_of)
def test_an_owner_is_a_person(owner: Owner) -> None:
    assert isinstance(owner.column.type, String)
    assert refers_to_person(owner) or not owner.column.foreign_keys
    assert owner.declared.why


@pytest.mark.parametrize("owner", OWNERS, ids=name_of)
def test_what_is_emptied_may_be_empty(owner: Owner) -> None:
    if owner.declared.policy == "delete":
        return
    fixed = [name for name in owner.emptied if not owner.table.c[name].nullable]
    assert not fixed, f"{owner.table.name}: {fixed} cannot be NULL"


@pytest.mark.parametrize("owner", OWNERS, ids=name_of)
def test_what_is_kept_outlives_its_person(owner: Owner) -> None:
    assert owner.declared.policy != "keep" or not refers_to_person(owner), "the person's row goes: hold a plain id"


@pytest.mark.parametrize("name", TABLES)
def test_rows_that_go_take_their_dependants_along(name: str) -> None:
    _, table = TABLES[name]
    owners = {owner.column.name for owner in owners_of(table)}
    stuck = [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table.name in DELETED and key.ondelete is None and key.parent.name not in owners
    ]
    assert not stuck, f"{name}: {stuck} refer to rows that may be erased; say ondelete"
