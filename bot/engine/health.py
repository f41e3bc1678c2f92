"""How a process is, for those who watch over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Health:
    """``ready`` when somebody is served; ``problems`` are what is wrong all the same, by part."""

    ready: bool
    problems: Mapping[str, str] = field(default_factory=dict)
