"""A rule file: from YAML to rules with every problem and its line, and from rules to YAML.

A value is text until the rules say what it is, so ``off``, ``007`` and ``2h30`` mean what they look like.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.cog import Voice, Words, t, trouble_with
from cogs.moderation.rules.faults import Path, faults, said
from cogs.moderation.rules.model import RuleSet

LONGEST = 2_000_000
"""Characters of a file."""
MOST_VALUES = 100_000
DEEPEST = 20
ENGLISH = Voice()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, and what to do. ``line`` is counted from 1; 0 when it concerns no line."""

    line: int
    words: Words


class BadRules(ValueError):
    """A file that cannot be used, with all that is wrong in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(self.lines("rules")))

    def lines(self, file: object, voice: Voice = ENGLISH) -> Iterator[str]:
        """Each problem as compilers write them, for editors to follow."""
        for one in self.problems:
            place = f"{file}:{one.line}" if one.line else f"{file}"
            yield f"{place}: {voice.text(one.words)}"


def read_file(path: FilePath) -> str:
    """A file's text. Raises ``BadRules``."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST * 4 + 1)
    except IsADirectoryError:
        raise BadRules(Problem(0, t("is a folder; name a file"))) from None
    except OSError as error:
        raise BadRules(Problem(0, t("cannot be read: {problem}", problem=trouble_with(error)))) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadRules(Problem(line, t("this is not UTF-8; save the file as UTF-8"))) from None


def read_rules(text: str) -> RuleSet:
    """Raises ``BadRules`` with all that is wrong."""
    tree = _Tree.of(text)
    try:
        rules = RuleSet.model_validate(tree.value)
    except ValidationError as error:
        problems = [Problem(tree.line(one.path), one.words) for one in said(error)]
        raise BadRules(*tree.problems, *problems) from None
    found = [Problem(tree.line(one.path), one.words) for one in faults(rules)]
    if tree.problems or found:
        raise BadRules(*tree.problems, *found)
    return rules


def write_rules(rules: RuleSet) -> str:
    """The text that ``read_rules`` reads back as the same rules."""
    yaml = YAML()
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(_plain(rules), out)
    return out.getvalue()


def schema() -> str:
    """The JSON schema of a rule file, for editors."""
    return json.dumps(RuleSet.model_json_schema(), indent=2, ensure_ascii=False)


KEPT = frozenset({"relais", "format", "on", "do"})
"""Keys that are written even when they say what is the default: they tell what one reads."""


def _plain(value: Any) -> Any:
    """A model as YAML writes it, without what is as by default."""
    if isinstance(value, BaseModel):
        whole = value.model_dump(mode="json")
        return {
            name: _deep(getattr(value, name), whole[name])
            for name, info in type(value).model_fields.items()
            if name in KEPT or getattr(value, name) != info.get_default(call_default_factory=True)
        }
    raise TypeError(f"{value!r} is no part of a rule file")


def _deep(value: Any, written: Any) -> Any:
    """``written`` is what pydantic makes of the value; models inside are written by us."""
    if isinstance(value, BaseModel):
        return _plain(value)
    if isinstance(value, tuple):
        return [_deep(*pair) for pair in zip(value, written, strict=True)]
    if isinstance(value, Mapping):
        return {key: _deep(one, written[key]) for key, one in value.items()}
    return written


@dataclass
class _Tree:
    """A document as plain values, with the line of each."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> _Tree:
        tree = cls()
        tree.value = tree._value(_composed(text), ())
        return tree

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _value(self, node: Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if len(self.lines) > MOST_VALUES:
            words = t("too large: more than {count} values, those of aliases included", count=MOST_VALUES)
            raise BadRules(Problem(line, words))
        if len(path) > DEEPEST:
            raise BadRules(Problem(line, t("too many levels of lists and mappings")))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(child, (*path, at)) for at, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return None if node.style is None and node.value in ("", "~", "null") else str(node.value)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, child in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if not isinstance(key, ScalarNode):
                self.problems.append(Problem(line, t("a key is a text")))
            elif name in made:
                first = str(self.lines[*path, name])
                again = t("“{name}” was already given on line {line}", name=name, line=first)
                self.problems.append(Problem(line, again))
            else:
                made[name] = self._value(child, (*path, name))
                self.lines[*path, name] = line
        return made


def _trouble(error: MarkedYAMLError) -> Words:
    """What people most often get wrong, in their words; else in those of the library."""
    what = " ".join(part for part in (error.context, error.problem) if part)
    if "'\\t'" in what:
        return t("this is not YAML: a tab stands here; indent with spaces")
    if "single document" in what:
        return t("this is not YAML: a file holds one document; take out “---”")
    if "block" in what:
        return t("this is not YAML: indent this line like the others of its list or mapping")
    if "quoted scalar" in what:
        return t("this is not YAML: a quotation mark is not closed")
    if "flow" in what:
        return t("this is not YAML: a bracket or a comma is missing before this")
    return t("this is not YAML: {problem}", problem=what)


def _composed(text: str) -> Node:
    if len(text) > LONGEST:
        raise BadRules(Problem(0, t("longer than {count} characters: not a rule file", count=LONGEST)))
    try:
        node = YAML(typ="safe", pure=True).compose(StringIO(text.removeprefix("\ufeff")))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadRules(Problem(mark.line + 1 if mark else 1, _trouble(error))) from None
    except RecursionError:
        raise BadRules(Problem(1, t("too many levels of lists and mappings"))) from None
    except (YAMLError, ValueError) as error:
        raise BadRules(Problem(1, t("this is not YAML: {problem}", problem=str(error).splitlines()[0]))) from None
    if node is None:
        raise BadRules(Problem(1, t("the file is empty; begin with “preset: standard”")))
    if not isinstance(node, MappingNode):
        raise BadRules(Problem(node.start_mark.line + 1, t("write keys and values, such as “preset: standard”")))
    return node
