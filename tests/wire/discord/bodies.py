"""What the body of a message may hold: fields, lengths, embeds and components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.wire.discord.bits import SELECTS, Component, Json, MessageFlag
from tests.wire.discord.errors import Problems
from tests.wire.discord.rules import (
    Address,
    Anything,
    Kinds,
    Many,
    Moment,
    Path,
    Rules,
    Shape,
    Snowflake,
    Text,
    Whole,
    YesNo,
)

MAX_EMBEDS_TEXT = 6000
MAX_DISPLAYED = 4000
MAX_COMPONENTS = 40

# Embeds

_ICON = Shape({"url": Address(), "icon_url": Address(), "name": Text(256, least=1)}, need=("name",), null=True)
_FOOTER = Shape({"text": Text(2048, least=1), "icon_url": Address()}, need=("text",), null=True)
_MEDIA = Shape({"url": Address(), "height": Whole(), "width": Whole(), "proxy_url": Anything()}, null=True)
_FIELD = Shape({"name": Text(256, 1), "value": Text(1024, 1), "inline": YesNo()}, need=("name", "value"))
EMBED = Shape(
    {
        "type": Text(),
        "title": Text(256),
        "description": Text(4096),
        "url": Address(("http", "https")),
        "timestamp": Moment(),
        "color": Whole(0, 0xFFFFFF),
        "footer": _FOOTER,
        "image": _MEDIA,
        "thumbnail": _MEDIA,
        "author": _ICON,
        "fields": Many(_FIELD, most=25),
        "provider": Anything(),
        "video": Anything(),
    },
    ignored=frozenset({"flags"}),
)

# Components

_ID = Text(100, least=1, null=False)
EMOJI = Shape({"id": Snowflake(), "name": Text(), "animated": YesNo()}, null=True)
BASE: Rules = {"type": Whole(), "id": Whole(0, (1 << 31) - 1)}


def _button(value: Json, path: Path, problems: Problems) -> None:
    link = value["style"] == 5
    if link and (value.get("custom_id") or not value.get("url")):
        problems.add(path, "BUTTON_COMPONENT_URL_REQUIRED", "A link button has a url and no custom_id")
    if not link and value["style"] != 6 and (value.get("url") or not value.get("custom_id")):
        words = "A custom id is required, and a url is not allowed"
        problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", words)
    if value["style"] != 6 and not value.get("label") and not value.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_INVALID_CONTENT", "A button has a label or an emoji")


def _select(value: Json, path: Path, problems: Problems) -> None:
    least, most = _bounds(value)
    options = value.get("options")
    if least > most:
        problems.add(path, "SELECT_COMPONENT_MIN_VALUES", "min_values is larger than max_values")
    if options is None:
        return
    values = [option["value"] for option in options]
    for index, one in enumerate(values):
        if one in values[:index]:
            where = (*path, "options", index, "value")
            problems.add(where, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is already used")
    if most > len(values):
        words = f"max_values is larger than the number of options ({len(values)})"
        problems.add((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES", words)
    if sum(bool(option.get("default")) for option in options) > most:
        problems.add((*path, "options"), "SELECT_COMPONENT_DEFAULTS", "More defaults than max_values")


def _bounds(value: Json) -> tuple[int, int]:
    least, most = value.get("min_values"), value.get("max_values")
    return (1 if least is None else least), (1 if most is None else most)


_OPTION = Shape(
    {
        "label": Text(100, least=1),
        "value": Text(100, least=1),
        "description": Text(100),
        "emoji": EMOJI,
        "default": YesNo(),
    },
    need=("label", "value"),
)
_DEFAULTS = Many(Shape({"id": Snowflake(), "type": Text()}, need=("id", "type")), most=25)
_SELECT: Rules = BASE | {
    "custom_id": _ID,
    "placeholder": Text(150),
    "min_values": Whole(0, 25),
    "max_values": Whole(1, 25),
    "disabled": YesNo(),
    "required": YesNo(),
}
_URL = Shape({"url": Address(), **{it: Anything() for it in ("proxy_url", "height", "width")}}, need=("url",))

BUTTON = Shape(
    BASE
    | {"style": Whole(1, 6), "label": Text(80), "custom_id": Text(100, least=1), "emoji": EMOJI, "disabled": YesNo()}
    | {"url": Address(("http", "https", "discord"), most=512), "sku_id": Snowflake()},
    need=("style",),
    also=_button,
)
TEXT_SELECT = Shape(
    _SELECT | {"options": Many(_OPTION, 25, 1, null=False)}, need=("custom_id", "options"), also=_select
)
AUTO_SELECT = Shape(
    _SELECT | {"default_values": _DEFAULTS, "channel_types": Many(Whole(0, 16))}, need=("custom_id",), also=_select
)
SELECT_SHAPES: dict[int, Shape] = {it: TEXT_SELECT if it is Component.TEXT_SELECT else AUTO_SELECT for it in SELECTS}


def _row(value: Json, path: Path, problems: Problems) -> None:
    kinds = [child["type"] for child in value["components"]]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        words = "The number of components in this action row has exceeded the maximum width of 5"
        problems.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words)


ROW = Shape(
    BASE | {"components": Many(Kinds({Component.BUTTON: BUTTON, **SELECT_SHAPES}), 5, 1, null=False)},
    need=("components",),
    also=_row,
)
TEXT = Shape(BASE | {"content": Text(4000, least=1)}, need=("content",))
_THUMBNAIL = Shape(
    BASE | {"media": _URL, "description": Text(1024), "spoiler": YesNo()},
    need=("media",),
)
_SECTION = Shape(
    BASE
    | {
        "components": Many(Kinds({Component.TEXT: TEXT}), 3, 1, null=False),
        "accessory": Kinds({Component.BUTTON: BUTTON, Component.THUMBNAIL: _THUMBNAIL}),
    },
    need=("components", "accessory"),
)
_ITEM = Shape({"media": _URL, "description": Text(1024), "spoiler": YesNo()}, need=("media",))
_INSIDE: dict[int, Shape] = {
    Component.ROW: ROW,
    Component.SECTION: _SECTION,
    Component.TEXT: TEXT,
    Component.GALLERY: Shape(BASE | {"items": Many(_ITEM, 10, 1, null=False)}, need=("items",)),
    Component.FILE: Shape(
        BASE | {"file": _URL, "spoiler": YesNo(), "name": Anything(), "size": Anything()}, need=("file",)
    ),
    Component.SEPARATOR: Shape(BASE | {"divider": YesNo(), "spacing": Whole(1, 2)}),
}
_CONTAINER = Shape(
    BASE
    | {
        "components": Many(Kinds(_INSIDE), MAX_COMPONENTS, 1, null=False),
        "accent_color": Whole(0, 0xFFFFFF),
        "spoiler": YesNo(),
    },
    need=("components",),
)
COMPONENTS = Many(Kinds({**_INSIDE, Component.CONTAINER: _CONTAINER}), most=MAX_COMPONENTS)

# Messages

MENTIONS = Shape(
    {
        "parse": Many(Text(among=frozenset({"users", "roles", "everyone"}), null=False), unique=True),
        "users": Many(Snowflake(null=False), most=100, unique=True),
        "roles": Many(Snowflake(null=False), most=100, unique=True),
        "replied_user": YesNo(),
    },
    null=True,
)
ATTACHMENT = Shape(
    {
        "id": Snowflake(),
        "filename": Text(1024),
        "description": Text(1024),
        "title": Text(1024),
        "duration_secs": Anything(),
        "waveform": Anything(),
        "is_spoiler": YesNo(),
        "is_remix": YesNo(),
    },
    ignored=frozenset({"size", "url", "proxy_url", "content_type", "height", "width", "spoiler", "flags", "ephemeral"}),
)
"""What an edit sends back about a file that stays is ignored."""

_WORDS: Rules = {
    "content": Text(2000),
    "embeds": Many(EMBED, most=10),
    "allowed_mentions": MENTIONS,
    "components": COMPONENTS,
    "attachments": Many(ATTACHMENT, most=10),
    "flags": Whole(),
}
_REFERENCE = Shape(
    {
        "type": Whole(0, 1),
        "message_id": Snowflake(null=False),
        "channel_id": Snowflake(),
        "guild_id": Snowflake(),
        "fail_if_not_exists": YesNo(),
    },
    need=("message_id",),
    null=True,
)


def _words(value: Json, path: Path, problems: Problems) -> None:
    _nonce(value, path, problems)
    if sum(map(embed_length, value.get("embeds") or [])) > MAX_EMBEDS_TEXT:
        words = f"Embed size exceeds maximum size of {MAX_EMBEDS_TEXT}"
        problems.add((*path, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", words)
    allowed = value.get("allowed_mentions") or {}
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            words = f"parse:['{kind}'] and {kind}: [ids...] are mutually exclusive."
            problems.add((*path, "allowed_mentions"), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)
    _unique_ids(value.get("components") or [], path, problems)


def _nonce(value: Json, path: Path, problems: Problems) -> None:
    nonce = value.get("nonce")
    if isinstance(nonce, str):
        Text(25).check(nonce, (*path, "nonce"), problems)
    elif nonce is not None:
        Whole().check(nonce, (*path, "nonce"), problems)


def _unique_ids(components: list[Json], path: Path, problems: Problems) -> None:
    seen: set[str] = set()
    for one in walk(components):
        custom_id = one.get("custom_id")
        if custom_id and custom_id in seen:
            words = "Component custom id cannot be duplicated"
            problems.add((*path, "components"), "COMPONENT_CUSTOM_ID_DUPLICATED", words)
        seen.add(custom_id or "")


def embed_length(embed: Json) -> int:
    """The characters that count towards the 6000 of all embeds."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field[part] for field in embed.get("fields") or [] for part in ("name", "value")]
    return sum(len(text) for text in texts if text)


def walk(components: list[Json]) -> Iterator[Json]:
    """All components, nested ones after what holds them."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        for inner in ("accessory", "component"):
            if one.get(inner):
                yield from walk([one[inner]])


CREATE = Shape(
    _WORDS
    | {
        "nonce": Anything(),
        "enforce_nonce": YesNo(),
        "tts": YesNo(),
        "message_reference": _REFERENCE,
        "sticker_ids": Many(Snowflake(), most=3),
    },
    also=_words,
)
EDIT = Shape(_WORDS, ignored=frozenset({"tts"}), also=_words)
"""discord.py sends ``tts`` with every edit; Discord takes no notice."""
WEBHOOK = Shape(
    _WORDS
    | {"tts": YesNo(), "thread_name": Text(100), "applied_tags": Anything()}
    | {"username": Text(80), "avatar_url": Text()},
    also=_words,
)
ANSWER = Shape(_WORDS | {"tts": YesNo()}, also=_words, null=True)


def check_components(components: list[Json], flags: int, body: Json, problems: Problems, path: Path = ()) -> None:
    """What goes together: components of the first and second kind, words and layout."""
    if flags & MessageFlag.COMPONENTS_V2:
        _second_kind(components, body, problems, path)
    else:
        _first_kind(components, problems, path)


def _first_kind(components: list[Json], problems: Problems, path: Path) -> None:
    if len(components) > 5:
        words = "Must be between 1 and 5 in length."
        problems.add((*path, "components"), "BASE_TYPE_BAD_LENGTH", words)
    for index, one in enumerate(components):
        if one["type"] != Component.ROW:
            words = 'Value of field "type" must be one of (1,).'
            problems.add((*path, "components", index, "type"), "UNION_TYPE_CHOICES", words)


def _second_kind(components: list[Json], body: Json, problems: Problems, path: Path) -> None:
    for legacy in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(legacy):
            words = f"The '{legacy}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((*path, legacy), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
    found = list(walk(components))
    if len(found) > MAX_COMPONENTS:
        words = f"A message can have at most {MAX_COMPONENTS} components"
        problems.add((*path, "components"), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words)
    if displayed(components) > MAX_DISPLAYED:
        words = f"The total length of the text exceeds {MAX_DISPLAYED} characters"
        problems.add((*path, "components"), "COMPONENT_MAX_TOTAL_TEXT_EXCEEDED", words)


def displayed(components: list[Json]) -> int:
    """Characters of all text displays."""
    return sum(len(it["content"]) for it in walk(components) if it["type"] == Component.TEXT)


def media(components: list[Json]) -> Iterator[dict[str, Any]]:
    """Every place of components that names a file."""
    for one in walk(components):
        for key in ("media", "file"):
            if isinstance(one.get(key), dict):
                yield one[key]
        for item in one.get("items") or []:
            yield item["media"]
