"""What people type into a Discord client, turned into what the client sends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from bot.chat.forms import Upload
from bot.chat.things import Channel as Place
from bot.chat.things import Member
from bot.platforms.playground.options import Impossible, NoSuchCommand, NothingToPress, Value
from tests.wire.discord import shapes
from tests.wire.discord.bits import ALL, Component, Json, Option, Permission
from tests.wire.discord.permissions import can_see, in_channel, in_guild
from tests.wire.discord.plain import FormField, fields_of
from tests.wire.discord.records import Channel
from tests.wire.discord.state import State

_MENTION = re.compile(r"(?<![\w<\\])@([\w.,'-]+(?: [\w.,'-]+){0,2})")
_CHANNEL = re.compile(r"(?<![\w<\\])#([\w-]+)")
_YES = frozenset({"yes", "true", "on", "oui"})
_NO = frozenset({"no", "false", "off", "non"})


def mark_up(state: State, guild: str, text: str) -> str:
    """What somebody typed, with ``@name`` and ``#channel`` turned into mentions where they name something."""

    def mention(found: re.Match[str]) -> str:
        words = found[1].split(" ")
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(".,'-")
            after = found[1][len(name) :]
            if user := state.named(guild, name):
                return f"<@{user.id}>{after}"
            if (role := state.role_named(guild, name)) and role.id != guild:
                return f"<@&{role.id}>{after}"
        return found[0]

    def channel(found: re.Match[str]) -> str:
        place = state.channel_named(guild, found[1])
        return f"<#{place.id}>" if place else found[0]

    return _CHANNEL.sub(channel, _MENTION.sub(mention, text))


@dataclass
class Resolved:
    """What ids of an interaction stand for, told beside them."""

    state: State
    guild: str
    found: dict[str, Json] = field(default_factory=dict)

    def user(self, id: str) -> None:
        member = self.state.member(self.guild, id)
        self.found.setdefault("users", {})[id] = shapes.user(self.state.users[id])
        if member:
            permissions = str(int(in_guild(self.state, self.state.guilds[self.guild], id)))
            self.found.setdefault("members", {})[id] = shapes.bare_member(member) | {"permissions": permissions}

    def channel(self, id: str, user: str) -> None:
        place = self.state.channels[id]
        permissions = str(int(in_channel(self.state, place, user)))
        self.found.setdefault("channels", {})[id] = shapes.channel(self.state, place) | {"permissions": permissions}

    def role(self, id: str) -> None:
        self.found.setdefault("roles", {})[id] = shapes.role(self.state.guilds[self.guild].roles[id])

    def file(self, channel: str, upload: Upload) -> str:
        kept = self.state.attach(channel, upload.name, upload.data, "application/octet-stream", ephemeral=True)
        self.found.setdefault("attachments", {})[kept.id] = shapes.attachment(kept)
        return kept.id


@dataclass
class Typing:
    """Somebody who fills in options and forms in a channel."""

    state: State
    guild: str
    user: str
    place: Channel

    # Commands

    def command(self, path: str) -> tuple[Json, list[Json]]:
        """The command of a path, and the nested options that lead to its leaf. Names may be the client's language's."""
        offered = list(self._offered())
        for top in offered:
            chain = [top]
            if self._walk(chain, path.split()):
                return top, chain[1:]
        paths = [it for top in offered for it in _paths(top, top["name"])]
        alike = [it for it in paths if it.split()[0] == path.split()[0]] or get_close_matches(path, paths)
        raise NoSuchCommand(f"no command {path!r}; there is {', '.join(alike) or 'none like it'}")

    def _walk(self, chain: list[Json], words: Sequence[str]) -> bool:
        if not words or not self._called(chain[-1], words[0]):
            return False
        below = [it for it in chain[-1].get("options") or [] if it["type"] in (1, 2)]
        if not below:
            return len(words) == 1
        for one in below:
            chain.append(one)
            if self._walk(chain, words[1:]):
                return True
            chain.pop()
        return False

    def _called(self, one: Json, name: str) -> bool:
        return name in (one["name"], (one.get("name_localizations") or {}).get(self.state.users[self.user].locale))

    def _offered(self) -> Iterator[Json]:
        """Commands that the client shows this person here."""
        may = in_channel(self.state, self.place, self.user)
        for command in [*self.state.guilds[self.guild].commands, *self.state.application.commands]:
            wanted = command["default_member_permissions"]
            needed = ALL if wanted == "0" else int(wanted or 0)
            permitted = may & needed == needed
            here = command["contexts"] is None or 0 in command["contexts"]
            if command["type"] == 1 and permitted and here and may & Permission.USE_APPLICATION_COMMANDS:
                yield command

    def options(self, leaf: Json, given: Mapping[str, Value], resolved: Resolved) -> list[Json]:
        """Options as the client sends them; refuses what it would not let through."""
        asked = {it["name"]: it for it in leaf.get("options") or []}
        for name in given:
            if not any(self._called(it, name) for it in asked.values()):
                raise Impossible(f"{leaf['name']!r} does not ask for {name!r}; it asks for {list(asked)}")
        found: list[Json] = []
        for name, option in asked.items():
            said = next((value for key, value in given.items() if self._called(option, key)), None)
            if said is None and option.get("required"):
                raise Impossible(f"the client wants {name!r} before it sends {leaf['name']!r}")
            if said is not None:
                value = self._option(option, said, resolved)
                found.append({"name": name, "type": option["type"], "value": value})
        return found

    def _option(self, option: Json, value: Value, resolved: Resolved) -> Any:
        match option["type"]:
            case Option.STRING:
                return self._words(option, _text(value))
            case Option.INTEGER | Option.NUMBER:
                return self._number(option, value)
            case Option.BOOLEAN:
                return _yes(value)
            case Option.USER | Option.MENTIONABLE:
                return self.pick_user(value, resolved)
            case Option.CHANNEL:
                return self.pick_channel(value, resolved, option.get("channel_types"))
            case Option.ROLE:
                return self.pick_role(value, resolved)
            case Option.ATTACHMENT if isinstance(value, Upload | str):
                upload = value if isinstance(value, Upload) else Upload("text.txt", value.encode())
                return resolved.file(self.place.id, upload)
        raise Impossible(f"{option['name']!r} cannot be {value!r}")

    def _words(self, option: Json, text: str) -> str:
        if option.get("choices"):
            return str(self._chosen(option, text))
        if not (option.get("min_length") or 0) <= len(text) <= (option.get("max_length") or 6000):
            raise Impossible(f"{option['name']!r} cannot have {len(text)} characters")
        return text

    def _chosen(self, option: Json, text: str) -> Any:
        locale = self.state.users[self.user].locale
        for choice in option["choices"]:
            if text in (choice["name"], str(choice["value"]), (choice.get("name_localizations") or {}).get(locale)):
                return choice["value"]
        raise Impossible(f"{option['name']!r} offers {[it['name'] for it in option['choices']]}, not {text!r}")

    def _number(self, option: Json, value: Value) -> Any:
        if option.get("choices"):
            return self._chosen(option, _text(value))
        try:
            number = int(_text(value)) if option["type"] == Option.INTEGER else float(_text(value))
        except ValueError:
            raise Impossible(f"{option['name']!r} wants a number, not {value!r}") from None
        least, most = option.get("min_value"), option.get("max_value")
        if (least is not None and number < least) or (most is not None and number > most):
            raise Impossible(f"{option['name']!r} is between {least} and {most}")
        return number

    # Picking

    def pick_user(self, value: Value, resolved: Resolved) -> str:
        """Somebody of the guild, or by id."""
        member = value if isinstance(value, Member) else getattr(value, "member", None)
        named = None if member else self.state.named(self.guild, str(value))
        id = member.id if member else named.id if named else str(value)
        if id not in self.state.users:
            raise Impossible(f"there is nobody called {value!r} to pick")
        resolved.user(id)
        return str(id)

    def pick_channel(self, value: Value, resolved: Resolved, kinds: Sequence[int] | None = None) -> str:
        if isinstance(value, Place):
            found = self.state.channels.get(value.id)
        else:
            found = self.state.channels.get(str(value)) or self.state.channel_named(self.guild, str(value))
        if found is None or not can_see(self.state, found, self.user) or (kinds and found.kind not in kinds):
            raise Impossible(f"there is no channel {value!r} to pick")
        resolved.channel(found.id, self.user)
        return found.id

    def pick_role(self, value: Value, resolved: Resolved) -> str:
        roles = self.state.guilds[self.guild].roles
        found = roles.get(str(value)) or self.state.role_named(self.guild, str(value))
        if found is None:
            raise Impossible(f"there is no role {value!r} to pick")
        resolved.role(found.id)
        return found.id

    # Menus and forms

    def chosen(self, menu: Json, wanted: Sequence[str], resolved: Resolved) -> list[str]:
        """Values of a menu's options, named by value or by label; people, roles and channels by name."""
        values = [self._pick(menu, name, resolved) for name in wanted]
        least, most = menu.get("min_values", 1), menu.get("max_values", 1)
        if not least <= len(values) <= most:
            raise Impossible(f"the menu wants between {least} and {most} options")
        return values

    def _pick(self, menu: Json, name: Value, resolved: Resolved) -> str:
        match menu["type"]:
            case Component.USER_SELECT | Component.MENTIONABLE_SELECT:
                return self.pick_user(name, resolved)
            case Component.ROLE_SELECT:
                return self.pick_role(name, resolved)
            case Component.CHANNEL_SELECT:
                return self.pick_channel(name, resolved, menu.get("channel_types"))
        options = menu["options"]
        text = _text(name)
        found = next((it for it in options if text in (it["value"], it["label"])), None)
        if found is None:
            raise NothingToPress(f"no option {text!r}; there is {[it['label'] for it in options]}")
        return str(found["value"])

    def answers(self, modal: Json, given: Mapping[str, Value], resolved: Resolved) -> list[Json]:
        """All the parts of a form as the client sends them, with what stood in those left alone."""
        fields = {field.name: field for field in fields_of(modal)}
        named = {field.label: field.name for field in fields.values()} | {name: name for name in fields}
        unknown = [name for name in given if name not in named]
        if unknown:
            raise Impossible(f"{modal['title']!r} does not ask for {unknown}; it asks for {list(fields)}")
        said = {named[name]: value for name, value in given.items()}
        return [self._part(one, fields, said, resolved) for one in modal["components"]]

    def _part(self, one: Json, fields: Mapping[str, FormField], said: Mapping[str, Value], resolved: Resolved) -> Json:
        if one["type"] == Component.TEXT:
            return {"type": int(Component.TEXT), "id": one.get("id", 0)}
        inner = one["component"] if one["type"] == Component.LABEL else one["components"][0]
        field = fields[inner["custom_id"]]
        sent = {"type": inner["type"], "id": inner.get("id", 0), "custom_id": field.name}
        sent |= self._answer(field, said.get(field.name), resolved)
        whole = {"type": one["type"], "id": one.get("id", 0)}
        return whole | ({"component": sent} if one["type"] == Component.LABEL else {"components": [sent]})

    def _answer(self, field: FormField, value: Value | None, resolved: Resolved) -> Json:
        if field.kind is Component.TEXT_INPUT:
            return {"value": self._written(field, value)}
        if field.kind is Component.CHECKBOX:
            return {"value": bool(field.component.get("default")) if value is None else _yes(value)}
        if field.kind is Component.UPLOAD:
            values = [resolved.file(self.place.id, value)] if isinstance(value, Upload) else []
        elif value is None:
            values = field.standing
        else:
            wanted = value if isinstance(value, list | tuple) else [] if value == "" else [value]
            values = [self._pick(field.component, one, resolved) for one in wanted]
        if field.required and not values:
            raise Impossible(f"the form wants {field.label!r}")
        if field.kind is Component.RADIO:
            return {"value": values[0] if values else None}
        return {"values": values}

    def _written(self, field: FormField, value: Value | None) -> str:
        if isinstance(value, Upload):
            raise Impossible("this field takes no file")
        text = "".join(field.standing) if value is None else _text(value)
        least, most = field.component.get("min_length") or 0, field.component.get("max_length") or 4000
        if field.required and not text:
            raise Impossible(f"the form wants {field.label!r}")
        if text and not least <= len(text) <= most:
            raise Impossible(f"{field.label!r} takes between {least} and {most} characters, not {len(text)}")
        return text


def _paths(one: Json, path: str) -> Iterator[str]:
    below = [it for it in one.get("options") or [] if it["type"] in (1, 2)]
    if not below:
        yield path
    for it in below:
        yield from _paths(it, f"{path} {it['name']}")


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, Upload):
        raise Impossible("this takes no file")
    return value.id if isinstance(value, Member | Place) else value.member.id


def _yes(value: Value) -> bool:
    text = _text(value).casefold()
    if text not in _YES | _NO:
        raise Impossible(f"yes or no, not {value!r}")
    return text in _YES
