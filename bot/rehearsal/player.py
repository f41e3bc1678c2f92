"""Plays a script, step by step, and reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from bot.chat.forms import CommandSpec
from bot.cog.declare import Cog
from bot.cog.fields import Invalid
from bot.cog.texts import Voice
from bot.platforms.playground import Actor, Impossible, Stopped
from bot.rehearsal.document import Problem, ScriptError
from bot.rehearsal.judge import judge, told
from bot.rehearsal.reading import Notes, short
from bot.rehearsal.report import Failure, Report, Seen, seen
from bot.rehearsal.scene import MakeScene
from bot.rehearsal.script import Script, Setting
from bot.rehearsal.stage import Stage
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
from bot.rehearsal.transcript import Chatlog

SETTLED_IN = timedelta(days=30)
"""How long ago those who are there from the start came, if their account is not younger."""


async def rehearse(
    script: Script, *, cogs: tuple[Cog[Any], ...] | None = None, scene: MakeScene | None = None
) -> Report:
    """Play a script with these cogs, all of them by default, on the playground unless it is given another ``scene``.

    What the bot did wrong is in the report; so is what is wrong in the script and only shows when it is played.
    """
    stage = Stage(
        cogs=cogs,
        start=script.start,
        seed=script.seed,
        name=script.name,
        language=script.language,
        zone=script.zone.key,
        spaces=script.spaces,
        channels=(),
        scene=scene,
    )
    player = Player(script, stage)
    try:
        await player.play()
    except ScriptError as error:
        return player.report(error.problems)
    finally:
        await stage.stop()
    return player.report()


class Player:
    """One performance of a script."""

    def __init__(self, script: Script, stage: Stage) -> None:
        self.script = script
        self.stage = stage
        self.log = Chatlog(script)
        self.effects: list[Seen] = []
        self.failures: list[Failure] = []
        self.errors: list[str] = []
        self._spaces = {space.name: space for space in stage.world.spaces}
        self._actors: dict[str, Actor] = {}
        self._came: set[str] = set()
        self._window = 0
        self._since = "the start"

    def report(self, problems: Sequence[Problem] = ()) -> Report:
        return Report(
            tuple(self.effects), tuple(self.log.lines), tuple(self.failures), tuple(self.errors), tuple(problems)
        )

    async def play(self) -> None:
        """Stops at an act that could not be done. Raises ``ScriptError`` where the script is wrong."""
        _check_commands(self.script, self.stage.app.engine.desk.commands)
        self._cast()
        await self.stage.start()
        await self._set()
        self._gather("the start")
        for step in self.script.steps:
            if isinstance(step, Expect):
                self._expect(step)
            elif not await self._act(step):
                break

    # Before the curtain

    def _cast(self) -> None:
        for where in self.script.channels:
            self.stage.channels(where.channel, space=self._spaces[where.space])
        for person in self.script.people:
            actor = self.stage.person(
                person.name,
                level=person.level,
                language=person.language,
                zone=person.zone,
                created_at=self.script.start - person.account_age,
                roles=person.roles,
                is_bot=person.is_bot,
                here=person.here,
                space=self._spaces[person.space],
            )
            self._actors[person.name] = actor
            if person.here:
                self._came.add(person.name)
                self.stage.scene.came(actor, self.script.start - min(person.account_age, SETTLED_IN))

    async def _set(self) -> None:
        """Raises ``ScriptError`` for settings that do not fit."""
        problems: list[Problem] = []
        by_space = sorted(self.script.settings, key=lambda one: self.script.spaces.index(one.space))
        for space, group in groupby(by_space, key=lambda one: one.space):
            settings = list(group)
            try:
                await self.stage.change({one.name: one.typed for one in settings}, self._spaces[space])
            except Invalid as invalid:
                problems += _explained(invalid, settings)
        if problems:
            raise ScriptError(*problems)

    # The steps

    async def _act(self, step: Step) -> bool:
        """False when it could not be done."""
        self.log.act(step, self.stage.now)
        self._window = len(self.effects)
        failure = None
        try:
            await self._do(step)
        except Stopped:
            self.log.stopped()
        except Impossible as error:
            failure = Failure(step.line, step.written, f"this could not be done: {error}")
        self._gather(f"line {step.line} ({short(step.written.removeprefix('- '))})")
        if failure is not None:
            recent = tuple(f"  {told(it)}" for it in self.effects[-5:])
            heading = "the last things the bot did:" if recent else "the bot did nothing so far"
            self._fail(Failure(failure.line, failure.written, failure.words, (heading, *recent)))
        return failure is None

    async def _do(self, step: Step) -> None:
        match step:
            case Join() | Leave():
                await self._come_or_go(step)
            case Say() | Edit() | React():
                await self._talk(step)
            case Run(who=who, where=where):
                actor = self._present(who, step)
                actor.here = where.channel
                await actor.run(step.command, **step.options)
            case Press() | Choose() | Fill():
                await self._answer(step)
            case Wait(until=moment):
                await self.stage.until(moment)
            case Restart():
                await self.stage.restart()

    async def _come_or_go(self, step: Join | Leave) -> None:
        actor = self._actors[step.who]
        if isinstance(step, Leave):
            return await self._present(step.who, step).leave()
        if self._is_here(actor):
            raise ScriptError(Problem(step.line, f"{step.who} is already there"))
        self._came.add(step.who)
        await actor.join(via=self._actors[step.via] if step.via else None)

    async def _talk(self, step: Say | Edit | React) -> None:
        actor, channel = self._present(step.who, step), self._channel(step.where)
        match step:
            case Say(text=text, attach=attach):
                last = self._last(step.where) if step.reply else None
                await actor.say(text, channel, reply_to=last, attach=attach)
            case Edit(text=text):
                await actor.edit(text, channel)
            case React(emoji=emoji):
                await actor.react(emoji, channel)

    async def _answer(self, step: Press | Choose | Fill) -> None:
        """Somebody who left may still answer what they were told alone."""
        actor = self._actors[step.who] if step.who in self._came else self._present(step.who, step)
        match step:
            case Press(label=label):
                await actor.press(label)
            case Choose(label=label, values=values):
                await actor.choose(label, values)
            case Fill(values=values):
                await self.stage.scene.fill(actor, values)

    def _expect(self, step: Expect) -> None:
        failure = judge(step, self.effects[self._window :], self.effects[: self._window], self._since)
        if failure is not None:
            self._fail(failure)
        else:
            self.log.act(step, self.stage.now)

    # What came of it

    def _gather(self, since: str) -> None:
        """Note what the bot did, what it complained of, and the handlers that failed."""
        self._since = since
        while self.stage.world.effects:
            effect = seen(self.stage.world.effects.popleft(), self.stage.scene, self.script.zone)
            self.effects.append(effect)
            self.log.effect(effect)
        for error in self.stage.errors:
            self.errors.append(f"error in {error.what}: {error.why} (after {since})")
            self.log.error(error.what, error.why)
        for complaint in self.stage.complaints:
            self.log.complaint(complaint.why)
        self.stage.errors.clear()
        self.stage.complaints.clear()

    def _fail(self, failure: Failure) -> None:
        self.failures.append(failure)
        self.log.failed(failure.line)

    # Who and where

    def _is_here(self, actor: Actor) -> bool:
        return self.stage.scene.is_here(actor)

    def _present(self, who: str, step: Step) -> Actor:
        """Raises ``ScriptError`` when this person is absent."""
        actor = self._actors[who]
        if self._is_here(actor):
            return actor
        why = "has left or was removed" if who in self._came else "has not joined yet"
        raise ScriptError(Problem(step.line, f"{who} {why}, and cannot do this: {short(step.written)}"))

    def _channel(self, where: Where) -> Any:
        return self.stage.world.channel(where.channel, self._spaces[where.space])

    def _last(self, where: Where) -> Any:
        last = self.stage.scene.last_said(self._channel(where))
        if last is None:
            raise Impossible(f"there is no message in #{where.channel} to reply to")
        return last


def _check_commands(script: Script, commands: Sequence[CommandSpec]) -> None:
    """Raises ``ScriptError`` for commands and options that no cog declares."""
    notes = Notes()
    known = {command.path: command for command in commands}
    for step in script.steps:
        if not isinstance(step, Run):
            continue
        if step.command not in known:
            notes.unknown(step.line, "command", step.command, known)
            continue
        options = [option.name for option in known[step.command].options]
        for name in step.options:
            if name not in options:
                notes.unknown(step.line, f"option of /{step.command}", name, options)
    if notes.problems:
        raise ScriptError(*notes.problems)


def _explained(invalid: Invalid, settings: Sequence[Setting]) -> list[Problem]:
    """Problems beside the lines where the settings stand."""
    lines = {one.name: one.line for one in settings}
    voice = Voice()
    return [
        Problem(lines.get(name, settings[0].line), f"{name}: {voice.text(words)}")
        for name, words in invalid.problems.items()
    ]
