"""What every part of a rule file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Never changes once read; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
