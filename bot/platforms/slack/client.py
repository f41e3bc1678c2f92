"""The adapter: Relais in Slack, in one workspace by its token, in several by OAuth, or both.

What belongs to a workspace is in its ``Workspace`` and ``Feed``; ``Workspaces`` opens and leaves them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from bot.chat.card import Card
from bot.chat.checkup import Checkup
from bot.chat.events import MessagePosted
from bot.chat.platform import Busy, Closed, Hub, NotFound, OutOfReach, PlatformError, Uncertain
from bot.chat.tasks import end
from bot.chat.things import Channel, Member, MessageRef, Space
from bot.chat.words import Words
from bot.platforms.slack import limits, translate
from bot.platforms.slack.api import PACE, SDK, Api, base_url
from bot.platforms.slack.commands import Book
from bot.platforms.slack.emoji import name as name_of_emoji
from bot.platforms.slack.errors import SWAPPED, UNREACHABLE, Refused, Unauthorised
from bot.platforms.slack.events import Events
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.manifest import REMOVALS
from bot.platforms.slack.oauth import Installing, OAuth
from bot.platforms.slack.powers import Powers
from bot.platforms.slack.responder import PATIENCE
from bot.platforms.slack.rounds import Tokens, examine
from bot.platforms.slack.socket import PING, Socket
from bot.platforms.slack.talk import Talks
from bot.platforms.slack.web import endpoint
from bot.platforms.slack.workspace import POSTED, Workspace, in_order
from bot.platforms.slack.workspaces import AGAIN, Workspaces

log = logging.getLogger("relais.slack")

ANY = re.compile(".*", re.DOTALL)
THREADS = "thread"
"""In the store: the thread of each post on its way, since history alone does not show threads."""
REMEMBERED = 1_000


class Slack(Powers):
    """A ``Platform`` over slack-bolt.

    ``bot_token`` is one workspace's; ``oauth`` lets any number of others add the app. ``app_token`` opens Socket Mode;
    without it, ``signing_secret`` verifies what Slack sends to ``routes()``. ``moderator_tokens`` are moderators' own
    user tokens, one for a workspace, for deleting others' messages. ``moderators`` are ids of members who are
    moderators of the community. ``patience`` is how long an interaction may stay without an acknowledgement, ``ping``
    how often the socket is looked after, ``again`` when a workspace is tried again for which Slack did not answer, all
    in seconds.
    """

    name = "slack"

    def __init__(
        self,
        bot_token: str | None,
        app_token: str | None = None,
        signing_secret: str | None = None,
        api_base: str | None = None,
        *,
        oauth: OAuth | None = None,
        moderator_tokens: Sequence[str] = (),
        moderators: Collection[str] = (),
        pace: float = PACE,
        patience: float = PATIENCE,
        ping: float = PING,
        again: float = AGAIN,
    ) -> None:
        _check(bot_token, app_token)
        self.base = base_url(api_base)
        self.api = Api(None, self.base)
        self.patience = patience
        self.moderators = {}
        self._pace = pace
        self._ping = ping
        self._again = again
        self._bot_token = bot_token
        self._app_token = app_token
        self._moderator_tokens = moderator_tokens
        self._moderator_ids = moderators
        self._secret = signing_secret
        self._installing = Installing(oauth, self.api, self.base) if oauth else None
        self._open = self._hears = False
        self._socket: Socket | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._recent: OrderedDict[str, MessageRef] = OrderedDict()
        self._workspaces: Workspaces | None = None
        self._talks: Talks | None = None
        self.app = self._bolt()

    # Life

    async def start(self, hub: Hub) -> None:
        """Connect, and begin to tell what was missed. Raises ``PlatformError`` in words for whoever configured it."""
        self._hub, self._open = hub, True
        await self.api.open()
        try:
            await self._begin(hub)
        except Busy:
            await self.stop()
            raise OutOfReach(UNREACHABLE) from None
        except BaseException:
            await self.stop()
            raise

    async def _begin(self, hub: Hub) -> None:
        self._talks = Talks(hub, self, Book(hub.commands, hub.say))
        workspaces = self._workspaces = Workspaces(
            hub, self._talks, self._connect, self.spawn, moderators=self._moderator_ids, again=self._again
        )
        if self._installing:
            workspaces.installations = self._installing.begin(hub, workspaces.add)
        await workspaces.open_installed()
        if not self._bot_token or await workspaces.open_own(self._bot_token):
            await workspaces.look_for_lost()
        await self._read_moderators()
        self._hears = True
        if self._app_token:
            self._socket = Socket(self.app, self.api, self._app_token, self._reconnected, self._ping)
            await self._socket.open()
        await self._reconnected()

    async def caught_up(self) -> None:
        await asyncio.gather(*(feed.ready.wait() for feed in self._feeds))

    def _connect(self, token: str) -> Api:
        return Api(token, self.base, pace=self._pace)

    async def _read_moderators(self) -> None:
        """A moderator's token that Slack refuses is as good as none; the log says so."""
        for token in self._moderator_tokens:
            api = self._connect(token)
            await api.open()
            try:
                team = str((await api.read("auth.test"))["team_id"])
            except PlatformError as error:
                await api.close()
                why = error.code if isinstance(error, Unauthorised) else error
                log.warning("Slack refuses a token of SLACK_USER_TOKEN, which deletes nothing now: %s", why)
                continue
            if before := self.moderators.pop(team, None):
                await before.close()
            self.moderators[team] = api

    async def stop(self) -> None:
        """Let go of everything. A second time changes nothing."""
        self._open = self._hears = False
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        await end(self._tasks)
        if self._installing:
            self._installing.end()
        if self._workspaces:
            await self._workspaces.close()
        for moderator in self.moderators.values():
            await moderator.close()
        self.moderators.clear()
        await self.api.close()

    async def examine(self, checkup: Checkup) -> None:
        """Look at every workspace by requests alone. Not for an adapter that is started."""
        await examine(self.api, self._connect, self._tokens(checkup), checkup)

    def _tokens(self, checkup: Checkup) -> Tokens:
        installed = self._installing.installed(checkup) if self._installing else None
        return Tokens(self._bot_token, self._app_token, self._secret, tuple(self._moderator_tokens), installed)

    async def idle(self) -> None:
        """Wait until nothing that was heard, or runs beside, is under way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def _reconnected(self) -> None:
        """Slack was away for a while: what was said meanwhile is told."""
        for feed in self._feeds:
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
        """What the web server serves for Slack: events with a signing secret, visits with OAuth."""
        events = [endpoint(self.app, lambda: self._hears)] if self._secret else []
        return [*events, *(self._installing.routes() if self._installing else ())]

    def _bolt(self) -> AsyncApp:
        """Every payload is taken: Slack sends again whatever nobody acknowledges."""

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
        app.use(Events(self._on_event))
        app.command(ANY)(self._on_command)
        app.action(ANY)(self._on_action)
        app.view(ANY)(self._on_view)
        app.view_closed(ANY)(self._on_closed)
        app.shortcut(ANY)(self._on_shortcut)
        app.options(ANY)(self._on_closed)
        return app

    def _authorization(self, team_id: str | None) -> AuthorizeResult:
        """Which installation a payload is for. A guest from another workspace speaks in ours."""
        feed = self._feed({"team_id": team_id})
        return feed.workspace.authorization if feed else AuthorizeResult(enterprise_id=None, team_id=team_id)

    def _feed(self, body: Mapping[str, Any]) -> Feed | None:
        return self._workspaces.of(body) if self._workspaces else None

    async def _on_event(self, body: dict[str, Any]) -> None:
        feed, event = self._feed(body), body["event"]
        if feed is None or self._workspaces is None:
            return
        if event.get("type") in REMOVALS:
            await self._run(self._workspaces.removed(feed))
        else:
            await self._run(feed.hear(event))

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
        return tuple(feed.workspace.space for feed in self._feeds)

    @property
    def _feeds(self) -> tuple[Feed, ...]:
        return tuple(self._workspaces.feeds.values()) if self._workspaces else ()

    def workspace(self, space: Space) -> Workspace:
        """The workspace of a space. Raises ``NotFound``."""
        feed = self._workspaces.feeds.get(space.id) if self._workspaces else None
        if feed is None:
            raise NotFound(f"workspace {space.id}")
        return feed.workspace

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

    async def find(
        self, channel: Channel, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
        thread = (await self._hub.store.load(THREADS)).get(key)
        ts = await self.workspace(channel.space).find(channel.id, key, since, thread)
        return MessageRef(channel, ts, thread) if ts else None

    async def find_direct(
        self, member: Member, key: str, *, since: datetime, card: Card | None = None, others: Collection[str] = ()
    ) -> MessageRef | None:
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

    async def permalink(self, ref: MessageRef) -> str:
        api = self.workspace(ref.channel.space).api
        answer = await api.read("chat.getPermalink", channel=ref.channel.id, message_ts=ref.id)
        return str(answer["permalink"])

    async def open_thread(self, ref: MessageRef, name: str) -> str:
        """Threads need no opening, and have no name: the thread is the message's own id."""
        return ref.thread or ref.id


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": POSTED, "event_payload": {"key": key}}


def _check(bot_token: str | None, app_token: str | None) -> None:
    """Tokens exchanged by mistake are told before Slack is asked. Raises ``PlatformError``."""
    if bot_token is not None and bot_token.startswith(("xapp-", "xoxp-")):
        raise PlatformError(SWAPPED.format(variable="SLACK_BOT_TOKEN"))
    if app_token is not None and app_token.startswith("xox"):
        raise PlatformError(SWAPPED.format(variable="SLACK_APP_TOKEN"))
