"""From a view to HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from bot.chat.forms import CommandSpec
from bot.chat.words import Phrase
from bot.platforms.playground.page.house import PARTS
from bot.platforms.playground.page.log import lines
from bot.platforms.playground.page.palette import KINDS
from bot.platforms.playground.page.view import LEVELS, View

EMOJIS = ("👍", "❤️", "😂", "🎉", "👋", "🙏", "👀", "✅")


class Renderer:
    """Fills the templates. In them ``_`` and ``ngettext`` say texts of the catalogue."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._words: dict[tuple[str, str], str] = {}
        environment.globals.update(emojis=EMOJIS, levels=LEVELS, kinds=KINDS, parts=sorted(PARTS))

    async def page(self, view: View) -> str:
        return self._template("page.html", view, await self._context(view, *PARTS))

    async def part(self, name: str, view: View) -> str:
        return self._template(f"part_{name}.html", view, await self._context(view, name))

    def options(self, view: View, spec: CommandSpec) -> str:
        return self._template("options.html", view, {"spec": spec})

    async def _context(self, view: View, *parts: str) -> dict[str, Any]:
        """What takes more than the view: the next thing due, the journal in words."""
        context: dict[str, Any] = {"live": view.page.live.id}
        if "clock" in parts:
            context["due"] = await view.page.controls.next_due()
        if "journal" in parts:
            context["journal"] = lines(view)
        if "messages" in parts:
            context["messages"] = view.messages()
        return context

    def _sayer(self, view: View) -> Callable[..., str]:
        """Says texts of templates; those without arguments are said once for each language."""
        known, language = self._words, view.language

        def say(source: str, **arguments: object) -> str:
            if arguments:
                return view.say(Phrase(source, arguments))
            if (source, language) not in known:
                known[source, language] = view.say(Phrase(source))
            return known[source, language]

        return say

    def _template(self, name: str, view: View, context: dict[str, Any]) -> str:
        template = self.environment.get_template(name)
        return template.render(view=view, _=self._sayer(view), ngettext=_counter(view), **context)


def _counter(view: View) -> Callable[..., str]:
    def say(one: str, many: str, count: int, **arguments: object) -> str:
        return view.say(Phrase(one, {"count": count, **arguments}, many, count))

    return say
