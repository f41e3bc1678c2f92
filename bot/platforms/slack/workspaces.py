"""The workspaces that Relais serves, each with its own token, pace and feed; opened and left while it runs.

They come from ``SLACK_BOT_TOKEN``, from OAuth, or from both. A workspace that cannot be served keeps no other from it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from bot.chat.platform import Busy, Hub, PlatformError
from bot.chat.tasks import end
from bot.chat.things import Space
from bot.chat.words import Phrase
from bot.platforms.slack.api import Api
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.errors import Unauthorised
from bot.platforms.slack.feed import Feed, Talk, lost
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.workspace import Workspace

log = logging.getLogger("relais.slack")

NAME = "slack"
AGAIN = 60.0
"""Seconds until Slack is asked again about a workspace for which it did not answer."""
LONGEST = 300.0
"""Seconds at most between two such questions: the waits for the configured workspace double."""
AT_ONCE = 4
"""Workspaces that are opened side by side."""
LACKING = Phrase(
    "Slack did not grant {scopes} to Relais: update the app from its manifest, then add it to the workspace again."
)
UNSERVED = Phrase("Relais cannot serve this Slack workspace. Whoever runs it finds the reason in its log.")

Spawn = Callable[[Coroutine[Any, Any, Any]], None]


class Workspaces:
    """``connect`` gives the client of a token, ``spawn`` runs something beside; ``moderators`` are members' ids.

    ``installations`` are those that OAuth brings, when it is configured.
    """

    installations: Installations | None = None

    def __init__(
        self,
        hub: Hub,
        talk: Talk,
        connect: Callable[[str], Api],
        spawn: Spawn,
        *,
        moderators: Collection[str] = (),
        again: float = AGAIN,
    ) -> None:
        self.feeds: dict[str, Feed] = {}
        self._doubted: set[str] = set()
        self._hub = hub
        self._talk = talk
        self._connect = connect
        self._spawn = spawn
        self._moderators = moderators
        self._again = again
        self._own = ""
        self._returning: asyncio.Task[None] | None = None

    # Which one

    def of(self, body: Mapping[str, Any]) -> Feed | None:
        """Whose payload it is. Slack names the installation of an event; a guest's press names the guest's home."""
        installed = (body.get("authorizations") or [{}])[0].get("team_id")
        team = installed or body.get("team_id") or (body.get("team") or {}).get("id")
        return self.feeds.get(str(team)) or (None if installed and self.installations else self._of_guest(body))

    def _of_guest(self, body: Mapping[str, Any]) -> Feed | None:
        if self.installations is None:
            return next(iter(self.feeds.values()), None)
        channel = str(body.get("channel_id") or (body.get("channel") or {}).get("id"))
        return next((feed for feed in self.feeds.values() if feed.workspace.directory.knows(channel)), None)

    # Coming and going

    async def open(self, token: str) -> Feed:
        """Serve a workspace from now on. Raises ``PlatformError``, for whoever gave the token."""
        api = self._connect(token)
        await api.open()
        try:
            workspace = await self._read(api)
            feed = Feed(workspace, self._hub, self._talk)
            await feed.read_groups()
            await self._survey(workspace)
        except BaseException:
            await api.close()
            raise
        await self._put(feed)
        return feed

    async def _put(self, feed: Feed) -> None:
        workspace, now = feed.workspace, self._hub.now()
        before = self.feeds.get(workspace.space.id)
        self.feeds[workspace.space.id] = feed
        workspace.api.on_refused = lambda: self._spawn(self.removed(feed))
        if before:
            await before.workspace.api.close()
        await self._hub.receive(feed.seen(f"seen:{now.isoformat()}"))
        if workspace.scopes and (missing := sorted(SCOPES.keys() - workspace.scopes)):
            await self._lacks(workspace.space, missing)

    async def _read(self, api: Api) -> Workspace:
        auth, headers = await api.read_with_headers("auth.test")
        scopes = frozenset(one.strip() for one in headers.get("x-oauth-scopes", "").split(",") if one.strip())
        space = Space(NAME, str(auth["team_id"]), str(auth.get("team", "")))
        return Workspace(api, Directory(api, space, self._hub.now, self._moderators), auth, scopes)

    async def _survey(self, workspace: Workspace) -> None:
        try:
            await workspace.directory.survey()
        except PlatformError as error:
            log.warning("the workspace's language and time zone are not known: %s", error)

    async def open_own(self, token: str) -> Feed | None:
        """Open the workspace of the configured token. Raises ``PlatformError`` unless others are served already."""
        self._own = token
        try:
            return await self.open(token)
        except PlatformError as error:
            if not self.feeds:
                raise
            log.error("the workspace of SLACK_BOT_TOKEN is not served: %s", error)
            if not isinstance(error, Busy):
                await self.look_for_lost()
            self._await_own()
        return None

    def _await_own(self) -> None:
        if self._returning is None or self._returning.done():
            self._returning = asyncio.create_task(self._own_again())

    async def _own_again(self) -> None:
        """Ask until Slack accepts the configured token: an app that was removed may be installed again."""
        wait = self._again
        while True:
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST)
            try:
                feed = await self.open(self._own)
            except PlatformError as error:
                log.debug("the workspace of SLACK_BOT_TOKEN is still not served: %s", error)
            else:
                log.info("the workspace of SLACK_BOT_TOKEN is served again")
                self._spawn(feed.catch_up())
                return

    async def open_installed(self) -> None:
        """Open all that added Relais by OAuth; what fails is told to the log, and to who manages the workspace."""
        if self.installations is None:
            return
        await self.installations.renew()
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(team: str) -> None:
            async with turns:
                await self._serve(team)

        await asyncio.gather(*map(one, await self.installations.teams()))

    async def look_for_lost(self) -> None:
        """Tell of the workspaces for which there is no token any more."""
        kept = await self.installations.teams() if self.installations else ()
        for space in self._hub.known(NAME):
            if space.id not in self.feeds and space.id not in kept:
                await self._hub.receive(lost(space, self._hub.now()))

    async def add(self, installation: Installation) -> None:
        """Keep a workspace that was just installed, and serve it. Raises ``PlatformError``; ``Busy`` is tried again."""
        assert self.installations is not None
        await self.installations.save(installation)
        try:
            feed = await self.open(installation.token)
        except Busy:
            self._spawn(self._later(lambda: self._serve(installation.team)))
            raise
        except PlatformError:
            await self.installations.remove(installation.team)
            raise
        self._spawn(feed.catch_up())

    async def _serve(self, team: str) -> Feed | None:
        assert self.installations is not None
        try:
            kept = await self.installations.find(team)
            return await self.open(kept.token) if kept else None
        except Busy:
            log.warning("Slack does not answer for the workspace %s: it is asked again in a while", team)
            self._spawn(self._later(lambda: self._serve(team)))
        except Unauthorised as error:
            if error.is_over:
                await self.installations.remove(team)
            log.warning("the workspace %s is not served: Slack does not accept its token (%s)", team, error.code)
            await self._hub.receive(lost(Space(NAME, team), self._hub.now()))
        except PlatformError as error:
            log.warning("the workspace %s is not served: %s", team, error)
            await self._hub.complain(Space(NAME, team), UNSERVED)
        return None

    async def _later(self, open: Callable[[], Awaitable[Feed | None]]) -> None:
        await asyncio.sleep(self._again)
        if feed := await open():
            await feed.catch_up()

    async def removed(self, feed: Feed) -> None:
        """Slack says that the app was removed. It is asked whether that holds: it may speak of what was before."""
        team = feed.workspace.space.id
        if team in self._doubted or self.feeds.get(team) is not feed:
            return
        self._doubted.add(team)
        try:
            await feed.workspace.api.read("auth.test")
        except Unauthorised as error:
            await self._leave(feed, error)
        except Busy:
            self._spawn(self._removed_later(feed))
        except PlatformError as error:
            log.warning("whether the app is still installed is not known: %s", error)
        finally:
            self._doubted.discard(team)

    async def _removed_later(self, feed: Feed) -> None:
        await asyncio.sleep(self._again)
        await self.removed(feed)

    async def _leave(self, feed: Feed, error: Unauthorised) -> None:
        """Serve a workspace no more. A token that may be accepted again is kept, and tried once more in a while."""
        space, api = feed.workspace.space, feed.workspace.api
        if self.feeds.get(space.id) is not feed:
            return
        del self.feeds[space.id]
        await self._hub.receive(lost(space, self._hub.now()))
        if self.installations and error.is_over:
            await self.installations.remove(space.id)
        elif self.installations:
            self._spawn(self._later(lambda: self._serve(space.id)))
        if api.token == self._own:
            self._await_own()
        await api.close()
        log.warning("the workspace %s is not served any more (%s)", space.name or space.id, error.code)

    async def close(self) -> None:
        """Let go of all of them."""
        if self._returning:
            await end([self._returning])
        for feed in self.feeds.values():
            await feed.workspace.api.close()

    async def _lacks(self, space: Space, scopes: list[str]) -> None:
        log.warning("%s did not grant %s: update the app from the manifest, then add it again", space.name, scopes)
        await self._hub.complain(space, replace(LACKING, arguments={"scopes": ", ".join(scopes)}))
