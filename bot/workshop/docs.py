"""``relais docs``: the pages that the code already knows: commands, settings, and `.env.example`.

English, with the French name of each thing beside it. A test compares the pages with what this writes.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.chat.forms import CommandSpec, FieldSpec, Kind
from bot.chat.things import Level
from bot.chat.words import Words
from bot.cog.declare import Cog, CogSettings
from bot.cog.fields.reader import Asked, asked
from bot.cog.texts import Voice
from bot.config import example
from bot.engine import loader
from bot.engine.host import Engine

ROOT = Path(__file__).parent.parent.parent
NOTE = "<!-- Written by `make docs` from the code; a test compares them. Change the code, not this page. -->\n"
ENGLISH = Voice("en")
FRENCH = Voice("fr")

WHO = {
    Level.EVERYONE: "everybody",
    Level.HELPER: "helpers",
    Level.MODERATOR: "moderators",
    Level.ADMIN: "administrators",
}


def pages() -> dict[str, str]:
    """Every generated file, by its path from the root."""
    cogs = loader.load()
    return {
        "docs/commands.md": commands(cogs),
        "docs/settings.md": settings(Engine.sections(cogs)),
        ".env.example": example(),
    }


def commands(cogs: Sequence[Cog[Any]]) -> str:
    parts = [
        "# Commands\n",
        NOTE,
        "Options in brackets may be left out. Where an answer is private, only the one who asks sees it.\n",
    ]
    for cog in cogs:
        if cog.commands:
            parts.append(f"## {both(cog.words)}\n")
            rows = [_command(command.spec) for command in sorted(cog.commands, key=lambda c: c.spec.path)]
            parts.append(table(("Command", "What it does", "En français", "For", "Answer"), rows))
    return "\n".join(parts)


def _command(spec: CommandSpec) -> tuple[str, ...]:
    used = " ".join([f"/{spec.path}", *map(_option, spec.options)])
    answer = "private" if spec.private else "public"
    return f"`{used}`", ENGLISH.text(spec.help), FRENCH.text(spec.help), WHO[spec.level], answer


def _option(spec: FieldSpec) -> str:
    name = f"{spec.name}:{'|'.join(choice.value for choice in spec.choices)}" if spec.choices else spec.name
    return name if spec.required else f"[{name}]"


def settings(sections: dict[str, tuple[Words, type[CogSettings]]]) -> str:
    parts = [
        "# Settings\n",
        NOTE,
        "They are changed with `/settings`. What nobody changed follows its default, in later versions too.\n",
    ]
    for name, (title, model) in sections.items():
        parts.append(f"## {both(title)}\n")
        rows = [_setting(f"{name}.{field}", one) for field, one in asked(model).items()]
        parts.append(table(("Setting", "What it is", "En français", "Kind", "Default"), rows))
    return "\n".join(parts)


def _setting(name: str, one: Asked) -> tuple[str, ...]:
    title, hint = ENGLISH.text(one.title), ENGLISH.text(one.hint)
    words = f"{title}. {hint}" if hint else title
    return f"`{name}`", words, FRENCH.text(one.title), _kind(one), ENGLISH.text(one.show(one.default))


def _kind(one: Asked) -> str:
    spec = one.spec()
    if one.shape.many:
        return f"list, {_between(spec.least, spec.most)}" if spec.most is not None else "list"
    match spec.kind:
        case Kind.CHOICE:
            return ", ".join(ENGLISH.text(choice.label) for choice in spec.choices)
        case Kind.WHOLE | Kind.NUMBER if spec.least is not None or spec.most is not None:
            return f"{spec.kind}, {_between(spec.least, spec.most)}"
        case Kind.TEXT if spec.most is not None:
            return f"{spec.kind}, at most {spec.most:g} characters"
    return str(spec.kind)


def _between(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"at most {most:g}" if least is None else f"at least {least:g}"
    return f"{least:g} to {most:g}"


def both(words: Words) -> str:
    """In English, and in French where it differs."""
    english, french = ENGLISH.text(words), FRENCH.text(words)
    return english if english == french else f"{english} · {french}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a page would change")


def run(args: Namespace) -> int:
    stale = {name: text for name, text in pages().items() if _present(name) != text}
    for name, text in stale.items():
        if not args.check:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(text, "utf-8")
        print(f"{name}: {'differs from the code' if args.check else 'written'}.")
    if not stale:
        print("Every page says what the code does.")
    return int(bool(stale) and args.check)


def _present(name: str) -> str:
    path = ROOT / name
    return path.read_text("utf-8") if path.exists() else ""
