"""What is wrong with rules, in words that say what to do; and what no single part of them can see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

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
    words: str


def near(what: str, name: str, known: Collection[str]) -> str:
    """A name that is none of those known, with the nearest one."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean “{close[0]}”?" if close else f"known: {', '.join(known) or 'none'}"
    return f"unknown {what} “{name[:60]}”; {hint}"


def faults(rules: RuleSet) -> Iterator[Fault]:
    """Names that mean nothing: of rules, of lists; and rules named twice."""
    inherited = [rule.name for rule in preset_rules(rules.preset)] if rules.preset else []
    for name in rules.changes:
        if name not in inherited:
            words = near("rule", name, inherited) if inherited else "there is nothing to change without a “preset”"
            yield Fault(("changes", name), words)
    names = list(inherited)
    for at, rule in enumerate(rules.rules):
        if rule.name in names:
            hint = ", or change the preset’s under “changes”" if rule.name in inherited else ""
            words = f"there is already a rule “{rule.name}”; choose another name{hint}"
            yield Fault(("rules", at, "name"), words)
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


def _words(error: Any, path: Path, model: Any) -> str:
    kind, given, ctx = error["type"], error.get("input"), error.get("ctx", {})
    name = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "this"
    match kind:
        case "extra_forbidden":
            return near("key", str(path[-1]), tuple(model.model_fields) if model else ())
        case "missing":
            return f"“{error['loc'][-1]}” is missing"
        case "union_tag_not_found":
            return f"say which kind it is: “{ctx['discriminator'].strip(chr(39))}: …”"
        case "union_tag_invalid":
            return near("kind", str(ctx["tag"]), [tag.strip("' ") for tag in ctx["expected_tags"].split(",")])
        case "enum" | "literal_error":
            known = [word.strip("' ") for word in str(ctx["expected"]).replace(" or ", ",").split(",")]
            return near("value", str(given), known)
        case "value_error":
            return str(ctx["error"])
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
            return f"{name}: {' and '.join(f'{sign[key]} {_figure(value)}' for key, value in ctx.items())}"
        case "too_short":
            return f"{name} needs at least {ctx['min_length']}"
    return f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _figure(value: Any) -> str:
    """pydantic writes a duration as Python does: ``datetime.timedelta(days=28)``."""
    if not str(value).startswith("datetime.timedelta("):
        return str(value)
    return " ".join(f"{count} {unit}" for unit, count in re.findall(r"(\w+)=(\d+)", str(value))) or "0s"


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
