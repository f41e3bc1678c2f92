"""What is remembered of a community's surroundings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.cog import Base, Owned, personal


class ScamFeed(Base, Owned):
    """The domains of the feed that a community chose, one a line, and how its last readings went.

    ``failing_since`` is when the first of the readings failed that have all failed since.
    """

    __tablename__ = "moderation_scam_feed"
    __table_args__ = (UniqueConstraint("community"),)
    nothing_personal = "a published list"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    etag: Mapped[str]
    modified: Mapped[str]
    domains: Mapped[str] = mapped_column(Text)
    tried_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]

    @property
    def listed(self) -> frozenset[str]:
        return frozenset(self.domains.split())


class OwnInvite(Base, Owned):
    """The code of an invite to a space of the community."""

    __tablename__ = "moderation_invite"
    __table_args__ = (UniqueConstraint("community", "space", "code"),)
    nothing_personal = "an invite is the community's"

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str]
    code: Mapped[str]


class Teammate(Base, Owned):
    """A moderator or administrator as members see them, so that nobody takes their name."""

    __tablename__ = "moderation_teammate"
    __table_args__ = (UniqueConstraint("community", "space", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str]
    person: Mapped[str] = personal(
        "delete", "who is of the team", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    account: Mapped[str] = personal("delete", "the account of the team", of="person")
    name: Mapped[str] = personal("delete", "its name, which nobody may imitate", of="person")
