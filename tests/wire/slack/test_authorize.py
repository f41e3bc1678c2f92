"""Adding an app by OAuth, as this Slack does it: the page, the exchange of a code, and the ways out again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.wire.slack.actor import Actor
from tests.wire.slack.bed import Bed


def asked(bed: Bed, **more: str) -> dict[str, str]:
    bed.server.state.app.redirect_urls = ("https://relais.example.org/slack/oauth",)
    app = bed.server.state.app
    query = {"client_id": app.client_id, "scope": "chat:write,commands", "state": "s"}
    return query | {"redirect_uri": app.redirect_urls[0]} | more


async def allow(bed: Bed, who: Actor, **more: str) -> tuple[int, str]:
    """Press Allow; gives the status, and where it leads or what is said."""
    url, form = f"{bed.server.state.base}/oauth/v2/authorize", {"user": who.id, "answer": "allow"}
    async with bed.http.post(url, params=asked(bed, **more), data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or await answer.text()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": "chat:write,fly"}, "invalid_scope"),
        ({"redirect_uri": "https://elsewhere.example.org"}, "bad_redirect_uri"),
    ],
)
async def test_the_page_refuses_what_the_app_did_not_announce(bed: Bed, wrong: dict[str, str], error: str) -> None:
    assert await allow(bed, bed.ada, **wrong) == (400, error)


async def test_an_app_that_is_not_distributed_stays_at_home(bed: Bed) -> None:
    bed.server.state.app.distributed = False
    there = bed.world.add_space("Elsewhere", installed=False)
    stranger = bed.world.person("Eve", here=True, space=there)
    assert await allow(bed, stranger) == (400, "invalid_team_for_non_distributed_app")
    assert (await allow(bed, bed.ada))[0] == 302


async def test_a_code_is_exchanged_once_within_ten_minutes_by_the_app_itself(bed: Bed) -> None:
    app = bed.server.state.app
    _, back = await allow(bed, bed.ada)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    given = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    given |= {"redirect_uri": app.redirect_urls[0]}
    for change, error in (
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "x"}, "bad_client_secret"),
        ({"code": "x"}, "invalid_code"),
        ({"redirect_uri": "https://relais.example.org"}, "bad_redirect_uri"),
    ):
        assert await bed.error("oauth.v2.access", "", **{**given, **change}) == error
    answer = await bed.call("oauth.v2.access", "", **given)
    assert (answer["access_token"], answer["team"]["id"]) == (bed.token, bed.space.id)
    assert await bed.error("oauth.v2.access", "", **given) == "code_already_used"
    _, back = await allow(bed, bed.ada)
    given["code"] = dict(parse_qsl(urlsplit(back).query))["code"]
    bed.pass_time(minutes=11)
    assert await bed.error("oauth.v2.access", "", **given) == "invalid_code"


async def test_the_end_of_a_token_is_told(bed: Bed) -> None:
    async with bed.socket() as socket:
        await socket.read()
        assert (await bed.call("auth.revoke", test=True))["revoked"] is False
        assert (await bed.call("auth.revoke"))["revoked"] is True
        frame = await socket.until("tokens_revoked")
        assert frame["payload"]["event"]["tokens"]["bot"] == [bed.world.town().bot]
        await socket.ack(frame)
    assert await bed.error("auth.test") == "token_revoked"


async def test_an_app_may_remove_itself(bed: Bed) -> None:
    app = bed.server.state.app
    async with bed.socket() as socket:
        await socket.read()
        await bed.call("apps.uninstall", client_id=app.client_id, client_secret=app.client_secret)
        frame = await socket.until("app_uninstalled")
        await socket.ack(frame)
    assert await bed.error("auth.test") == "account_inactive"
