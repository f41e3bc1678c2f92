"""By which invite somebody came: told from the uses of the invites before and after. Pure, and silent in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """An invite at one moment. ``inviter`` is a user as Discord describes one."""

    code: str
    uses: int = 0
    max_uses: int = 0
    inviter: Payload | None = None

    @property
    def has_one_use_left(self) -> bool:
        return self.max_uses > 0 and self.uses == self.max_uses - 1


def door(given: Mapping[str, Any]) -> Door:
    """An invite, or a server's own address, which has no inviter."""
    uses, most = int(given.get("uses") or 0), int(given.get("max_uses") or 0)
    return Door(str(given["code"]), uses, most, given.get("inviter"))


@dataclass
class Doors:
    """The invites of a guild as they were last seen; ``None`` before the first look."""

    known: dict[str, Door] | None = None
    newcomers: int = 0
    """Those who came since the last look."""

    def learn(self, now: Iterable[Door]) -> None:
        self.known, self.newcomers = {it.code: it for it in now}, 0

    def forget(self) -> None:
        """What was seen holds no more; nobody knows before the look after the next."""
        self.known, self.newcomers = None, 0

    def made(self, new: Door) -> None:
        if self.known is not None:
            self.known.setdefault(new.code, new)

    def gone(self, code: str) -> None:
        """An invite is over. With its last use left it may have been used: the next look tells."""
        if self.known is not None and code in self.known and not self.known[code].has_one_use_left:
            del self.known[code]

    def deleted(self, code: str) -> None:
        """Somebody deleted an invite."""
        if self.known is not None:
            self.known.pop(code, None)

    def look(self, now: Iterable[Door]) -> Door | None:
        """The one invite by which all newcomers came since the last look, if that is certain."""
        found = {it.code: it for it in now}
        before, newcomers = self.known, self.newcomers
        self.learn(found.values())
        if before is None:
            return None
        uses = {it.code: it.uses - before.get(it.code, Door(it.code)).uses for it in found.values()}
        used_up = {code: 1 for code, it in before.items() if code not in found and it.has_one_use_left}
        used = {code: count for code, count in (uses | used_up).items() if count > 0}
        if len(used) != 1:
            return None
        [(code, count)] = used.items()
        return (found.get(code) or before[code]) if count == newcomers else None
