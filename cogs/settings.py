"""Settings: see, change, undo and look back, for every section there is.

The commands know no setting by name: sections, titles, kinds and checks come from what each cog declares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import Text, delete
from sqlalchemy.orm import Mapped, mapped_column

from bot.cog import (
    Askable,
    Base,
    Button,
    Card,
    Change,
    Cog,
    CogSettings,
    FieldSpec,
    Interaction,
    Invalid,
    Level,
    Long,
    Option,
    Owned,
    Setting,
    Tone,
    Voice,
    Words,
    lines,
    listing,
    plural,
    t,
)

PER_FORM = 5
PER_PAGE = 10
PER_MENU = 25
SHORT = 160
"""Characters of a value shown in a list."""
LOOK_BACK = 200
"""Changes among which those of one section are looked for."""
UNDO_KEPT = timedelta(days=30)

cog = Cog("settings", CogSettings, title="Settings")

Name = Annotated[str, Field(title="Setting", description="Its name, such as welcome.channel")]
SectionName = Annotated[str, Field(title="Section", description="Such as welcome; all of them if empty")]


class Undo(Base, Owned):
    """What a change replaced, as somebody could type it again in ``language``; JSON by name."""

    __tablename__ = "settings_undo"
    nothing_personal = "choices of the community"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    language: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


@cog.command("settings show", level=Level.ADMIN)
async def show(ctx: Askable[CogSettings], section: SectionName = "") -> None:
    """Show the settings of one section, or all sections."""
    await ctx.reply(section_card(ctx, resolve(ctx, section), 0) if section.strip() else overview(ctx))


@cog.command("settings set", level=Level.ADMIN)
async def set_one(
    ctx: Askable[CogSettings],
    name: Name,
    value: Annotated[Long, Field(title="Value", description="As you would say it: yes, 2h30, 3 days, #general…")],
) -> None:
    """Change one setting."""
    await ctx.reply(await apply(ctx, {name.strip(): value}, ctx.voice.language))


@cog.command("settings edit", level=Level.ADMIN)
async def edit(
    ctx: Askable[CogSettings],
    section: Annotated[str, Field(title="Section", description="Such as welcome")],
) -> None:
    """Change the settings of a section in a form."""
    await open_section(ctx, resolve(ctx, section))


@cog.command("settings reset", level=Level.ADMIN)
async def reset(
    ctx: Askable[CogSettings],
    name: Annotated[str, Field(title="Setting", description="Its name; several with commas between them")],
) -> None:
    """Give a setting its default value again."""
    names = [one.strip() for one in name.split(",") if one.strip()]
    await ctx.reply(await apply(ctx, dict.fromkeys(names, ""), ctx.voice.language))


@cog.command("settings history", level=Level.ADMIN)
async def history(ctx: Askable[CogSettings], section: SectionName = "") -> None:
    """Show who changed which setting, when, and from what to what."""
    await ctx.reply(await history_card(ctx, resolve(ctx, section) if section.strip() else ""))


@cog.menu(level=Level.ADMIN)
async def pick_section(ctx: Askable[CogSettings], chosen: tuple[str, ...]) -> None:
    await ctx.reply(section_card(ctx, resolve(ctx, chosen[0]), 0))


@cog.button(level=Level.ADMIN)
async def turn_page(ctx: Askable[CogSettings], section: str, number: int) -> None:
    await ctx.reply(section_card(ctx, resolve(ctx, section), number))


@cog.button(level=Level.ADMIN)
async def change_section(ctx: Askable[CogSettings], section: str) -> None:
    await open_section(ctx, resolve(ctx, section))


@cog.button(level=Level.ADMIN)
async def look_back(ctx: Askable[CogSettings], section: str) -> None:
    await ctx.reply(await history_card(ctx, resolve(ctx, section)))


@cog.menu(level=Level.ADMIN)
async def pick_group(ctx: Askable[CogSettings], chosen: tuple[str, ...], section: str) -> None:
    await open_group(ctx, resolve(ctx, section), int(chosen[0]))


@cog.button(level=Level.ADMIN)
async def undo(ctx: Askable[CogSettings], number: int) -> None:
    """Put back what a change replaced, unless somebody changed it again."""
    async with ctx.db() as db:
        row = await db.get(Undo, number)
    if row is None or row.community != ctx.community.id:
        await ctx.reply(t("This change is too old to be undone from here. See /settings history."))
        return
    before, after = json.loads(row.before), json.loads(row.after)
    now = everything(ctx, row.language)
    if any(name not in now or now[name].typed != typed for name, typed in after.items()):
        await ctx.reply(t("It was changed again since, so nothing was undone. See /settings history."))
        return
    await ctx.reply(await apply(ctx, before, row.language))


async def asked(ctx: Interaction[CogSettings], section: str, group: int) -> tuple[FieldSpec, ...]:
    return tuple(setting.spec for setting in group_of(ctx, section, group))


@cog.open_form(asked, submit=t("Save"), level=Level.ADMIN)
async def save(ctx: Interaction[CogSettings], typed: Mapping[str, str], section: str, group: int) -> None:
    """Only what differs from the present values is changed; what is left empty goes back to its default."""
    now = {setting.name: setting for setting in group_of(ctx, section, group)}
    given = {name: text for name, text in typed.items() if name in now and text.strip() != now[name].typed.strip()}
    await ctx.reply(await apply(ctx, given, ctx.voice.language))


async def open_section(ctx: Askable[CogSettings], section: str) -> None:
    """The form of a section; a menu of forms when its settings do not fit in one."""
    parts = groups(settings_of(ctx, section))
    if len(parts) == 1:
        await open_group(ctx, section, 0)
        return
    options = tuple(
        Option(range_of(part), str(number), listing(*(setting.title for setting in part)))
        for number, part in enumerate(parts)
    )
    menu = pick_group.menu(t("What to change"), options[:PER_MENU], section=section)
    title = ctx.desk.settings.sections()[section]
    await ctx.reply(Card(t("A form holds five settings. Which ones do you want to change?"), title, menus=(menu,)))


async def open_group(ctx: Askable[CogSettings], section: str, group: int) -> None:
    values = {setting.name: setting.typed for setting in group_of(ctx, section, group)}
    await ctx.ask(save, section, group, title=ctx.desk.settings.sections()[section], values=values)


async def apply(ctx: Interaction[CogSettings], given: Mapping[str, str], language: str) -> Card:
    """Change settings typed in a language; gives what changed, with the way back. Raises ``Invalid``."""
    before = everything(ctx, language)
    place = ctx.desk.place(ctx.community, ctx.space, language)
    told = await ctx.desk.settings.change(ctx.community, place, ctx.member, given) if given else ()
    changed = [one for one in told if (one.changed, one.typed) != (before[one.name].changed, before[one.name].typed)]
    if not changed:
        return Card(t("Nothing to change: it is already so."))
    number = await keep(ctx, [before[one.name] for one in changed], changed, language)
    return Card(
        lines(*(changed_line(before[one.name], one, ctx.voice) for one in changed)),
        plural("Setting changed", "Settings changed", count=len(changed)),
        buttons=(undo.button(t("Undo"), number=number),),
        tone=Tone.GOOD,
    )


async def keep(
    ctx: Interaction[CogSettings], before: Sequence[Setting], after: Sequence[Setting], language: str
) -> int:
    """Remember what a change replaced, and forget what is too old to be undone."""
    async with ctx.db() as db:
        await db.execute(delete(Undo).where(Undo.at < ctx.now - UNDO_KEPT))
        row = Undo(
            community=ctx.community.id,
            at=ctx.now,
            language=language,
            before=json.dumps({one.name: one.typed if one.changed else "" for one in before}),
            after=json.dumps({one.name: one.typed for one in after}),
        )
        db.add(row)
        await db.flush()
        return row.number


def everything(ctx: Interaction[CogSettings], language: str) -> dict[str, Setting]:
    """Every setting as it stands, by full name, typed in a language."""
    place = ctx.desk.place(ctx.community, ctx.space, language)
    return {
        setting.name: setting
        for section in ctx.desk.settings.sections()
        for setting in ctx.desk.settings.show(ctx.community, ctx.space, section, place)
    }


def settings_of(ctx: Interaction[CogSettings], section: str) -> tuple[Setting, ...]:
    place = ctx.desk.place(ctx.community, ctx.space, ctx.voice.language)
    return ctx.desk.settings.show(ctx.community, ctx.space, section, place)


def group_of(ctx: Interaction[CogSettings], section: str, group: int) -> Sequence[Setting]:
    """The settings of one form; of the last one when a section has become shorter."""
    parts = groups(settings_of(ctx, section))
    return parts[min(group, len(parts) - 1)]


def resolve(ctx: Interaction[CogSettings], typed: str) -> str:
    """The section that was meant, by its name or its title. Raises ``Invalid``."""
    sections = ctx.desk.settings.sections()
    wanted = typed.strip().casefold()
    for name, title in sections.items():
        if wanted in (name, ctx.voice.text(title).casefold()):
            return name
    raise Invalid(
        t("There is no section called {name}. The sections: {names}.", name=typed, names=listing(*sections)),
        field="section",
    )


def overview(ctx: Interaction[CogSettings]) -> Card:
    """Every section with what differs from the defaults, and a menu to go on."""
    sections = ctx.desk.settings.sections()
    counts = {name: sum(setting.changed for setting in settings_of(ctx, name)) for name in sections}
    options = tuple(Option(title, name, deviations(counts[name])) for name, title in sections.items())
    menu = pick_section.menu(t("Show a section"), options[:PER_MENU])
    said = (
        t("**{title}** ({name}): {changed}", title=title, name=name, changed=deviations(counts[name]))
        for name, title in sections.items()
    )
    return Card(lines(*said), t("Settings"), menus=(menu,))


def deviations(count: int) -> Words:
    if count == 0:
        return t("as delivered")
    return plural("{count} setting of your own", "{count} settings of your own", count=count)


def section_card(ctx: Interaction[CogSettings], section: str, number: int) -> Card:
    """One page of a section: each setting with its name and value."""
    settings = settings_of(ctx, section)
    count = max(1, -(-len(settings) // PER_PAGE))
    number = max(0, min(number, count - 1))
    shown = settings[number * PER_PAGE : (number + 1) * PER_PAGE]
    buttons: list[Button] = [
        change_section.primary(t("Change settings"), section=section),
        look_back.button(t("Show the history"), section=section),
    ]
    if number > 0:
        buttons.append(turn_page.button(t("Previous"), section=section, number=number - 1))
    if number < count - 1:
        buttons.append(turn_page.button(t("Next"), section=section, number=number + 1))
    return Card(
        lines(*(setting_line(setting, ctx.voice) for setting in shown)),
        ctx.desk.settings.sections()[section],
        buttons=tuple(buttons),
        footer="" if count == 1 else t("Page {number} of {count}", number=number + 1, count=count),
    )


async def history_card(ctx: Interaction[CogSettings], section: str) -> Card:
    """The latest changes, of one section or of all."""
    changes = await ctx.desk.settings.history(ctx.community, ctx.space, limit=LOOK_BACK)
    shown = [change for change in changes if not section or change.name.startswith(f"{section}.")][:PER_PAGE]
    if not shown:
        return Card(t("Nothing was changed yet. To change something: /settings edit, then the name of a section."))
    return Card(lines(*(history_line(change, ctx.voice) for change in shown)), t("Latest changes"))


def setting_line(setting: Setting, voice: Voice) -> Words:
    arguments = {"title": setting.title, "name": setting.name, "value": brief(setting.shown, voice)}
    if setting.changed:
        return t("**{title}**: {value} ({name}, your own)", **arguments)
    return t("**{title}**: {value} ({name})", **arguments)


def changed_line(before: Setting, after: Setting, voice: Voice) -> Words:
    return t(
        "**{title}**: {before} → {after}",
        title=after.title,
        before=brief(before.shown, voice),
        after=brief(after.shown, voice),
    )


def history_line(change: Change, voice: Voice) -> Words:
    return t(
        "{moment}, {name}: **{title}** {before} → {after}",
        moment=change.at,
        name=change.by_name or t("somebody who was erased"),
        title=change.title,
        before=brief(change.before, voice),
        after=brief(change.after, voice),
    )


def brief(shown: Words, voice: Voice) -> Words:
    """A value that fits in a list: long texts are cut, and lose their markup."""
    text = " ".join(voice.text(shown).split())
    return shown if len(text) <= SHORT else f"{text[:SHORT].rstrip()}…"


def groups(settings: Sequence[Setting]) -> list[Sequence[Setting]]:
    """The settings of a section, as many together as a form holds."""
    return [settings[at : at + PER_FORM] for at in range(0, len(settings), PER_FORM)] or [()]


def range_of(part: Sequence[Setting]) -> Words:
    if len(part) == 1:
        return part[0].title
    return t("{first} … {last}", first=part[0].title, last=part[-1].title)
