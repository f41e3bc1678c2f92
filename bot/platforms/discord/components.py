"""Buttons and menus: rows of components, with ids that survive restarts.

In a private conversation a component also carries its guild, since Discord then tells only who pressed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from bot.chat.card import Button, Card, Menu, Style
from bot.platforms.discord import limits
from bot.platforms.discord.markup import fit_plain

Component = dict[str, Any]
T = TypeVar("T")

ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
LINK = 5
STYLES = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 4}
NAMELESS = "…"
"""What Discord wants where a text may not be empty."""

SEPARATOR = "\x1f"
_TAG = re.compile(r"(?P<action>.*?)\x1f(?P<guild>[0-9]{0,20})(\x1f[0-9]+)?", re.DOTALL)


def tagged(action: str, guild: str) -> str:
    """A component's id that carries its guild, where it fits."""
    both = f"{action}\x1f{guild}"
    return both if guild and limits.size(both) <= limits.CUSTOM_ID else action


def untagged(custom_id: str) -> tuple[str, str]:
    """The action and the guild (or nothing) of a component's id."""
    found = _TAG.fullmatch(custom_id)
    return (found["action"], found["guild"]) if found else (custom_id, "")


def _another(custom_id: str, used: set[str]) -> str | None:
    """The id, or one that means the same: in one message Discord takes each only once. None where it does not fit."""
    again, number = custom_id, 1
    while again in used:
        number += 1
        again = f"{custom_id}{'' if _TAG.fullmatch(custom_id) else SEPARATOR}{SEPARATOR}{number}"
    return again if again == custom_id or limits.size(again) <= limits.CUSTOM_ID else None


def rows(card: Card, guild: str = "") -> list[Component]:
    """The card's buttons, then its menus; what does not fit in five rows is left out."""
    made = [_row(five) for five in _by(limits.ROW_BUTTONS, list(_buttons(card.buttons, guild)))]
    made += [_row([menu]) for menu in _menus(card.menus, guild)]
    return made[: limits.ROWS]


def long_links(card: Card) -> tuple[Button, ...]:
    """Link buttons whose address Discord refuses in a button: they are said in the text instead."""
    return tuple(button for button in card.buttons if button.url and not _linkable(button.url))


def _linkable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and limits.size(url) <= limits.BUTTON_URL


def _row(components: list[Component]) -> Component:
    return {"type": ACTION_ROW, "components": components}


def _by(count: int, those: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(those), count):
        yield list(those[start : start + count])


def _buttons(buttons: Iterable[Button], guild: str) -> Iterator[Component]:
    seen: set[str] = set()
    for button in buttons:
        label = fit_plain(str(button.label), limits.BUTTON_LABEL) or NAMELESS
        if button.url:
            if _linkable(button.url):
                yield {"type": BUTTON, "style": LINK, "label": label, "url": button.url}
        elif button.action and button.action not in seen:
            seen.add(button.action)
            custom_id = tagged(button.action, guild)
            yield {"type": BUTTON, "style": STYLES[button.style], "label": label, "custom_id": custom_id}


def _menus(menus: Iterable[Menu], guild: str) -> Iterator[Component]:
    used: set[str] = set()
    for menu in menus:
        custom_id = _another(tagged(menu.action, guild), used)
        options = {option.value: option for option in menu.options if option.value}
        shown = [
            _option(str(option.label), option.value, str(option.hint))
            for option in list(options.values())[: limits.SELECT_OPTIONS]
        ]
        if shown and custom_id:
            used.add(custom_id)
            yield {
                "type": STRING_SELECT,
                "custom_id": custom_id,
                "placeholder": fit_plain(str(menu.label), limits.PLACEHOLDER),
                "min_values": max(0, min(menu.least, len(shown))),
                "max_values": max(1, min(menu.most, len(shown))),
                "options": shown,
            }


def _option(label: str, value: str, hint: str) -> Component:
    option = {"label": fit_plain(label, limits.OPTION_TEXT) or NAMELESS, "value": value[: limits.OPTION_TEXT]}
    if hint:
        option["description"] = fit_plain(hint, limits.OPTION_TEXT)
    return option
