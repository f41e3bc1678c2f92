"""Rules that explain themselves: what they look for, where they hold, what they ask for. Pure and synchronous."""

from cogs.moderation.rules.conditions import Where
from cogs.moderation.rules.model import Change, Mode, Preset, Rule, RuleSet, WordList
from cogs.moderation.rules.presets import effective, preset_rules, spoken
from cogs.moderation.rules.rulebook import Explained, Prepared, Recipe, Rulebook, prepare
from cogs.moderation.rules.triggers import Surroundings, Trigger
from cogs.moderation.rules.windows import Remembered, Windows

__all__ = [
    "Change",
    "Explained",
    "Mode",
    "Prepared",
    "Preset",
    "Recipe",
    "Remembered",
    "Rule",
    "RuleSet",
    "Rulebook",
    "Surroundings",
    "Trigger",
    "Where",
    "Windows",
    "WordList",
    "effective",
    "prepare",
    "preset_rules",
    "spoken",
]
