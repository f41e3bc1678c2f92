"""Settings as the controls of a form, and back from what a browser sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.forms import Kind
from bot.chat.things import Channel
from bot.chat.words import Words
from bot.cog.desk import Setting
from bot.cog.fields.kinds import YES
from bot.cog.texts import t
from bot.web.visitors import Reader

YES_NO = ("no", "yes")
WAS = "was."
"""Before a setting's name: what its control held when the page was made."""


class Look(StrEnum):
    """The controls there are."""

    TEXT = "text"
    LINES = "lines"
    NUMBER = "number"
    CHECK = "check"
    SELECT = "select"
    TIME = "time"
    MOMENT = "moment"


LOOKS: Mapping[Kind, Look] = {
    Kind.WHOLE: Look.NUMBER,
    Kind.NUMBER: Look.NUMBER,
    Kind.YES_NO: Look.CHECK,
    Kind.CHOICE: Look.SELECT,
    Kind.CHANNEL: Look.SELECT,
    Kind.TIME: Look.TIME,
    Kind.MOMENT: Look.MOMENT,
}


@dataclass(frozen=True, slots=True)
class Control:
    """One setting on a page. ``was`` comes back with the form: it tells what somebody changed from what stood there."""

    name: str
    look: Look
    label: str
    hint: str
    value: str
    was: str
    changed: bool
    options: tuple[tuple[str, str], ...] = ()
    least: str = ""
    most: str = ""
    step: str = ""
    short: bool = False
    problem: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def rows(self) -> int:
        return min(max(self.value.count("\n") + 2, 3), 14)

    @property
    def described(self) -> str:
        """The ids of what explains it."""
        said = (("hint", self.hint), ("problem", self.problem))
        return " ".join(f"{self.id}-{what}" for what, words in said if words)


def controls(
    settings: Iterable[Setting],
    reader: Reader,
    channels: Sequence[Channel],
    typed: Mapping[str, str],
    problems: Mapping[str, Words],
) -> list[Control]:
    """The form of a section; ``typed`` goes before the present values."""
    return [_control(setting, reader, channels, typed, problems) for setting in settings]


def _control(
    setting: Setting,
    reader: Reader,
    channels: Sequence[Channel],
    typed: Mapping[str, str],
    problems: Mapping[str, Words],
) -> Control:
    spec, was = setting.spec, held(setting)
    value = typed.get(setting.name, was)
    step = {Kind.WHOLE: "1", Kind.NUMBER: "any"}.get(spec.kind, "")
    return Control(
        name=setting.name,
        look=look_of(setting),
        label=reader.say(setting.title),
        hint=_hint(setting, reader),
        value=value,
        was=was,
        changed=setting.changed,
        options=_options(setting, reader, channels, value),
        least=_figure(spec.least) if step else "",
        most=_figure(spec.most) if step else "",
        step=step,
        short=spec.kind is Kind.DURATION,
        problem=reader.say(problems[setting.name]) if setting.name in problems else "",
    )


def look_of(setting: Setting) -> Look:
    return LOOKS.get(setting.spec.kind, Look.LINES if setting.spec.multiline else Look.TEXT)


def held(setting: Setting) -> str:
    """What the control of a setting holds before anybody touches it."""
    match look_of(setting):
        case Look.CHECK:
            return YES_NO[setting.typed.casefold() in YES]
        case Look.MOMENT:
            return setting.typed.replace(" ", "T")
    return _lines(setting.typed)


def typed_in(form: Mapping[str, str], settings: Iterable[Setting]) -> dict[str, str]:
    """What the controls of a sent form held, by setting; only those that were on the page."""
    found = {}
    for setting in settings:
        if WAS + setting.name in form:
            sent = _lines(form.get(setting.name, ""))
            found[setting.name] = YES_NO[bool(sent)] if look_of(setting) is Look.CHECK else sent
    return found


def given(
    form: Mapping[str, str], settings: Iterable[Setting], typed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Words]]:
    """What somebody changed, as the settings read it; and what somebody else changed meanwhile, as problems."""
    changes: dict[str, str] = {}
    problems: dict[str, Words] = {}
    for setting in settings:
        now, name = held(setting), setting.name
        was, wanted = _lines(form.get(WAS + name, now)), typed.get(name, now)
        if wanted in (was, now):
            continue
        if was != now:
            problems[name] = t(
                "Somebody changed this meanwhile: it is now {value}. Save again to have yours.", value=setting.shown
            )
        changes[name] = wanted.replace("T", " ") if look_of(setting) is Look.MOMENT else wanted
    return changes, problems


def _lines(text: str) -> str:
    """Browsers send CR LF."""
    return text.replace("\r\n", "\n").strip()


def _hint(setting: Setting, reader: Reader) -> str:
    said = reader.say(setting.hint)
    if setting.spec.kind is Kind.DURATION:
        return f"{said} {reader.say(t('For instance “2h30” or “3 days”.'))}".strip()
    return said


def _options(setting: Setting, reader: Reader, channels: Sequence[Channel], value: str) -> tuple[tuple[str, str], ...]:
    """What a menu offers; a channel that is gone stays until another is chosen."""
    if setting.spec.kind is Kind.CHOICE:
        return tuple((choice.value, reader.say(choice.label)) for choice in setting.spec.choices)
    if setting.spec.kind is not Kind.CHANNEL:
        return ()
    known = tuple((channel.id, f"#{channel.name}") for channel in channels)
    gone = () if value in ("", *(id for id, _ in known)) else ((value, reader.say(t("{name} (gone)", name=value))),)
    return (("", reader.say(t("none"))), *known, *gone)


def _figure(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"
