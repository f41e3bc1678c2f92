"""Declaring a cog."""

from bot.cog.declare.cog import Cog
from bot.cog.declare.parts import (
    Action,
    CogSettings,
    Form,
    FormModel,
    Late,
    MenuAction,
    Page,
    Use,
    Verb,
)

__all__ = ["Action", "Cog", "CogSettings", "Form", "FormModel", "Late", "MenuAction", "Page", "Use", "Verb"]
