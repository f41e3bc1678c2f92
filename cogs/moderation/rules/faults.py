"""What is wrong with rules, in words that say what to do; and what no single part of them can see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.cog import Unread, Words, plural, t
from cogs.moderation.rules.lists import known_lists
from cogs.moderation.rules.model import RuleSet
from cogs.moderation.rules.presets import preset_rules
from cogs.moderation.rules.triggers import Listing

Path = tuple[str | int, ...]
"""The way to a value of the document: keys, and numbers from 0."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place."""

    path: Path
    words: Words


class Unknown(Protocol):
    """Says that a name is unknown."""

    def __call__(self, name: str) -> Words: ...


UNKNOWN: Mapping[str, Unknown] = {
    "rule": lambda name: t("unknown rule “{name}”", name=name),
    "list": lambda name: t("unknown list “{name}”", name=name),
    "key": lambda name: t("unknown key “{name}”", name=name),
    "kind": lambda name: t("unknown kind “{name}”", name=name),
    "language": lambda name: t("no words are listed for the language “{name}”", name=name),
    "value": lambda name: t("unknown value “{name}”", name=name),
}


def near(what: str, name: str, known: Collection[str]) -> Words:
    """A name that is none of those known, with the nearest one."""
    unknown = UNKNOWN[what](name[:60])
    if close := get_close_matches(name, known, n=1, cutoff=0.6):
        return t("{unknown}; did you mean “{name}”?", unknown=unknown, name=close[0])
    return t("{unknown}; known: {known}", unknown=unknown, known=", ".join(known) or t("none"))


def faults(rules: RuleSet) -> Iterator[Fault]:
    """Names that mean nothing: of rules, of lists; and rules named twice."""
    inherited = [rule.name for rule in preset_rules(rules.preset)] if rules.preset else []
    for name in rules.changes:
        if name not in inherited:
            nothing = t("there is nothing to change without a “preset”")
            words = near("rule", name, inherited) if inherited else nothing
            yield Fault(("changes", name), words)
    names = list(inherited)
    for at, rule in enumerate(rules.rules):
        if rule.name in names:
            again = t("there is already a rule “{name}”; choose another name", name=rule.name)
            words = t("{again}, or change the preset’s under “changes”", again=again)
            yield Fault(("rules", at, "name"), words if rule.name in inherited else again)
        names.append(rule.name)
    yield from _unknown_lists(rules)


def _unknown_lists(rules: RuleSet) -> Iterator[Fault]:
    known = known_lists(rules)
    own: list[tuple[Path, Any]] = [(("rules", at), rule) for at, rule in enumerate(rules.rules)]
    changed: list[tuple[Path, Any]] = [(("changes", name), change) for name, change in rules.changes.items()]
    for path, rule in own + changed:
        for number, trigger in enumerate(rule.triggers or ()):
            for at, name in enumerate(trigger.lists if isinstance(trigger, Listing) else ()):
                if name not in known:
                    yield Fault((*path, "triggers", number, "lists", at), near("list", name, known))


def said(error: ValidationError) -> Iterator[Fault]:
    """A validation error, one fault for each problem."""
    told = [(one, *_followed(one["loc"])) for one in error.errors(include_url=False)]
    for one, path, model in told:
        inside = any(len(other) > len(path) and other[: len(path)] == path for _, other, _ in told)
        if one["type"] != "too_short" or not inside:  # pydantic does not count what is wrong inside
            yield Fault(path, _words(one, path, model))


def _words(error: Any, path: Path, model: Any) -> Words:
    kind, given, ctx = error["type"], error.get("input"), error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return near("key", str(path[-1]), tuple(model.model_fields) if model else ())
        case "missing":
            return t("“{name}” is missing", name=str(error["loc"][-1]))
        case "union_tag_not_found":
            return t("say which kind it is: “{key}: …”", key=ctx["discriminator"].strip(chr(39)))
        case "union_tag_invalid":
            return near("kind", str(ctx["tag"]), [tag.strip("' ") for tag in ctx["expected_tags"].split(",")])
        case "enum" | "literal_error":
            known = [word.strip("' ") for word in str(ctx["expected"]).replace(" or ", ",").split(",")]
            return near("value", str(given), known)
        case "value_error":
            return ctx["error"].words if isinstance(ctx["error"], Unread) else str(ctx["error"])
    said = _bound(kind, ctx) or _shape(kind) or f"{error['msg'][:1].lower()}{error['msg'][1:]}"
    return t("“{name}”: {problem}", name=path[-1], problem=said) if path and isinstance(path[-1], str) else said


def _bound(kind: str, ctx: Mapping[str, Any]) -> Words:
    """Too much, or too little; empty when it is something else."""
    match kind:
        case "greater_than":
            return t("more than {figure}", figure=_figure(ctx["gt"]))
        case "greater_than_equal":
            return t("at least {figure}", figure=_figure(ctx["ge"]))
        case "less_than":
            return t("less than {figure}", figure=_figure(ctx["lt"]))
        case "less_than_equal":
            return t("at most {figure}", figure=_figure(ctx["le"]))
        case "too_short":
            return t("needs {count} at least", count=ctx["min_length"])
        case "too_long":
            return t("holds {count} at most", count=ctx["max_length"])
        case "string_too_short":
            return plural("at least {count} character", "at least {count} characters", count=ctx["min_length"])
        case "string_too_long":
            return plural("at most {count} character", "at most {count} characters", count=ctx["max_length"])
    return ""


def _shape(kind: str) -> Words:
    """Another kind of value than is needed; empty when it is something else."""
    match kind:
        case "int_parsing" | "int_type" | "int_from_float":
            return t("a whole number is needed")
        case "float_parsing" | "float_type":
            return t("a number is needed")
        case "bool_parsing" | "bool_type":
            return t("true or false is needed")
        case "string_type":
            return t("a text is needed")
        case "tuple_type" | "list_type":
            return t("a list is needed, such as [one, two]")
        case "mapping_type" | "dict_type" | "model_type" | "model_attributes_type":
            return t("keys and values are needed, such as {example}", example="{on: words}")
    return ""


def _figure(value: Any) -> str | timedelta:
    """A bound as it is said: pydantic gives that of a duration as Python writes it, ``datetime.timedelta(days=28)``."""
    written = str(value)
    if not written.startswith("datetime.timedelta("):
        return written
    return timedelta(**{unit: int(count) for unit, count in re.findall(r"(\w+)=(\d+)", written)})


def _followed(loc: tuple[str | int, ...]) -> tuple[Path, type[BaseModel] | None]:
    """The way through the document, without the tags of unions that pydantic adds; and the model that it ends in."""
    kind: Any = RuleSet
    path: list[str | int] = []
    model: type[BaseModel] | None = RuleSet
    for part in loc:
        kind = _bare(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            model = kind
            path.append(part)
            info = kind.model_fields.get(str(part))
            kind = info.annotation if info else None
        elif get_origin(kind) is tuple:
            path.append(part)
            kind = get_args(kind)[0]
        elif get_origin(kind) in (dict, Mapping):
            path.append(part)
            kind = get_args(kind)[1]
        elif get_origin(kind) in (Union, UnionType):
            kind = _member(kind, part)
    return tuple(path), model


def _bare(kind: Any) -> Any:
    """An annotation without its metadata, and without ``None`` when that leaves one kind."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        some = [one for one in get_args(kind) if one is not type(None)]
        if len(some) == 1:
            return _bare(some[0])
    return kind


def _member(union: Any, tag: str | int) -> Any:
    for one in get_args(union):
        fields = getattr(one, "model_fields", {})
        for name in ("on", "do"):
            if name in fields and fields[name].default == tag:
                return one
    return None
