"""By which invite somebody came."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bot.platforms.discord import Discord
from bot.platforms.discord.doors import Door, Doors
from tests.platforms.discord.conftest import GUILD, SPACE


def doors(*known: Door, newcomers: int = 1) -> Doors:
    found = Doors()
    found.learn(known)
    found.newcomers = newcomers
    return found


def test_the_one_invite_that_was_used() -> None:
    found = doors(Door("a", 3), Door("b", 1))
    assert found.look([Door("a", 3), Door("b", 2)]) == Door("b", 2)
    found.newcomers = 1
    assert found.look([Door("a", 4), Door("b", 2)]) == Door("a", 4)


def test_nothing_is_known_before_the_first_look() -> None:
    found = Doors()
    found.newcomers = 1
    assert found.look([Door("a", 4)]) is None
    found.newcomers = 1
    assert found.look([Door("a", 5)]) == Door("a", 5)


def test_two_invites_at_once_are_not_guessed() -> None:
    assert doors(Door("a"), Door("b"), newcomers=2).look([Door("a", 1), Door("b", 1)]) is None


def test_two_who_came_by_one_invite_are_certain() -> None:
    assert doors(Door("a"), newcomers=2).look([Door("a", 2)]) == Door("a", 2)


def test_more_or_fewer_uses_than_newcomers_are_not_guessed() -> None:
    assert doors(Door("a"), newcomers=1).look([Door("a", 2)]) is None
    assert doors(Door("a"), newcomers=2).look([Door("a", 1)]) is None


def test_a_new_invite_begins_without_uses() -> None:
    assert doors().look([Door("a", 1)]) == Door("a", 1)


def test_an_invite_that_was_used_up_is_gone() -> None:
    found = doors(Door("once", 4, 5), Door("b", 1))
    found.gone("once")
    assert found.look([Door("b", 1)]) == Door("once", 4, 5)


def test_an_invite_that_somebody_deleted_or_that_ended_is_none() -> None:
    found = doors(Door("once", 0, 1), Door("long", 2, 9))
    found.gone("once")
    found.deleted("once")
    found.gone("long")
    assert found.look([]) is None


class Counted(Discord):
    """Reads of the invites are given; ``meanwhile`` so many people are heard of during each."""

    def __init__(self, *reads: list[Door], meanwhile: tuple[int, ...] = ()) -> None:
        super().__init__("token")
        self.reads, self.meanwhile = [*reads], [*meanwhile]

    async def _doors_now(self, town: Any) -> list[Door]:
        self._doors_of(GUILD).newcomers += self.meanwhile.pop(0) if self.meanwhile else 0
        return self.reads.pop(0)


TOWN: Any = SimpleNamespace(space=SPACE)


async def test_who_comes_while_the_invites_are_read_is_looked_for_again() -> None:
    bot = Counted([Door("a", 1)], [Door("a", 1), Door("b", 1)], meanwhile=(1, 0))
    bot._doors[GUILD] = doors(Door("a"), Door("b"))
    assert await bot._door_used(TOWN) is None
    bot._doors_of(GUILD).newcomers = 1
    bot.reads = [[Door("a", 1), Door("b", 2)]]
    assert await bot._door_used(TOWN) == Door("b", 2)


async def test_a_crowd_that_never_ends_is_not_guessed_nor_later() -> None:
    bot = Counted(*([Door("a", n)] for n in (1, 2, 3, 4)), meanwhile=(1, 1, 1))
    bot._doors[GUILD] = doors(Door("a"))
    assert await bot._door_used(TOWN) is None
    bot._doors_of(GUILD).newcomers = 1
    assert await bot._door_used(TOWN) is None
