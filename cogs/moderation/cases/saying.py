"""Cases in words: for the member concerned, for moderators, in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.cog import Channel, Md, Space, Words, escape, lines, listing, plural, t, to
from cogs.moderation.book.stored import Titles, title_of
from cogs.moderation.rules import Rule
from cogs.moderation.tables import Case, Deed, Kind, RuleHit, Source, State

SHOWN = 300
"""Characters of a message that a card shows around what was found."""

OTHERS = 5
"""What else belongs to a case, shown beside what it was opened for."""

KINDS: Mapping[str, Words] = {
    Kind.NOTICE: t("notice"),
    Kind.WARNING: t("warning"),
    Kind.TIMEOUT: t("time-out"),
    Kind.KICK: t("removal"),
    Kind.BAN: t("ban"),
}
NOT_BY_US: Mapping[str, Mapping[str, Words]] = {
    Deed.ASKED: {
        Kind.TIMEOUT: t("time-out asked of the moderators"),
        Kind.KICK: t("removal asked of the moderators"),
        Kind.BAN: t("ban asked of the moderators"),
    },
    Deed.BY_HAND: {
        Kind.TIMEOUT: t("time-out by a moderator"),
        Kind.KICK: t("removal by a moderator"),
        Kind.BAN: t("ban by a moderator"),
    },
    Deed.UNDONE: {
        Kind.TIMEOUT: t("time-out not carried out"),
        Kind.KICK: t("removal not carried out"),
        Kind.BAN: t("ban not carried out"),
    },
}
"""Sanctions that the bot did not carry out itself, as it was asked to."""
MESSAGES: Mapping[str, Words] = {
    Deed.DONE: t("message taken away"),
    Deed.ASKED: t("removal of the message asked of the moderators"),
    Deed.BY_HAND: t("message taken away by a moderator"),
}
STATES: Mapping[str, Words] = {
    State.PROPOSED: t("to be confirmed"),
    State.STANDS: t("stands"),
    State.REVERSED: t("reversed"),
}
SOURCES: Mapping[str, Words] = {
    Source.RULE: t("automatic"),
    Source.COMMAND: t("by command"),
    Source.HAND: t("by hand on the platform"),
    Source.NATIVE: t("the platform’s own filter"),
}


def deed_words(kind: str, deed: str | None) -> Words:
    """A sanction, and whether it was only asked for, or done by other hands. Only what is true is said."""
    return NOT_BY_US.get(deed or "", {}).get(kind, KINDS[kind])


def kind_words(case: Case) -> Words:
    """What a case did, in a few words."""
    if case.kind == Kind.NOTICE:
        return MESSAGES.get(case.taken_away or "", KINDS[case.kind])
    return deed_words(case.kind, case.sanctioned)


def what_words(case: Case) -> Words:
    """What a case did, with the end of a time-out."""
    if case.kind != Kind.TIMEOUT or not case.until or case.sanctioned == Deed.UNDONE:
        return kind_words(case)
    if case.sanctioned in NOT_BY_US:
        return t("{what}, until {until}", what=kind_words(case), until=case.until)
    return t("time-out until {until}", until=case.until)


def rule_words(case: Case, rule: Rule | None) -> Words:
    """The rule of a case with its version; what the platform calls it when it is none of ours."""
    title = title_of(rule) if rule else case.rule
    version = rule.version if rule else case.version
    return t("{rule} (version {version})", rule=title, version=str(version)) if version else title


def cause_words(case: Case, titles: Titles) -> Words:
    """Why, in a few words: the rule, or what the moderator said."""
    return titles.get(case.rule, case.rule) or case.reason or t("no reason given")


def line_of(case: Case, titles: Titles) -> Words:
    """A case in one line, for moderators."""
    return t(
        "Case {number}: {name}, {kind}, {cause} ({who})",
        number=str(case.number or "…"),
        name=case.name or "?",
        kind=what_words(case),
        cause=cause_words(case, titles),
        who=case.by_name or SOURCES[case.source],
    )


def marked(text: str, start: int, end: int) -> Md:
    """What was written, shortened around what was found, which is in bold."""
    return Md("> " + excerpt(text, start, end).replace("\n", "\n> "))


def excerpt(text: str, start: int, end: int) -> Md:
    """``marked`` without the sign of a quotation."""
    first = max(0, min(start, end - SHOWN) - SHOWN // 3)
    last = min(len(text), max(end, first + SHOWN))
    before, found, after = text[first:start], text[start:end], text[end:last]
    bold = f"**{escape(found.strip())}**" if found.strip() and "\n" not in found else escape(found)
    return Md(f"{'…' if first else ''}{escape(before)}{bold}{escape(after)}{'…' if last < len(text) else ''}")


def evidence_words(case: Case) -> Words:
    if case.evidence is None and case.person is None and case.source in (Source.RULE, Source.NATIVE):
        return t("What was written was erased.")
    if not case.evidence:
        return ""
    return marked(case.evidence, case.start, case.end)


def burst_words(case: Case, hits: Sequence[RuleHit], titles: Titles) -> Words:
    """What else rules found that belongs to a case."""
    others = [hit for hit in hits if (hit.rule, hit.message) != (case.rule, case.message)]
    if not others:
        return ""
    said = [
        t(
            "- {rule}: {text}",
            rule=titles.get(hit.rule, hit.rule),
            text=Md(excerpt(hit.text, hit.start, hit.end).replace("\n", " ")),
        )
        for hit in others[:OTHERS]
    ]
    if len(others) > OTHERS:
        said.append(plural("- and {count} more", "- and {count} more", count=len(others) - OTHERS))
    return lines(t("**Found besides:**"), *said)


def message_words(case: Case, deed: str, *, held: bool, space: Space) -> Words:
    """What became of the member's message, which was to be taken away or held. Only what is true is said."""
    if not case.channel or deed == Deed.UNDONE:
        return ""
    here = to(Channel(space, case.channel))
    if deed == Deed.ASKED:
        return t("The moderators were asked to look at your message in {channel}.", channel=here)
    if held:
        return t("Your message in {channel} waits for a moderator, who releases it or not.", channel=here)
    return t("Your message in {channel} was taken away.", channel=here)


def sanction_words(case: Case, deed: str, *, space: Space) -> Words:
    """What becomes of the member. Only what is true is said."""
    if deed == Deed.UNDONE:
        return ""
    if deed == Deed.ASKED:
        return t("This was reported to the moderators, who decide what follows.")
    match case.kind:
        case Kind.TIMEOUT if case.until:
            return t("You can write again on {until}.", until=case.until)
        case Kind.KICK:
            return t("You were removed from {space}. You may come back.", space=space.name)
        case Kind.BAN:
            return t("You were banned from {space}.", space=space.name)
        case Kind.WARNING:
            return t("This is a warning.")
    return ""


def points_words(points: int, total: int, case: Case) -> Words:
    if not points:
        return ""
    return plural(
        "It counts {count} point; you have {total} in all. Points are forgotten with time.",
        "It counts {count} points; you have {total} in all. Points are forgotten with time.",
        count=points,
        total=total,
    )


def names_of(names: Iterable[str], most: int = 10) -> Words:
    """Names of members, the first of them in full, the others counted."""
    unique = list(dict.fromkeys(names))
    if len(unique) <= most:
        return listing(*unique)
    return plural(
        "{names} and {count} more",
        "{names} and {count} more",
        count=len(unique) - most,
        names=listing(*unique[:most]) if most > 1 else unique[0],
    )


def paragraphs(*parts: Words) -> Words:
    """Parts that are not empty, an empty line between them."""
    said = [part for part in parts if part != ""]
    spaced = [piece for part in said for piece in (part, "")]
    return lines(*spaced[:-1])
