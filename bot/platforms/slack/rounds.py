"""All the workspaces of one app, looked over one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.chat.checkup import Checkup
from bot.chat.platform import PlatformError
from bot.platforms.slack.api import Api
from bot.platforms.slack.checkup import Examination, Hearing, Key, Lent
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.manifest import INSTALL

Connect = Callable[[str], Api]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack is asked with: the app's own tokens, moderators' (``lent``), and those that OAuth brought."""

    bot: str | None = field(repr=False)
    app: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    lent: tuple[str, ...] = field(repr=False)
    installed: Installations | None = None


async def examine(api: Api, connect: Connect, tokens: Tokens, checkup: Checkup) -> None:
    """Tell how every workspace stands. ``api`` is a client without a token, ``connect`` gives that of a token."""
    async with _opened(api):
        await Hearing(api, tokens.app, tokens.secret, checkup).run()
    lent = Lent(checkup)
    for token in tokens.lent:
        async with _opened(connect(token)) as moderator:
            await lent.read(moderator)
    if tokens.bot:
        async with _opened(connect(tokens.bot)) as own:
            await Examination(own, checkup, lent).run()
    if tokens.installed:
        await _installed(tokens.installed, connect, checkup, lent)
    elif not tokens.bot:
        checkup.note("The workspaces that added the app are kept in the database, which cannot be read")
    lent.rest()


async def _installed(installations: Installations, connect: Connect, checkup: Checkup, lent: Lent) -> None:
    """Each workspace that added the app, except the one that was looked at with the token of the settings."""
    install = f"{checkup.public_url}{INSTALL}"
    own = {sight.space.id for sight in checkup.sights}
    teams = await installations.teams()
    if not teams:
        checkup.note("No workspace added the app by OAuth yet", f"An administrator opens {install}")
    for team in teams:
        if team in own:
            continue
        try:
            kept = await installations.find(team)
        except PlatformError as error:
            what, _, cure = str(error).partition(": ")
            checkup.wrong(what[0].upper() + what[1:], cure[0].upper() + cure[1:])
            continue
        if kept:
            async with _opened(connect(kept.token)) as api:
                await Examination(api, checkup, lent, _key(kept, install)).run()


def _key(kept: Installation, install: str) -> Key:
    return Key(f"the token of {kept.name or kept.team}", f"An administrator there adds Relais again: {install}")


@asynccontextmanager
async def _opened(api: Api) -> AsyncIterator[Api]:
    await api.open()
    try:
        yield api
    finally:
        await api.close()


__all__ = ["Tokens", "examine"]
