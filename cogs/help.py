"""Help: what the reader may do here, in their language; the details of one command or feature on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import groupby
from typing import Annotated

from pydantic import Field

from bot.cog import (
    Askable,
    Button,
    Card,
    Cog,
    CogSettings,
    CommandSpec,
    FieldSpec,
    Kind,
    Md,
    Voice,
    Words,
    command,
    escape,
    lines,
    plural,
    t,
)
from bot.cog import Field as CardField

PER_FIELD = 6
"""Commands in one field of a card."""
PER_PAGE = 6
"""Fields on one page."""

cog = Cog("help", CogSettings, title="Help")


@cog.command("help")
async def help_me(
    ctx: Askable[CogSettings],
    topic: Annotated[str, Field(title="Topic", description="A command or a feature; everything if empty")] = "",
) -> None:
    """Show what you can do here, or the details of one topic."""
    wanted = topic.strip().removeprefix("/")
    await ctx.reply(about(ctx, wanted) if wanted else page(ctx, 0))


@cog.button()
async def more(ctx: Askable[CogSettings], number: int) -> None:
    await ctx.reply(page(ctx, number))


@cog.button()
async def topic(ctx: Askable[CogSettings], name: str) -> None:
    await ctx.reply(about(ctx, name))


def page(ctx: Askable[CogSettings], number: int) -> Card:
    """One page of everything the reader may do."""
    rows = fields_of(allowed(ctx.desk.commands, ctx), ctx.desk.titles(), ctx.voice)
    pages = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)] or [()]
    number = min(number, len(pages) - 1)
    last = number == len(pages) - 1
    return Card(
        t("For the details and an example: /help, then the name of a command or of a feature."),
        t("What you can do here"),
        fields=tuple(pages[number]),
        buttons=() if last else (more.primary(t("Show more"), number=number + 1),),
        footer="" if len(pages) == 1 else t("Page {number} of {count}", number=number + 1, count=len(pages)),
    )


def about(ctx: Askable[CogSettings], wanted: str) -> Card:
    """A command or a feature in detail; what comes nearest when nothing has that name."""
    mine, titles, voice = allowed(ctx.desk.commands, ctx), ctx.desk.titles(), ctx.voice
    found = matching(wanted, mine, titles, voice)
    if not found:
        return unknown(wanted, mine, titles, voice)
    if len(found) == 1:
        return one_command(found[0], voice)
    shown, hidden = found[:PER_FIELD], len(found) - PER_FIELD
    return Card(
        t("For an example: /help, then the name of the command."),
        titles.get(shown[0].cog, shown[0].cog) if len({spec.cog for spec in found}) == 1 else f"/{wanted}",
        fields=tuple(
            CardField(usage(spec), lines(spec.help, *(option(one) for one in spec.options)), short=False)
            for spec in shown
        ),
        footer=plural("And {count} more command.", "And {count} more commands.", count=hidden) if hidden > 0 else "",
    )


def one_command(spec: CommandSpec, voice: Voice) -> Card:
    options = tuple(CardField(one.name, description(one), short=False) for one in spec.options)
    example = CardField(t("Example"), example_of(spec, voice), short=False)
    return Card(spec.help, usage(spec), fields=(*options, example))


def unknown(wanted: str, mine: Sequence[CommandSpec], titles: Mapping[str, Words], voice: Voice) -> Card:
    near = nearest(wanted, mine, titles, voice)
    if not near:
        return Card(t("There is no command or feature called {name}. Type /help to see them all.", name=wanted))
    return Card(
        t("There is no command or feature called {name}. Perhaps one of these?", name=wanted),
        buttons=tuple(near_button(name) for name in near),
    )


def near_button(name: str) -> Button:
    return topic.button(f"/help {name}", name=name)


def allowed(commands: Iterable[CommandSpec], ctx: Askable[CogSettings]) -> tuple[CommandSpec, ...]:
    return tuple(sorted((spec for spec in commands if spec.level <= ctx.member.level), key=lambda spec: spec.path))


def fields_of(commands: Sequence[CommandSpec], titles: Mapping[str, Words], voice: Voice) -> tuple[CardField, ...]:
    """Commands under the name of their feature, features in alphabetical order, long ones over several fields."""
    by_title = sorted(commands, key=lambda spec: (voice.text(titles.get(spec.cog, spec.cog)).casefold(), spec.cog))
    rows = []
    for name, group in groupby(by_title, key=lambda spec: spec.cog):
        specs = list(group)
        for start in range(0, len(specs), PER_FIELD):
            said = (
                t("**{usage}** {help}", usage=typed(spec), help=spec.help) for spec in specs[start : start + PER_FIELD]
            )
            rows.append(CardField(titles.get(name, name), lines(*said), short=False))
    return tuple(rows)


def matching(
    wanted: str, commands: Sequence[CommandSpec], titles: Mapping[str, Words], voice: Voice
) -> list[CommandSpec]:
    """The command of that path, else those of the feature, else those whose path begins so."""
    name = wanted.casefold().strip().removeprefix("/")
    exact = [spec for spec in commands if spec.path == name]
    feature = [spec for spec in commands if name in (spec.cog, voice.text(titles.get(spec.cog, "")).casefold())]
    return exact or feature or [spec for spec in commands if spec.path.startswith(f"{name} ")]


def nearest(wanted: str, commands: Sequence[CommandSpec], titles: Mapping[str, Words], voice: Voice) -> list[str]:
    """At most three names that look like what was typed; each word of a command is tried."""
    names: dict[str, str] = {}
    for spec in commands:
        for known in (spec.path, *spec.path.split(), spec.cog, voice.text(titles.get(spec.cog, "")).casefold()):
            names.setdefault(known, spec.path if known != spec.cog else spec.cog)
    near = get_close_matches(wanted.casefold(), names, n=5, cutoff=0.6)
    return list(dict.fromkeys(names[one] for one in near))[:3]


def usage(spec: CommandSpec) -> str:
    """``/welcome preview [member]``: what is needed in angle brackets, what is not in square ones."""
    options = (f"<{one.name}>" if one.required else f"[{one.name}]" for one in spec.options)
    return " ".join((f"/{spec.path}", *options))


def typed(spec: CommandSpec) -> Words:
    """The same, as a command to use."""
    return Md(command(spec.path) + escape(usage(spec).removeprefix(f"/{spec.path}")))


def option(spec: FieldSpec) -> Words:
    return t("{name}: {description}", name=spec.name, description=description(spec))


def description(spec: FieldSpec) -> Words:
    """What to give, and whether it may be left out."""
    hint = spec.hint or KINDS[spec.kind]
    if spec.choices:
        hint = t("one of {choices}", choices=", ".join(one.value for one in spec.choices))
    return t("{hint} (needed)", hint=hint) if spec.required else hint


KINDS: Mapping[Kind, Words] = {
    Kind.TEXT: t("a text"),
    Kind.WHOLE: t("a whole number"),
    Kind.NUMBER: t("a number"),
    Kind.YES_NO: t("yes or no"),
    Kind.CHOICE: t("a choice"),
    Kind.MEMBER: t("a member"),
    Kind.CHANNEL: t("a channel"),
    Kind.MOMENT: t("a date and time, such as “tomorrow 18:00”"),
    Kind.DURATION: t("a duration, such as “2h30” or “3 days”"),
    Kind.TIME: t("a time, such as “18:00”"),
    Kind.FILE: t("a file"),
}

EXAMPLES: Mapping[Kind, Words] = {
    Kind.TEXT: "…",
    Kind.WHOLE: "3",
    Kind.NUMBER: "2.5",
    Kind.YES_NO: t("yes"),
    Kind.MEMBER: "@Ada",
    Kind.CHANNEL: "#general",
    Kind.MOMENT: t("tomorrow 18:00"),
    Kind.DURATION: t("3 days"),
    Kind.TIME: "18:00",
    Kind.FILE: "list.csv",
}


def example_of(spec: CommandSpec, voice: Voice) -> Md:
    """The command as it could be typed, with every option it needs, or with the first one."""
    shown = [one for one in spec.options if one.required] or list(spec.options[:1])
    return command(spec.path, " ".join(f"{one.name}: {sample(one, voice)}" for one in shown) or None)


def sample(spec: FieldSpec, voice: Voice) -> str:
    if spec.choices:
        return spec.choices[0].value
    if spec.kind is Kind.WHOLE and (spec.default or spec.least):
        return spec.default or f"{spec.least:.0f}"
    return voice.text(EXAMPLES.get(spec.kind, "…"))
