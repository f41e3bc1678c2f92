"""The page at the end of a visit to Slack, dressed like the others of the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.chat.words import Phrase, Words
from bot.platforms.slack.commands import LANGUAGES, SOURCE

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
NEXT = Phrase("What comes next")
COMMAND = re.compile(r"((?<!\S)/\w+(?: @\w+)?)")
"""Split by it, a text gives words and commands in turn."""


@dataclass(frozen=True, slots=True)
class Page:
    """What to say, and perhaps what to do next and where to go on: a label and an address."""

    status: int
    title: Words
    text: Words
    link: tuple[Words, str] | None = None
    steps: tuple[Words, ...] = ()


def page(shown: Page, language: str, say: Callable[[Words, str], str]) -> HTMLResponse:
    """A page that no cache keeps."""
    label, address = shown.link or ("", "")
    html = TEMPLATES.get_template("page.html").render(
        language=language,
        title=say(shown.title, language),
        good=shown.status < 300,
        text=say(shown.text, language),
        next=say(NEXT, language),
        steps=[COMMAND.split(say(step, language)) for step in shown.steps],
        label=say(label, language),
        address=address,
    )
    return HTMLResponse(html, shown.status, headers={"Cache-Control": "no-store"})


def language_of(accepted: str) -> str:
    """The first language of the browser that Relais speaks."""
    asked = (entry.partition(";")[0].strip()[:2].lower() for entry in accepted.split(","))
    return next((language for language in asked if language in LANGUAGES), SOURCE)
