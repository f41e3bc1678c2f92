"""Adding the app to a workspace: the page where people allow it, the exchange of its code, and the ways out again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from tests.wire.slack import happenings
from tests.wire.slack.bits import KNOWN_SCOPES, Json
from tests.wire.slack.call import Call, methods
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import App, Code, Grant, Team, User
from tests.wire.slack.state import State

PATH = "/oauth/v2/authorize"
CODE_LASTS = timedelta(minutes=10)


# The page


def asked_wrongly(app: App, query: Mapping[str, str]) -> str:
    """Why Slack shows an error page instead of asking; empty when it asks."""
    if query.get("client_id") != app.client_id:
        return "invalid_client_id"
    scopes = query.get("scope", "").split(",")
    if not query.get("scope") or not set(scopes) <= KNOWN_SCOPES:
        return "invalid_scope"
    redirect = query.get("redirect_uri", "")
    if not any(redirect == known or redirect.startswith(f"{known}/") for known in app.redirect_urls):
        return "bad_redirect_uri"
    return ""


class AuthorizePage:
    """What somebody sees who follows the app's link, and what becomes of their answer."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Who asks for what. The workspace and the person are who is signed in: the form names them."""
        if wrong := asked_wrongly(self._state.app, request.query):
            return web.Response(text=f"Something went wrong when authorizing this app: {wrong}", status=400)
        asked = request.query["scope"].replace(",", ", ")
        return web.Response(text=f"{self._state.app.name} is requesting permission: {asked}")

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """``user`` presses ``allow`` or something else."""
        if wrong := asked_wrongly(self._state.app, request.query):
            return web.Response(text=wrong, status=400)
        form = await request.post()
        user = self._state.users[str(form["user"])]
        query = request.query
        answer = self._allow(user, query) if form.get("answer") == "allow" else {"error": "access_denied"}
        if "error" in answer and answer["error"] != "access_denied":
            return web.Response(text=answer["error"], status=400)
        given = urlencode({**answer, "state": query.get("state", "")})
        raise web.HTTPFound(f"{query['redirect_uri']}?{given}")

    def _allow(self, user: User, query: Mapping[str, str]) -> dict[str, str]:
        app = self._state.app
        if not app.distributed and user.team != next(iter(self._state.teams)):
            return {"error": "invalid_team_for_non_distributed_app"}
        code = Code(
            f"{user.team}.{self._state.new.id('code').lower()}",
            user.team,
            user.id,
            tuple(query["scope"].split(",")),
            query["redirect_uri"],
            self._state.now(),
        )
        self._state.codes[code.id] = code
        return {"code": code.id}


# The exchange


def credentials(request: web.Request) -> Json:
    """The app's id and secret, when they come in the header."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        id, _, secret = base64.b64decode(given).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": id, "client_secret": secret}


def _of_app(call: Call) -> None:
    app = call.state.app
    if call.text("client_id") != app.client_id:
        raise Refused("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise Refused("bad_client_secret")


@methods.on("oauth.v2.access", "client_id client_secret code redirect_uri", tier=4, anonymous=True)
def access(call: Call) -> Json:
    """A token for a code: the one that works already, or a new one."""
    _of_app(call)
    state, code = call.state, call.state.codes.get(call.text("code"))
    if code is None or call.now - code.at > CODE_LASTS:
        raise Refused("invalid_code")
    if code.used:
        raise Refused("code_already_used")
    if call.text("redirect_uri") != code.redirect:
        raise Refused("bad_redirect_uri")
    code.used = True
    grant = installed(state, code.team, code.scopes)
    team = state.teams[code.team]
    return {
        "access_token": grant.token,
        "token_type": "bot",
        "scope": ",".join(sorted(grant.scopes)),
        "bot_user_id": team.bot,
        "app_id": state.app.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "authed_user": {"id": code.user},
        "is_enterprise_install": False,
    }


def installed(state: State, team: str, scopes: tuple[str, ...]) -> Grant:
    """The app is in a workspace with these scopes, beside those it had."""
    grant = state.grant_of(team)
    if grant.dead:
        del state.grants[grant.token]
        grant = Grant(f"xoxb-{team}-{state.new.id('i').lower()}", "bot", set(), team, grant.user)
        state.grants[grant.token] = grant
    grant.scopes |= set(scopes)
    return grant


# Out again


@methods.on("auth.revoke", "test")
def revoke(call: Call) -> Json:
    """This token ends, and the app hears of it."""
    if call.flag("test"):
        return {"revoked": False}
    revoked(call.state, call.grant)
    return {"revoked": True}


@methods.on("apps.uninstall", "client_id client_secret")
def uninstall(call: Call) -> Json:
    """The app removes itself."""
    _of_app(call)
    removed(call.state, call.state.teams[call.team])
    return {}


def revoked(state: State, grant: Grant) -> None:
    """A token works no longer."""
    happenings.tokens_revoked(state, grant)
    grant.dead = "token_revoked"


def removed(state: State, team: Team) -> None:
    """The app is no longer in a workspace: Slack tells both, the end of the token and the removal."""
    grant = state.grant_of(team.id)
    happenings.tokens_revoked(state, grant)
    happenings.app_uninstalled(state, team)
    grant.dead = "account_inactive"
