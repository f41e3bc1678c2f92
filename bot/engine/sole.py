"""One process at a time on a SQLite file: whoever starts on it knows that all who came before are gone."""

from __future__ import annotations

import fcntl
from pathlib import Path


class Sole:
    """A lock beside a file. The system lets go of it when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f"{path.name}-lock").open("a")

    def take(self) -> bool:
        """Whether nobody else has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            return False
        return True

    def let_go(self) -> None:
        self._file.close()
