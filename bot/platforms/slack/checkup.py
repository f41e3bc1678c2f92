"""Slack looked over by requests alone: no socket is opened, so that a Relais that runs is not disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.chat.checkup import Checkup, Chosen, Sight
from bot.chat.events import Event, MemberJoined, MemberLeft, MessageEdited, MessagePosted
from bot.chat.platform import Busy, Can, Forbidden, NotFound, PlatformError
from bot.chat.things import Space
from bot.platforms.slack.api import LOOPBACK, Answer, Api
from bot.platforms.slack.errors import CONNECT, in_our_words
from bot.platforms.slack.manifest import ENDPOINT, OPTIONAL, SCOPES
from bot.platforms.slack.powers import NEEDS

T = TypeVar("T")

PATIENCE = 15.0
"""Seconds that one question may take, the wait for a 429 included."""
APPS = "https://api.slack.com/apps"
REINSTALL = f"relais manifest --json, paste it at {APPS}, your app, App Manifest, then reinstall the app"

DELETES = "chat:write"
LEND = (
    f"An administrator of that workspace: {APPS}, your app, OAuth & Permissions, User Token Scopes, {DELETES},"
    " reinstall, and write the User OAuth Token into SLACK_USER_TOKEN"
)
NO_POWER = "Slack gives no app this power"
NO_MODERATOR = "an app deletes only its own messages"
HEARD: Mapping[type[Event], str] = {
    MemberJoined: "users:read",
    MemberLeft: "users:read",
    MessagePosted: "channels:history",
    MessageEdited: "channels:history",
}
"""The scope behind what is heard."""


class Silent(PlatformError):
    """Slack is out of reach, or does not answer in time."""


async def ask(question: Awaitable[T]) -> T:
    """One request. Raises ``PlatformError`` only."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await question
    except TimeoutError:
        raise Silent(f"no answer in {PATIENCE:.0f} seconds") from None
    except Busy:
        raise Silent("it cannot be reached, or is busy") from None


@dataclass(frozen=True, slots=True)
class Key:
    """A token of the app: what it is called, and what to do when Slack refuses it."""

    called: str
    cure: str


OWN = Key(
    "the bot token",
    f"{APPS}, your app, OAuth & Permissions: copy the Bot User OAuth Token into SLACK_BOT_TOKEN; if the app was"
    " removed, install it again first",
)


class Hearing:
    """How Slack reaches Relais: through a socket (``token``), or by HTTP (``secret``). ``api`` needs no token."""

    def __init__(self, api: Api, token: str | None, secret: str | None, checkup: Checkup) -> None:
        self.api = api
        self.token = token
        self.secret = secret
        self.checkup = checkup

    async def run(self) -> None:
        if self.token:
            await self._socket(self.token)
        elif self.secret:
            self._http(self.checkup.public_url)

    async def _socket(self, token: str) -> None:
        """Ask for a socket's address, and leave it: it expires by itself."""
        try:
            await ask(self._address(token))
        except Silent as error:
            self.checkup.wrong(*_silence(error))
        except PlatformError as error:
            self.checkup.wrong(
                f"Slack opens no socket for SLACK_APP_TOKEN ({_code(error)})",
                f"{APPS}, your app: switch Socket Mode on, and in Basic Information make an app-level token with"
                " connections:write",
            )
        else:
            self.checkup.good("The app-level token works: Socket Mode is on")

    async def _address(self, token: str) -> None:
        with in_our_words(CONNECT, writes=False):
            await self.api.web.apps_connections_open(app_token=token)

    def _http(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        if parts.scheme == "https" and parts.hostname not in LOOPBACK:
            self.checkup.good(f"Slack calls {public_url}{ENDPOINT}, which the manifest names")
        else:
            self.checkup.wrong(
                "Slack calls only https addresses that it can reach, and PUBLIC_URL is none",
                "Put an https address into PUBLIC_URL, or set SLACK_APP_TOKEN and remove the signing secret",
            )


class Lent:
    """Moderators' own tokens, by workspace: who deletes what others wrote."""

    def __init__(self, checkup: Checkup) -> None:
        self.checkup = checkup
        self._lenders: dict[str, Answer] = {}

    async def read(self, api: Api) -> None:
        """Whose token it is. One that Slack refuses is told of."""
        try:
            auth, headers = await ask(api.read_with_headers("auth.test"))
        except Silent as error:
            self.checkup.wrong(*_silence(error))
        except PlatformError as error:
            self.checkup.wrong(f"Slack does not accept a token of SLACK_USER_TOKEN ({_code(error)})", LEND)
        else:
            given = _scopes(headers.get("x-oauth-scopes", ""))
            if given and DELETES not in given:
                self.checkup.wrong(f"{auth.get('user')} lent a token without the scope {DELETES}", LEND)
            else:
                self._lenders[str(auth["team_id"])] = auth

    async def in_workspace(self, api: Api, space: Space) -> bool:
        """Whether others' messages can be deleted there."""
        auth = self._lenders.pop(space.id, None)
        if auth is None:
            return False
        try:
            user = (await ask(api.read("users.info", user=str(auth["user_id"]))))["user"]
        except PlatformError as error:
            self.checkup.note(f"Whether {auth.get('user')} may delete messages in {space.name} is not known: {error}")
            return True
        if user.get("is_admin") or user.get("is_owner"):
            self.checkup.good(f"What others write in {space.name} is deleted in the name of {auth.get('user')}")
            return True
        self.checkup.wrong(
            f"{auth.get('user')}, who lent a token of SLACK_USER_TOKEN, is no administrator of {space.name}: Slack lets"
            " them delete nothing of others",
            LEND,
        )
        return False

    def rest(self) -> None:
        """Tokens of workspaces that are not served."""
        for auth in self._lenders.values():
            self.checkup.note(
                f"SLACK_USER_TOKEN holds a token for {auth.get('team')}, where Relais is not",
                "Add Relais to that workspace, or take the token out",
            )


class Examination:
    """One look at the app in one workspace."""

    def __init__(self, api: Api, checkup: Checkup, lent: Lent, key: Key = OWN) -> None:
        self.api = api
        self.checkup = checkup
        self.lent = lent
        self.key = key
        self.scopes: frozenset[str] = frozenset()
        self.name = ""
        self.names: dict[str, str] = {}

    async def run(self) -> None:
        """Tell how the token, the scopes and the channels stand."""
        try:
            auth, headers = await ask(self.api.read_with_headers("auth.test"))
        except Silent as error:
            self.checkup.wrong(*_silence(error))
            return
        except PlatformError as error:
            self.checkup.wrong(f"Slack does not accept {self.key.called} ({_code(error)})", self.key.cure)
            return
        if not self.checkup.sights:
            self.checkup.clock(headers.get("date", ""))
        space = Space("slack", str(auth["team_id"]), str(auth.get("team", "")))
        self.name = str(auth.get("user") or "Relais")
        self.checkup.good(f"{self.key.called[0].upper()}{self.key.called[1:]} works: {self.name} in {space.name}")
        self._granted(headers.get("x-oauth-scopes", ""))
        deletes = await self.lent.in_workspace(self.api, space)
        for chosen in self.checkup.chosen_in(space):
            await self._channel(chosen)
        self.checkup.sights.append(Sight(space, self._lacks(deletes), self._unheard(), self.names))

    # What Relais may do

    def _granted(self, given: str) -> None:
        self.scopes = _scopes(given)
        if not self.scopes:
            self.checkup.note("Slack does not say which scopes it granted")
            self.scopes = frozenset({*SCOPES, *OPTIONAL})
            return
        if missing := sorted(SCOPES.keys() - self.scopes):
            lost = "; ".join(f"{one} ({SCOPES[one]})" for one in missing)
            self.checkup.wrong(f"Slack did not grant {lost}", REINSTALL)
        else:
            self.checkup.good("Slack granted all the scopes that Relais needs")
        if missing := sorted(OPTIONAL.keys() - self.scopes):
            lost = "; ".join(f"{one} ({OPTIONAL[one]})" for one in missing)
            self.checkup.note(f"Done without: {lost}", REINSTALL)

    def _lacks(self, deletes: bool) -> Mapping[Can, str]:
        held = {*NEEDS, Can.DELETE_ANY} if deletes else NEEDS.keys()
        lacks = {what: NO_MODERATOR if what is Can.DELETE_ANY else NO_POWER for what in Can if what not in held}
        return lacks | {what: f"the scope {scope} is not granted" for what, scope in self._missing(NEEDS)}

    def _unheard(self) -> Mapping[type[Event], str]:
        return {event: f"the scope {scope} is not granted" for event, scope in self._missing(HEARD)}

    def _missing(self, needs: Mapping[Any, str]) -> list[tuple[Any, str]]:
        return [(what, scope) for what, scope in needs.items() if scope not in self.scopes]

    # Channels

    async def _channel(self, chosen: Chosen) -> None:
        try:
            channel = (await ask(self.api.read("conversations.info", channel=chosen.channel.id)))["channel"]
        except NotFound:
            self.checkup.wrong(
                f"The channel of “{chosen.title}” is gone, or private without the app",
                f"Invite the app there, or choose another: /settings set {chosen.setting}",
            )
        except PlatformError as error:
            self.checkup.wrong(
                f"The channel of “{chosen.title}” could not be looked at: {error}", "Try again in a minute"
            )
        else:
            self.names[chosen.channel.id] = str(channel.get("name", chosen.channel.id))
            await self._membership(chosen, channel)

    async def _membership(self, chosen: Chosen, channel: Answer) -> None:
        name = f"#{self.names[chosen.channel.id]}"
        if channel.get("is_archived"):
            self.checkup.wrong(
                f"{name} ({chosen.title}) is archived", f"Choose another: /settings set {chosen.setting}"
            )
        elif channel.get("is_member") or (self.checkup.fix and await self._joined(chosen.channel.id)):
            self.checkup.good(f"The app is in {name} ({chosen.title})")
        else:
            fix = "relais doctor --fix, or " if not self.checkup.fix and not channel.get("is_private") else ""
            self.checkup.wrong(f"The app is not in {name} ({chosen.title})", f"{fix}type /invite @{self.name} there")

    async def _joined(self, channel: str) -> bool:
        try:
            await ask(self.api.write("conversations.join", channel=channel))
        except PlatformError:
            return False
        return True


def _scopes(given: str) -> frozenset[str]:
    return frozenset(one.strip() for one in given.split(",") if one.strip())


def _code(error: PlatformError) -> str:
    """Slack's name of an error that an exception carries."""
    return getattr(error, "code", "") or (error.permission if isinstance(error, Forbidden) else str(error))


def _silence(error: Silent) -> tuple[str, str]:
    return (
        f"Slack does not answer: {error}",
        "Check this machine’s connection, its proxy or firewall, and SLACK_API_BASE if it is set",
    )
