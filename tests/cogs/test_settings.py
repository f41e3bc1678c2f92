"""Changing what Relais does, by typing it."""

from __future__ import annotations

import pytest

from bot.chat.things import Level
from bot.platforms.playground import Actor
from bot.rehearsal.stage import Stage
from tests.stages import refused, reopened, visible


@pytest.fixture
async def ada(world: Stage) -> Actor:
    world.channels("accueil", "general")
    return world.person("ada", level=Level.ADMIN, here=True)


async def test_an_overview_and_a_menu(ada: Actor) -> None:
    await ada.run("settings show")
    assert "Welcome (welcome): as delivered" in ada.sees
    await ada.choose("Show a section", "welcome")
    assert "Greeting channel: not set (welcome.channel)" in ada.sees
    assert "7 days (welcome.look_in_after)" in ada.sees or "[Next]" in ada.sees


async def test_the_overview_counts_what_differs(ada: Actor) -> None:
    await ada.run("settings set", name="welcome.look_in", value="no")
    await ada.run("settings set", name="welcome.channel", value="accueil")
    await ada.run("settings show")
    assert "Welcome (welcome): 2 settings of your own" in ada.sees


async def test_a_section_by_its_title_and_page_by_page(ada: Actor) -> None:
    await ada.run("settings show", section="Welcome")
    assert "(welcome.greetings)" in ada.sees
    await ada.press("Next")
    assert "(welcome.look_in_after)" in ada.sees
    await ada.press("Previous")


async def test_an_unknown_section(ada: Actor) -> None:
    await ada.run("settings show", section="wellcome")
    assert "There is no section called wellcome" in ada.sees


async def test_setting_echoes_in_full_words(ada: Actor) -> None:
    await ada.run("settings set", name="welcome.look_in_after", value="2 jours")
    assert "Days of silence before we write: 1 week → 2 days" in ada.sees or "7 days → 2 days" in ada.sees
    ada.forget()
    await ada.run("settings set", name="welcome.channel", value="#accueil")
    assert "Greeting channel: not set → #accueil" in ada.sees


async def test_what_does_not_fit_is_explained_and_not_stored(ada: Actor, world: Stage) -> None:
    await ada.run("settings set", name="welcome.look_in_after", value="90 days")
    assert "At most 60 days" in ada.sees
    await ada.run("settings set", name="welcome.look_in_after", value="soon")
    assert "This duration is not clear" in ada.sees
    await ada.run("settings set", name="welcome.chanel", value="accueil")
    assert "Did you mean welcome.channel" in ada.sees
    ada.forget()
    await ada.run("settings history")
    assert "Nothing was changed yet" in ada.sees


async def test_setting_what_is_already_so(ada: Actor) -> None:
    await ada.run("settings set", name="welcome.look_in", value="yes")
    assert "Nothing to change: it is already so." in ada.sees


async def test_undo_and_undo_the_undoing(ada: Actor, world: Stage) -> None:
    await ada.run("settings set", name="welcome.look_in", value="no")
    await world.restart()
    ada.forget()
    await ada.press("Undo")
    assert "Write to newcomers who stay silent: no → yes" in ada.sees
    ada.forget()
    await ada.press("Undo")
    assert "Write to newcomers who stay silent: yes → no" in ada.sees


async def test_undo_respects_a_later_change(ada: Actor, world: Stage) -> None:
    await ada.run("settings set", name="welcome.together_above", value="5")
    await world.set("welcome", together_above=8)
    await ada.press("Undo")
    assert "It was changed again since" in ada.sees
    await ada.run("settings show", section="welcome")
    assert "Greet together above: 8" in ada.sees


async def test_undo_by_a_reader_of_another_language(ada: Actor, world: Stage) -> None:
    await ada.run("settings set", name="welcome.look_in", value="no")
    ada.change(language="fr")
    ada.forget()
    await world.set("welcome", together_above=8)
    await ada.press("Undo")
    await ada.run("settings show", section="welcome")
    ada.change(language="en")
    ada.forget()
    await ada.run("settings history", section="welcome")
    assert "Write to newcomers who stay silent no → yes" in ada.sees


async def test_permissions_are_checked_when_the_button_is_pressed(ada: Actor) -> None:
    await ada.run("settings set", name="welcome.look_in", value="no")
    ada.change(level=Level.MODERATOR)
    ada.forget()
    await ada.press("Undo")
    assert "This is for the community's administrators." in ada.sees
    assert await refused(ada, "settings show")
    assert "as delivered" not in ada.sees


async def test_a_form_for_a_small_section(ada: Actor, world: Stage) -> None:
    await ada.run("settings edit", section="community")
    assert ada.form is not None
    assert "community.zone" in ada.form.values
    await ada.fill(**{"community.zone": "Europe/Paris", "community.moderators": "general"})
    assert "Settings changed" in ada.sees
    assert "Where requests to moderators are posted: not set → #general" in ada.sees
    await ada.press("Undo")
    assert "#general → not set" in ada.sees


async def test_a_menu_of_forms_for_a_large_section(ada: Actor) -> None:
    await ada.run("settings edit", section="welcome")
    await ada.choose("What to change", "1")
    assert ada.form is not None
    assert len(ada.form.fields) == 5
    await ada.fill(**{"welcome.rules": "1. Be kind, always.\n2. Be brief."})
    assert "Rules of the community: not set → 1. Be kind, always. 2. Be brief." in ada.sees.replace("\n2.", " 2.")


async def test_a_refused_form_keeps_what_was_typed(ada: Actor, world: Stage) -> None:
    await ada.run("settings edit", section="welcome")
    await ada.choose("What to change", "1")
    await ada.fill(**{"welcome.rules": "Kept", "welcome.together_above": "100"})
    assert "At most 20" in ada.sees
    await reopened(world, ada)
    assert ada.form is not None
    assert ada.form.values["welcome.rules"] == "Kept"
    await ada.fill(**{"welcome.together_above": "10"})
    assert "Rules of the community: not set → Kept" in ada.sees
    assert "Greet together above: 3 → 10" in ada.sees


async def test_a_form_left_as_it_is_changes_nothing(ada: Actor) -> None:
    await ada.run("settings edit", section="community")
    await ada.fill()
    assert "Nothing to change" in ada.sees


async def test_greetings_keep_their_commas(ada: Actor) -> None:
    await ada.run("settings edit", section="welcome")
    await ada.choose("What to change", "0")
    assert ada.form is not None
    assert ada.form.fields[-1].most is None
    await ada.fill(**{"welcome.greetings": "Hello {member}, welcome\nHey {member}"})
    await ada.run("settings show", section="welcome")
    assert "Hello {member}, welcome and Hey {member}" in ada.sees


async def test_reset_one_or_several(ada: Actor, world: Stage) -> None:
    await world.set("welcome", look_in=False, together_above=9)
    await ada.run("settings reset", name="welcome.look_in, welcome.together_above")
    assert "Write to newcomers who stay silent: no → yes" in ada.sees
    assert "Greet together above: 9 → 3" in ada.sees


async def test_history_says_who_and_when(ada: Actor, world: Stage) -> None:
    await ada.run("settings set", name="welcome.look_in", value="no")
    await world.advance(days=1)
    await ada.run("settings set", name="community.address", value="tu")
    ada.forget()
    await ada.run("settings history")
    assert "ada: Write to newcomers who stay silent yes → no" in ada.sees
    assert ada.sees.index("vous → tu") < ada.sees.index("yes → no")
    ada.forget()
    await ada.run("settings history", section="welcome")
    assert "tu" not in ada.sees.split("ada:")[0]
    assert "vous → tu" not in ada.sees


async def test_a_hostile_value_is_only_a_value(ada: Actor) -> None:
    await ada.run("settings set", name="welcome.private_text", value="**x** @everyone {member}")
    assert "Private greeting: not set → **x** @everyone {member}" in visible(ada.sees)
