"""A workspace of paper: Slack's answers are given beforehand, and what it is asked is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.events import Event
from bot.chat.forms import CommandSpec
from bot.chat.platform import PlatformError, Store
from bot.chat.things import Channel, Space
from bot.chat.words import Words
from bot.cog.texts import Voice
from bot.engine.loader import Registry, load
from bot.platforms.slack import Slack
from bot.platforms.slack.api import Pace
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.feed import Feed
from bot.platforms.slack.workspace import Workspace
from bot.platforms.slack.workspaces import Workspaces
from tests.platforms.slack.rules import SPACE

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SPECS = tuple(owned.item.spec for owned in Registry(load()).commands.values())


def user(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name.lower(), "profile": {"display_name": name}, "locale": "fr-FR", **more}


class PaperApi:
    """An ``Api`` whose answers stand in ``answers``; an exception there is raised."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {
            "chat.postMessage": {"ts": "1700000000.000100"},
            "conversations.open": {"channel": {"id": "D0ADA"}},
            "users.info": {"user": user("U0ADA", "Ada")},
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.uploads: list[tuple[str, str | None]] = []
        self.pace = Pace(0)
        self.token = "xoxb-1"

    async def read(self, method: str, **body: Any) -> Mapping[str, Any]:
        self.asked.append((method, body))
        answer = self.answers.get(method, {})
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, PlatformError):
            raise answer
        found: Mapping[str, Any] = answer
        return found

    write = touch = read

    async def pages(self, method: str, key: str, **params: Any) -> AsyncIterator[Mapping[str, Any]]:
        for item in (await self.read(method, **params)).get(key, ()):
            yield item

    async def answer(self, url: str, body: Mapping[str, Any]) -> None:
        await self.read("response_url", url=url, **body)

    async def upload(self, files: Any, channel: str, thread: str | None) -> None:
        self.uploads.append((channel, thread))

    def called(self, method: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == method]


class PaperStore:
    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, str]] = {}

    async def load(self, kind: str) -> Mapping[str, str]:
        return dict(self.kinds.get(kind, {}))

    async def save(self, kind: str, documents: Mapping[str, str]) -> None:
        self.kinds.setdefault(kind, {}).update(documents)

    async def remove(self, kind: str, key: str | None = None) -> None:
        if key is None:
            self.kinds.pop(kind, None)
        else:
            self.kinds.get(kind, {}).pop(key, None)


class PaperHub:
    """A ``Hub`` that keeps what it receives, and a ``House`` that runs beside what it is asked to."""

    def __init__(self, commands: tuple[CommandSpec, ...] = SPECS) -> None:
        self.kept = PaperStore()
        self.store: Store = self.kept
        self.commands = commands
        self.received: list[Event] = []
        self.seen: dict[str, str] = {}
        self.complaints: list[tuple[str, str]] = []
        self.patience = 2.0

    def now(self) -> datetime:
        return NOW

    def seconds(self) -> float:
        return NOW.timestamp()

    def spawn(self, work: Any) -> None:
        work.close()

    async def receive(self, event: Event) -> None:
        self.received.append(event)

    def known(self, platform: str) -> tuple[Space, ...]:
        return ()

    async def handled(self, event: Event) -> None:
        pass

    def say(self, words: Words, language: str) -> str:
        return Voice(language).text(words)

    async def last_seen(self, channel: Channel) -> str | None:
        return self.seen.get(channel.id)

    async def complain(self, space: Space, words: Words) -> None:
        self.complaints.append((space.id, self.say(words, "en")))

    async def give_up(self, why: PlatformError) -> None:
        raise AssertionError(why)


@pytest.fixture
def api() -> PaperApi:
    return PaperApi()


@pytest.fixture
def hub() -> PaperHub:
    return PaperHub()


@pytest.fixture
def workspace(api: PaperApi) -> Workspace:
    directory = Directory(api, SPACE, lambda: NOW)  # type: ignore[arg-type]
    for one in (user("U0ADA", "Ada", is_admin=True), user("U0BOB", "Bob")):
        directory.learn(one)
    scopes = frozenset({"chat:write", "pins:write"})
    return Workspace(api, directory, {"user_id": "U0BOT", "bot_id": "B0BOT"}, scopes)  # type: ignore[arg-type]


def serving(slack: Slack, hub: PaperHub, *feeds: Feed) -> Slack:
    """An adapter as it is once it has started in these workspaces."""
    slack._hub, slack._hears = hub, True
    slack._workspaces = Workspaces(hub, Unheard(), slack._connect, slack.spawn)
    slack._workspaces.feeds |= {feed.workspace.space.id: feed for feed in feeds}
    return slack


class Unheard:
    async def mentioned(self, workspace: Workspace, channel: Channel, event: Any, *, direct: bool) -> None:
        raise AssertionError(event)
