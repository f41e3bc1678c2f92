"""What a trigger looks for, for people: its figures and lists in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cog import Words, listing, plural, t
from cogs.moderation.rules.titles import title_of
from cogs.moderation.rules.triggers import (
    AgeTrigger,
    AttachmentsTrigger,
    CapitalsTrigger,
    CreatedTogetherTrigger,
    DuplicatesTrigger,
    EmojiTrigger,
    FirstTrigger,
    FloodTrigger,
    InvitesTrigger,
    JoinRateTrigger,
    LengthTrigger,
    LinesTrigger,
    LinksTrigger,
    Listing,
    LookalikesTrigger,
    MentionsTrigger,
    NamedAlikeTrigger,
    NameTrigger,
    PatternTrigger,
    RepeatsTrigger,
    ScamsTrigger,
    TriggerBase,
    WordsTrigger,
    ZalgoTrigger,
)

LISTS: Mapping[str, Words] = {
    "insult": t("insults"),
    "own": t("your own words"),
    "scam": t("words of fraud"),
    "self-harm": t("calls to self-harm"),
    "sexual": t("sexual words"),
    "slur": t("hateful words"),
    "violence": t("threats"),
    "vulgar": t("vulgar words"),
}
"""What the curated lists are called, and the one that commands write."""


def looks_for(trigger: TriggerBase) -> Words:
    """What is not said here has nothing to say but its title."""
    match trigger:
        case WordsTrigger():
            return listing(*_listed(trigger))
        case NameTrigger():
            return t("names: {what}", what=listing(*_named(trigger)))
        case PatternTrigger():
            return plural("{count} pattern", "{count} patterns", count=len(trigger.patterns))
        case LinksTrigger():
            return listing(*_links(trigger))
        case AttachmentsTrigger():
            return listing(*_files(trigger))
        case FirstTrigger(messages=count):
            return plural("the first message of somebody", "the first {count} messages of somebody", count=count)
        case AgeTrigger():
            return listing(*_ages(trigger))
    return _written(trigger) or _counted(trigger) or title_of(trigger)


def _listed(trigger: Listing) -> Iterator[Words]:
    yield from (LISTS.get(name, name) for name in trigger.lists)
    if count := len(trigger.words):
        yield plural("{count} word of its own", "{count} words of its own", count=count)


def _named(trigger: NameTrigger) -> Iterator[Words]:
    yield from _listed(trigger)
    if count := len(trigger.patterns):
        yield plural("{count} pattern", "{count} patterns", count=count)
    if trigger.staff:
        yield t("imitations of the team")


def _links(trigger: LinksTrigger) -> Iterator[Words]:
    if trigger.any:
        yield t("links of any kind")
    if trigger.shorteners:
        yield t("shortened links")
    if count := len(trigger.deny):
        yield plural("links to {count} domain", "links to {count} domains", count=count)
    if not (trigger.any or trigger.shorteners or trigger.deny):
        yield title_of(trigger)


def _files(trigger: AttachmentsTrigger) -> Iterator[Words]:
    if trigger.programs:
        yield t("attached programs")
    if trigger.deny:
        yield t("files ending in {endings}", endings=listing(*trigger.deny))
    if trigger.only:
        yield t("files that do not end in {endings}", endings=listing(*trigger.only))
    if trigger.count:
        yield plural("{count} file or more", "{count} files or more", count=trigger.count)


def _ages(trigger: AgeTrigger) -> Iterator[Words]:
    if trigger.account:
        yield t("accounts younger than {time}", time=trigger.account)
    if trigger.member:
        yield t("members for less than {time}", time=trigger.member)


def _written(trigger: TriggerBase) -> Words:
    """The look of one message."""
    match trigger:
        case InvitesTrigger():
            return t("invitations elsewhere")
        case ScamsTrigger():
            return t("links known for fraud")
        case LookalikesTrigger():
            return t("links that imitate others")
        case ZalgoTrigger():
            return t("letters under stacks of marks")
        case MentionsTrigger(everyone=True):
            return t("calls to everybody")
        case MentionsTrigger(count=count):
            return plural("{count} mention or more", "{count} mentions or more", count=count)
        case CapitalsTrigger(share=share, letters=letters):
            return t("{percent} % of capitals in {count} letters or more", percent=round(100 * share), count=letters)
        case EmojiTrigger(count=count):
            return plural("{count} emoji or more", "{count} emoji or more", count=count)
        case LinesTrigger(count=count, empty=empty):
            return t("{count} line breaks or more, or {empty} in a row", count=count, empty=empty)
        case RepeatsTrigger(count=count):
            return t("the same character {count} times in a row", count=count)
        case LengthTrigger(characters=count):
            return plural("{count} character or more", "{count} characters or more", count=count)
    return ""


def _counted(trigger: TriggerBase) -> Words:
    """What is counted over time."""
    match trigger:
        case FloodTrigger(per="member", count=count, within=time):
            return t("{count} messages of one member within {time}", count=count, time=time)
        case FloodTrigger(count=count, within=time):
            return t("{count} messages in one channel within {time}", count=count, time=time)
        case DuplicatesTrigger(per="member", count=count, within=time):
            return t("the same message {count} times from one member within {time}", count=count, time=time)
        case DuplicatesTrigger(count=count, within=time):
            return t("the same message {count} times from anybody within {time}", count=count, time=time)
        case JoinRateTrigger(count=count, within=time):
            return t("{count} arrivals within {time}", count=count, time=time)
        case CreatedTogetherTrigger(count=count, within=time, apart=apart):
            return t(
                "{count} arrivals within {time} of accounts made within {apart}", count=count, time=time, apart=apart
            )
        case NamedAlikeTrigger(count=count, within=time):
            return t("{count} arrivals with names alike within {time}", count=count, time=time)
    return ""
