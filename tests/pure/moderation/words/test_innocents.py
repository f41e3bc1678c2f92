"""What only looks like a listed word is spared, and managers are told of collisions."""

from __future__ import annotations

import base64
from random import Random
from uuid import UUID

import pytest

from cogs.moderation.words import Entry, Matcher, collisions, curated, prepare
from tests.pure.moderation.words.conftest import LISTED
from tests.pure.moderation.words.innocents import ENGLISH, FRENCH


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["english", "french"])
def test_look_alikes_are_spared(matcher: Matcher, words: list[str]) -> None:
    assert len(words) > 200
    hit = [word for word in words if matcher.find(f"that {word} there")]
    assert not set(map(str.casefold, hit)) - set(LISTED)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["english", "french"])
def test_shipped_lists_spare_look_alikes(shipped: Matcher, words: list[str]) -> None:
    assert not [word for word in words if shipped.find(word)]


@pytest.mark.parametrize(
    "text",
    [
        "455 people, 1 000 € in 2024, at 18h30 on 11/11", "call 06 55 45 55 01", "1st 2nd 3rd 4th 5e 20e 1er 2x 4k 3D",
        "v1.2.3 b17 c0 #a55 0xa55 1.5.5", "he'll be there, she'll too; we're late, it's fine, I can't",
        "https://example.org/assets/con/cul?id=a55", "www.example.org/shit-happens", "<:cul:123456789>",
        "<@1234567890>",
        "j'ai vu qu'il l'as fait c'on", "as soon as possible", "the band erupted, an al dente meal", "s.t.i.t",

        "he/she and/or his/her", "a b c d e f", "a n a l y s e", "A.S.A.P. U.S.A.", "un, deux, trois", "x - x * x",
        "void f(char *c){ return *s++ + *t; }", "rm -rf ./build && cd ..", "😀😀 👩‍👩‍👧 🇫🇷",
        "привет как дела", "日本語のテキスト", "un p'tit verre, des p’tits fours, P'TITE pause", "xxxx", "kiss xxxxx",
        "Duda, Petter and Bonner", "a|b|c|d", "1|2|3|4", "| a | n | a | l | y |", "8177e 93r83 904+53 +33 6 1!2+3 c1+0",
        "a+b+c+d = 4", "!!!!a!!!!", "a*b*c * d", "2*3*4", "s*x*t", "||hidden|| and ||more||",
        "impossible d'aller à %s : %s", "999 000 6666 88 5577", "foo() bar_baz C:\\new\\tests ¯\\_(ツ)_/¯",
        "100%Bio", "R&D, Q&A",
        "as\nhe", "| a |_b_|", "une **ph**rase", "snake_case_name(arg)",
    ],
)  # fmt: skip
def test_ordinary_text_is_spared(matcher: Matcher, text: str) -> None:
    assert not matcher.find(text)


@pytest.mark.parametrize("apostrophe", "'’")
def test_an_elision_makes_no_listed_word_of_an_ordinary_one(shipped: Matcher, apostrophe: str) -> None:
    elided = "p t d l j m n s c qu".split()
    words = [word for word in FRENCH if word.isalpha()] + "tit tits tite être as est on un ai es".split()
    texts = [f"{start}{apostrophe}{word}" for start in elided for word in words if not shipped.find(word)]
    texts += [f"p{apostrophe}{word}" for word in "tit tits tite tites".split()]
    assert not [text for text in texts if shipped.find(text)]


def test_identifiers_are_spared(matcher: Matcher) -> None:
    random = Random(11)
    texts = [base64.b64encode(random.randbytes(30)).decode() for _ in range(1_500)]
    texts += [str(UUID(int=random.getrandbits(128))) for _ in range(500)]
    texts += [random.randbytes(8).hex() for _ in range(500)]
    texts += [" ".join(str(random.randint(0, 99_999)) for _ in range(8)) for _ in range(500)]
    assert not [text for text in texts if matcher.find(text)]


def test_the_place_of_a_word_in_its_sentence_does_not_matter(shipped: Matcher) -> None:
    assert not shipped.find("on a fait un pique-nique au bout du cul-de-sac, j'étais en retard désolé")
    assert not shipped.find("I took a bite, my uncle is a therapist, je prends une douche")
    assert shipped.find("espèce de connard")
    assert shipped.find("kill yourself")


@pytest.mark.parametrize(
    "text",
    [
        "well it's-it's only me", "so that’s-it for today", "we call it what's-it", "It\x92s-it\x92s me",
        "please don't kill yourself over a deadline", "it is when you want to kill yourself that you call a friend",
        "your mum's gonna kill you", "the stairs won't hurt but the heat is going to kill you", "I'll shoot you a mail",
        "gook luck tomorrow", "my knight has a bastard sword", "ask PD who is on call", "the PD loop oscillates",
        "je m’attarde un peu", "on ne s'attarde pas là-dessus", "désolé, je me suis attardé sur la carte",
        "combien de dragons tuez-vous par jour ?", "you can't con an honest crowd", "there is a hole in my sock",
        "for fk in table.foreign_keys:", "my tranny slips in third gear", "Pak is batting first",
        "enough rope to hang yourself",
        "tough titty, as grandma says", "that cache is a waste of space", "I don't know where you live, so bring a map",
        "they won in 4th OT tonight", "they won in 4th OT", "when you hoe the garden",
        "I put e-mail addresses there", "put e.g. a number",
        "we put E in the corner",
        "un roman de P.D. James", "la voiture immatriculée PD-001-GE", "le numéro de PD-12", "la pièce FDP-12",
        "the chink in his armour", "va te faire vacciner", "le concert de NTM", "j'ai vu le Suprême NTM",
        "Ulaan Baatar is cold", "here’s pics of my dog",
    ],
)  # fmt: skip
def test_shipped_lists_spare_what_people_say_kindly(shipped: Matcher, text: str) -> None:
    assert not shipped.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "why don't you kill yourself", "I'm gonna kill you", "we are going to kill you", "I'll shoot you",
        "sale PD", "t'es qu'un pd", "bande de pd", "quel attardé", "va te tuer", "ur an idiot", "go unalive urself",
        "fils2pute", "nik tamere", "c'est quoi ce mongol", "espèce de demeuré", "fuk u", "you biatch", "mais quel cnrd",
        "you tranny", "you're a waste of space", "I know where you live",
        "va te faire foutre", "allez vous faire foutre", "FILS DE P.U.T.E",
    ],
)  # fmt: skip
def test_shipped_lists_find_what_people_say_in_anger(shipped: Matcher, text: str) -> None:
    assert shipped.find(text)


def test_a_collision_is_spared_and_told() -> None:
    entries = [Entry("péter", "fr"), Entry("bite", "fr"), Entry("suce", "fr")]
    english = {(found.word, found.entry.text, found.spared) for found in collisions(entries, "en")}
    assert ("peter", "péter", True) in english
    assert ("bite", "bite", False) in english
    plan = prepare(entries, (), ("en", "fr"))
    assert {found.word for found in plan.collisions} >= {"peter", "bite"}
    assert not Matcher(plan).find("Peter is a success")
    assert Matcher(plan).find("péter")


def test_what_is_the_same_word_without_its_accent_is_no_collision() -> None:
    plan = prepare([Entry("enculé", "fr")], (), ("fr",))
    assert Matcher(plan).find("encule")


def test_shipped_lists_hold_no_entry_twice_and_say_what_they_are() -> None:
    for language in ("en", "fr"):
        entries = curated(language)
        assert len({entry.text for entry in entries}) == len(entries) > 200
        assert all(entry.category and entry.language == language and entry.source for entry in entries)
        assert {1, 2, 3} <= {entry.severity for entry in entries}
        assert {"insult", "slur", "sexual", "violence", "self-harm", "scam"} <= {entry.category for entry in entries}
    assert not curated("xx")
