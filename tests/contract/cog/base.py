"""What the parts of the contract's cog share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.cog import Channel, Cog, CogSettings, Fact, Schedule
from tests.contract.notes import Notes

notes = Notes()


class Settings(CogSettings):
    channel: Annotated[Channel | None, Field(title="Where it posts by itself")] = None
    rhythm: Annotated[Schedule, Field(title="When it posts by itself")] = ""


@dataclass(frozen=True, kw_only=True)
class Noticed(Fact):
    what: str


cog = Cog("contract", Settings, title="Contract")
witness = Cog("witness", CogSettings, title="Witness")
