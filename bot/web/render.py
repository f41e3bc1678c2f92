"""From what a page shows to HTML: templates that speak the reader's language and escape everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.chat.words import Phrase
from bot.cog.texts import Voice

HERE = Path(__file__).parent
STATIC = HERE / "static"
PRIVATE = {"Cache-Control": "no-store"}


class Renderer:
    """In templates ``_`` and ``ngettext`` say texts of the catalogue."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    def page(self, name: str, voice: Voice, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A template's page, which no cache keeps."""
        template = self.environment.get_template(f"{name}.html")
        words = {"_": _sayer(voice), "ngettext": _counter(voice), "language": voice.language}
        html = template.render(**words, **{"visitor": None, **context})
        return HTMLResponse(html, status, headers=PRIVATE)


def _sayer(voice: Voice) -> Callable[..., str]:
    def say(source: str, **arguments: object) -> str:
        return voice.text(Phrase(source, arguments))

    return say


def _counter(voice: Voice) -> Callable[..., str]:
    def say(one: str, many: str, count: int, **arguments: object) -> str:
        return voice.text(Phrase(one, {"count": count, **arguments}, many, count))

    return say
