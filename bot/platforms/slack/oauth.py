"""Adding the app to a workspace by OAuth: ``/slack/install`` leads to Slack, which leads back to ``/slack/oauth``.

A visit is bound to its browser by a cookie, so that nobody can finish what somebody else began.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import quote, urljoin

from slack_sdk.oauth import AuthorizeUrlGenerator
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.chat.checkup import Checkup
from bot.chat.platform import Busy, Hub, PlatformError, Uncertain
from bot.chat.words import Phrase
from bot.platforms.slack.api import Answer, Api
from bot.platforms.slack.errors import Refused
from bot.platforms.slack.installations import GOOD_FOR, Installation, Installations, Keys, Visits
from bot.platforms.slack.manifest import INSTALL, OPTIONAL, REDIRECT, SCOPES
from bot.platforms.slack.page import Page, language_of, page

log = logging.getLogger("relais.slack")

EXCHANGE = "oauth.v2.access"
AGAIN = Phrase("Begin again")
TOO_LATE = Page(
    400,
    Phrase("This was not begun here, or too long ago"),
    Phrase("Adding Relais to a workspace takes one visit, in one browser, of ten minutes at most. Nothing was added."),
    link=(AGAIN, INSTALL),
)
OVER = Page(
    410,
    Phrase("This visit is over"),
    Phrase("If Slack shows Relais among your apps, it was added. If not, or for another workspace, begin again."),
    link=(AGAIN, INSTALL),
)
CANCELLED = Page(
    403,
    Phrase("Nothing was added"),
    Phrase("You did not allow it, or your workspace wants an administrator to approve it first."),
    link=(AGAIN, INSTALL),
)
PRIVATE_APP = Page(
    403,
    Phrase("This app is for one workspace so far"),
    Phrase(
        "Whoever runs Relais can open it to others: on the app’s page at api.slack.com, Manage Distribution, Activate"
        " Public Distribution."
    ),
)
MISSING = Page(
    403,
    Phrase("Slack did not grant all that Relais needs"),
    Phrase("Whoever runs Relais updates the app from its manifest; then begin again."),
    link=(AGAIN, INSTALL),
)
UNFIT = Page(
    403,
    Phrase("This kind of installation does not work"),
    Phrase("Relais is added to one workspace at a time, and its tokens must not expire: leave token rotation off."),
)
MISCONFIGURED = Page(
    500,
    Phrase("Relais is not set up well"),
    Phrase("Slack refuses its settings. Nothing was added; whoever runs Relais finds the reason in its log."),
)
STARTING = Page(503, Phrase("Relais is starting"), Phrase("Try again in a moment."), link=(AGAIN, INSTALL))
SILENT = Page(
    503, Phrase("Slack does not answer"), Phrase("Nothing was added. Try again in a moment."), link=(AGAIN, INSTALL)
)
KEPT = Page(
    202,
    Phrase("Relais was added, and will be there in a moment"),
    Phrase("Slack is slow to answer. There is nothing more to do here."),
)
STALE = frozenset({"invalid_code", "code_already_used", "code_expired"})
NOT_PUBLIC = "invalid_team_for_non_distributed_app"


@dataclass(frozen=True, slots=True)
class OAuth:
    """What one app in several workspaces needs. ``public_url`` is where the pages are reached; ``keys`` encrypt."""

    client_id: str
    client_secret: str = field(repr=False)
    keys: Keys = field(repr=False)
    public_url: str

    @property
    def redirect(self) -> str:
        return f"{self.public_url}{REDIRECT}"


class Stop(Exception):
    """A visit ends here, with a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.status)
        self.page = page


Add = Callable[[Installation], Awaitable[None]]


class Installing:
    """The two routes. ``api`` is a client without a token; ``begin`` says that the adapter runs."""

    def __init__(self, oauth: OAuth, api: Api, base: str) -> None:
        self.oauth = oauth
        self.api = api
        self._https = oauth.public_url.startswith("https:")
        self._cookie = "__Host-relais-slack" if self._https else "relais-slack"
        self._addresses = AuthorizeUrlGenerator(
            client_id=oauth.client_id,
            redirect_uri=quote(oauth.redirect, safe=""),
            scopes=sorted({**SCOPES, **OPTIONAL}),
            authorization_url=urljoin(base, "../oauth/v2/authorize"),
        )
        self._visits: Visits | None = None
        self._add: Add
        self._say: Callable[..., str]

    def begin(self, hub: Hub, add: Add) -> Installations:
        """Take visitors from now on. Gives what is kept of those who came."""
        self._visits = Visits(hub.store, self.oauth.keys, hub.now)
        self._add = add
        self._say = hub.say
        return Installations(hub.store, self.oauth.keys, hub.now)

    def end(self) -> None:
        self._visits = None

    def installed(self, checkup: Checkup) -> Installations | None:
        """What is kept, for somebody who only looks; ``None`` when it cannot be read."""
        return Installations(checkup.kept, self.oauth.keys, checkup.now) if checkup.kept else None

    def routes(self) -> list[Route]:
        return [Route(INSTALL, self.leave), Route(REDIRECT, self.come_back)]

    async def leave(self, request: Request) -> Response:
        """To Slack's page, with a state that this browser alone can bring back."""
        if self._visits is None:
            return self._page(request, STARTING)
        state = self._visits.begin()
        response = RedirectResponse(self._addresses.generate(state), 302, {"Cache-Control": "no-store"})
        response.set_cookie(
            self._cookie,
            state,
            max_age=int(GOOD_FOR.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._https,
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """From Slack's page, with a code or a refusal."""
        try:
            installation = await self._installed(request)
            shown = added(installation)
        except Stop as stop:
            shown = stop.page
        response = self._page(request, shown)
        response.delete_cookie(self._cookie, httponly=True, samesite="lax", secure=self._https)
        return response

    async def _installed(self, request: Request) -> Installation:
        given = request.query_params
        if self._visits is None:
            raise Stop(STARTING)
        state, brought = given.get("state", ""), request.cookies.get(self._cookie, "")
        if await self._visits.is_over(state):
            raise Stop(OVER)
        if not compare_digest(state.encode(), brought.encode()) or not await self._visits.end(state):
            raise Stop(TOO_LATE)
        if "code" not in given:
            raise Stop(_refusal(given.get("error", "")))
        installation = _installation(await self._exchange(given["code"]))
        try:
            await self._add(installation)
        except Busy:
            raise Stop(KEPT) from None
        except PlatformError as error:
            log.error("a workspace that was just added cannot be served: %s", error)
            raise Stop(MISCONFIGURED) from None
        log.info("the app was added to the workspace %s", installation.name or installation.team)
        return installation

    async def _exchange(self, code: str) -> Answer:
        try:
            return await self.api.exchange(self.oauth.client_id, self.oauth.client_secret, code, self.oauth.redirect)
        except (Busy, Uncertain):
            raise Stop(SILENT) from None
        except PlatformError as error:
            if isinstance(error, Refused) and error.code in STALE:
                raise Stop(TOO_LATE) from None
            log.error(
                "%s: check SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, and that %s is a redirect URL of the app",
                error,
                self.oauth.redirect,
            )
            raise Stop(MISCONFIGURED) from None

    def _page(self, request: Request, shown: Page) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        return page(shown, language, self._say if self._visits else _source)


def _refusal(code: str) -> Page:
    """The page for Slack's name of an error."""
    if code == "access_denied":
        return CANCELLED
    if code == NOT_PUBLIC:
        return PRIVATE_APP
    log.error("Slack refuses to add the app: %r", code[:100])
    return MISCONFIGURED


def _installation(answer: Mapping[str, object]) -> Installation:
    """Raises ``Stop`` for what Relais could not serve."""
    team = answer.get("team")
    if answer.get("is_enterprise_install") or answer.get("expires_in") or not isinstance(team, dict):
        raise Stop(UNFIT)
    granted = {one.strip() for one in str(answer.get("scope", "")).split(",")}
    if missing := sorted(SCOPES.keys() - granted):
        log.error("Slack did not grant %s to a workspace, which was not added", ", ".join(missing))
        raise Stop(MISSING)
    return Installation(str(team["id"]), str(team.get("name", "")), str(answer["access_token"]))


def added(installation: Installation) -> Page:
    """What to do next in the workspace."""
    return Page(
        200,
        Phrase("Relais is in {workspace}", {"workspace": installation.name or installation.team}),
        Phrase("It waits for you in Slack."),
        link=(Phrase("Open Slack"), f"https://app.slack.com/client/{quote(installation.team, safe='')}"),
        steps=(
            Phrase("Invite it to the channels that it should follow: /invite @Relais."),
            Phrase("An administrator types /settings to set it up, or /dashboard to do that in the browser."),
            Phrase("Anybody types /help to see what it does."),
        ),
    )


def _source(words: object, language: str) -> str:
    """Words before Relais runs: as they stand in the code."""
    return str(getattr(words, "source", words))
