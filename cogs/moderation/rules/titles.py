"""What each trigger is called, for people."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cog import Words, t
from cogs.moderation.rules.triggers import TriggerBase

TITLES: Mapping[str, Words] = {
    "words": t("Listed words"),
    "pattern": t("Pattern"),
    "links": t("Links"),
    "invites": t("Invitations elsewhere"),
    "scams": t("Fraudulent links"),
    "lookalikes": t("Look-alike links"),
    "mentions": t("Mentions"),
    "capitals": t("Capitals"),
    "emoji": t("Emoji"),
    "lines": t("Line breaks"),
    "zalgo": t("Stacked marks"),
    "repeats": t("Repeated characters"),
    "length": t("Length"),
    "attachments": t("Attached files"),
    "flood": t("Flood"),
    "duplicates": t("Duplicates"),
    "first": t("First messages"),
    "age": t("Age"),
    "name": t("Name"),
    "join_rate": t("Many arrivals at once"),
    "created_together": t("Accounts made together"),
    "named_alike": t("Names alike"),
}


def title_of(trigger: TriggerBase) -> Words:
    return TITLES[trigger.on]
