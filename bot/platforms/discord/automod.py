"""Our rules as Discord's AutoMod takes them: within its limits, and changing only what is ours and different."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.things import NativeRule
from bot.platforms.discord import limits

Payload = Mapping[str, Any]
RoleId = Callable[[str], str | None]
"""The id of a role, from its id or name."""

PREFIX = "Relais: "
KEYWORD, MENTIONS = 1, 5
"""Kinds of rules."""
BLOCK, ALERT, SILENCE = 1, 2, 3
"""Kinds of actions."""
ON_MESSAGES = 1
_PART = re.compile(r" \(\d+\)$")


@dataclass
class Plan:
    """What to send: rules to make, to change by their id, to delete; and what Discord has no room for."""

    make: list[dict[str, Any]] = field(default_factory=list)
    change: dict[str, dict[str, Any]] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def is_ours(rule: Payload, me: str) -> bool:
    """By its creator and its name: a moderator may take over one of ours by renaming it."""
    return str(rule.get("creator_id")) == me and str(rule.get("name", "")).startswith(PREFIX)


def name_of(rule: Payload, me: str) -> str:
    """Of our rules the name that we know, without the number of the part."""
    name = str(rule.get("name", ""))
    return _PART.sub("", name.removeprefix(PREFIX)) if is_ours(rule, me) else name


def planned(rules: Sequence[NativeRule], present: Sequence[Payload], me: str, role: RoleId) -> Plan:
    """How to come from the rules of a guild to these. Of each kind the rules of others keep their place."""
    plan = Plan(left_out=[rule.name for rule in rules if not _spares(rule)])
    rules = [rule for rule in rules if _spares(rule)]
    wanted = {KEYWORD: _keyword_rules(rules, role, plan), MENTIONS: _mention_rules(rules, role)}
    for kind, most in limits.AUTOMOD_RULES.items():
        same_kind = [it for it in present if it.get("trigger_type") == kind]
        ours = {str(it["name"]): it for it in same_kind if is_ours(it, me)}
        room = most - (len(same_kind) - len(ours))
        plan.left_out += [name_of(it | {"creator_id": me}, me) for it in wanted[kind][room:]]
        kept = wanted[kind][: max(room, 0)]
        _compare(kept, ours, plan)
    return plan


def _spares(rule: NativeRule) -> bool:
    """Whether Discord can spare all that the rule spares: one that would hit the innocent is left out."""
    return (
        len(rule.exempt_roles) <= limits.AUTOMOD_EXEMPT_ROLES
        and len(rule.exempt_channels) <= limits.AUTOMOD_EXEMPT_CHANNELS
        and len(rule.allowed) <= limits.AUTOMOD_ALLOWED
        and all(limits.size(text) <= limits.AUTOMOD_WORD for text in rule.allowed)
        and rule.mentions <= limits.AUTOMOD_MENTIONS
    )


def _compare(wanted: Sequence[dict[str, Any]], ours: dict[str, Payload], plan: Plan) -> None:
    """A rule that is no longer wanted lends its place to a new one: none is lost should the rest not be done."""
    names = {rule["name"] for rule in wanted}
    free = [rule for name, rule in ours.items() if name not in names]
    for rule in wanted:
        before = ours.get(rule["name"]) or (free.pop() if free else None)
        if before is None:
            plan.make.append(rule)
        elif not _holds(before, rule):
            plan.change[str(before["id"])] = {key: value for key, value in rule.items() if key != "trigger_type"}
    plan.drop += [str(rule["id"]) for rule in free]


def _holds(before: Any, wanted: Any) -> bool:
    """Whether what is there says all that is wanted. Discord adds fields, and gives ids as text."""
    if isinstance(wanted, dict):
        return all(_holds((before or {}).get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(before or ()) == len(wanted) and all(map(_holds, before or (), wanted))
    return bool(before == wanted) or (not wanted and not before)


def _keyword_rules(rules: Iterable[NativeRule], role: RoleId, plan: Plan) -> list[dict[str, Any]]:
    return [made for rule in rules for made in _keywords(rule, role, plan)]


def _keywords(rule: NativeRule, role: RoleId, plan: Plan) -> Iterator[dict[str, Any]]:
    """As many rules as the words need."""
    words = _fitting(rule.words, limits.AUTOMOD_WORD, plan)
    patterns = _fitting(rule.patterns, limits.AUTOMOD_PATTERN, plan)
    plan.left_out += patterns[limits.AUTOMOD_PATTERNS :]
    parts = [words[at : at + limits.AUTOMOD_WORDS] for at in range(0, len(words), limits.AUTOMOD_WORDS)]
    if patterns and not parts:
        parts = [[]]
    for number, part in enumerate(parts, start=1):
        trigger = {
            "keyword_filter": part,
            "regex_patterns": patterns[: limits.AUTOMOD_PATTERNS] if number == 1 else [],
            "allow_list": list(rule.allowed),
        }
        yield _rule(rule, KEYWORD, trigger, role, f" ({number})" if number > 1 else "")


def _fitting(texts: Iterable[str], longest: int, plan: Plan) -> list[str]:
    once = list(dict.fromkeys(text for text in texts if text.strip()))
    plan.left_out += [text for text in once if limits.size(text) > longest]
    return [text for text in once if limits.size(text) <= longest]


def _mention_rules(rules: Iterable[NativeRule], role: RoleId) -> list[dict[str, Any]]:
    return [_rule(it, MENTIONS, {"mention_total_limit": it.mentions}, role, "") for it in rules if it.mentions]


def _rule(rule: NativeRule, kind: int, trigger: dict[str, Any], role: RoleId, part: str) -> dict[str, Any]:
    return {
        "name": PREFIX + limits.cut(rule.name, limits.AUTOMOD_NAME - len(PREFIX) - len(part)) + part,
        "event_type": ON_MESSAGES,
        "trigger_type": kind,
        "trigger_metadata": trigger,
        "actions": _actions(rule),
        "enabled": True,
        "exempt_roles": [id for name in rule.exempt_roles if (id := role(name))],
        "exempt_channels": [it.id for it in rule.exempt_channels],
    }


def _actions(rule: NativeRule) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if rule.block:
        said = {"custom_message": limits.cut(rule.message, limits.AUTOMOD_MESSAGE)} if rule.message else {}
        found.append({"type": BLOCK, "metadata": said})
    if rule.alert:
        found.append({"type": ALERT, "metadata": {"channel_id": rule.alert.id}})
    if rule.timeout:
        seconds = int(min(rule.timeout, limits.TIMEOUT).total_seconds())
        found.append({"type": SILENCE, "metadata": {"duration_seconds": seconds}})
    return found
