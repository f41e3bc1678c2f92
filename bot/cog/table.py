"""Tables: one metadata, times in UTC, and what becomes of personal data said on each column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import DateTime, ForeignKey, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Policy = Literal["delete", "anonymise", "keep"]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one raises ``ValueError``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of Relais. A table holds ``personal()`` columns, or says ``nothing_personal`` and why."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, str: String}
    nothing_personal: str = ""


class Owned:
    """A row that belongs to a community, and goes with it."""

    @declared_attr
    def community(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)


@dataclass(frozen=True, slots=True)
class Personal:
    """What erasing a person does. ``of`` names the column that holds the person; empty, this column holds them."""

    policy: Policy
    why: str
    of: str = ""


def personal(policy: Policy, why: str, *arguments: Any, of: str = "", **options: Any) -> MappedColumn[Any]:
    """A column of personal data.

    Without ``of`` the column holds a person's id: erasing them deletes the row (``delete``), makes the column NULL
    (``anonymise``) or leaves it (``keep``, for a reason of law). With ``of``, the column holds something about the
    person named in that other column: it is exported with them, and becomes NULL when they are anonymised.
    """
    return mapped_column(*arguments, info={"personal": Personal(policy, why, of)}, **options)
