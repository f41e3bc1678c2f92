"""What moderation remembers: rules and their versions, what they hit, cases, appeals, and what holds meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.cog import Base, Owned, personal

NEVER_AGAIN: Mapping[str, object] = {"sqlite_autoincrement": True}
"""Numbers of rows are in the keys of what was said and done: those of rows that were erased are not given again."""


class Source(StrEnum):
    """Who made a case."""

    RULE = "rule"
    COMMAND = "command"
    HAND = "hand"
    """A moderator, with the platform's own tools."""
    NATIVE = "native"
    """The platform's own filter."""


class Kind(StrEnum):
    """What a case did to somebody, the gravest last."""

    NOTICE = "notice"
    """Words, or a message taken away; no sanction."""
    WARNING = "warning"
    TIMEOUT = "timeout"
    KICK = "kick"
    BAN = "ban"


GRAVITY: Mapping[Kind, int] = {kind: rank for rank, kind in enumerate(Kind)}


class State(StrEnum):
    PROPOSED = "proposed"
    """A moderator still has to confirm it; it has no number yet."""
    STANDS = "stands"
    REVERSED = "reversed"


class Deed(StrEnum):
    """What became of something that a case asks for."""

    DONE = "done"
    ASKED = "asked"
    """The bot may not do it there: the moderators were asked to."""
    BY_HAND = "by_hand"
    """They were, and one of them said that it is done."""
    UNDONE = "undone"
    """There was nothing to do it to, or nobody to ask."""


class Rules(Base, Owned):
    """A community's rules as a JSON document; the highest revision is in force. ``note`` says what changed."""

    __tablename__ = "moderation_rules"
    __table_args__ = (UniqueConstraint("community", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str | None] = personal(
        "anonymise",
        "changes of rules stay accountable while their author is known",
        ForeignKey("person.id", ondelete="SET NULL"),
        index=True,
    )


class Proposal(Base, Owned):
    """Rules from a file that wait until somebody agrees; ``base`` is the revision they would replace."""

    __tablename__ = "moderation_proposal"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    base: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    file: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str | None] = personal(
        "anonymise", "who gave the file", ForeignKey("person.id", ondelete="SET NULL"), index=True
    )


class RuleVersion(Base, Owned):
    """One version of a rule, kept so that old cases can be explained.

    ``since`` is since when it has its mode, ``why`` what was said of that.
    """

    __tablename__ = "moderation_rule"
    __table_args__ = (UniqueConstraint("community", "name", "version"),)
    nothing_personal = "choices of the community"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    mode: Mapped[str]
    since: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Counter(Base):
    """How many cases a community has had."""

    __tablename__ = "moderation_counter"
    nothing_personal = "a number"

    community: Mapped[str] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    cases: Mapped[int]


class Alerting(Base, Owned):
    """One alert of the moderators: a burst of hits on one card. ``message`` is empty until it is posted."""

    __tablename__ = "moderation_alert"
    __table_args__ = NEVER_AGAIN
    nothing_personal = "who is concerned is read from its hits"

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    channel: Mapped[str]
    message: Mapped[str | None]


class Sweep(Base, Owned):
    """One sanction for everybody on an alert. ``upto`` is the last hit looked at, ``passed`` counts who was let be.

    ``message`` is its card in ``channel``; empty until it is posted.
    """

    __tablename__ = "moderation_sweep"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    alert: Mapped[int] = mapped_column(ForeignKey("moderation_alert.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    running: Mapped[bool]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    upto: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    by: Mapped[str | None] = personal(
        "anonymise",
        "moderators answer for what they do while they are known",
        ForeignKey("person.id", ondelete="SET NULL"),
        index=True,
    )
    by_name: Mapped[str | None] = personal("anonymise", "the moderator's name at that moment", of="by")
    channel: Mapped[str]
    message: Mapped[str | None]


class Case(Base, Owned):
    """Something that was done to somebody, by whom, for what, and whether it still holds.

    ``number`` counts in the community, from 1. ``until`` is the end of a time-out. ``messages`` counts what was hit in
    the same burst. ``key`` makes it once of whatever caused it. ``carried_at`` is when its sanction was seen to.
    ``told`` numbers the private message to the member.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        UniqueConstraint("community", "number"),
        UniqueConstraint("community", "key"),
        Index("ix_moderation_case_member", "community", "person", "state"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None]
    key: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    person: Mapped[str | None] = personal(
        "anonymise",
        "what moderators decided stays true for the figures on rules and moderators",
        ForeignKey("person.id", ondelete="SET NULL"),
    )
    space: Mapped[str]
    account: Mapped[str | None] = personal("anonymise", "the account concerned by a case", of="person")
    name: Mapped[str | None] = personal("anonymise", "the name of the account concerned", of="person")
    rule: Mapped[str]
    version: Mapped[int]
    trigger: Mapped[str]
    evidence: Mapped[str | None] = personal("delete", "what was written, to explain the decision", Text, of="person")
    start: Mapped[int] = mapped_column(default=0)
    end: Mapped[int] = mapped_column(default=0)
    detail: Mapped[str | None] = personal("delete", "what the rule found in it", Text, of="person")
    channel: Mapped[str | None]
    message: Mapped[str | None] = personal("delete", "the message concerned", of="person")
    messages: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str | None] = personal("delete", "why a moderator did it", Text, of="person")
    points: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime | None]
    purge: Mapped[int] = mapped_column(default=0)
    """Seconds of messages that a ban deletes."""
    taken_away: Mapped[str | None]
    """What became of its messages, if they were to be taken away: a ``Deed``, ``None`` until it is known."""
    carried_at: Mapped[datetime | None]
    sanctioned: Mapped[str | None]
    """What became of its sanction: a ``Deed``, ``None`` until it is known."""
    by: Mapped[str | None] = personal(
        "anonymise",
        "moderators answer for what they do while they are known",
        ForeignKey("person.id", ondelete="SET NULL"),
        index=True,
    )
    by_name: Mapped[str | None] = personal("anonymise", "the moderator's name at that moment", of="by")
    reversed_at: Mapped[datetime | None]
    reversed_by: Mapped[str | None] = personal(
        "anonymise",
        "who reversed a case",
        ForeignKey("person.id", ondelete="SET NULL"),
        index=True,
    )
    reversed_name: Mapped[str | None] = personal("anonymise", "the name of who reversed it", of="reversed_by")
    reversed_why: Mapped[str | None] = personal("delete", "why it was reversed", Text, of="person")
    alert: Mapped[int | None] = mapped_column(ForeignKey("moderation_alert.id", ondelete="SET NULL"))
    """The alert whose members were all sanctioned together, this one among them."""


class RuleHit(Base, Owned):
    """A rule matched a message, an arrival or a name; once for each ``thing``, however often it is heard of.

    ``cause`` is what brought it here together with others; ``actions`` is what the rule asked for, as JSON. ``right``
    is what a moderator said of it.
    """

    __tablename__ = "moderation_hit"
    __table_args__ = (
        UniqueConstraint("community", "thing", "rule"),
        Index("ix_moderation_hit_rule", "community", "rule", "version"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str]
    rule: Mapped[str]
    version: Mapped[int]
    observing: Mapped[bool]
    person: Mapped[str] = personal(
        "delete", "what rules found, to measure how often they are right", ForeignKey("person.id", ondelete="CASCADE")
    )
    space: Mapped[str]
    account: Mapped[str] = personal("delete", "the account concerned by a hit", of="person")
    name: Mapped[str] = personal("delete", "the name of the account", of="person")
    channel: Mapped[str | None]
    message: Mapped[str | None] = personal("delete", "the message that a rule hit", of="person")
    trigger: Mapped[str]
    text: Mapped[str] = personal("delete", "what was written, to judge the rule by it", Text, of="person")
    start: Mapped[int]
    end: Mapped[int]
    detail: Mapped[str] = personal("delete", "what the rule found in it", Text, of="person")
    actions: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    right: Mapped[bool | None]
    marked_by: Mapped[str | None] = personal(
        "anonymise", "who marked a hit", ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    carried: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what its rule asks for was done."""
    case: Mapped[int | None] = mapped_column(ForeignKey("moderation_case.id", ondelete="SET NULL"), index=True)
    alert: Mapped[int | None] = mapped_column(ForeignKey("moderation_alert.id", ondelete="SET NULL"), index=True)


class Note(Base, Owned):
    """What moderators write down about a case, for themselves."""

    __tablename__ = "moderation_note"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    person: Mapped[str | None] = personal(
        "delete", "notes on somebody's case go with them", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = personal("delete", "what a moderator noted", Text, of="person")
    by: Mapped[str | None] = personal(
        "anonymise", "who wrote a note", ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    by_name: Mapped[str | None] = personal("anonymise", "the name of who wrote it", of="by")


class Entry(Base, Owned):
    """A line of the moderation log that waits to be posted: ``what`` happened to a case, or words of their own."""

    __tablename__ = "moderation_entry"
    __table_args__ = NEVER_AGAIN
    nothing_personal = "who is concerned is read from the case; a line goes once it is posted"

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(index=True)
    case: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    what: Mapped[str]
    at: Mapped[datetime]


class Answer(StrEnum):
    """What becomes of an appeal."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class Appeal(Base, Owned):
    """A member asks for a case to be looked at again. ``message`` is its card in the moderators' ``channel``."""

    __tablename__ = "moderation_appeal"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    space: Mapped[str]
    person: Mapped[str] = personal("delete", "who appealed", ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account: Mapped[str] = personal("delete", "the account that appealed", of="person")
    words: Mapped[str] = personal("delete", "what they said", Text, of="person")
    at: Mapped[datetime]
    state: Mapped[str]
    answer: Mapped[str] = personal("delete", "what was answered", Text, of="person", default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = personal(
        "anonymise", "who decided an appeal", ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    decided_name: Mapped[str | None] = personal("anonymise", "the name of who decided it", of="decided_by")
    channel: Mapped[str | None]
    message: Mapped[str | None]


class Held(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"


class Hold(Base, Owned):
    """A message taken away by ``rule`` until a moderator releases or refuses it."""

    __tablename__ = "moderation_hold"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    space: Mapped[str]
    channel: Mapped[str]
    thread: Mapped[str | None]
    person: Mapped[str] = personal(
        "delete", "whose message is held", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    account: Mapped[str] = personal("delete", "the account that wrote it", of="person")
    name: Mapped[str] = personal("delete", "the name it was written under", of="person")
    rule: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str] = personal("delete", "the message that waits", Text, of="person")
    state: Mapped[str]


class Silence(Base, Owned):
    """Until when an account was silenced on the platform, as far as Relais knows."""

    __tablename__ = "moderation_silence"
    __table_args__ = (UniqueConstraint("community", "space", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str]
    person: Mapped[str] = personal(
        "delete", "a time-out that runs", ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    account: Mapped[str] = personal("delete", "the account that is silenced", of="person")
    until: Mapped[datetime | None]


class Measure(Base, Owned):
    """A channel slowed down until a moment."""

    __tablename__ = "moderation_measure"
    __table_args__ = NEVER_AGAIN
    nothing_personal = "a channel and a moment"

    id: Mapped[int] = mapped_column(primary_key=True)
    space: Mapped[str]
    channel: Mapped[str]
    until: Mapped[datetime]
