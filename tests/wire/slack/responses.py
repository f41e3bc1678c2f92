"""response_url: five answers within thirty minutes."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.wire.slack import writing
from tests.wire.slack.bits import Json
from tests.wire.slack.errors import Refused
from tests.wire.slack.records import Channel, Hook, Message, Sent
from tests.wire.slack.state import HOOK_LASTS, HOOK_USES, State
from tests.wire.slack.web_api import Answer, Desk, Logged, parse_object

KNOWN = frozenset(
    """text blocks attachments response_type replace_original delete_original thread_ts metadata mrkdwn parse
    link_names unfurl_links unfurl_media""".split()
)


class Responses:
    """Answers to interactions."""

    def __init__(self, state: State, desk: Desk) -> None:
        self._state = state
        self._desk = desk

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One answer."""
        logged = Logged("response_url", self._state.now())
        raw, id = await request.read(), request.match_info["id"]
        return await self._desk.serve(request, logged, lambda: self._answer(logged, raw, id))

    def _answer(self, logged: Logged, raw: bytes, id: str) -> Answer:
        hook = self._state.hooks.get(id)
        if hook is None:
            raise Refused("no_hook", status=404)
        logged.args = body = parse_object(raw)
        unknown = [name for name in body if name not in KNOWN]
        self._desk.violations += [f"response_url: unknown field {name!r}" for name in unknown]
        if hook.uses >= HOOK_USES:
            raise Refused("used_url", status=404)
        if self._state.now() - hook.at > HOOK_LASTS:
            raise Refused("expired_url", status=404)
        hook.uses += 1
        respond(self._state, hook, body)
        return {"ok": True}, 200, {}


def respond(state: State, hook: Hook, body: Json) -> Message | None:
    """What an answer to an interaction does. Raises ``Refused``."""
    channel, original = state.channels[hook.channel], hook.message
    if _yes(body.get("delete_original")):
        if original is not None:
            writing.note(state, "delete", original)
            writing.erase(state, original)
        return None
    new = writing.words(state, channel, _kept(body))
    # Where there is an original it is replaced unless the answer says otherwise or says who sees it.
    replaces = body.get("replace_original", original is not None and "response_type" not in body)
    if _yes(replaces) and original is not None:
        writing.rewrite(state, original, new, state.teams[channel.team].bot)
        writing.note(state, "edit", original)
        return original
    thread = str(body.get("thread_ts") or "")
    message = writing.by_bot(state, channel, new, thread_ts=_thread(state, channel, thread))
    if body.get("response_type", "ephemeral") == "in_channel":
        writing.publish(state, message)
    else:
        message.only = hook.user
        state.add_message(message)
    writing.note(state, Sent.REPLY, message)
    return message


def _yes(value: Any) -> bool:
    return value in (True, "true")


def _kept(body: Json) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in KNOWN}


def _thread(state: State, channel: Channel, ts: str) -> str | None:
    return writing.in_thread(state, channel, ts) if ts else None
