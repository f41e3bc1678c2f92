"""The adapter: Relais in a Slack workspace.

One token is one workspace today. Everything that belongs to a workspace is in its ``Workspace`` and ``Feed``, so that
an installation store can add others.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from bot.chat.card import Card
from bot.chat.checkup import Checkup
from bot.chat.events import MessagePosted
from bot.chat.platform import Busy, Closed, Hub, NotFound, PlatformError, Uncertain
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.chat.words import Words
from bot.platforms.slack import limits, translate
from bot.platforms.slack.api import PACE, SDK, Api, base_url
from bot.platforms.slack.checkup import Examination
from bot.platforms.slack.commands import Book
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.emoji import name as name_of_emoji
from bot.platforms.slack.errors import SWAPPED, UNREACHABLE, Refused
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.powers import Powers
from bot.platforms.slack.responder import PATIENCE
from bot.platforms.slack.socket import PING, Socket
from bot.platforms.slack.talk import Talks
from bot.platforms.slack.web import endpoint
from bot.platforms.slack.workspace import POSTED, Workspace, in_order

log = logging.getLogger("relais.slack")

ANY = re.compile(".*", re.DOTALL)
THREADS = "thread"
"""In the store: the thread of each post on its way, since history alone does not show threads."""
REMEMBERED = 1_000
CATCHING_UP = 20.0
"""Seconds that the start waits for what was missed; the rest is told meanwhile."""


class Slack(Powers):
    """A ``Platform`` over slack-bolt.

    ``app_token`` opens Socket Mode; without it, ``signing_secret`` verifies what Slack sends to ``routes()``.
    ``moderator_token`` is a moderator's own user token, for deleting others' messages. ``moderators`` are ids of
    members who are moderators of the community. ``patience`` is how long an interaction may stay without an
    acknowledgement, ``ping`` how often the socket is looked after, in seconds.
    """

    name = "slack"

    def __init__(
        self,
        bot_token: str,
        app_token: str | None = None,
        signing_secret: str | None = None,
        api_base: str | None = None,
        *,
        moderator_token: str | None = None,
        moderators: Collection[str] = (),
        pace: float = PACE,
        patience: float = PATIENCE,
        ping: float = PING,
    ) -> None:
        _check(bot_token, app_token)
        self.base = base_url(api_base)
        self.api = Api(bot_token, self.base, pace=pace)
        self._moderators = moderators
        self._moderator_api = Api(moderator_token, self.base) if moderator_token else None
        self.patience = patience
        self._ping = ping
        self._app_token = app_token
        self._secret = signing_secret
        self._open = False
        self._socket: Socket | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._recent: OrderedDict[str, MessageRef] = OrderedDict()
        self._feeds: dict[str, Feed] = {}
        self._talks: Talks | None = None
        self._authorized: dict[str, AuthorizeResult] = {}
        self.app = self._bolt()

    # Life

    async def start(self, hub: Hub) -> None:
        """Connect, and tell what was missed. Raises ``PlatformError`` in words for whoever configured it."""
        self._hub, self._open = hub, True
        await self.api.open()
        try:
            await self._begin(hub)
        except Busy:
            await self.stop()
            raise PlatformError(UNREACHABLE) from None
        except BaseException:
            await self.stop()
            raise

    async def _begin(self, hub: Hub) -> None:
        workspace = await self._workspace()
        await self._moderator()
        self._talks = Talks(hub, self, Book(hub.commands, hub.say))
        feed = Feed(workspace, hub, self._talks)
        await feed.read_groups()
        await self._survey(workspace)
        self._feeds[workspace.space.id] = feed
        await hub.receive(feed.seen(f"seen:{hub.now().isoformat()}"))
        if self._app_token:
            self._socket = Socket(self.app, self.api, self._app_token, self._reconnected, self._ping)
            await self._socket.open()
        self.spawn(feed.catch_up())
        with suppress(TimeoutError):
            await asyncio.wait_for(feed.ready.wait(), CATCHING_UP)

    async def _workspace(self) -> Workspace:
        auth, headers = await self.api.read_with_headers("auth.test")
        scopes = frozenset(one.strip() for one in headers.get("x-oauth-scopes", "").split(",") if one.strip())
        if scopes and (missing := sorted(SCOPES.keys() - scopes)):
            log.warning("Slack did not grant %s: update the app from the manifest, then reinstall it", missing)
        space = Space(self.name, str(auth["team_id"]), str(auth.get("team", "")))
        directory = Directory(self.api, space, self._hub.now, self._moderators)
        self._authorized[space.id] = AuthorizeResult(
            enterprise_id=auth.get("enterprise_id"),
            team_id=space.id,
            bot_user_id=auth.get("user_id"),
            bot_id=auth.get("bot_id"),
            bot_token=self.api.web.token,
        )
        return Workspace(self.api, directory, auth, scopes)

    async def _moderator(self) -> None:
        """A moderator's token that Slack refuses is as good as none; the log says so."""
        if self._moderator_api is None:
            return
        await self._moderator_api.open()
        try:
            await self._moderator_api.read("auth.test")
        except PlatformError:
            log.warning("Slack refuses the moderator's user token: messages of others cannot be deleted")
            return
        self.moderator = self._moderator_api

    async def _survey(self, workspace: Workspace) -> None:
        try:
            await workspace.directory.survey()
        except PlatformError as error:
            log.warning("the workspace's language and time zone are not known: %s", error)

    async def stop(self) -> None:
        """Let go of everything. A second time changes nothing."""
        self._open = False
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.moderator = None
        if self._moderator_api is not None:
            await self._moderator_api.close()
        await self.api.close()

    async def examine(self, checkup: Checkup) -> None:
        """Look at everything by requests alone. Not for an adapter that is started."""
        await self.api.open()
        try:
            await Examination(self.api, self._app_token, self._secret, checkup).run()
        finally:
            await self.api.close()

    async def idle(self) -> None:
        """Wait until nothing that was heard, or runs beside, is under way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def _reconnected(self) -> None:
        """Slack was away for a while: what was said meanwhile is told."""
        for feed in self._feeds.values():
            self.spawn(feed.catch_up())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside; it ends with the adapter."""
        if not self._open:
            work.close()
            return
        task = asyncio.ensure_future(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Also what the library's own tasks do: they end with the adapter too."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await work
        except Exception:
            log.exception("something that ran beside failed")
        finally:
            self._tasks.discard(task)

    def say(self, words: Words, language: str) -> str:
        return self._hub.say(words, language)

    def seconds(self) -> float:
        """Now, as Slack counts."""
        return self._hub.now().timestamp()

    # What Slack sends

    def routes(self) -> list[Route]:
        """What the web server serves for Slack; nothing without a signing secret."""
        return [endpoint(self.app, lambda: bool(self._feeds))] if self._secret else []

    def _bolt(self) -> AsyncApp:
        """Every event has a listener: Slack sends again whatever nobody acknowledges."""

        async def authorize(team_id: str | None = None) -> AuthorizeResult:
            return self._authorization(team_id)

        app = AsyncApp(
            name="relais",
            logger=SDK,
            client=AsyncWebClient(base_url=self.base, logger=SDK),
            signing_secret=self._secret or "",
            request_verification_enabled=self._secret is not None,
            authorize=authorize,
        )
        app.event(ANY)(self._on_event)
        app.command(ANY)(self._on_command)
        app.action(ANY)(self._on_action)
        app.view(ANY)(self._on_view)
        app.view_closed(ANY)(self._on_closed)
        app.shortcut(ANY)(self._on_shortcut)
        app.options(ANY)(self._on_closed)
        return app

    def _authorization(self, team_id: str | None) -> AuthorizeResult:
        """Which installation a payload is for. A guest from another workspace speaks in ours."""
        nobody = AuthorizeResult(enterprise_id=None, team_id=team_id)
        return self._authorized.get(team_id or "") or next(iter(self._authorized.values()), nobody)

    def _feed(self, body: Mapping[str, Any]) -> Feed | None:
        authorizations = body.get("authorizations") or [{}]
        team = body.get("team_id") or (body.get("team") or {}).get("id") or authorizations[0].get("team_id")
        return self._feeds.get(str(team)) or next(iter(self._feeds.values()), None)

    async def _on_event(self, body: dict[str, Any]) -> None:
        feed = self._feed(body)
        if feed is not None:
            await self._run(feed.hear(body["event"]))

    async def _on_command(self, ack: Any, body: dict[str, Any]) -> None:
        await self._talk(Talks.command, ack, body)

    async def _on_action(self, ack: Any, body: dict[str, Any]) -> None:
        await self._talk(Talks.press, ack, body)

    async def _on_view(self, ack: Any, body: dict[str, Any]) -> None:
        await self._talk(Talks.submit, ack, body)

    async def _on_shortcut(self, ack: Any, body: dict[str, Any]) -> None:
        await self._talk(Talks.shortcut, ack, body)

    async def _on_closed(self, ack: Any) -> None:
        await ack()

    async def _talk(self, handle: Callable[..., Coroutine[Any, Any, None]], ack: Any, body: dict[str, Any]) -> None:
        feed = self._feed(body)
        if feed is None or self._talks is None:
            return
        await self._run(handle(self._talks, feed.workspace, body, ack))

    # What is there

    def spaces(self) -> tuple[Space, ...]:
        return tuple(feed.workspace.space for feed in self._feeds.values())

    def workspace(self, space: Space) -> Workspace:
        """The workspace of a space. Raises ``NotFound``."""
        if space.id not in self._feeds:
            raise NotFound(f"workspace {space.id}")
        return self._feeds[space.id].workspace

    async def channels(self, space: Space) -> tuple[Channel, ...]:
        return await self.workspace(space).channels()

    async def member(self, space: Space, id: str) -> Member | None:
        return await self.workspace(space).directory.member(id)

    async def members(self, space: Space) -> tuple[Member, ...]:
        workspace = self.workspace(space)
        return tuple(one for one in await workspace.directory.members() if one.id != workspace.user)

    async def history(
        self, channel: Channel, *, after: str | None = None, limit: int = 100
    ) -> tuple[MessagePosted, ...]:
        """Messages of people, oldest first: those after ``after``, else the newest. Replies in threads are not among
        them."""
        workspace = self.workspace(channel.space)
        if after is None:
            given = await workspace.newest(channel.id, None, limits.PAGE)
        else:
            given = in_order([one async for one in workspace.messages(channel.id, after)])
        people = [one for one in given if translate.is_said(one) and not one.get("bot_id")]
        kept = people[-limit:] if after is None else people[:limit]
        return tuple([translate.posted(channel, one, await workspace.who(one)) for one in kept])

    # The bot's own messages

    async def post(self, channel: Channel, card: Card, *, key: str, thread: str | None = None) -> MessageRef:
        """Post; the key travels as the message's metadata, where ``find`` reads it."""
        if key in self._recent:
            return self._recent[key]
        if thread:
            await self._hub.store.save(THREADS, {key: thread})
        try:
            ts = await self.workspace(channel.space).send(channel.id, card, thread=thread, metadata=_metadata(key))
        except Uncertain:
            raise
        except PlatformError:
            await self._settle(key, thread)
            raise
        await self._settle(key, thread)
        return self._remember(key, MessageRef(channel, ts, thread))

    async def _settle(self, key: str, thread: str | None) -> None:
        if thread:
            await self._hub.store.remove(THREADS, key)

    def _remember(self, key: str, ref: MessageRef) -> MessageRef:
        self._recent[key] = ref
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return ref

    async def direct(self, member: Member, card: Card, *, key: str) -> MessageRef:
        """Write to somebody alone. ``Closed`` for bots and accounts that were deactivated."""
        if key in self._recent:
            return self._recent[key]
        ref = await self.workspace(member.space).direct(member.id, card, metadata=_metadata(key))
        return self._remember(key, ref)

    async def find(self, channel: Channel, key: str, *, since: datetime) -> MessageRef | None:
        thread = (await self._hub.store.load(THREADS)).get(key)
        ts = await self.workspace(channel.space).find(channel.id, key, since, thread)
        return MessageRef(channel, ts, thread) if ts else None

    async def find_direct(self, member: Member, key: str, *, since: datetime) -> MessageRef | None:
        workspace = self.workspace(member.space)
        try:
            direct = await workspace.directory.direct(member.id)
        except (Closed, NotFound):
            return None
        ts = await workspace.find(direct, key, since)
        return MessageRef(Channel(member.space, direct), ts) if ts else None

    async def edit(self, ref: MessageRef, card: Card) -> None:
        await self.workspace(ref.channel.space).edit(ref, card)

    async def delete(self, ref: MessageRef) -> None:
        await self.workspace(ref.channel.space).api.write("chat.delete", channel=ref.channel.id, ts=ref.id)

    async def react(self, ref: MessageRef, emoji: str) -> None:
        """React once; Slack knows emoji by name, also the workspace's own."""
        name, api = name_of_emoji(emoji), self.workspace(ref.channel.space).api
        try:
            await api.write("reactions.add", channel=ref.channel.id, timestamp=ref.id, name=name)
        except Refused as error:
            if error.code != "already_reacted":
                raise

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        """Threads need no opening, and have no name: the thread is the message's own id."""
        return ref.thread or ref.id


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": POSTED, "event_payload": {"key": key}}


def _check(bot_token: str, app_token: str | None) -> None:
    """Tokens exchanged by mistake are told before Slack is asked. Raises ``PlatformError``."""
    if bot_token.startswith(("xapp-", "xoxp-")):
        raise PlatformError(SWAPPED.format(variable="SLACK_BOT_TOKEN"))
    if app_token is not None and app_token.startswith("xox"):
        raise PlatformError(SWAPPED.format(variable="SLACK_APP_TOKEN"))
