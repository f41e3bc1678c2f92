"""Forms: what is wrong is said beside its field, and nothing that was typed is lost."""

from __future__ import annotations

from tests.contract.stage import Person, Stage

LONG = "A long body that took an hour to write. " * 20


async def opened_again(person: Person) -> None:
    """The refused form, before their eyes by itself or after a button where the platform cannot show it again."""
    if person.form is None:
        await person.press("Correct what I typed")


def standing(person: Person) -> dict[str, str]:
    assert person.form is not None
    return dict(person.form.values)


async def test_a_form_opens_with_what_stands_in_it(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    assert ada.form is not None
    assert [field.name for field in ada.form.fields] == ["title", "body", "pages"]
    assert ada.form.values["pages"] == "3"
    for words in ("Tell a tale", "Title", "Body", "Pages"):
        assert words in ada.sees


async def test_an_error_is_beside_its_field_and_nothing_is_lost(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    await ada.fill(title="Nothing", body=LONG, pages="7")
    assert "Say something" in ada.sees
    assert "Told" not in ada.sees
    await opened_again(ada)
    assert standing(ada) == {"title": "Nothing", "body": LONG, "pages": "7"}


async def test_every_error_is_said_at_once(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    await ada.fill(title="Fine", body="Fine", pages="several")
    assert "Type a whole number" in ada.sees
    await opened_again(ada)
    assert standing(ada)["pages"] == "several"
    await ada.fill(pages="0")
    assert "At least 1" in ada.sees
    await opened_again(ada)
    await ada.fill(pages="2")
    assert "Told: Fine, 2 pages" in ada.sees


async def test_a_corrected_form_is_accepted(stage: Stage) -> None:
    ada, bob = stage.person("ada", here=True), stage.person("bob", here=True)
    await ada.run("contract write")
    await ada.fill(title="Nothing", body=LONG)
    await opened_again(ada)
    await ada.fill(title="Something")
    assert "Told: Something, 3 pages" in ada.sees
    assert bob.reads("general").count("took an hour") == 20
    assert ada.form is None


async def test_a_restart_between_opening_and_filling(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    await stage.restart()
    await ada.fill(title="Once", body="Upon a time")
    assert "Told: Once, 3 pages, aloud" in ada.sees
    assert ada.reads("general").count("Upon a time") == 1


async def test_a_restart_between_the_error_and_its_correction(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    await ada.fill(title="Nothing", body=LONG)
    await stage.restart()
    await opened_again(ada)
    assert standing(ada)["body"] == LONG
    await ada.fill(title="Something")
    assert "Told: Something" in ada.sees


async def test_a_form_that_is_told_twice_acts_once(stage: Stage) -> None:
    ada = stage.person("ada", here=True)
    await ada.run("contract write")
    await ada.fill(title="Once", body="Upon a time")
    await stage.redeliver()
    assert ada.reads("general").count("Upon a time") == 1
    assert ada.sees.count("Told: Once") == 1
