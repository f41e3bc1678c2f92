"""The engine's own tables. Each cog declares its own beside its code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.cog.table import Base, Owned, personal


class CommunityRow(Base):
    """A community, with the name, language and zone of the space that founded it."""

    __tablename__ = "community"
    nothing_personal = "a community is not a person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]


class SpaceRow(Base, Owned):
    """A guild, workspace or town that belongs to a community; ``key`` is ``platform:id``.

    ``lost_at`` is since when the bot is not there any more.
    """

    __tablename__ = "space"
    nothing_personal = "a space is not a person"

    key: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    id: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    lost_at: Mapped[datetime | None]


class SpaceMove(Base, Owned):
    """A space left this community for another one, where people still ask for what this one holds about them."""

    __tablename__ = "space_move"

    number: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(ForeignKey("space.key", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str | None] = personal("anonymise", "who moved the space", ForeignKey("person.id"), index=True)


class PersonRow(Base, Owned):
    """The owner of one or more accounts in a community. The id is random and leads to nobody by itself."""

    __tablename__ = "person"

    id: Mapped[str] = personal("delete", "names the person", primary_key=True)
    created_at: Mapped[datetime]


class AccountRow(Base, Owned):
    """A user of a platform, known in a community, with what is needed to know whether they take part."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("community", "platform", "account"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    account: Mapped[str] = personal("delete", "the platform's id of the account", of="person")
    person: Mapped[str] = personal(
        "delete", "links an account to its owner", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = personal("delete", "the name shown in the dashboard and exports", of="person")
    messages: Mapped[int] = personal("delete", "how many messages were posted", of="person", default=0)
    last_spoke_at: Mapped[datetime | None] = personal("delete", "when a message was last posted", of="person")


class CodeRow(Base, Owned):
    """A short code that somebody took to type elsewhere; the code itself is not stored.

    ``purpose`` is a ``bot.cog.Purpose``. Kept for a while once used or over, to say so.
    """

    __tablename__ = "link_code"
    __table_args__ = (UniqueConstraint("digest"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    purpose: Mapped[str]
    space: Mapped[str] = mapped_column(ForeignKey("space.key", ondelete="CASCADE"))
    person: Mapped[str] = personal(
        "delete", "who took a code to link an account", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    account: Mapped[str] = personal("delete", "the account that took the code", of="person")
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WrongCode(Base, Owned):
    """Somebody typed a code that does not exist: not too often, or codes could be guessed."""

    __tablename__ = "link_wrong_code"

    number: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = personal(
        "delete", "who typed a wrong code, for some minutes", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]


class ChannelMark(Base):
    """The last message handled in a channel: catching up after an absence starts there."""

    __tablename__ = "channel_mark"
    nothing_personal = "message ids only"

    space: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    message: Mapped[str]


class SettingRow(Base, Owned):
    """One deviation from the defaults, as JSON."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("community", "section", "name"),)
    nothing_personal = "choices of the community"

    number: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    name: Mapped[str]
    value: Mapped[str] = mapped_column(Text)


class SettingChange(Base, Owned):
    """Who changed which setting, from what to what (JSON, NULL for the default)."""

    __tablename__ = "setting_change"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str | None] = personal(
        "anonymise", "changes stay accountable while their author is known", ForeignKey("person.id"), index=True
    )
    by_name: Mapped[str | None] = personal("anonymise", "the author's name at that moment", of="by")
    section: Mapped[str]
    name: Mapped[str]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)


class JobRow(Base, Owned):
    """A job that waits, runs or is over. ``state``: due, running, done, failed, skipped.

    ``asked``: somebody pressed or typed something and waits for it.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("community", "name", "key"), Index("ix_job_state_due_at", "state", "due_at"))

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    space: Mapped[str] = mapped_column(ForeignKey("space.key", ondelete="CASCADE"))
    arguments: Mapped[str] = mapped_column(Text)
    person: Mapped[str | None] = personal(
        "delete", "a job about somebody", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    due_at: Mapped[datetime]
    asked: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]


class PostRow(Base, Owned):
    """A post on its way out, and the attention ledger: what was sent, merged, delayed or dropped, and why.

    ``state`` is a ``bot.cog.State``. ``channel`` is set for public posts, ``account`` for private ones. ``card`` is
    the localised card as JSON. ``why`` is what the cog said of the post, ``reason`` what the gate said of it.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("community", "key"),
        Index("ix_post_state_not_before", "state", "not_before"),
        Index("ix_post_space_channel_sent_at", "space", "channel", "sent_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    cog: Mapped[str]
    space: Mapped[str] = mapped_column(ForeignKey("space.key", ondelete="CASCADE"))
    channel: Mapped[str | None]
    thread: Mapped[str | None]
    account: Mapped[str | None] = personal("delete", "who a private post is for", of="person")
    person: Mapped[str | None] = personal(
        "delete", "private posts go with their reader", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    otherwise: Mapped[str | None]
    card: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    merge: Mapped[str]
    why: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    until: Mapped[datetime | None]
    state: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message: Mapped[str | None]
    message_channel: Mapped[str | None]
    merged_into: Mapped[int | None]


class PostFile(Base):
    """A picture or file of a post, beside its card."""

    __tablename__ = "post_file"
    nothing_personal = "goes with its post"

    number: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[int] = mapped_column(ForeignKey("post.number", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class FactRow(Base, Owned):
    """What happened, kept so that what it is worth can be decided again."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("community", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    name: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    person: Mapped[str | None] = personal(
        "delete", "facts about somebody go with them", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]


class Draft(Base, Owned):
    """A form that was refused, kept so that nothing typed is lost; gone after a day."""

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]
    values: Mapped[str] = personal("delete", "what was typed", Text, of="person")
    person: Mapped[str] = personal("delete", "who typed it", ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class ActRow(Base, Owned):
    """What was done to somebody or somewhere, once per key: a handler that runs again finds its outcome here."""

    __tablename__ = "act"
    __table_args__ = (UniqueConstraint("community", "key"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    cog: Mapped[str]
    name: Mapped[str]
    done: Mapped[str]
    made: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = personal("anonymise", "the reason may tell about the member", Text, of="person")
    person: Mapped[str | None] = personal(
        "anonymise", "the member it was done to", ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime]


class AlertRow(Base):
    """The alert level of a community, when it is not calm."""

    __tablename__ = "alert"

    community: Mapped[str] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str]
    by: Mapped[str | None] = personal("anonymise", "who raised it", ForeignKey("person.id"), index=True)
    why: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None]


class SignIn(Base, Owned):
    """A link to sign in to the pages with, good once and until a moment. Only a hash of its secret is kept."""

    __tablename__ = "sign_in"

    hash: Mapped[str] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(ForeignKey("space.key", ondelete="CASCADE"))
    account: Mapped[str] = personal("delete", "the account that signs in to the pages", of="person")
    person: Mapped[str] = personal(
        "delete", "who asked for a link to the pages", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ArchivedMessage(Base, Owned):
    """A message that was said in a community, once for each platform, channel and message id.

    ``roles``, ``attachments`` and ``quoted`` are JSON lists; ``mentions`` is how many accounts it named. ``text`` is
    NULL once its author was erased: what is left counts by day and channel.
    """

    __tablename__ = "archived_message"
    __table_args__ = (
        UniqueConstraint("community", "platform", "message", "channel"),
        Index("ix_archived_message_community_at", "community", "at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    channel: Mapped[str]
    channel_name: Mapped[str]
    message: Mapped[str]
    thread: Mapped[str | None]
    person: Mapped[str | None] = personal(
        "anonymise",
        "who wrote an archived message; that one was written still counts",
        ForeignKey("person.id"),
        index=True,
    )
    author: Mapped[str | None] = personal("anonymise", "the author's account", of="person")
    author_name: Mapped[str | None] = personal("anonymise", "the author's name", of="person")
    is_bot: Mapped[bool]
    roles: Mapped[str | None] = personal("anonymise", "the author's roles", Text, of="person")
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    text: Mapped[str | None] = personal("anonymise", "what was written", Text, of="person")
    reply_to: Mapped[str | None]
    mentions: Mapped[int]
    attachments: Mapped[str | None] = personal("anonymise", "the names of files that were sent", Text, of="person")
    quoted: Mapped[str | None] = personal("anonymise", "what the message quoted or embedded", Text, of="person")


class Document(Base):
    """What an adapter keeps: small JSON documents by platform, kind and key; and what signs the sessions of pages."""

    __tablename__ = "document"
    nothing_personal = "installations and the playground's own town, whose people are imaginary"

    platform: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)
