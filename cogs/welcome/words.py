"""What newcomers, members and managers read."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bot.cog import Card, Community, Field, Md, Member, Phrase, Words, at, command, lines, listing, plural, t, to
from cogs.welcome.settings import Settings
from cogs.welcome.tables import Introduction

NETIQUETTE = lines(
    t("- Behind every name there is a person: be kind, above all when you disagree."),
    t("- Stay on the subject of the channel; take a side conversation to a thread."),
    t("- Criticise ideas, never people. No harassment, no discrimination."),
    t("- No advertising, nothing illegal, nothing private about somebody else."),
    t("- In doubt or in trouble? Ask a moderator."),
)


def public_greeting(
    settings: Settings, community: Community, random: Random, *members: Member, others: int = 0
) -> Card:
    """The greeting of one or several newcomers, of whom ``others`` are not named. Those who are named are pinged."""
    names: list[Words] = [at(member) for member in members]
    if others:
        names.append(plural("{count} other newcomer", "{count} other newcomers", count=others))
    who = listing(*names)
    if settings.greetings:
        text = written(random.choice(settings.greetings), who, community)
    elif len(names) > 1:
        text = t(
            "Welcome {members}! Glad to have you all in {community}. Introduce yourselves whenever you like.",
            members=who,
            community=community.name,
        )
    else:
        text = random.choice(variants(names[0], community))
    return Card(text, pings=members)


def variants(member: Words, community: Community) -> tuple[Phrase, ...]:
    """Our own greetings of one newcomer."""
    return (
        t(
            "Welcome {member}! Glad to have you in {community}. Will you tell us a little about yourself?",
            member=member,
            community=community.name,
        ),
        t(
            "Welcome {member}. Make yourself at home in {community}, and introduce yourself whenever you like.",
            member=member,
            community=community.name,
        ),
        t(
            "Welcome to {community}, {member}! Tell us what brings you here: somebody surely shares it.",
            member=member,
            community=community.name,
        ),
    )


def private_greeting(settings: Settings, community: Community, member: Member) -> Card:
    own = settings.private_text.strip()
    ours = t(
        "Welcome to {community}, {member}. The best way in is a short introduction: two sentences are plenty.",
        community=community.name,
        member=member.name,
    )
    footer = t("You receive this because you joined {community}.", community=community.name)
    return Card(written(own, member.name, community) if own else ours, footer=footer)


def look_in_card(community: Community, member: Member, silence: timedelta) -> Card:
    """Written once, after so many days of silence."""
    return Card(
        t(
            "Hello {member}. Would you like to say a few words about yourself in {community}? "
            "It is the surest way to meet those who share your interests.",
            member=member.name,
            community=community.name,
        ),
        footer=t(
            "You receive this once, because you joined {community} {duration} ago and have not written there yet.",
            community=community.name,
            duration=timedelta(days=silence.days),
        ),
    )


def written(text: str, member: Words, community: Community) -> Phrase:
    """A text of the community's own, with ``{member}`` and ``{community}`` filled in; other braces stay."""
    return Phrase(text, {"member": member, "community": community.name})


def rules_card(settings: Settings, community: Community) -> Card:
    if own := settings.rules.strip():
        return Card(Md(own), t("The rules of {community}", community=community.name))
    footer = t("{community} has not written its own rules yet: these are Relais’ own.", community=community.name)
    return Card(NETIQUETTE, t("Good manners, in short"), footer=footer)


def introduction_card(said: Introduction, member: Member, *, ask: bool) -> Card:
    """An introduction as the community reads it; ``ask`` invites members to greet."""
    fields = [Field(t("Member"), at(member))]
    if said.interests:
        fields.append(Field(t("Here for"), said.interests))
    footer = t("Say hello with 👋") if ask else ""
    return Card(said.about, t("Meet {name}", name=member.name), fields=tuple(fields), footer=footer)


def overview(settings: Settings) -> Card:
    """Where each text goes, and what is still missing."""
    return Card(
        t("Here is what somebody who joins now would read. The buttons work."),
        t("What a newcomer reads"),
        fields=(
            Field(t("In public"), _public(settings), short=False),
            Field(t("Greetings"), _greetings(settings), short=False),
            Field(t("In private"), _private(settings), short=False),
            Field(t("Introductions"), _introductions(settings), short=False),
            Field(t("Rules"), _rules(settings), short=False),
            Field(t("After a silence"), _silence(settings), short=False),
        ),
    )


def _public(settings: Settings) -> Words:
    if not settings.greet_in_channel:
        return t(
            "Nothing is posted. To change that: {command}",
            command=command("settings set", "welcome.greet_in_channel yes"),
        )
    if settings.channel is None:
        return t(
            "No channel is chosen yet, so nothing is posted: {command}",
            command=command("settings set", "welcome.channel"),
        )
    return t("Posted in {channel}.", channel=to(settings.channel))


def _greetings(settings: Settings) -> Words:
    if count := len(settings.greetings):
        return plural("The one you wrote.", "One of the {count} you wrote, at random.", count=count)
    return t("One of Relais’ own, at random. To write yours: {command}", command=command("settings edit", "welcome"))


def _private(settings: Settings) -> Words:
    if settings.greet_privately:
        return t("Sent when they join.")
    return t(
        "Nothing is sent. To change that: {command}", command=command("settings set", "welcome.greet_privately yes")
    )


def _introductions(settings: Settings) -> Words:
    if where := settings.introductions or settings.channel:
        return t("Posted in {channel}.", channel=to(where))
    return t(
        "Posted where the button is pressed, until you choose a channel: {command}",
        command=command("settings set", "welcome.introductions"),
    )


def _rules(settings: Settings) -> Words:
    if settings.rules.strip():
        return t("The ones you wrote.")
    return t(
        "Relais’ short netiquette, until you write your own: {command}", command=command("settings edit", "welcome")
    )


def _silence(settings: Settings) -> Words:
    if settings.look_in:
        return t("A private message after {duration}.", duration=settings.look_in_after)
    return t("Nothing is sent. To change that: {command}", command=command("settings set", "welcome.look_in yes"))
