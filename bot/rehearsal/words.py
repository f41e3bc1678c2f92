"""What the chat log says by itself, in English and in French, and what makes any text safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from bot.cog.dates.words import is_french

ENGLISH = {
    "join": "{who} joins",
    "invited": "{who} joins, invited by {via}",
    "leave": "{who} leaves",
    "reply": "in reply",
    "edit": "changes that to",
    "run": "{who} types {command}",
    "press": "{who} presses [{label}]",
    "choose": "{who} chooses {values} in [{label}]",
    "fill": "{who} fills the form in",
    "react": "{who} reacts with {emoji}",
    "until": "… until {moment}",
    "restart": "⟳ the process is killed and starts again",
    "only": "only {who} sees this",
    "form": "opens a form",
    "edited": "changes its message to",
    "delete": "deletes a message",
    "bot react": "reacts with {text}",
    "timeout": "silences {who} until {text}",
    "timeout over": "lets {who} speak again",
    "kick": "removes {who}",
    "ban": "bans {who}",
    "unban": "lifts the ban of {who}",
    "role": "role of {who}: {text}",
    "pin": "pins a message",
    "unpin": "unpins a message",
    "thread": "opens a thread",
    "slow_mode": "slows the channel down: {text}",
    "event": "schedules an event",
    "cancel_event": "cancels the event {text}",
    "invite": "makes the invite {text}",
    "delete_invite": "deletes the invite {text}",
    "pause_invites": "lets nobody new in until {text}",
    "resume_invites": "lets new members in again",
    "filter": "gives the platform’s own filter these rules: {text}",
    "stopped": "the platform’s own filter stops it",
    "said in": "#{channel}: {text}",
    "nothing in": "nothing in #{channel}",
    "said to": "to {who} alone: {text}",
    "nothing to": "nothing to {who} alone",
    "not held": "line {line} does not hold",
    "error": "error in {what}",
    "colon": ":",
    "cut": "… {count} more characters",
}
FRENCH = {
    "join": "{who} arrive",
    "invited": "{who} arrive, sur invitation de {via}",
    "leave": "{who} s’en va",
    "reply": "en réponse",
    "edit": "corrige en",
    "run": "{who} tape {command}",
    "press": "{who} appuie sur [{label}]",
    "choose": "{who} choisit {values} dans [{label}]",
    "fill": "{who} remplit le formulaire",
    "react": "{who} réagit par {emoji}",
    "until": "… jusqu’au {moment}",
    "restart": "⟳ le processus est tué et redémarre",
    "only": "visible de {who} seulement",
    "form": "ouvre un formulaire",
    "edited": "remplace son message par",
    "delete": "supprime un message",
    "bot react": "réagit par {text}",
    "timeout": "réduit {who} au silence jusqu’au {text}",
    "timeout over": "rend la parole à {who}",
    "kick": "expulse {who}",
    "ban": "bannit {who}",
    "unban": "lève le bannissement de {who}",
    "role": "rôle de {who} : {text}",
    "pin": "épingle un message",
    "unpin": "désépingle un message",
    "thread": "ouvre un fil",
    "slow_mode": "ralentit le salon : {text}",
    "event": "programme un événement",
    "cancel_event": "annule l’événement {text}",
    "invite": "crée l’invitation {text}",
    "delete_invite": "supprime l’invitation {text}",
    "pause_invites": "ne laisse plus entrer personne jusqu’au {text}",
    "resume_invites": "laisse de nouveau entrer les nouveaux membres",
    "filter": "donne ces règles au filtre de la plateforme : {text}",
    "stopped": "le filtre de la plateforme l’arrête",
    "said in": "#{channel} : {text}",
    "nothing in": "rien dans #{channel}",
    "said to": "à {who} seulement : {text}",
    "nothing to": "rien à {who} seulement",
    "not held": "la ligne {line} n’est pas respectée",
    "error": "erreur dans {what}",
    "colon": " :",
    "cut": "… encore {count} caractères",
}

SCRAMBLING = frozenset(
    "\u061c\u200e\u200f\u2028\u2029\ufeff" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)
"""Invisible characters that reorder or break what a terminal shows."""


def labels(language: str) -> Mapping[str, str]:
    return FRENCH if is_french(language) else ENGLISH


def unsafe(character: str) -> bool:
    """Whether printing this character would do something else than show it."""
    return character in SCRAMBLING or unicodedata.category(character) in ("Cc", "Cs")


def visible(text: str) -> str:
    """The text with control characters shown by their number; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if c != "\n" and unsafe(c) else c for c in text)
