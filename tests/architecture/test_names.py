"""What cogs declare is valid on every platform, has words, and fits the house."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.chat.forms import MAX_FORM_FIELDS
from bot.cog.declare import Cog
from bot.cog.fields.reader import asked
from bot.engine import loader

ROOT = Path(__file__).parent.parent.parent
COGS = loader.load()

WORD = re.compile(r"[a-z0-9_-]{1,32}")
MAX_WORDS, MAX_HELP, MAX_OPTIONS, MAX_CHOICES = 3, 100, 25, 25
MAX_SUBCOMMANDS = 25
MAX_TITLE, MAX_LABEL = 45, 45
"""Discord: the title of a form and the label of its fields."""
MAX_LINES = 500

# Discord gives these names to its own commands, Slack answers to them itself.
TAKEN = frozenset(
    {"away", "dm", "feed", "invite", "join", "kick", "leave", "me", "msg", "mute", "open", "remind", "remove", "rename"}
    | {"search", "shrug", "star", "status", "topic", "who", "nick", "tts", "giphy", "spoiler", "tableflip", "unflip"}
)


@pytest.fixture(params=COGS, ids=lambda cog: cog.name)
def cog(request: pytest.FixtureRequest) -> Cog[Any]:
    found: Cog[Any] = request.param
    return found


def test_commands_have_one_name_each() -> None:
    counted = Counter(command.spec.path for cog in COGS for command in cog.commands)
    assert not [path for path, times in counted.items() if times > 1]


def test_a_command_is_not_also_the_beginning_of_another() -> None:
    """Discord cannot offer ``/poll`` beside ``/poll ask``."""
    paths = {command.spec.path for cog in COGS for command in cog.commands}
    assert not [path for path in paths if any(other.startswith(f"{path} ") for other in paths)]


def test_a_command_has_at_most_25_below_it() -> None:
    below = Counter(
        path.rpartition(" ")[0] for cog in COGS for path in {c.spec.path for c in cog.commands} if " " in path
    )
    assert not [path for path, count in below.items() if count > MAX_SUBCOMMANDS]


def test_command_names_are_valid_on_every_platform(cog: Cog[Any]) -> None:
    for command in cog.commands:
        words = command.spec.path.split(" ")
        assert len(words) <= MAX_WORDS, command.spec.path
        assert all(WORD.fullmatch(word) for word in words), command.spec.path
        assert words[0] not in TAKEN, f"/{words[0]} belongs to the platform"


def test_commands_have_words(cog: Cog[Any]) -> None:
    for command in cog.commands:
        text = str(getattr(command.spec.help, "source", command.spec.help))
        assert 0 < len(text) <= MAX_HELP, command.spec.path
        assert text.endswith("."), f"/{command.spec.path}: {text}"


def test_options_are_valid_and_have_words(cog: Cog[Any]) -> None:
    for command in cog.commands:
        assert len(command.spec.options) <= MAX_OPTIONS
        required = [option.required for option in command.spec.options]
        assert required == sorted(required, reverse=True), f"/{command.spec.path}: required options come first"
        for option in command.spec.options:
            assert WORD.fullmatch(option.name), option.name
            assert len(option.choices) <= MAX_CHOICES
            assert command.reader.fields[option.name].info.title, f"/{command.spec.path} {option.name} has no title"


def test_settings_have_words_and_defaults(cog: Cog[Any]) -> None:
    for name, field in asked(cog.settings).items():
        assert field.info.title, f"{cog.name}.{name} has no title"
        assert not field.info.is_required(), f"{cog.name}.{name} has no default"


def test_forms_fit_every_platform(cog: Cog[Any]) -> None:
    for name, form in cog.forms.items():
        assert len(form.reader.fields) <= MAX_FORM_FIELDS, name
        for field in form.reader.fields.values():
            assert field.info.title, f"{name}: {field.name} has no title"
            assert len(field.info.title) <= MAX_LABEL, field.info.title
        assert len(str(getattr(form.title, "source", form.title))) <= MAX_TITLE


def test_a_cog_is_named_after_its_module_and_has_a_title(cog: Cog[Any]) -> None:
    assert cog.title, f"{cog.name}: Cog({cog.name!r}, …, title=…)"
    assert (ROOT / "cogs" / f"{cog.name}.py").exists() or (ROOT / "cogs" / cog.name / "__init__.py").exists()


def test_a_cog_has_its_tests(cog: Cog[Any]) -> None:
    assert list((ROOT / "tests" / "cogs").glob(f"test_{cog.name}*.py")), f"tests/cogs/test_{cog.name}.py is missing"


def test_cogs_keep_nothing_in_globals() -> None:
    """A list or dictionary at the top of a module would be memory that a restart loses, and towns would share it.

    One that is annotated as ``Mapping`` or ``Sequence`` is a table of constants: mypy refuses to change it.
    """
    wrong = []
    for path in sorted((ROOT / "cogs").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if value is not None and _mutable(value) and not _constant(node):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "annotate constants as Mapping or Sequence: " + ", ".join(wrong)


def _mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in {"list", "dict", "set", "defaultdict", "deque"}
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def _constant(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.annotation).startswith(("Mapping[", "Sequence["))
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def test_no_global_statement() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("bot", "cogs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert not wrong


def test_files_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for folder in ("bot", "cogs", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (count := path.read_text("utf-8").count("\n")) > MAX_LINES
    ]
    assert not long, "\n".join(long)
