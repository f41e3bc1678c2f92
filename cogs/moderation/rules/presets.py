"""Rules to begin with, at one command: ``gentle`` reminds, ``standard`` removes what is clear, ``strict`` sanctions.

A preset's rule is read here, changed by a rule set's ``changes``, and never stored: a better one reaches everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Protocol, TypeVar

from bot.cog import Alert, Phrase, Words, t
from cogs.moderation.actions import (
    Action,
    Delete,
    Hold,
    KickOut,
    Points,
    RaiseAlert,
    Remind,
    Rephrase,
    SlowMode,
    StopInvites,
    Tell,
    TimeOut,
)
from cogs.moderation.rules.conditions import Where
from cogs.moderation.rules.model import Mode, Preset, Rule, RuleSet
from cogs.moderation.rules.triggers import (
    AttachmentsTrigger,
    CapitalsTrigger,
    CreatedTogetherTrigger,
    DuplicatesTrigger,
    EmojiTrigger,
    FloodTrigger,
    InvitesTrigger,
    JoinRateTrigger,
    LinesTrigger,
    LinksTrigger,
    LookalikesTrigger,
    MentionsTrigger,
    NamedAlikeTrigger,
    NameTrigger,
    RepeatsTrigger,
    ScamsTrigger,
    Trigger,
    WordsTrigger,
    ZalgoTrigger,
)

T = TypeVar("T")

TEXTS: Mapping[str, tuple[Words, Words]] = {
    "hate": (
        t("Hateful words"),
        t("Words that despise people for who they are have no place here."),
    ),
    "threats": (
        t("Threats"),
        t("Nobody is threatened here, nor told to hurt themselves."),
    ),
    "insults": (
        t("Insults"),
        t("Criticise ideas, not people: say what bothers you without insulting anybody."),
    ),
    "sexual": (
        t("Sexual words"),
        t("All ages read along: sexual talk has its place elsewhere."),
    ),
    "vulgar": (
        t("Vulgar words"),
        t("Say it without swearing: it will be read more willingly."),
    ),
    "lures": (
        t("Words of fraud"),
        t("Offers too good to be true are not passed on here."),
    ),
    "scams": (
        t("Fraudulent links"),
        t("This link is known for fraud. If you did not post it yourself, change your password."),
    ),
    "lookalikes": (
        t("Links that imitate others"),
        t("Link to the real address, and check what you were sent before passing it on."),
    ),
    "invites": (
        t("Invitations elsewhere"),
        t("Ask the team before inviting people to another place."),
    ),
    "newcomer-links": (
        t("Links of newcomers"),
        t("Get to know people first: links come a little later."),
    ),
    "shorteners": (
        t("Shortened links"),
        t("Post the whole address, so that everybody sees where it leads."),
    ),
    "everyone": (
        t("Calling everybody"),
        t("Calling everybody is for the team: write without it, people will read you."),
    ),
    "mentions": (
        t("Many mentions"),
        t("Name only those whom your message concerns."),
    ),
    "capitals": (
        t("Capitals"),
        t("Written in capitals, words look shouted: small letters read better."),
    ),
    "emoji": (
        t("Many emoji"),
        t("A few emoji say as much as many."),
    ),
    "lines": (
        t("Many line breaks"),
        t("Keep messages compact, so that the conversation stays readable."),
    ),
    "repeats": (
        t("Repeated characters"),
        t("Write words as they are: repeated letters are tiring to read."),
    ),
    "zalgo": (
        t("Stacked marks"),
        t("Letters under stacks of marks spill over other messages and cannot be read aloud."),
    ),
    "programs": (
        t("Programs attached"),
        t("Link to the source of a program instead of attaching it."),
    ),
    "flood": (
        t("Many messages at once"),
        t("Gather what you have to say in one message, and leave room for others."),
    ),
    "busy-channel": (
        t("A channel too busy"),
        t("When many people talk at once, wait a little before answering."),
    ),
    "duplicates": (
        t("The same message again"),
        t("Say it once, in the right channel: it will be read."),
    ),
    "wave": (
        t("The same message from several members"),
        t("Messages that are copied around are not a conversation."),
    ),
    "names": (
        t("Names"),
        t("Choose a name that everybody can read and that takes nobody for somebody else."),
    ),
    "raid": (
        t("Many arrivals at once"),
        t("Arrivals are checked for a while."),
    ),
}
"""The title of each preset's rule, and what it expects of people."""


def _source(words: Words) -> str:
    assert isinstance(words, Phrase)
    return words.source


_SOURCES: Mapping[str, Words] = {_source(words): words for pair in TEXTS.values() for words in pair}


def spoken(text: str) -> Words:
    """A rule's title or netiquette for its reader: in their language when it is a preset's, as typed otherwise."""
    return _SOURCES.get(text, text)


class Pick(Protocol):
    """Chooses what suits the preset: gentle, standard or strict."""

    def __call__(self, gentle: T, standard: T, strict: T, /) -> T: ...


@lru_cache
def preset_rules(preset: Preset) -> tuple[Rule, ...]:
    place = tuple(Preset).index(preset)

    def pick(gentle: T, standard: T, strict: T, /) -> T:
        return (gentle, standard, strict)[place]

    return (*_words(pick), *_links(pick), *_look(pick), *_pace(pick), *_people(pick))


def effective(rules: RuleSet) -> tuple[Rule, ...]:
    """The rules as they hold: the preset's with their changes, then the community's own."""
    inherited = preset_rules(rules.preset) if rules.preset else ()
    changed = tuple(rules.changes[rule.name].of(rule) if rule.name in rules.changes else rule for rule in inherited)
    return (*changed, *rules.rules)


def _rule(
    name: str, triggers: tuple[Trigger, ...], actions: tuple[Action, ...], mode: Mode = Mode.ACT, **more: Where
) -> Rule:
    title, netiquette = map(_source, TEXTS[name])
    return Rule(name=name, title=title, mode=mode, triggers=triggers, actions=actions, netiquette=netiquette, **more)


def _words(pick: Pick) -> tuple[Rule, ...]:
    warn: tuple[Action, ...] = (Hold(), Tell())
    remove: tuple[Action, ...] = (Delete(), Remind(), Points(points=3), Tell())
    sanction: tuple[Action, ...] = (Delete(), TimeOut(length=timedelta(hours=1)), Points(points=5), Tell())
    return (
        _rule("hate", (WordsTrigger(lists=("slur",)),), pick(warn, remove, sanction)),
        _rule("threats", (WordsTrigger(lists=("violence", "self-harm")),), pick(warn, remove, sanction)),
        _rule(
            "insults",
            (WordsTrigger(lists=("insult",)),),
            pick((Rephrase(),), (Delete(), Rephrase(), Points()), (Delete(), Rephrase(), Points(points=2))),
        ),
        _rule(
            "sexual",
            (WordsTrigger(lists=("sexual",), severity=pick(3, 2, 1)),),
            pick((Rephrase(),), (Delete(), Rephrase(), Points()), (Delete(), Rephrase(), Points(points=2))),
        ),
        _rule(
            "vulgar",
            (WordsTrigger(lists=("vulgar",)),),
            pick((Remind(),), (Remind(),), (Delete(), Rephrase(), Points())),
            pick(Mode.OFF, Mode.OFF, Mode.ACT),
        ),
        _rule("lures", (WordsTrigger(lists=("scam",)),), pick((Tell(),), warn, (Delete(), Points(points=2), Tell()))),
    )


def _links(pick: Pick) -> tuple[Rule, ...]:
    return (
        _rule(
            "scams",
            (ScamsTrigger(),),
            pick(
                (Delete(), Tell()),
                (Delete(), TimeOut(length=timedelta(hours=1)), Tell()),
                (Delete(), TimeOut(length=timedelta(days=1)), Tell()),
            ),
        ),
        _rule(
            "lookalikes",
            (LookalikesTrigger(),),
            pick((Tell(),), (Hold(), Tell()), (Delete(), Points(points=2), Tell())),
        ),
        _rule(
            "invites",
            (InvitesTrigger(),),
            pick((Remind(),), (Delete(), Remind(), Points()), (Delete(), Remind(), Points(points=2))),
        ),
        _rule(
            "newcomer-links",
            (LinksTrigger(any=True, real=True),),
            (Hold(), Remind()),
            pick(Mode.OFF, Mode.OBSERVE, Mode.ACT),
            only=Where(messages_under=pick(1, 1, 3), member_under=timedelta(days=3)),
        ),
        _rule("shorteners", (LinksTrigger(shorteners=True),), (Rephrase(),), pick(Mode.OFF, Mode.OFF, Mode.ACT)),
    )


def _look(pick: Pick) -> tuple[Rule, ...]:
    remind: tuple[Action, ...] = (Remind(),)
    remove: tuple[Action, ...] = (Delete(), Rephrase())
    return (
        _rule(
            "everyone",
            (MentionsTrigger(count=100, everyone=True),),
            pick(remind, remind, (Delete(), Remind(), Points())),
            pick(Mode.OFF, Mode.OFF, Mode.ACT),
        ),
        _rule(
            "mentions",
            (MentionsTrigger(count=pick(15, 8, 5)),),
            pick(remind, (Delete(), Remind(), Points(points=2)), (Delete(), TimeOut(), Points(points=3), Tell())),
        ),
        _rule(
            "capitals",
            (CapitalsTrigger(letters=pick(60, 40, 30), share=pick(0.9, 0.85, 0.8)),),
            pick(remind, remind, remove),
            pick(Mode.OFF, Mode.ACT, Mode.ACT),
        ),
        _rule("emoji", (EmojiTrigger(count=pick(40, 20, 15)),), pick(remind, remind, remove)),
        _rule("lines", (LinesTrigger(count=pick(100, 60, 45), empty=pick(20, 12, 6)),), pick(remind, remind, remove)),
        _rule("repeats", (RepeatsTrigger(count=pick(60, 30, 20)),), pick(remind, remind, remove)),
        _rule("zalgo", (ZalgoTrigger(),), pick(remind, remove, remove)),
        _rule(
            "programs",
            (AttachmentsTrigger(programs=True),),
            pick((Tell(),), (Delete(), Remind(), Tell()), (Delete(), Points(points=2), Remind(), Tell())),
        ),
    )


def _pace(pick: Pick) -> tuple[Rule, ...]:
    minutes = timedelta(minutes=pick(1, 5, 30))
    return (
        _rule(
            "flood",
            (
                FloodTrigger(count=pick(12, 8, 6), within=timedelta(seconds=10)),
                FloodTrigger(count=pick(40, 30, 20), within=timedelta(minutes=1)),
            ),
            pick(
                (Remind(), Tell()),
                (TimeOut(length=minutes), Remind(), Points(), Tell()),
                (Delete(), TimeOut(length=minutes), Points(points=2), Tell()),
            ),
        ),
        _rule(
            "busy-channel",
            (FloodTrigger(count=pick(60, 40, 25), within=timedelta(seconds=10), per="channel"),),
            (SlowMode(every=timedelta(seconds=pick(5, 10, 30)), length=timedelta(minutes=10)), Tell()),
            pick(Mode.OFF, Mode.ACT, Mode.ACT),
        ),
        _rule(
            "duplicates",
            (DuplicatesTrigger(count=pick(5, 4, 3), similar=pick(100, 92, 88)),),
            pick((Remind(),), (Delete(), Remind(), Points()), (Delete(), TimeOut(length=minutes), Points(points=2))),
        ),
        _rule(
            "wave",
            (DuplicatesTrigger(count=pick(8, 6, 4), within=timedelta(minutes=2), per="community", shortest=24),),
            pick(
                (Tell(),),
                (Delete(), Tell(), RaiseAlert(level=Alert.WATCH)),
                (Delete(), Tell(), RaiseAlert(level=Alert.WATCH)),
            ),
        ),
    )


def _people(pick: Pick) -> tuple[Rule, ...]:
    return (
        _rule(
            "names",
            (NameTrigger(lists=("slur", "insult", "sexual"), severity=pick(3, 2, 1), staff=True),),
            pick((Tell(),), (Tell(),), (Remind(), Tell())),
        ),
        _rule(
            "raid",
            (
                JoinRateTrigger(count=pick(30, 15, 10), within=timedelta(minutes=1)),
                CreatedTogetherTrigger(count=pick(10, 6, 4)),
                NamedAlikeTrigger(count=pick(8, 5, 4)),
            ),
            pick(
                (Tell(),),
                (RaiseAlert(level=Alert.WATCH), StopInvites(length=timedelta(minutes=30)), Tell()),
                (RaiseAlert(level=Alert.LOCKDOWN), StopInvites(), KickOut(), Tell()),
            ),
        ),
    )
