"""The capability sheet: what each feature does in each space, and what instead where something is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from bot.chat.checkup import Chosen, Mark, Sight
from bot.chat.events import Event, MemberJoined, MemberLeft, MessagePosted
from bot.chat.platform import Can
from bot.chat.things import Channel, Space
from bot.cog.acts import Act
from bot.cog.declare import Cog, CogSettings, Use
from bot.cog.texts import Voice
from bot.engine.host import Engine

HEARS: dict[type[Event], str] = {
    MemberJoined: "notices who joins",
    MemberLeft: "notices who leaves",
    MessagePosted: "reads what people write",
}
"""What a feature that listens to these does; a platform may be deaf to them."""

SAY = Voice().text


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a feature in a space; ``here`` is whether or where it is done, or what instead and why."""

    space: Space
    feature: str
    does: str
    here: str
    mark: Mark


def rows(engine: Engine, sights: Iterable[Sight]) -> list[Row]:
    """Those of every space that was seen, feature by feature."""
    return [
        Row(sight.space, SAY(cog.words), does, here, mark)
        for sight in sights
        for cog in engine.registry.cogs
        for does, here, mark in _of_cog(engine, cog, sight)
    ]


def _of_cog(engine: Engine, cog: Cog[Any], sight: Sight) -> Iterator[tuple[str, str, Mark]]:
    settings = _settings(engine, cog, sight.space)
    yield from _heard(cog, sight)
    for name, field in cog.settings.model_fields.items():
        if Channel in (field.annotation, *get_args(field.annotation)):
            yield SAY(field.title or name), *_place(_channels(getattr(settings, name)), field.description or "", sight)
    for use in (use for use in cog.powers if use.when(settings)):
        yield SAY(use.to), *_done(engine, use, sight)


def _done(engine: Engine, use: Use, sight: Sight) -> tuple[str, Mark]:
    """Whether a power is there, or what is done instead."""
    why = sight.lacks.get(use.power, "")
    if not why:
        return "yes", Mark.GOOD
    if _asks_nobody(engine, use, sight.space):
        return f"{why}: nothing is done, nobody is asked", Mark.WRONG
    return f"{why}: {SAY(use.instead)}", Mark.NOTE


def _asks_nobody(engine: Engine, use: Use, space: Space) -> bool:
    """Whether the moderators would be asked, and no channel is chosen for that."""
    known = engine.spaces.knows(space)
    asked = known and engine.moderators(engine.spaces.community_of(space).id, space) is not None
    return use.instead is Act.instead and not asked


def helpless(engine: Engine, sights: Iterable[Sight]) -> list[Space]:
    """The spaces where something is left to moderators who have no channel."""
    return [
        sight.space
        for sight in sights
        if any(
            use.power in sight.lacks and use.when(_settings(engine, cog, sight.space))
            for cog in engine.registry.cogs
            for use in cog.powers
            if _asks_nobody(engine, use, sight.space)
        )
    ]


def lost(engine: Engine, platform: str, sights: Iterable[Sight]) -> list[tuple[Space, datetime]]:
    """The spaces where Relais was, and since when it is not there any more."""
    seen = {sight.space.key for sight in sights}
    found = [(space, engine.spaces.lost_at(space)) for space in engine.spaces.all() if space.key not in seen]
    return [(space, since) for space, since in found if since and space.platform == platform]


def _heard(cog: Cog[Any], sight: Sight) -> Iterator[tuple[str, str, Mark]]:
    kinds = {listener.kind for listener in cog.listeners} | {guard.kind for guard in cog.guards}
    for kind in (kind for kind in HEARS if kind in kinds):
        why = sight.unheard.get(kind, "")
        yield (HEARS[kind], f"no: {why}", Mark.WRONG) if why else (HEARS[kind], "yes", Mark.GOOD)


def _place(channels: tuple[Channel, ...], otherwise: str, sight: Sight) -> tuple[str, Mark]:
    """Where a feature posts, or what its settings say of no channel."""
    if not channels:
        return f"not chosen. {otherwise}".strip(), Mark.NOTE
    if any(channel.id not in sight.names for channel in channels):
        return "a channel that the bot does not see", Mark.WRONG
    return ", ".join(f"#{sight.names[channel.id]}" for channel in channels), Mark.GOOD


def _channels(value: object) -> tuple[Channel, ...]:
    """The channels that a setting holds, one or many."""
    held = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in held if isinstance(one, Channel))


def _settings(engine: Engine, cog: Cog[Any], space: Space) -> CogSettings:
    """As they stand in a space; the defaults for one that Relais has not met yet."""
    settings: CogSettings = cog.settings()
    if cog.settings.model_fields and engine.spaces.knows(space):
        settings = engine.settings.snapshot(engine.spaces.community_of(space).id, cog.name, space)
    return settings


def wanted(engine: Engine) -> frozenset[Can]:
    """The powers that some feature uses somewhere, as the settings stand."""
    return frozenset(
        use.power
        for cog in engine.registry.cogs
        for use in cog.powers
        if any(use.when(settings) for settings in _everywhere(engine, cog))
    )


def _everywhere(engine: Engine, cog: Cog[Any]) -> list[CogSettings]:
    return [_settings(engine, cog, space) for space in engine.spaces.all()] or [cog.settings()]


def chosen(engine: Engine) -> tuple[Chosen, ...]:
    """The channels that the settings name, in every space that Relais has met."""
    return tuple(one for space in engine.spaces.all() for one in _chosen_in(engine, space))


def _chosen_in(engine: Engine, space: Space) -> Iterator[Chosen]:
    community = engine.spaces.community_of(space).id
    for section, title in engine.settings.sections().items():
        settings = engine.settings.snapshot(community, section, space)
        for name, field in type(settings).model_fields.items():
            for channel in _channels(getattr(settings, name)):
                yield Chosen(channel, f"{section}.{name}", f"{SAY(title)}, {field.title or name}")
