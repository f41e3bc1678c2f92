"""The chat log of a rehearsal, as its readers would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from babel import Locale

from bot.chat.text import labelled
from bot.cog.dates import say_day, say_duration, say_moment
from bot.rehearsal.report import Seen
from bot.rehearsal.script import Script
from bot.rehearsal.steps import (
    Choose,
    Edit,
    Expect,
    Fill,
    Join,
    Leave,
    Press,
    React,
    Restart,
    Run,
    Say,
    Step,
    Wait,
    Where,
)
from bot.rehearsal.words import FRENCH, labels, visible

BOT = "Relais"
MARGIN = " " * 7
LONGEST = 4_000
"""Characters of one message shown."""


class Chatlog:
    """Lines, with a separator for each day."""

    def __init__(self, script: Script) -> None:
        self.lines: list[str] = []
        self._script = script
        self._say = labels(script.language)
        self._locale = Locale("fr") if self._say is FRENCH else Locale("en", "GB")
        self._day: date | None = None

    # What happens

    def act(self, step: Step, now: datetime) -> None:
        """What a person does, or what time does."""
        match step:
            case Say() | Edit():
                self._speech(step, now)
            case Wait() | Restart():
                self._put(self._passing(step))
            case Expect():
                self._put(f"✓ {self.expected(step)}")
            case Fill():
                language = self._script.language
                typed = [labelled(name, value, language) for name, value in step.values.items()]
                self._moment(now, self._told(step), typed)
            case _:
                self._moment(now, self._told(step))

    def effect(self, it: Seen) -> None:
        """What the bot does."""
        place = f"{self._channel(it.space, it.channel)}  " if it.channel else ""
        only = f" ({self._label('only', who=it.to or '')})" if it.private else ""
        doing, lines = self._deed(it)
        self._moment(it.at, f"{place}{BOT}{only}{f' {doing}' if doing else ''}", lines)

    def stopped(self) -> None:
        """What was said last was seen by nobody."""
        self._put(self._say["stopped"])

    def failed(self, line: int) -> None:
        """A step did not go as written."""
        self._put(f"✗ {self._label('not held', line=line)}")

    def error(self, what: str, error: str) -> None:
        """A handler failed."""
        self._put(f"✗ {self._label('error', what=what)}{self._say['colon']} {error}")

    def complaint(self, words: str) -> None:
        """What managers were told to fix."""
        self._put(f"! {words}")

    def expected(self, step: Expect) -> str:
        """What was expected, in a few words."""
        texts = ", ".join(f"“{text.strip()}”" for text in step.texts)
        kind = "said" if step.texts else "nothing"
        if step.where is None:
            return self._label(f"{kind} to", who=step.who, text=texts)
        return self._label(f"{kind} in", channel=self._named(step.where), text=texts)

    # In words

    def _speech(self, step: Say | Edit, now: datetime) -> None:
        doing = self._say["edit"] if isinstance(step, Edit) else ""
        if isinstance(step, Say) and step.reply:
            doing = f"({self._say['reply']})"
        text = step.text.rstrip("\n").split("\n") if step.text else []
        files = [f"({name})" for name in step.attach] if isinstance(step, Say) else []
        head = f"#{self._named(step.where)}  {step.who}{f' {doing}' if doing else ''}"
        self._moment(now, head, [*text, *files])

    def _told(self, step: Step) -> str:
        match step:
            case Join(who=who, via=via):
                return self._label("invited" if via else "join", who=who, via=via)
            case Run(who=who, where=where, command=command, options=options):
                given = " ".join((f"/{command}", *(f"{name}:{value}" for name, value in options.items())))
                return f"#{self._named(where)}  {self._label('run', who=who, command=given)}"
            case Press(who=who, label=label):
                return self._label("press", who=who, label=label)
            case Choose(who=who, label=label, values=values):
                return self._label("choose", who=who, label=label, values=", ".join(values))
            case React(who=who, where=where, emoji=emoji):
                return f"#{self._named(where)}  {self._label('react', who=who, emoji=emoji)}"
            case Leave(who=who):
                return self._label("leave", who=who)
            case Fill(who=who):
                return self._label("fill", who=who)
        raise TypeError(step)

    def _passing(self, step: Wait | Restart) -> str:
        if isinstance(step, Restart):
            return self._say["restart"]
        language = self._locale.language
        if step.by is not None:
            return f"… {say_duration(step.by, language=language)}"
        return self._label("until", moment=say_moment(step.until, zone=self._script.zone, language=language))

    def _deed(self, it: Seen) -> tuple[str, list[str]]:
        """What the bot does besides talking, and the lines below."""
        card = it.plain.split("\n") if it.plain else []
        why = f" ({it.why})" if it.why else ""
        match it.effect:
            case "post" | "reply" | "direct" | "whisper":
                return "", card
            case "form" | "thread" | "event":
                return self._say[it.effect], card
            case "edit":
                return self._say["edited"], card
            case "react":
                return self._label("bot react", text=it.text), []
            case "timeout":
                deed = self._label("timeout" if it.text else "timeout over", who=it.to or "", text=it.text)
                return deed + why, []
            case "delete" | "kick" | "ban" | "unban" | "role":
                return self._label(it.effect, who=it.to or "", text=it.text) + why, []
            case "pin" | "unpin" | "slow_mode":
                return self._label(it.effect, text=it.text), []
            case "cancel_event" | "invite" | "delete_invite" | "pause_invites" | "resume_invites" | "filter":
                return self._label(it.effect, text=it.text) + why, []
        return it.effect, card

    def _label(self, name: str, **arguments: object) -> str:
        return self._say[name].format(**arguments)

    def _channel(self, space: str, channel: str) -> str:
        return f"#{self._named(Where(space, channel))}"

    def _named(self, where: Where) -> str:
        return where.channel if len(self._script.spaces) == 1 else f"{where.space}/{where.channel}"

    # On paper

    def _moment(self, moment: datetime, head: str, below: Sequence[str] = ()) -> None:
        local = moment.astimezone(self._script.zone)
        self._separate(local.date())
        lines = self._cut([line for text in below for line in text.split("\n")])
        first = f"{self._say['colon']} {lines[0]}" if lines else ""
        self.lines.append(visible(f"{local:%H:%M}  {head}{first}".replace("\n", " ")))
        self.lines += [visible(f"{MARGIN}    {line}".rstrip()) for line in lines[1:]]

    def _cut(self, lines: list[str]) -> list[str]:
        shown: list[str] = []
        left = LONGEST
        for number, line in enumerate(lines):
            if len(line) > left:
                hidden = sum(map(len, lines[number:])) - left
                return [*shown, line[:left], self._label("cut", count=hidden)]
            shown.append(line)
            left -= len(line)
        return shown

    def _put(self, text: str) -> None:
        self.lines.append(MARGIN + visible(text.replace("\n", " ")))

    def _separate(self, day: date) -> None:
        if day != self._day:
            said = say_day(day, language=self._locale.language)
            self.lines += [*([""] if self._day else []), f"── {said} ──"]
            self._day = day
