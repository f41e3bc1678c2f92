"""The workspaces that added the app by OAuth, each with its token, encrypted; and what ties such a visit together.

Fernet encrypts with the first key and decrypts with all of them, until ``renew`` has written everything again under the
first one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.chat.platform import PlatformError, Store

KIND = "installation"
"""In the store: the encrypted documents, by the workspace's id."""
USED = "oauth"
"""In the store: the visits that are over, each with the moment from which its state is too old anyway."""
GOOD_FOR = timedelta(minutes=10)
"""How long somebody may look at Slack's page before they press Allow."""
UNREADABLE = (
    "the token of the workspace {team} cannot be decrypted: put the key that encrypted it back into ENCRYPTION_KEY,"
    " after the new one and a comma, or add Relais to that workspace again"
)
VISIT = "relais.slack.visit"

Keys = Sequence[str]


def cipher(keys: Keys) -> MultiFernet:
    """Encrypts with the first key, decrypts with all."""
    return MultiFernet([Fernet(key) for key in keys])


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace where the app is installed, by its id, and the app's token there."""

    team: str
    name: str
    token: str = field(repr=False)


class Installations:
    """What is kept of each workspace."""

    def __init__(self, store: Store, keys: Keys, now: Callable[[], datetime]) -> None:
        self.store = store
        self.cipher = cipher(keys)
        self.now = now

    async def teams(self) -> tuple[str, ...]:
        """The workspaces' ids."""
        return tuple(await self.store.load(KIND))

    async def save(self, installation: Installation) -> None:
        """Keep a workspace; what was kept of it before is gone."""
        written = json.dumps(asdict(installation), ensure_ascii=False).encode()
        encrypted = self.cipher.encrypt_at_time(written, int(self.now().timestamp()))
        await self.store.save(KIND, {installation.team: encrypted.decode()})

    async def find(self, team: str) -> Installation | None:
        """What is kept of a workspace. Raises ``PlatformError`` when no key opens it."""
        encrypted = (await self.store.load(KIND)).get(team)
        if encrypted is None:
            return None
        try:
            return Installation(**json.loads(self.cipher.decrypt(encrypted)))
        except InvalidToken:
            raise PlatformError(UNREADABLE.format(team=team)) from None

    async def remove(self, team: str) -> None:
        await self.store.remove(KIND, team)

    async def renew(self) -> None:
        """Write everything again under the first key; what no key opens stays as it is."""
        for team, encrypted in (await self.store.load(KIND)).items():
            try:
                renewed = self.cipher.rotate(encrypted)
            except InvalidToken:
                continue
            await self.store.save(KIND, {team: renewed.decode()})


class Visits:
    """States of OAuth: each made here for one visit, good once and for ten minutes.

    A state carries its own age; only the visits that are over are kept, so that asking for one leaves no trace.
    """

    def __init__(
        self, store: Store, keys: Keys, now: Callable[[], datetime], token: Callable[[], str] = token_urlsafe
    ) -> None:
        self.store = store
        self.cipher = cipher(keys)
        self.now = now
        self.token = token
        self._turn = asyncio.Lock()

    def begin(self) -> str:
        """A new state."""
        return self.cipher.encrypt_at_time(f"{VISIT}:{self.token()}".encode(), self._seconds()).decode()

    async def end(self, state: str) -> bool:
        """Whether a state was made here, is not too old, and was not used before."""
        visit = self._visit(state)
        return visit is not None and await self._first_time(visit)

    async def is_over(self, state: str) -> bool:
        """Whether a state was made here, and was used: somebody comes back to the page at the end."""
        visit = self._visit(state)
        return visit is not None and visit in await self.store.load(USED)

    def _visit(self, state: str) -> str | None:
        try:
            told = self.cipher.decrypt_at_time(state.encode(), int(GOOD_FOR.total_seconds()), self._seconds())
        except InvalidToken:
            return None
        kind, _, visit = told.decode().partition(":")
        return visit if kind == VISIT else None

    async def _first_time(self, visit: str) -> bool:
        async with self._turn:
            used = await self.store.load(USED)
            if visit in used:
                return False
            for one, until in used.items():
                if datetime.fromisoformat(until) < self.now():
                    await self.store.remove(USED, one)
            await self.store.save(USED, {visit: (self.now() + GOOD_FOR).isoformat()})
            return True

    def _seconds(self) -> int:
        return int(self.now().timestamp())
