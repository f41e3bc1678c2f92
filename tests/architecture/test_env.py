"""`.env.example` says every setting of the process, with its default and what it is for."""

from __future__ import annotations

from pathlib import Path

from bot.config import Config, example, load

ROOT = Path(__file__).parent.parent.parent
PATH = ROOT / ".env.example"


def test_the_example_is_what_the_configuration_says() -> None:
    assert PATH.read_text("utf-8") == example(), "run `make docs`"


def test_copied_as_it_is_the_example_changes_nothing() -> None:
    assert load({}, PATH) == load({})


def test_every_setting_is_explained_in_one_line() -> None:
    for name, field in Config.model_fields.items():
        assert field.description, name
        assert len(field.description) <= 110, name
        assert not field.description.endswith("."), name
