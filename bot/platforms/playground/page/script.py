"""A lively day, as data: who does what, where, in which words. ``h1``… live there, ``n1``… are newcomers."""

from __future__ import annotations

from dataclasses import dataclass, field

ROOMS = ("welcome", "introductions", "general", "announcements", "team")
"""The parts that channels play, in the order in which the demo towns have them."""

NEWCOMERS = 4
INTRODUCE, RULES = "welcome.introduce_myself", "welcome.rules"
KEEP_AWAY = "moderation.refuse"


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    minutes: int
    where: str = "general"


@dataclass(frozen=True, slots=True)
class Join:
    who: str
    where: str = "welcome"


@dataclass(frozen=True, slots=True)
class Say:
    """``name`` is how later steps call this message, ``to`` the one it answers. ``@{n1}`` mentions somebody."""

    who: str
    where: str
    text: str
    name: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """The newest button of this action, then the form that it opens, if any."""

    who: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    where: str = "welcome"


@dataclass(frozen=True, slots=True)
class React:
    """To the message named ``to``, or to the last one there."""

    who: str
    where: str
    emoji: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A command with its options."""

    who: str
    command: str
    options: dict[str, str] = field(default_factory=dict)
    where: str = "general"


Step = Wait | Join | Say | Press | React | Run

NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Amara", "Finn", "Priya", "Jonas", "Chloe", "Mateo", "Hana", "Noah", "Zoe", "Ravi", "Ivy", "Luca"),
    "fr": ("Inès", "Basile", "Awa", "Gabin", "Solène", "Rayan", "Maud", "Elio", "Zoé", "Nils", "Salomé", "Issa"),
}


def _introduction(about: str, interests: str) -> dict[str, str]:
    return {"about": about, "interests": interests}


FRENCH: tuple[Step, ...] = (
    Run("h1", "moderation preset", {"name": "standard"}),
    Say("h4", "general", "Bonjour à tous\u202f! Café servi, la journée peut commencer ☕", "coffee"),
    React("h5", "general", "☕", "coffee"),
    Join("n1"),
    Say("h3", "welcome", "Bienvenue @{n1}\u202f! Prends un coin de table, on ne mord pas.", "hello"),
    Press(
        "n1",
        INTRODUCE,
        _introduction(
            "Je restaure de vieux vélos dans mon garage, à Nantes, et je voudrais apprendre à souder.",
            "Trouver des mordus de mécanique",
        ),
    ),
    React("h3", "introductions", "👋"),
    Say("h5", "introductions", "Enfin quelqu’un à qui montrer mon randonneur de 1974\u202f! Bienvenue @{n1}."),
    Wait(50),
    Join("n2"),
    Press("n2", RULES),
    Say("n2", "welcome", "Merci pour l’accueil. Je lis la charte et j’arrive\u202f!"),
    Say(
        "n2",
        "general",
        "Question de débutant\u202f: faut-il graisser un moyeu neuf avant le montage\u202f?",
        "q",
    ),
    Say("h6", "general", "Oui, toujours\u202f: en usine, ils en mettent le minimum. Une noisette suffit.", "a", "q"),
    React("n2", "general", "🙏", "a"),
    Say("n2", "general", "C’est noté, merci @{h6}\u202f!"),
    Wait(120),
    Join("n3"),
    Press(
        "n3",
        INTRODUCE,
        _introduction(
            "Infirmière de nuit, je roule pour me vider la tête. J’habite Lyon depuis peu.",
            "Des sorties tranquilles le dimanche",
        ),
    ),
    React("h2", "introductions", "👋"),
    React("n1", "introductions", "🚲"),
    Say("h4", "introductions", "Dimanche on longe la Saône, à petite allure\u202f: viens avec nous @{n3}."),
    Say("n3", "introductions", "Avec plaisir\u202f! À quelle heure\u202f?"),
    Wait(90),
    Say("h1", "announcements", "**Dimanche, 9 h 30**\u202f: les bords de Saône. On s’inscrit ici d’un 🚲.", "ride"),
    React("h4", "announcements", "🚲", "ride"),
    React("n3", "announcements", "🚲", "ride"),
    React("n1", "announcements", "🚲", "ride"),
    Say("h6", "general", "9 h 30 un dimanche\u202f? Quel cr3t1n a choisi une heure pareille\u202f?"),
    Wait(5),
    Say("h6", "general", "Pardon, je ne suis pas du matin. Et si on partait à 10 h 30\u202f?", "later"),
    Say("h1", "general", "Va pour 10 h 30, et des croissants.", "", "later"),
    React("h6", "general", "🥐"),
    Join("n4"),
    Say("n4", "general", "C4rte c4deau gr4tuite pour tous, écrivez-moi vite\u202f!"),
    Press("h2", KEEP_AWAY, where="team"),
    Wait(180),
    Say("h2", "general", "Belle journée\u202f: de nouvelles têtes, et personne n’est resté sans réponse."),
    React("h1", "general", "💚"),
)

ENGLISH: tuple[Step, ...] = (
    Run("h1", "moderation preset", {"name": "standard"}),
    Say("h4", "general", "Morning everyone. Coffee is on, the day may begin ☕", "coffee"),
    React("h5", "general", "☕", "coffee"),
    Join("n1"),
    Say("h3", "welcome", "Welcome @{n1}! Take a seat, nobody bites.", "hello"),
    Press(
        "n1",
        INTRODUCE,
        _introduction(
            "I restore old bicycles in my garage in Bristol, and I would like to learn how to braze.",
            "Meeting people who love mechanics",
        ),
    ),
    React("h3", "introductions", "👋"),
    Say("h5", "introductions", "At last somebody to show my 1974 tourer to. Welcome @{n1}!"),
    Wait(50),
    Join("n2"),
    Press("n2", RULES),
    Say("n2", "welcome", "Thank you all. I am reading the rules, then I am with you."),
    Say("n2", "general", "A beginner's question: should a new hub be greased before the wheel goes on?", "q"),
    Say("h6", "general", "Yes, always: factories put in as little as they can. A pea of grease is enough.", "a", "q"),
    React("n2", "general", "🙏", "a"),
    Say("n2", "general", "Noted. Thank you @{h6}!"),
    Wait(120),
    Join("n3"),
    Press(
        "n3",
        INTRODUCE,
        _introduction(
            "A night nurse: I ride to clear my head. I moved to Leeds a month ago.",
            "Quiet rides on Sundays",
        ),
    ),
    React("h2", "introductions", "👋"),
    React("n1", "introductions", "🚲"),
    Say("h4", "introductions", "On Sunday we follow the canal, slowly. Come along @{n3}."),
    Say("n3", "introductions", "With pleasure! At what time?"),
    Wait(90),
    Say("h1", "announcements", "**Sunday, 9:30**: the canal ride. Sign up here with a 🚲.", "ride"),
    React("h4", "announcements", "🚲", "ride"),
    React("n3", "announcements", "🚲", "ride"),
    React("n1", "announcements", "🚲", "ride"),
    Say("h6", "general", "Half past nine on a Sunday? Nora, you m0r0n!"),
    Wait(5),
    Say("h6", "general", "Sorry, mornings are not for me. What about half past ten?", "later"),
    Say("h1", "general", "Half past ten it is, with croissants.", "", "later"),
    React("h6", "general", "🥐"),
    Join("n4"),
    Say("n4", "general", "Fr33 st3am g1ft for all of you, write to me"),
    Press("h2", KEEP_AWAY, where="team"),
    Wait(180),
    Say("h2", "general", "A good day: new faces, and nobody was left without an answer."),
    React("h1", "general", "💚"),
)

DAYS: dict[str, tuple[Step, ...]] = {"fr": FRENCH, "en": ENGLISH}
