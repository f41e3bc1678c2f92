"""Discord as Relais sees it: one connection, kept or made again until it is stopped."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress

import aiohttp
import discord

from bot.chat.checkup import Checkup
from bot.chat.platform import Hub, OutOfReach, Platform, PlatformError
from bot.chat.tasks import SOON
from bot.chat.things import Channel, Space
from bot.chat.words import Phrase
from bot.platforms.discord import commands
from bot.platforms.discord.answering import Answering
from bot.platforms.discord.checkup import examine
from bot.platforms.discord.errors import Barred, in_our_words
from bot.platforms.discord.feed import Tasks
from bot.platforms.discord.gateway import ALL_SHARDS, Gateway, Redirection, Shards, granted, intents, unprivileged
from bot.platforms.discord.offered import Offered
from bot.platforms.discord.powers import Powers
from bot.platforms.discord.rest import Rest
from bot.platforms.discord.town import PLATFORM

log = logging.getLogger("relais.discord")

PATIENCE = 30.0
"""Seconds that ``start`` waits for all guilds; the others are told of as they come."""
LISTENING = 60.0
"""Seconds between two notes that the bot hears."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 120.0
"""Seconds before a connection that ended for good is made again; each wait doubles."""

AUTHENTICATION_FAILED = 4004
BOT_PAGE = "https://discord.com/developers/applications, your application, Bot"
BAD_TOKEN = (
    f"Discord does not accept the token in DISCORD_TOKEN. Open {BOT_PAGE}, press Reset Token, and copy the new one"
)
UNREACHABLE = "Discord cannot be reached: check this machine's connection, its name server and its proxy or firewall"
NO_DISCORD = (
    "What is at DISCORD_API_BASE does not answer as Discord does ({error}): check the address, which ends in /api/v10"
)
NO_MEMBERS = Phrase(
    "Discord does not tell Relais who comes and goes: nobody is greeted. Whoever runs Relais switches on Server Members"
    " Intent at discord.com/developers/applications, on the application’s Bot page, and starts Relais again."
)
NO_CONTENT = Phrase(
    "Discord does not show Relais what people write: rules on messages see nothing. Whoever runs Relais switches on"
    " Message Content Intent at discord.com/developers/applications, on the application’s Bot page, and starts Relais"
    " again."
)
BLIND = {"members": NO_MEMBERS, "message_content": NO_CONTENT}
"""What Relais does without, by the intent that the application was not given."""
TOLD, IDS = "commands", "command ids"
"""In the store, by application: the mark of the commands that Discord was told, and its ids for them."""
NO_COMMANDS = "Discord did not take the commands"


class Discord(Powers, Answering):
    """A ``Platform``. ``api_base`` is another Discord's REST address, such as ``http://127.0.0.1:8000/api/v10``."""

    name = PLATFORM

    def __init__(
        self,
        token: str,
        *,
        api_base: str | None = None,
        wanted: discord.Intents | None = None,
        shards: Shards = ALL_SHARDS,
    ) -> None:
        super().__init__()
        self._served = shards
        self._token = token
        self._wanted = wanted or intents()
        self._redirection = Redirection(api_base)
        self._session: aiohttp.ClientSession | None = None
        self._there, self._caught_up = asyncio.Event(), asyncio.Event()
        self._life = Tasks()
        self._failure: PlatformError | None = None
        self._started = False

    # Life

    async def start(self, hub: Hub) -> None:
        """Connect, and begin to tell what was missed. Raises ``PlatformError`` in words that name the cure."""
        self.hub = hub
        self._failure, self._started = None, False
        self._there.clear()
        self._caught_up.clear()
        self._specs = commands.paths(hub.commands)
        self.offered = Offered(hub.commands, hub.say)
        self._redirection.begin()
        try:
            await self.recall()
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=30), cookie_jar=aiohttp.DummyCookieJar()
            )
            await self._open()
            self._life.spawn(self.feed.run())
            self._life.spawn(self._live())
            self._life.spawn(self._listen())
            self._life.spawn(self._tell_blind())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._there.wait(), PATIENCE)
            if self._failure:
                raise self._failure
            self._started = True
        except BaseException as error:
            await self.stop()
            self._failure = error if isinstance(error, PlatformError) else None
            raise

    async def caught_up(self) -> None:
        await self._caught_up.wait()
        await self.feed.idle()
        if self._hears():
            await self.listened()

    async def stop(self) -> None:
        """Let go of everything; what was not handed over yet is caught up the next time."""
        if self._hears():
            with suppress(Exception):
                await self.listened()
        await self._life.cancel()
        await self.tasks.cancel()
        await self._close()
        if self._session:
            await self._session.close()
            self._session = None
        self._redirection.end()

    async def idle(self) -> None:
        """Wait until everything heard was handed over."""
        await self.tasks.idle()
        await self.feed.idle()

    async def examine(self, checkup: Checkup) -> None:
        """Look at everything by requests alone. Not for an adapter that is started."""
        self._redirection.begin()
        try:
            await examine(self._token, checkup)
        finally:
            self._redirection.end()

    def _hears(self) -> bool:
        """Whether nothing that happens is missed."""
        return self.gateway is not None and self.gateway.is_connected() and not self._expected

    def look_around(self) -> None:
        count = self.gateway.expects() if self.gateway else 0
        if not count or len(self._shards) < count:
            return
        if not self._absent:
            self._there.set()
        if not self._expected:
            self._caught_up.set()

    # The connection

    async def _open(self, most: discord.Intents | None = None) -> None:
        """Log in, without the privileged intents that the application was not given.

        Another Discord may not tell what it gave: its gateway refuses what it does not give.
        """
        gateway = await self._logged_in(most or self._wanted)
        flags = gateway.application.flags if gateway.application else discord.ApplicationFlags()
        allowed = granted(gateway.intents, flags)
        if allowed != gateway.intents and not self._redirection:
            await _let_go(gateway)
            gateway = await self._logged_in(allowed)
        assert self._session is not None
        self.gateway = gateway
        self._rest = Rest(gateway.http, self._session, gateway.application_id or 0)
        self._shards.clear()
        self._absent.clear()
        self._expected.clear()
        await self._offer_commands()

    async def _logged_in(self, wanted: discord.Intents) -> Gateway:
        gateway = Gateway(wanted, self.ears(), self._served)
        try:
            await gateway.login(self._token)
            if self._redirection:
                await gateway.learn_gateway()
        except BaseException as error:
            await _let_go(gateway)
            if not isinstance(error, Exception):
                raise
            raise _login_failed(error) from None
        return gateway

    async def _close(self) -> None:
        gateway, self.gateway, self._rest = self.gateway, None, None
        self._towns.clear()
        if gateway is not None:
            await _let_go(gateway)
            await asyncio.sleep(0)

    async def _offer_commands(self) -> None:
        """Tell Discord the commands, when they are not those it was told last, and learn what they are called there."""
        application, offered = str(self.rest.application), self.offered
        told = await self.hub.store.load(TOLD)
        ids = (await self.hub.store.load(IDS)).get(application)
        if told.get(application) == offered.digest and ids:
            offered.ids = json.loads(ids)
            return
        try:
            given = await self.rest.do(lambda http: http.bulk_upsert_global_commands(int(application), offered.tree))
        except PlatformError as error:
            log.error("%s: %s", NO_COMMANDS, error)
        else:
            offered.learn(given)
            await self.hub.store.save(IDS, {application: json.dumps(offered.ids)})
            await self.hub.store.save(TOLD, {application: offered.digest})

    async def _live(self) -> None:
        """Keep a connection. The library resumes by itself; this makes a new one when it gave up."""
        wait, most = FIRST_WAIT, self.gateway.intents if self.gateway else None
        while True:
            try:
                if self.gateway is None:
                    await self._open(most)
                assert self.gateway is not None
                await self.gateway.connect()
                log.warning("the connection with Discord was closed")
            except discord.PrivilegedIntentsRequired:
                most = unprivileged(self._wanted)
                log.error("the application may not have the privileged intents that Relais wants")
            except Exception as error:
                if isinstance(error, Barred) or _closed_with(error, AUTHENTICATION_FAILED):
                    await self._give_up(Barred(BAD_TOKEN))
                    return
                log.error("the connection with Discord ended: %s", in_our_words(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            await self._close()

    async def _give_up(self, failure: PlatformError) -> None:
        self._failure = failure
        await self._close()
        if self._started:
            await self.hub.give_up(failure)
        self._there.set()
        self._caught_up.set()

    async def _tell_blind(self) -> None:
        """Tell what cannot be seen without the privileged intents that the application was not given."""
        await self.caught_up()
        given = self.gateway.intents if self.gateway else self._wanted
        for words in (words for one, words in BLIND.items() if getattr(self._wanted, one) > getattr(given, one)):
            log.error("%s", words.source)
            for space in self.spaces():
                await self.hub.complain(space, words)

    async def _listen(self) -> None:
        """Note from time to time that nothing is missed, to know after a crash since when something is."""
        while True:
            await asyncio.sleep(LISTENING)
            if self._hears():
                try:
                    await self.listened()
                except Exception:
                    log.exception("could not note that Discord is heard")

    # What is there

    def spaces(self) -> tuple[Space, ...]:
        return tuple(town.space for town in self.towns())

    async def channels(self, space: Space) -> tuple[Channel, ...]:
        return self.town(space).channels()


async def _let_go(gateway: Gateway) -> None:
    """Say good-bye; a Discord that does not answer is left without one."""
    with suppress(Exception):
        async with asyncio.timeout(SOON):
            await gateway.close()
    with suppress(Exception):
        await gateway.http.close()


def _closed_with(error: Exception, code: int) -> bool:
    return isinstance(error, discord.ConnectionClosed) and error.code == code


def _login_failed(error: Exception) -> PlatformError:
    """Never holds the token."""
    match error:
        case discord.LoginFailure():
            return Barred(BAD_TOKEN)
        case aiohttp.ClientConnectorError() | OSError() | TimeoutError() | aiohttp.ClientError():
            return OutOfReach(UNREACHABLE)
        case discord.GatewayNotFound():
            return OutOfReach(UNREACHABLE)
        case KeyError() | TypeError() | ValueError():
            return PlatformError(NO_DISCORD.format(error=type(error).__name__))
    return in_our_words(error)


def conforms(adapter: Discord) -> Platform:
    """For the type checker: the adapter is a ``Platform``."""
    return adapter
