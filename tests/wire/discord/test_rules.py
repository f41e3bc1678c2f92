"""What bodies may hold, resource by resource, spoken raw."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest

from bot.chat.things import Level
from tests.wire.discord import Kind, Permission
from tests.wire.discord.bed import Bed
from tests.wire.discord.bits import Json

BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def button(**other: Any) -> Json:
    return BUTTON | other


def menu(count: int, **other: Any) -> Json:
    options = [{"label": f"Option {n}", "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "menu", "options": options} | other


def text(content: str) -> Json:
    return {"type": 10, "content": content}


GOOD: list[Json] = [
    {"content": "x" * 2000},
    {"embeds": [{"title": "t" * 256, "description": "d" * 4096}]},
    {"components": [row(button(label="l" * 80, custom_id="c" * 100))]},
    {"components": [row(*(button(custom_id=str(n)) for n in range(5)))]},
    {"components": [row(menu(25, min_values=0, max_values=25))]},
    {"components": [row(button(style=5, custom_id=None, url="https://example.org"))]},
    {"components": [row(button(label=None, emoji={"name": "🎂"}))]},
    {"flags": 1 << 15, "components": [text("x" * 4000)]},
    {"flags": 1 << 15, "components": [text(str(n)) for n in range(40)]},
    {"flags": 1 << 15, "components": [{"type": 17, "accent_color": 1, "components": [text("x"), row(BUTTON)]}]},
    {"flags": 1 << 15, "components": [{"type": 9, "components": [text("x")], "accessory": BUTTON}]},
    {"content": "x", "nonce": "n" * 25, "enforce_nonce": True, "tts": False},
]
BAD: list[Json] = [
    {},
    {"content": ""},
    {"content": 5},
    {"content": "x", "colour": 1},
    {"embeds": [{}] * 11},
    {"embeds": [{"title": "t" * 257}]},
    {"embeds": [{"description": "d" * 4096}, {"description": "d" * 1905}]},
    {"embeds": [{"fields": [{"name": "n", "value": ""}]}]},
    {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
    {"embeds": [{"title": "t", "url": "ftp://example.org"}]},
    {"components": [row(button(label="l" * 81))]},
    {"components": [row(button(custom_id="c" * 101))]},
    {"components": [row(button(custom_id=None))]},
    {"components": [row(button(label=None))]},
    {"components": [row(button(style=5))]},
    {"components": [row(button(), button())]},
    {"components": [row(*(button(custom_id=str(n)) for n in range(6)))]},
    {"components": [row(button(custom_id=str(n))) for n in range(6)]},
    {"components": [row(menu(26))]},
    {"components": [row(menu(0))]},
    {"components": [row(menu(2, max_values=3))]},
    {"components": [row(menu(2, placeholder="p" * 151))]},
    {"components": [row(menu(2), button())]},
    {"components": [row()]},
    {"components": [{"type": 99}]},
    {"components": [text("without the flag")]},
    {"flags": 1 << 15, "content": "x", "components": [text("x")]},
    {"flags": 1 << 15, "components": [text("x" * 4001)]},
    {"flags": 1 << 15, "components": [text("x" * 2001), text("y" * 2000)]},
    {"flags": 1 << 15, "components": [text(str(n)) for n in range(41)]},
    {"flags": 1 << 15, "components": [{"type": 12, "items": [{"media": {"url": "attachment://no.png"}}]}]},
    {"content": "x", "flags": 1 << 5},
    {"content": "x", "message_reference": {"message_id": "1"}},
    {"content": "x", "allowed_mentions": {"parse": ["somebody"]}},
    {"content": "x", "attachments": [{"id": "0", "filename": "none.txt"}]},
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: json.dumps(body)[:40])
async def test_messages_that_are_taken(bed: Bed, body: Json) -> None:
    await bed.ok("POST", bed.messages, body)


@pytest.mark.parametrize("body", BAD, ids=lambda body: json.dumps(body)[:40])
async def test_messages_that_are_refused(bed: Bed, body: Json) -> None:
    assert await bed.refused("POST", bed.messages, body) in (50035, 50006)
    assert bed.ada.reads() == ""


async def test_files(bed: Bed) -> None:
    form = aiohttp.FormData()
    payload = {"content": "Here", "attachments": [{"id": 0, "description": "a cat"}]}
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    form.add_field("files[0]", b"meow", filename="my cat.png")
    found = await bed.ok("POST", bed.messages, data=form)
    [file] = found["attachments"]
    assert (file["filename"], file["size"], file["content_type"]) == ("my_cat.png", 4, "image/png")
    assert bed.ada.reads() == "Relais: Here\n(a cat)"
    await bed.ok("PATCH", f"{bed.messages}/{found['id']}", {"content": "Gone", "attachments": []})
    assert bed.ada.reads() == "Relais: Gone"
    form = aiohttp.FormData()
    form.add_field("files[0]", io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), filename="big.bin")
    assert await bed.refused("POST", bed.messages, data=form) == 40005


async def test_history_pages(bed: Bed) -> None:
    ids = [(await bed.ada.say(str(n))).id for n in range(5)]

    async def page(**query: str) -> str:
        found = await bed.ok("GET", bed.messages, params=query)
        return "".join(it["content"] for it in found)

    assert await page() == "43210"
    assert await page(limit="2") == "43"
    assert await page(before=ids[2]) == "10"
    assert await page(after=ids[1], limit="2") == "32"
    assert await page(around=ids[2], limit="3") == "321"
    assert await bed.refused("GET", bed.messages, params={"limit": "101"}) == 50035


async def test_bulk_delete(bed: Bed) -> None:
    old = (await bed.ada.say("Old")).id
    bed.pass_time(days=15)
    new = [(await bed.ada.say(word)).id for word in "ab"]
    route = f"{bed.messages}/bulk-delete"
    assert await bed.refused("POST", route, {"messages": new[:1]}) == 50016
    assert await bed.refused("POST", route, {"messages": [*new, old]}) == 50034
    await bed.ok("POST", route, {"messages": new})
    assert bed.ada.reads() == "Ada: Old"


async def test_pins_reactions_and_the_words_of_others(bed: Bed) -> None:
    ref = await bed.ada.say("Hello")
    await bed.ok("PUT", f"{bed.messages}/pins/{ref.id}")
    pinned = await bed.ok("GET", f"{bed.messages}/pins")
    assert [it["message"]["id"] for it in pinned["items"]] == [ref.id]
    await bed.ok("DELETE", f"{bed.messages}/pins/{ref.id}")
    assert await bed.refused("PATCH", f"{bed.messages}/{ref.id}", {"content": "x"}) == 50005
    reactions = f"{bed.messages}/{ref.id}/reactions"
    assert await bed.refused("PUT", f"{reactions}/cake/@me") == 10014
    await bed.ok("PUT", f"{reactions}/%F0%9F%8E%82/@me")
    await bed.bob.react("🎂", ref=ref)
    found = await bed.ok("GET", f"{reactions}/%F0%9F%8E%82")
    assert {it["username"] for it in found} == {"Relais", "Bob"}
    await bed.ok("DELETE", f"{reactions}/%F0%9F%8E%82/{bed.bob.id}")
    await bed.ok("DELETE", reactions)


async def test_threads(bed: Bed) -> None:
    ref = await bed.ada.say("Cats")
    route = f"{bed.messages}/{ref.id}/threads"
    assert await bed.refused("POST", route, {"name": ""}) == 50035
    thread = await bed.ok("POST", route, {"name": "On cats"})
    assert thread["id"] == ref.id
    assert await bed.refused("POST", route, {"name": "Again"}) == 160004
    await bed.bob.say("Indeed", thread=ref.id)
    await bed.ok("POST", f"/channels/{thread['id']}/messages", {"content": "Yes"})
    assert bed.ada.reads() == "Ada: Cats\nBob: Indeed\nRelais: Yes"
    await bed.ok("PATCH", f"/channels/{thread['id']}", {"archived": True, "locked": True})
    forum = bed.world.add_channel("ideas", kind=Kind.FORUM)
    assert await bed.refused("POST", f"/channels/{forum.id}/messages", {"content": "x"}) == 50008
    post = {"name": "An idea", "message": {"content": "Cake"}}
    made = await bed.ok("POST", f"/channels/{forum.id}/threads", post)
    assert made["message"]["content"] == "Cake"


async def test_members(bed: Bed) -> None:
    assert [it["user"]["username"] for it in await bed.ok("GET", f"{bed.guild}/members", params={"limit": "2"})]
    [found] = await bed.ok("GET", f"{bed.guild}/members/search", params={"query": "ad"})
    assert found["user"]["id"] == bed.ada.id
    member = f"{bed.guild}/members/{bed.ada.id}"
    assert await bed.refused("GET", f"{bed.guild}/members/1") == 10013
    far = {"communication_disabled_until": "2027-01-24T07:00:00+00:00"}
    assert await bed.refused("PATCH", member, far) == 50035
    reason = {"headers": {"X-Audit-Log-Reason": "trop%20de%20bruit%20%C3%A9"}}
    await bed.ok("PATCH", member, {"communication_disabled_until": "2026-11-24T07:00:00+00:00"}, **reason)
    with pytest.raises(AssertionError, match="timed out"):
        await bed.ada.say("Hello?")
    bed.pass_time(days=2)
    await bed.ada.say("I am back")
    log = await bed.ok("GET", f"{bed.guild}/audit-logs")
    assert [(it["action_type"], it["reason"]) for it in log["audit_log_entries"]] == [(24, "trop de bruit é")]
    [effect] = bed.world.effects
    assert (effect.effect, effect.to, effect.why) == ("timeout", bed.ada.member, "trop de bruit é")


async def test_kicks_and_bans(bed: Bed) -> None:
    await bed.ok("DELETE", f"{bed.guild}/members/{bed.ada.id}")
    with pytest.raises(AssertionError, match="not in"):
        await bed.ada.say("Hello?")
    await bed.bob.say("Rude")
    await bed.ok("PUT", f"{bed.guild}/bans/{bed.bob.id}", {"delete_message_seconds": 3600})
    with pytest.raises(AssertionError, match="banned"):
        await bed.bob.join()
    assert [it["user"]["id"] for it in await bed.ok("GET", f"{bed.guild}/bans")] == [bed.bob.id]
    await bed.ok("DELETE", f"{bed.guild}/bans/{bed.bob.id}")
    assert await bed.refused("DELETE", f"{bed.guild}/bans/{bed.bob.id}") == 10026
    await bed.bob.join()
    assert bed.ada.reads() == ""
    found = await bed.ok("POST", f"{bed.guild}/bulk-ban", {"user_ids": [bed.bob.id, "1"]})
    assert found == {"banned_users": [bed.bob.id], "failed_users": ["1"]}


async def test_slow_channels_and_overwrites(bed: Bed) -> None:
    assert await bed.refused("PATCH", f"/channels/{bed.general.id}", {"rate_limit_per_user": 21601}) == 50035
    await bed.ok("PATCH", f"/channels/{bed.general.id}", {"rate_limit_per_user": 60})
    await bed.ada.say("One")
    with pytest.raises(AssertionError, match="slow"):
        await bed.ada.say("Two")
    await bed.say("Bots are not held")
    await bed.say("At all")
    deny = {"type": 0, "deny": str(int(Permission.SEND_MESSAGES))}
    await bed.ok("PUT", f"/channels/{bed.general.id}/permissions/{bed.space.id}", deny)
    bed.pass_time(hours=1)
    with pytest.raises(AssertionError, match="cannot write"):
        await bed.ada.say("Locked?")
    await bed.world.person("Mod", level=Level.ADMIN, here=True).say("Locked")


async def test_invites_count(bed: Bed) -> None:
    zoe = bed.world.person("Zoe")
    await zoe.join(via=bed.ada)
    [invite] = await bed.ok("GET", f"{bed.guild}/invites")
    assert (invite["uses"], invite["inviter"]["id"]) == (1, bed.ada.id)
    made = await bed.ok("POST", f"/channels/{bed.general.id}/invites", {"max_age": 0})
    await bed.ok("DELETE", f"/invites/{made['code']}")
    assert await bed.refused("GET", f"/invites/{made['code']}") == 10006


EVENT = {
    "name": "Picnic",
    "entity_type": 3,
    "privacy_level": 2,
    "entity_metadata": {"location": "The park"},
    "scheduled_start_time": "2026-12-01T10:00:00+00:00",
    "scheduled_end_time": "2026-12-01T12:00:00+00:00",
}
RULE: Json = {
    "name": "Words",
    "event_type": 1,
    "trigger_type": 1,
    "trigger_metadata": {"keyword_filter": ["cad"]},
    "actions": [{"type": 1}],
}


async def test_scheduled_events_and_automod(bed: Bed) -> None:
    events, rules = f"{bed.guild}/scheduled-events", f"{bed.guild}/auto-moderation/rules"
    assert await bed.refused("POST", events, EVENT | {"scheduled_start_time": "2025-12-01T10:00:00+00:00"}) == 50035
    assert await bed.refused("POST", events, EVENT | {"entity_metadata": None}) == 50035
    made = await bed.ok("POST", events, EVENT)
    await bed.ok("PATCH", f"{events}/{made['id']}", {"name": "Feast"})
    await bed.ok("DELETE", f"{events}/{made['id']}")
    rule = await bed.ok("POST", rules, RULE)
    for _ in range(5):
        await bed.ok("POST", rules, RULE)
    assert await bed.refused("POST", rules, RULE) == 50035
    await bed.ok("PATCH", f"{rules}/{rule['id']}", {"enabled": True})
    await bed.ok("DELETE", f"{rules}/{rule['id']}")
    bed.world.permit(Permission.VIEW_CHANNEL)
    assert await bed.refused("POST", events, EVENT) == 50013
    assert await bed.refused("GET", rules) == 50013


# Commands


def option(name: str, **other: Any) -> Json:
    return {"type": 3, "name": name, "description": "D"} | other


LONG = [{"name": "c" * 100, "value": str(n) * 100} for n in range(2)]
COMMANDS_BAD: list[list[Json]] = [
    [{"name": "Upper", "description": "D"}],
    [{"name": "two words", "description": "D"}],
    [{"name": "n" * 33, "description": "D"}],
    [{"name": "x", "description": ""}],
    [{"name": "x", "description": "d" * 101}],
    [{"name": "x", "description": "D"}] * 2,
    [{"name": "x", "description": "D", "name_localizations": {"xx": "x"}}],
    [{"name": "x", "description": "D", "name_localizations": {"fr": "Haut"}}],
    [{"name": "x", "description": "D", "options": [option(f"o{n}") for n in range(26)]}],
    [{"name": "x", "description": "D", "options": [option("a"), option("b", required=True)]}],
    [{"name": "x", "description": "D", "options": [option("a"), option("a")]}],
    [{"name": "x", "description": "D", "options": [option("a"), option("s", type=1)]}],
    [{"name": "x", "description": "D", "options": [option("a", choices=[{"name": "C", "value": 1}])]}],
    [{"name": "x", "description": "D", "options": [option("a", surprise=1)]}],
    [{"name": "Menu", "type": 2, "description": "D"}],
    [{"name": "x", "description": "D", "options": [option(f"o{n}", choices=LONG) for n in range(25)]}],
]


@pytest.mark.parametrize("commands", COMMANDS_BAD, ids=lambda it: json.dumps(it)[:60])
async def test_commands_that_are_refused(bed: Bed, commands: list[Json]) -> None:
    route = f"/applications/{bed.server.state.application.id}/commands"
    assert await bed.refused("PUT", route, commands) == 50035


async def test_commands_keep_their_ids(bed: Bed) -> None:
    application = bed.server.state.application.id
    route = f"/applications/{application}/commands"
    wanted = [{"name": "été", "description": "D"}, {"name": "Greet", "type": 2}]
    first = await bed.ok("PUT", route, wanted)
    again = await bed.ok("PUT", route, [*wanted, {"name": "new", "description": "D", "options": []}])
    assert [it["id"] for it in again[:2]] == [it["id"] for it in first]
    assert first[0]["version"] == again[0]["version"]
    await bed.ok("PUT", f"/applications/{application}/guilds/{bed.space.id}/commands", wanted[:1])
    assert len(await bed.ok("GET", route)) == 3
    assert await bed.refused("PUT", "/applications/1/commands", []) == 20012
