"""The pieces of the page that need no browser: text as HTML, what changed, what was read, what was done and why."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import Md, Moment, escape
from bot.platforms.playground.page.avatar import HUES, avatar
from bot.platforms.playground.page.journal import Journal
from bot.platforms.playground.page.live import Live
from bot.platforms.playground.page.marks import Marks
from bot.platforms.playground.page.markup import Chip, Pen
from bot.platforms.playground.records import Change
from tests.playground.conftest import Bed, MemoryStore

ALLOWED = frozenset(
    {
        "p",
        "strong",
        "em",
        "s",
        "code",
        "pre",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "br",
        "time",
        "span",
        "button",
        "div",
    }
)


def date(moment: Moment) -> tuple[str, str]:
    return f"{moment.at:%H:%M}", f"{moment.at:%Y-%m-%d %H:%M}"


PEN = Pen(
    lambda id: Chip(f"@{id}", own=id == "me"),
    lambda id: Chip(f"#{id}", f"/town/t1/{id}"),
    date,
    "Hidden: show",
    "Show more",
)


class Tags(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    found.close()
    return found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *thin*", "<p><strong>bold</strong> and <em>thin</em></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("<@me> in <#c2>", '<p><span class="chip member own">@me</span> in '),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("<t:1767603600:t>", '<time datetime="2026-01-05T09:00:00+00:00" title="2026-01-05 09:00">09:00</time>'),
    ],
)
def test_markup_becomes_html(text: str, html: str) -> None:
    assert html in PEN.words(Md(text))


def test_a_spoiler_waits_for_its_reader() -> None:
    html = PEN.words(Md("||the end||"))
    assert '<button type="button" data-act="reveal">Hidden: show</button><span hidden>the end</span>' in html


@given(st.text(alphabet="<>\"&'/\\ abc=:(){}[]*_~|`#@!\n\x00\u202e", max_size=120))
def test_hostile_text_is_never_markup(text: str) -> None:
    for words in (text, Md(text), escape(text)):
        for html in (PEN.words(words), PEN.short(words)):
            found = tags(html)
            assert set(found.tags) <= ALLOWED
            assert found.open == []
            assert not {name for name in found.attributes if name.startswith("on") or name == "style"}


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "<script>alert(1)</script>", '[x](https://a"onclick="b)'])
def test_no_script_comes_through(text: str) -> None:
    html = PEN.words(Md(text))
    assert "<script" not in html
    assert not re.search(r'href="(?!https?:|mailto:)', html)
    assert not re.search(r"\sonclick=", html)


def test_plain_text_is_not_read_as_markup() -> None:
    assert PEN.words("**not bold**") == "<p>**not bold**</p>"


def test_a_very_long_text_is_folded() -> None:
    html = PEN.words(Md("word " * 8_000))
    assert html.startswith('<div class="fold">')
    assert "Show more" in html
    assert "fold" not in PEN.words(Md("word " * 20))


def test_avatars_are_always_the_same() -> None:
    assert avatar("Ada") == avatar("Ada")
    assert avatar("Ada Byron").initials == "AB"
    assert avatar("😀").initials
    assert all(0 <= avatar(str(n)).hue < HUES for n in range(100))


def every(change: Change | str) -> frozenset[str]:
    return frozenset({change if isinstance(change, str) else change.kind})


async def test_a_page_that_was_cut_off_learns_what_it_missed() -> None:
    live = Live()
    live.add("before")
    since = live.id
    live.add("clock")
    live.add("journal")
    stream = live.stream(since, every)
    assert await anext(stream) == "retry: 500\n\n"
    assert "data: clock journal\n" in await anext(stream)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    live.add("messages")
    assert "data: messages\n" in await waiting
    live.close()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


@pytest.mark.parametrize("since", ["", "another-12", "x", "-"])
async def test_a_page_of_another_life_asks_for_everything(since: str) -> None:
    live = Live()
    live.add("clock")
    stream = live.stream(since, every)
    assert "data: all\n" in await anext(stream)


async def test_what_was_read_is_kept(bed: Bed) -> None:
    state, store = bed.world.state, MemoryStore()
    marks = Marks(state)
    await bed.bob.say("Hello", bed.general)
    said = state.messages(bed.general.id)
    assert marks.unread(bed.ada.id, bed.general.id, said) == 1
    assert marks.unread(bed.bob.id, bed.general.id, said) == 0
    assert marks.read(bed.ada.id, bed.general.id, said)
    assert not marks.read(bed.ada.id, bed.general.id, said)
    await marks.save(store)
    again = Marks(state)
    await again.load(store)
    assert again.unread(bed.ada.id, bed.general.id, said) == 0


async def test_the_journal_is_kept_and_finds_reasons() -> None:
    store, heard = MemoryStore(), 0

    def hear(_: object) -> None:
        nonlocal heard
        heard += 1

    journal = Journal(hear)
    journal.step(datetime(2026, 1, 5, tzinfo=UTC), "post", "welcome → #c2", "waiting: quiet hours")
    assert heard == 1
    await journal.save(store)
    again = Journal(hear)
    await again.load(store)
    assert [(it.kind, it.group) for it in again.of("t1")] == [("attention", "decisions")]


async def test_a_town_is_forgotten_whole(bed: Bed) -> None:
    other = bed.world.add_space("Elsewhere")
    zoe = bed.world.person("Zoé", here=True, space=other)
    await bed.bob.say("Hello", bed.general)
    bed.world.forget(bed.space)
    state = bed.world.state
    assert list(state.towns) == [other.id]
    assert list(state.accounts) == [zoe.id]
    assert {it.kind for it in state.records()} == {"town", "room", "account", "presence"}


async def test_a_command_may_be_used_in_a_private_conversation(bed: Bed) -> None:
    room = bed.world.direct_room(bed.space.id, bed.ada.id)
    bed.ada.here = bed.world.state.channel(room.id)
    await bed.ada.run("welcome preview")
    assert bed.responder.private


async def test_effects_are_told_as_they_happen(bed: Bed) -> None:
    heard: list[str] = []
    bed.world.on_effect.append(lambda effect: heard.append(effect.effect))
    bed.world.record("post", bed.space.id)
    assert heard == ["post"]
