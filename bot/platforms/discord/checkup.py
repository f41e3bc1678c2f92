"""Discord looked over by requests alone: no gateway is opened, so that a Relais that runs is not disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.chat.checkup import Checkup, Chosen, Sight
from bot.chat.events import Event, MemberAdmitted, MemberJoined, MemberLeft, MessageEdited, MessagePosted
from bot.chat.platform import Busy, Can, PlatformError, Uncertain
from bot.chat.things import Level
from bot.platforms.discord import commands
from bot.platforms.discord.errors import in_our_words
from bot.platforms.discord.gateway import Gateway, intents
from bot.platforms.discord.invite import PERMISSIONS, invite_link
from bot.platforms.discord.town import NEEDS, SHOWN, GuildTown, level_of

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that one question may take, the library's waiting included."""
MOST_SERVERS = 25
"""Servers that are looked over one by one: three questions each."""
NAMED = 5
"""Roles or commands named in one line; the others are counted."""

FEW_LEFT = 50
"""Connections of a day; Discord grants a thousand."""

AGAIN = "Try again in a minute"
PORTAL = "https://discord.com/developers/applications"
ASKED = tuple(name for name in SHOWN if getattr(PERMISSIONS, name))
"""The permissions of ``relais invite``."""
TO_POST = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
ON_MEMBERS = frozenset({Can.TIMEOUT, Can.KICK, Can.BAN, Can.ROLES})
"""The powers that end at a role above the bot's."""
NO_WHISPER = "Discord shows nothing to one member alone, unasked"


@dataclass(frozen=True, slots=True)
class Privileged:
    """An intent that the application must be given: its two flags, and what is not heard without it."""

    name: str
    approved: str
    limited: str
    silences: tuple[type[Event], ...]
    otherwise: str


PRIVILEGED = (
    Privileged(
        "Server Members Intent",
        "gateway_guild_members",
        "gateway_guild_members_limited",
        (MemberJoined, MemberAdmitted, MemberLeft),
        "nobody who joins is noticed",
    ),
    Privileged(
        "Message Content Intent",
        "gateway_message_content",
        "gateway_message_content_limited",
        (MessagePosted, MessageEdited),
        "what people write is not read",
    ),
)


async def examine(token: str, checkup: Checkup) -> None:
    """Tell how the application, its commands and its servers stand."""
    try:
        checkup.clock(await _date())
        async with _logged_in(token) as gateway:
            await Examination(gateway, checkup).run()
    except PlatformError as error:
        checkup.wrong(*_trouble(error))


class Silent(PlatformError):
    """Discord is out of reach, or does not answer in time."""


class Refused(PlatformError):
    """Discord does not know the token."""


def _trouble(error: PlatformError) -> tuple[str, str]:
    """What is wrong as a whole, and its cure."""
    match error:
        case Silent():
            return (
                f"Discord does not answer ({error})",
                "Check this machine’s connection, its proxy or firewall, and DISCORD_API_BASE if it is set",
            )
        case Refused():
            return (
                "Discord does not accept the token in DISCORD_TOKEN",
                f"Open {PORTAL}, your application, Bot, press Reset Token, and copy the new one",
            )
    return (
        f"Discord could not be looked over: {error}",
        "Try again in a minute; https://discordstatus.com tells of troubles",
    )


async def _date() -> str:
    """The time that Discord tells with its answers."""
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{Route.BASE}/gateway") as answer:
            return answer.headers.get("Date", "")
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Silent(_reason(error)) from None


async def ask(question: Awaitable[T]) -> T:
    """One request. Raises ``PlatformError`` only."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await question
    except TimeoutError:
        raise Silent(f"no answer in {PATIENCE:.0f} seconds") from None
    except discord.LoginFailure:
        raise Refused from None
    except Exception as error:
        told = in_our_words(error)
        raise (Silent(_reason(error)) if isinstance(told, (Busy, Uncertain)) else told) from error


def _reason(error: Exception) -> str:
    return "no connection" if isinstance(error, aiohttp.ClientConnectorError) else type(error).__name__


@asynccontextmanager
async def _logged_in(token: str) -> AsyncIterator[Gateway]:
    gateway = Gateway(intents(), {})
    try:
        await ask(gateway.login(token))
        yield gateway
    finally:
        await gateway.close()


class Examination:
    """One look at everything, with the token that was accepted."""

    def __init__(self, gateway: Gateway, checkup: Checkup) -> None:
        assert gateway.user is not None
        assert gateway.application is not None
        self.gateway = gateway
        self.http: HTTPClient = gateway.http
        self.checkup = checkup
        self.user = gateway.user
        self.application = gateway.application
        self.id = str(gateway.application.id)
        self.unheard: dict[type[Event], str] = {}

    async def run(self) -> None:
        self.checkup.good(f"The token works: {self.user.name}, application {self.id}")
        await self._connections()
        await self._intents()
        await self._commands()
        await self._servers()

    async def _connections(self) -> None:
        """Discord resets the token of who connects a thousand times a day."""
        try:
            shards, _, limit = await ask(self.http.get_bot_gateway())
        except PlatformError as error:
            self.checkup.wrong(f"Discord names no gateway: {error}", AGAIN)
            return
        left, minutes = limit["remaining"], limit["reset_after"] // 60_000
        if left < FEW_LEFT + shards:
            self.checkup.wrong(
                f"Only {left} connections are left today; after the last one Discord resets the token",
                f"Stop Relais, see in its log why it connects so often, and wait {minutes} minutes",
            )
        else:
            self.checkup.good(f"Discord accepts {left} more connections today")

    # Intents

    async def _intents(self) -> None:
        flags = self.application.flags
        off = [one for one in PRIVILEGED if not (getattr(flags, one.approved) or getattr(flags, one.limited))]
        if off and self.checkup.fix:
            off = await self._switch_on(off)
        for one in PRIVILEGED:
            if one not in off:
                self.checkup.good(f"{one.name} is on")
        for one in off:
            self.unheard |= dict.fromkeys(one.silences, f"{one.name} is off")
            if not self.checkup.fix:
                self.checkup.wrong(f"{one.name} is off: {one.otherwise}", f"relais doctor --fix, or {self._switch()}")

    def _switch(self) -> str:
        return f"switch it on at {PORTAL}/{self.id}/bot"

    async def _switch_on(self, off: list[Privileged]) -> list[Privileged]:
        """Gives those that Discord refused to switch on: of an application in many servers, a person asks there."""
        flags = discord.ApplicationFlags._from_value(self.application.flags.value)
        for one in off:
            setattr(flags, one.limited, True)
        names = " and ".join(one.name for one in off)
        try:
            await ask(self.http.edit_application_info(reason=None, payload={"flags": flags.value}))
        except PlatformError as error:
            self.checkup.wrong(f"Discord refused to switch on {names}: {error}", self._switch())
            return off
        self.checkup.good(f"Switched on just now: {names}. Start Relais again if it runs")
        return []

    # Commands

    async def _commands(self) -> None:
        tree = commands.tree(self.checkup.commands, self.checkup.say)
        try:
            offered = await ask(self.http.get_global_commands(int(self.id)))
            changed = sorted({path for path, *_ in set(outline(tree)) ^ set(outline(offered))})
            if changed and self.checkup.fix:
                await ask(self.http.bulk_upsert_global_commands(int(self.id), tree))
        except PlatformError as error:
            self.checkup.wrong(f"The commands could not be compared: {error}", AGAIN)
            return
        roots = len(tree)
        if not changed:
            self.checkup.good(f"Discord offers the {roots} commands of this version")
        elif self.checkup.fix:
            self.checkup.good(f"Discord was told the {roots} commands of this version just now")
        elif await self._believed(tree):
            self.checkup.wrong(
                f"Discord offers other commands than Relais told it: {_some(changed)}", "relais doctor --fix"
            )
        else:
            self.checkup.note(
                f"Discord does not offer this version’s commands yet: {_some(changed)}",
                "make run tells Discord at its start",
            )

    async def _believed(self, tree: Sequence[commands.Node]) -> bool:
        """Whether Relais thinks that Discord knows the commands, and would not tell it again."""
        kept = await self.checkup.kept.load("commands") if self.checkup.kept else {}
        return kept.get(self.id) == commands.digest(tree)

    # Servers

    async def _servers(self) -> None:
        try:
            guilds = await ask(self.http.get_guilds(200, with_counts=False))
        except PlatformError as error:
            self.checkup.wrong(f"The servers could not be listed: {error}", AGAIN)
            return
        if not guilds:
            self.checkup.wrong("No server has invited it yet", f"Open {invite_link(self.id)} and choose your server")
        for guild in guilds[:MOST_SERVERS]:
            await self._server(str(guild["id"]), guild["name"])
        if len(guilds) > MOST_SERVERS:
            self.checkup.note(f"{len(guilds) - MOST_SERVERS} more servers were not looked at")

    async def _server(self, id: str, name: str) -> None:
        try:
            town = GuildTown(await self._guild(int(id)))
        except PlatformError as error:
            self.checkup.wrong(f"{name} could not be looked at: {error}", AGAIN)
            return
        self._permissions(town)
        self._hierarchy(town)
        chosen = self.checkup.chosen_in(town.space)
        for one in chosen:
            self._channel(town, one)
        names = {one.channel.id: town.place(one.channel.id)[0].name for one in chosen if town.holds(one.channel.id)}
        lacks = {what: f"the bot lacks {SHOWN[name]}" for what, name in NEEDS.items() if not town.may(name)}
        self.checkup.sights.append(Sight(town.space, {**lacks, Can.WHISPER: NO_WHISPER}, self.unheard, names))

    async def _guild(self, id: int) -> discord.Guild:
        guild: Mapping[str, Any] = await ask(self.http.get_guild(id, with_counts=False))
        channels = await ask(self.http.get_all_guild_channels(id))
        me = await ask(self.http.get_member(id, self.user.id))
        return self.gateway.guild_of({**guild, "channels": channels, "members": [me]})

    def _permissions(self, town: GuildTown) -> None:
        if missing := town.missing(ASKED):
            self.checkup.wrong(
                f"{town.space.name}: the bot lacks {missing}",
                f"There: Server Settings → Roles → {self._role(town)} → Permissions. Or open {invite_link(self.id)}",
            )
        else:
            self.checkup.good(f"{town.space.name}: the bot has all the permissions it asks for")

    def _role(self, town: GuildTown) -> str:
        """The role that carries the bot's permissions."""
        own = town.guild.self_role
        return own.name if own else self.user.name

    def _hierarchy(self, town: GuildTown) -> None:
        """Members' roles above the bot's. Those of moderators belong there."""
        above = [role.name for role in reversed(town.guild.roles) if is_above(role, town)]
        if not above:
            return
        what = f"{town.space.name}: the bot cannot act on who has {_some(above)}, above its own role"
        cure = f"There: Server Settings → Roles, drag {self._role(town)} above"
        if self.checkup.wanted & ON_MEMBERS:
            self.checkup.wrong(what, cure)
        else:
            self.checkup.note(what, cure)

    def _channel(self, town: GuildTown, chosen: Chosen) -> None:
        id = chosen.channel.id
        if not town.holds(id):
            self.checkup.wrong(
                f"{town.space.name}: the channel of “{chosen.title}” is gone", f"There: /settings set {chosen.setting}"
            )
            return
        name = f"#{town.place(id)[0].name}"
        if missing := town.missing(TO_POST, id):
            self.checkup.wrong(
                f"{town.space.name}: in {name} ({chosen.title}) the bot lacks {missing}",
                f"There: {name} → Edit Channel → Permissions → {self._role(town)}",
            )
        else:
            self.checkup.good(f"{town.space.name}: the bot may post in {name} ({chosen.title})")


def is_above(role: discord.Role, town: GuildTown) -> bool:
    """Whether a role is above the bot's, and neither its own nor a moderator's."""
    if role.managed or role in town.guild.me.roles:
        return False
    return not town.below([str(role.id)]) and level_of(role.permissions.value, ()) < Level.MODERATOR


def outline(nodes: Sequence[Mapping[str, Any]], before: str = "/") -> Iterator[tuple[str, ...]]:
    """The commands of a tree, each with its options: Discord adds to nodes what it likes."""
    for node in nodes:
        options = node.get("options") or ()
        if any(option["type"] in (commands.SUBCOMMAND, commands.GROUP) for option in options):
            yield from outline(options, f"{before}{node['name']} ")
        else:
            yield f"{before}{node['name']}", *(option["name"] for option in options)


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


__all__ = ["examine"]
