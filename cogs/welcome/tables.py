"""Who came, and what they said of themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.cog import Base, Owned, personal


class Greeting(StrEnum):
    """What was said publicly of an arrival."""

    WAITING = "waiting"
    """Greeted soon, with those who came at the same time."""
    GREETED = "greeted"
    STALE = "stale"
    """Heard of too late."""
    SILENT = "silent"
    """Nothing is said publicly here: no channel, or greetings are off."""
    GONE = "gone"
    """Left before being greeted."""


class Arrival(Base, Owned):
    """Somebody came into a space."""

    __tablename__ = "welcome_arrival"
    __table_args__ = (
        UniqueConstraint("community", "space", "account", "joined_at"),
        Index("ix_welcome_arrival_space_at", "space", "at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = personal(
        "delete", "when somebody came, to greet them once", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    space: Mapped[str]
    account: Mapped[str] = personal("delete", "the account to greet", of="person")
    name: Mapped[str] = personal("delete", "the name they came with", of="person")
    joined_at: Mapped[datetime]
    at: Mapped[datetime]
    greeting: Mapped[str]


class Introduction(Base, Owned):
    """What somebody said of themselves in a space; ``message`` once it is posted in ``channel``.

    ``attempt`` makes the key of the next post: it grows when a post failed or was deleted by hand.
    """

    __tablename__ = "welcome_introduction"
    __table_args__ = (UniqueConstraint("community", "space", "person"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = personal(
        "delete", "who introduced themselves", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    space: Mapped[str]
    account: Mapped[str] = personal("delete", "the account that introduces itself", of="person")
    about: Mapped[str] = personal("delete", "what they said of themselves", Text, of="person")
    interests: Mapped[str] = personal("delete", "what brings them here", Text, of="person")
    at: Mapped[datetime]
    channel: Mapped[str]
    message: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=1)
    told: Mapped[bool] = mapped_column(default=False)


def waiting() -> ColumnElement[bool]:
    """The arrivals that are to be greeted together."""
    return Arrival.greeting == Greeting.WAITING.value
