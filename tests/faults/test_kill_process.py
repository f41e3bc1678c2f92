"""The real process, killed while people join: whoever was told that they are in, is in and greeted once."""

from __future__ import annotations

import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random
from threading import Timer

import pytest

from tests.faults.process import SWIFTLY, Relais, Town

KILLS = 5
BETWEEN = 3
"""Newcomers from one death to the next: together fewer than one greeting can name."""
PAUSE = 0.12
"""Seconds in which a join is over, on a quiet machine: the process dies somewhere in them, or soon after."""


def names() -> Iterator[str]:
    for number in range(100):
        yield f"N{number:02}x"


def crowd(relais: Relais, random: Random, kills: int) -> None:
    """Live through deaths, then tell what people see."""
    relais.start()
    town, newcomers, joined, told, said = Town(relais), names(), [], [], []
    for life in range(kills):
        victim = random.randrange(BETWEEN)
        for number in range(BETWEEN):
            name = next(newcomers)
            killer = Timer(random.random() * PAUSE, relais.process.kill if relais.process else print)
            if number == victim:
                killer.start()
            joined.append(name)
            if town.joins(name):
                told.append(name)
            words = f"word {life}-{number};"
            if town.says(words):
                said.append(words)
            if number == victim:
                killer.join()
                break
        relais.kill()
        relais.start()
    town.passes("hour")
    town.passes("hour")
    judge(town, joined, told, said)
    assert relais.stop(signal.SIGTERM) < SWIFTLY
    assert relais.log.count("Traceback") == 0
    with closing(sqlite3.connect(relais.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def judge(town: Town, joined: list[str], told: list[str], said: list[str]) -> None:
    present, hall, general = town.people(), town.read("welcome"), town.read("general")
    assert len(told) > len(joined) // 4, "it died before it answered anybody"
    assert set(told) <= present
    greeted = {name: len(re.findall(rf"@{name}\b", hall)) for name in joined}
    assert greeted == {name: int(name in present) for name in joined}
    words = re.findall(r"word \d-\d;", general)
    assert len(words) == len(set(words))
    assert [word for word in words if word in said] == said


def test_newcomers_while_it_dies(relais: Relais) -> None:
    """Once at the first newcomer, once at the second, once at the third: the seed is chosen for that."""
    crowd(relais, Random(2), 3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_newcomers_while_it_dies(relais: Relais, seed: int) -> None:
    crowd(relais, Random(seed), KILLS)
