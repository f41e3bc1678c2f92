"""The page on rules names all that a rule file may say, and its examples are rule files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from cogs.moderation.actions import Action
from cogs.moderation.rules import Rule, RuleSet, Trigger, Where
from cogs.moderation.rules.document import read_rules

PAGE = (Path(__file__).parents[4] / "docs" / "moderation-rules.md").read_text("utf-8")
TRIGGERS, ACTIONS = (get_args(get_args(kinds)[0]) for kinds in (Trigger, Action))


def row(key: str, model: type[BaseModel]) -> str:
    found = re.search(rf"^\| `{model.model_fields[key].default}` \|.*$", PAGE.partition("## Triggers")[2], re.MULTILINE)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("key", "model"), [*(("on", one) for one in TRIGGERS), *(("do", one) for one in ACTIONS)], ids=str
)
def test_every_trigger_and_action_is_there_with_its_keys(key: str, model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if name != key and f"`{name}`" not in row(key, model)] == []
    assert row(key, model)


@pytest.mark.parametrize("model", [Where, Rule, RuleSet])
def test_every_condition_and_key_is_there(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []


def test_the_examples_are_rule_files() -> None:
    examples = re.findall(r"```yml\n(.*?)```", PAGE, re.DOTALL)
    assert [len(read_rules(example).rules) for example in examples] == [2]
