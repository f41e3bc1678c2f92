"""Commands that texts name: ours become something to press or to type, what people write stays what it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.card import Card, Field
from bot.chat.forms import CommandSpec
from bot.chat.text import (
    Code,
    CommandMention,
    Link,
    Md,
    Paragraph,
    Text,
    clip,
    command,
    escape,
    marked,
    parse,
    plain,
    respelled,
    unparse,
)
from bot.chat.words import Phrase, Words
from bot.cog.texts import Voice, localise, t
from bot.platforms.discord.markup import write
from bot.platforms.discord.offered import Offered
from bot.platforms.playground.page.markup import Chip, Pen
from bot.platforms.slack.mrkdwn import Writer

PATHS = frozenset({"help", "settings set", "settings show", "case", "case list", "moderation rule mode"})
VOICE = Voice(commands=PATHS)
FRENCH = {"settings": "réglages", "set": "définir", "case": "dossier", "list": "liste"}


def say(words: Words, language: str) -> str:
    source = words.source if isinstance(words, Phrase) else str(words)
    return FRENCH.get(source, source) if language == "fr" else source


def offered(**ids: str) -> Offered:
    made = Offered([CommandSpec(path, f"Help of {path}") for path in sorted(PATHS)], say)
    made.learn([{"name": name, "id": id} for name, id in ids.items()])
    return made


# Which words are a command


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("/help", "</help>"),
        ("See /settings show.", "See </settings show>."),
        ("Tapez « /case list » :", "Tapez « </case list> » :"),
        ("/case, /case list", "</case>, </case list>"),
        ("(/help)", "(</help>)"),
        ("**/help**", "**</help>**"),
        ("/settings set community.moderators or x", "</settings set> community.moderators or x"),
        ("/moderation rule mode {name} observe", "</moderation rule mode> {name} observe"),
        ("`/settings set welcome.channel`", "</settings set|welcome.channel>"),
        ("`/case list of:{who}`, then", "</case list|of:{who}>, then"),
        ("`/help`", "</help|>"),
    ],
)
def test_a_command_of_ours_is_known(template: str, expected: str) -> None:
    assert marked(template, PATHS) == expected
    assert marked(expected, PATHS) == expected


@pytest.mark.parametrize(
    "template",
    [
        "/unknown list",
        "/{path}",
        "and/help",
        "https://relais.example.org/help",
        "[page](https://relais.example.org/help)",
        "src/settings set",
        "./help",
        "//help",
        "\\/help",
        "`see /help there`",
        "``/help``",
        "</help>",
    ],
)
def test_anything_else_is_no_command(template: str) -> None:
    assert marked(template, PATHS) == template


def test_what_is_typed_after_it_is_read_back() -> None:
    md = VOICE.md(t("Then `/settings set name value:{value}`", value="a`b|c>d<e\\"))
    assert parse(md) == (Paragraph((Text("Then "), CommandMention("settings set", "name value:a`b|c>d<e\\"))),)
    assert parse(unparse(parse(md))) == parse(md)
    assert plain(md) == "Then /settings set name value:a`b|c>d<e\\"
    assert plain(command("case list", "of:<me>")) == "/case list of:<me>"
    assert parse(command("case list")) == (Paragraph((CommandMention("case list"),)),)


PIECES = st.sampled_from([*"</>|: `\\\n3", "help", "settings set"])


@given(st.lists(PIECES, max_size=12).map("".join))
@example("</help>")
@example("</settings set:1|x>")
@settings(deadline=None)
def test_what_people_type_is_never_a_command(typed: str) -> None:
    for template in ("{typed}", "`{typed}`", "**{typed}** /help", "</help|{typed}>"):
        md = VOICE.md(t(template, typed=typed))
        found = [node for node in leaves(md) if isinstance(node, CommandMention)]
        assert found == (
            [CommandMention("help", None if "**" in template else typed_after(typed))] * ("help" in template)
        )
        respell = respelled(md, lambda node: CommandMention("help", node.rest, "7"))
        assert "</help:7" not in respell or "help" in template
    assert not any(isinstance(node, CommandMention) for node in leaves(escape(typed)))


def typed_after(typed: str) -> str:
    return plain(escape(typed))


def leaves(md: str) -> list[object]:
    found: list[object] = []

    def walk(node: object) -> None:
        if isinstance(node, tuple):
            for one in node:
                walk(one)
        elif inner := [getattr(node, name) for name in ("children", "blocks", "items") if hasattr(node, name)]:
            walk(tuple(inner))
        else:
            found.append(node)

    walk(parse(md))
    return found


def test_a_label_of_a_link_holds_none() -> None:
    assert parse("[</help>](https://a.b/)") == (Paragraph((Link("https://a.b/", (Text("/help"),)),)),)


def test_it_is_kept_whole_or_dropped() -> None:
    md = Md("See </settings show> now and then")
    assert plain(clip(md, 20)) == "See /settings show…"
    assert plain(clip(md, 12)) == "See…"


# On Discord


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("See /case list.", "See </case list:42>."),
        ("See /case.", "See </case show:42>."),
        ("`/case list of:me`", "</case list:42> `of:me`"),
        ("`/case list`", "</case list:42>"),
    ],
)
def test_discord_makes_it_something_to_press(template: str, shown: str) -> None:
    card = offered(case="42").card(localise(Card(t(template)), VOICE), "fr")
    assert write(str_of(card.text)) == shown


def test_before_discord_told_it_is_named_as_the_reader_sees_it() -> None:
    card = localise(Card(t("See `/settings set x` or /settings set"), footer=t("/case list")), VOICE)
    assert write(str_of(offered().card(card, "fr").text)) == "See `/réglages définir x` or /réglages définir"
    assert write(str_of(offered().card(card, "en").text)) == "See `/settings set x` or /settings set"
    named = offered(case="42", settings="43").card(card, "fr")
    assert plain(str_of(named.footer)) == "/dossier liste", "a footer shows no markup"


def test_fields_name_commands_too_and_data_does_not() -> None:
    card = Card(t("{said}", said="</help:42> /help"), fields=(Field(t("How"), t("/help")), Field("Said", "/help")))
    shown = offered(help="42").card(localise(card, VOICE), "en")
    assert write(str_of(shown.text)) == "\\</help:42\\> /help"
    assert [write(str_of(field.value)) for field in shown.fields] == ["</help:42>", "/help"]


def str_of(words: Words) -> str:
    assert isinstance(words, str)
    return words


# Elsewhere


def test_slack_and_the_playground_show_what_is_typed_there() -> None:
    md = VOICE.md(t("See /case list or `/settings set x`"))
    assert Writer().pieces(md, 100) == ["See /case list or `/settings set x`"]
    assert "<code>/case list</code>" in Pen(Chip, Chip, lambda moment: ("", ""), "", "").words(md)


def test_titles_and_labels_say_it_plainly() -> None:
    assert VOICE.text(t("Now: /settings set {name}", name="a")) == "Now: /settings set a"
    assert isinstance(parse("`</help>`")[0], Paragraph)
    assert leaves("`</help>`") == [Code("</help>")]
