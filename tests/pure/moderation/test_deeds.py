"""What an act makes of a case, also when its job runs again after a kill."""

from __future__ import annotations

import pytest

from bot.cog import Done, Outcome
from cogs.moderation.cases.deeds import became
from cogs.moderation.tables import Deed


@pytest.mark.parametrize(
    ("done", "before", "after"),
    [
        (Done.DONE, None, Deed.DONE),
        (Done.FALLBACK, None, Deed.ASKED),
        (Done.REFUSED, None, Deed.UNDONE),
        (Done.FAILED, None, None),
        (Done.FALLBACK, Deed.BY_HAND, Deed.BY_HAND),
        (Done.FAILED, Deed.ASKED, Deed.ASKED),
        (Done.DONE, Deed.ASKED, Deed.DONE),
    ],
)
def test_an_act_run_again_forgets_nothing_that_a_moderator_did(
    done: Done, before: Deed | None, after: Deed | None
) -> None:
    assert became(Outcome(done, ""), before) == after
