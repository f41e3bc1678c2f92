"""What a community decides about its moderation, rules aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from bot.cog import Channel, CogSettings, Duration, Spelling, Unread, Worded, Words, short, t
from cogs.moderation.ladder import Ladder, Rung
from cogs.moderation.rules.addresses import known_suffix, normal_host

_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
SANCTIONS = Spelling(
    {
        "reminder": (t("reminder"), t("warning")),
        "timeout": (t("timeout"), t("time-out")),
        "kick": (t("kick"), t("removal")),
        "ban": (t("ban"),),
    }
)


def rung_of(line: str) -> Rung:
    """``4 timeout 10 min`` or ``12 ban``, in any language. Raises ``Unread``."""
    points, _, rest = line.strip().partition(" ")
    do, length = SANCTIONS.read(rest) or ("", "")
    try:
        return Rung.model_validate(
            {"points": points, "do": do, "length": _DURATION.validate_python(length) if length else None}
        )
    except ValidationError:
        raise Unread(
            t("“{line}” is no step of the ladder. Write for instance: 2 reminder, 4 timeout 10 min, 12 ban", line=line)
        ) from None


def read_rung(typed: str) -> str:
    """A step as it is kept: ``4 timeout 10m``. Raises ``Unread``."""
    rung = rung_of(typed)
    return " ".join([str(rung.points), rung.do, *([short(rung.length)] if rung.length else [])])


def rung_words(line: str) -> Words:
    """A step for people, who can type it so."""
    rung = rung_of(line)
    do, points = SANCTIONS.words[rung.do][0], str(rung.points)
    if rung.length is None:
        return t("{points} {sanction}", points=points, sanction=do)
    return t("{points} {sanction} {length}", points=points, sanction=do, length=rung.length)


Step = Annotated[str, Worded(read_rung, rung_words)]
"""A step of the ladder."""


def ladder_of(lines: tuple[str, ...], every: timedelta) -> Ladder:
    """Raises ``Unread``."""
    try:
        return Ladder(amount=1 if every else 0, every=every or timedelta(days=1), rungs=tuple(map(rung_of, lines)))
    except ValidationError:
        raise Unread(t("Each step of the ladder needs more points than the one before.")) from None


def read_domain(written: str) -> str:
    """A domain in the form that links are compared in. Raises ``Unread``."""
    host = normal_host(written.strip().partition("://")[2] or written.strip()).rstrip("/")
    if not known_suffix(host) or set(host) & set(" /:"):
        raise Unread(t("“{domain}” is not a domain; write example.org", domain=written[:60]))
    return host


class Settings(CogSettings):
    alerts: Annotated[
        Channel | None,
        Field(title="Alerts channel", description="For moderators only. Left empty: the moderators’ channel."),
    ] = None
    log: Annotated[
        Channel | None,
        Field(title="Moderation log channel", description="For moderators only. Left empty: no log is posted."),
    ] = None
    netiquette: Annotated[
        str,
        Field(
            title="Link to the rules of the community",
            description="Given with each reminder. Left empty: no link.",
            max_length=300,
        ),
    ] = ""
    ladder: Annotated[
        tuple[Step, ...],
        Field(
            title="Ladder of sanctions",
            description="One a line, from few points to many: 2 reminder, 4 timeout 10 min, 12 ban.",
            max_length=12,
        ),
    ] = ("2 reminder", "4 timeout 10m", "6 timeout 6h", "8 timeout 2d", "12 ban")
    forget_every: Annotated[
        timedelta,
        Field(
            title="A point is forgotten after",
            description="Counted from the first one that stands. 0: points stay.",
            ge=timedelta(0),
            le=timedelta(days=365),
        ),
    ] = timedelta(days=7)
    observe_for: Annotated[
        timedelta,
        Field(
            title="How long a new or changed rule only observes",
            ge=timedelta(0),
            le=timedelta(days=60),
        ),
    ] = timedelta(days=7)
    marks: Annotated[
        int,
        Field(
            title="Marked hits before a rule is promoted",
            description="How many hits moderators must have judged right or wrong, when it has that many.",
            ge=1,
            le=200,
        ),
    ] = 10
    burst: Annotated[
        timedelta,
        Field(
            title="What is one burst",
            description="Hits that follow each other within this time share one alert, and one case for each member.",
            ge=timedelta(seconds=5),
            le=timedelta(hours=1),
        ),
    ] = timedelta(minutes=1)
    confirm_from: Annotated[
        int,
        Field(
            title="Ask moderators to confirm from so many cases",
            description="When the member has had this many already. 0: never.",
            ge=0,
            le=100,
        ),
    ] = 3
    appeals: Annotated[bool, Field(title="Members may appeal")] = True
    appeal_again: Annotated[
        timedelta,
        Field(
            title="When one may appeal again",
            description="After an appeal about the same case was turned down.",
            ge=timedelta(0),
            le=timedelta(days=365),
        ),
    ] = timedelta(days=30)
    appeal_reminder: Annotated[
        timedelta,
        Field(title="When moderators are reminded of an open appeal", ge=timedelta(hours=1), le=timedelta(days=30)),
    ] = timedelta(hours=72)
    domains: Annotated[
        tuple[str, ...],
        Field(
            title="Your own domains",
            description="Links there are always allowed, and names made to look like them are found. One a line.",
            max_length=50,
        ),
    ] = ()
    scam_feed: Annotated[
        str,
        Field(
            title="Address of a list of fraudulent links",
            description="Domains, one a line, or as a hosts file or JSON; read every six hours. Left empty: none.",
            max_length=500,
        ),
    ] = ""
    evidence_for: Annotated[
        timedelta,
        Field(
            title="How long hits without a case keep what was written",
            description="What observing rules found, for instance. Afterwards only the figures stay.",
            ge=timedelta(days=1),
            le=timedelta(days=365),
        ),
    ] = timedelta(days=30)
    native: Annotated[
        bool,
        Field(
            title="Use the platform’s own filter",
            description="Word and mention rules that act are put there too: it stops messages before display.",
        ),
    ] = True

    @field_validator("ladder")
    @classmethod
    def _climbs(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        ladder_of(lines, timedelta(days=1))
        return lines

    @field_validator("domains")
    @classmethod
    def _written_alike(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(read_domain, domains))

    @field_validator("scam_feed")
    @classmethod
    def _is_address(cls, address: str) -> str:
        if address and not address.startswith(("https://", "http://")):
            raise Unread(t("An address begins with https://"))
        return address

    @property
    def steps(self) -> Ladder:
        return ladder_of(self.ladder, self.forget_every)
