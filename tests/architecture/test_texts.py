"""Every text is in French, well written, and says the same things as its source."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from bot.chat.words import COMMAND_WORD
from bot.workshop import french, texts

SOURCES = texts.collect()
FR = texts.read(texts.LANGUAGE)
TU = texts.read(texts.VARIANT)
BOTH = pytest.mark.parametrize("catalog", [FR, TU], ids=["fr", "fr@tu"])


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def source(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"\{\w*\}", text))


def test_the_code_has_texts() -> None:
    assert len(SOURCES) > 100


def test_french_has_every_text_and_no_other() -> None:
    known = {(source(message), message.context) for message in messages(FR)}
    assert known == set(SOURCES), "run `make docs`, then translate locales/fr.po"


def test_french_is_complete() -> None:
    assert not [source(message) for message in messages(FR) if not strings(message) or not all(strings(message))]


@BOTH
def test_nothing_is_uncertain(catalog: Catalog) -> None:
    assert not [source(message) for message in messages(catalog) if message.fuzzy]


@BOTH
def test_plurals_have_two_forms(catalog: Catalog) -> None:
    for message in messages(catalog):
        wanted = SOURCES.get((source(message), message.context))
        assert len(strings(message)) == (2 if wanted and wanted.plural else 1), source(message)


@BOTH
def test_placeholders_are_those_of_the_source(catalog: Catalog) -> None:
    for message in messages(catalog):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        allowed = {name for one in ids for name in placeholders(one)}
        for form, string in enumerate(filter(None, strings(message))):
            said = set(placeholders(string))
            assert said <= allowed, f"{source(message)}: {said - allowed} is not in the source"
            # « un membre » may leave the number out; every other placeholder is needed.
            needed = set(placeholders(ids[min(form, len(ids) - 1)])) - ({"{count}"} if len(ids) > 1 else set())
            assert needed <= said, f"{source(message)}: {needed - said} is missing"


@BOTH
def test_typography_is_french(catalog: Catalog) -> None:
    wrong = {string: found for m in messages(catalog) for string in strings(m) if (found := french.faults(string))}
    assert not wrong


def test_no_text_stays_in_english() -> None:
    same = {source(m) for m in messages(FR) if strings(m) and source(m) == strings(m)[0] and len(source(m)) > 20}
    assert not same


def test_tu_only_holds_what_differs() -> None:
    vous = {(source(message), message.context): strings(message) for message in messages(FR)}
    for message in messages(TU):
        key = (source(message), message.context)
        assert key in vous, f"{key[0]!r} no longer exists"
        assert strings(message) != vous[key], f"{key[0]!r} is the same in fr.po"


def test_tu_has_every_text_that_says_vous() -> None:
    """Those that greet several people say *vous* to everybody."""
    spoken = re.compile(r"\b(vous|votre|vos)\b|\w+ez(-|\b)", re.IGNORECASE)
    innocent = re.compile(r"\b(chez|assez|nez|rendez-vous)\b", re.IGNORECASE)
    known = {(source(message), message.context) for message in messages(TU)}
    missing = [
        source(m)
        for m in messages(FR)
        if spoken.search(innocent.sub("", " ".join(strings(m))))
        and (source(m), m.context) not in known
        and "{members}" not in source(m)
    ]
    assert not missing


def test_the_file_is_as_relais_texts_writes_it() -> None:
    path = texts.ROOT / "locales" / f"{texts.LANGUAGE}.po"
    assert path.read_text("utf-8") == texts.written(texts.updated(FR, SOURCES)), "run `make docs`"


# The collector itself


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    (tmp_path / "cogs").mkdir()
    return tmp_path


def test_collecting_finds_every_kind_of_text(tree: Path) -> None:
    (tree / "cogs" / "polls.py").write_text(
        '''
class Settings(CogSettings):
    a: Annotated[int, Field(title="A title", description="A hint")] = 1

class Process(BaseSettings):
    b: int = Field(1, description="not for members")

cog = Cog("polls", Settings, title="Polls")

@cog.command("polls ask")
async def ask(ctx):
    """Ask something.

    More, for developers.
    """
    await ctx.reply(t("One" " text"))
    plural("{count} answer", "{count} answers", count=2)
    t("{value}", value=3)
    raise Refused(Phrase("Choose one.", {"count": 2}, "Choose {count}.", 2))

class Answer(Base):
    person: Mapped[str] = personal("delete", "who answered", index=True)

def helper():
    """Not a text."""
''',
        "utf-8",
    )
    found = texts.collect(tree)
    expected = [
        "A title",
        "A hint",
        "Polls",
        "Ask something.",
        "polls",
        "ask",
        "One text",
        "{count} answer",
        "Choose one.",
        "who answered",
    ]
    assert [key[0] for key in found] == expected
    assert found["{count} answer", None].plural == "{count} answers"
    assert ("ask", COMMAND_WORD) in found
    assert found["Polls", None].places == ["cogs/polls.py"]


def test_what_french_spaces_is_collected_without_words_too(tree: Path) -> None:
    (tree / "cogs" / "polls.py").write_text('t("{name}: {value}")\nt("- {name}")\nt("“{name}”")\n', "utf-8")
    assert [key[0] for key in texts.collect(tree)] == ["{name}: {value}", "“{name}”"]


def test_titles_are_collected_under_any_name_of_field(tree: Path) -> None:
    (tree / "cogs" / "polls.py").write_text(
        """
from pydantic import Field as Ask

def ask(text: Annotated[str, Ask(title="Question", description="A short one")]): ...
def tell(text: Annotated[str, Tell(title="Not this")]): ...
""",
        "utf-8",
    )
    assert [key[0] for key in texts.collect(tree)] == ["Question", "A short one"]


def test_templates_are_read_too(tree: Path) -> None:
    page = tree / "bot" / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(
        """<p>{{ _("Hello {name}", name=view.name) }}</p>{{ ngettext('{count} day', '{count} days', n) }}"""
    )
    assert [(text.source, text.plural) for text in texts.collect(tree).values()] == [
        ("Hello {name}", None),
        ("{count} day", "{count} days"),
    ]
    page.write_text("{{ _(view.words) }}")
    with pytest.raises(texts.Unreadable, match=r"page\.html:1"):
        texts.collect(tree)


def test_a_computed_text_is_refused(tree: Path) -> None:
    (tree / "bot" / "x.py").write_text('t(f"Hello {name}")\nt(words)\n', "utf-8")
    with pytest.raises(texts.Unreadable, match=r"bot/x\.py:1: t\(\) takes a text written out"):
        texts.collect(tree)


def test_updating_keeps_translations_and_marks_what_is_gone() -> None:
    old = Catalog(locale="fr")
    old.add("Stays", "Reste")
    old.add("Goes", "Part")
    new = texts.updated(old, {("Stays", None): texts.Text("Stays", places=["a.py"]), ("New", None): texts.Text("New")})
    assert [(m.id, m.string) for m in messages(new)] == [("Stays", "Reste"), ("New", "")]
    assert '#~ msgid "Goes"' in texts.written(new)
    assert "#: a.py\n" in texts.written(new)


@pytest.mark.parametrize(
    "text",
    [
        "Bienvenue\u202f!",
        "C’est «\u202foui\u202f»\u00a0: à 18:00\u202f?",
        "Voir https://example.org/a?b=c et `code: x`.",
        "Vraiment\u202f?!",
        "{member}\u202f: {text}",
    ],
)
def test_good_french_passes(text: str) -> None:
    assert french.faults(text) == []


@pytest.mark.parametrize(
    "text",
    ["Bienvenue !", "C'est bon", 'Le "mot"', "Le « mot »", "Oui: non", "Quoi?", "Attendez...", "Le “mot”", "Oui : non"],
)
def test_bad_french_is_found(text: str) -> None:
    assert french.faults(text)
