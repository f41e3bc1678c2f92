"""``relais rehearse FILE``: a scripted community on a virtual clock."""

from bot.rehearsal.command import add, run
from bot.rehearsal.document import Problem, ScriptError
from bot.rehearsal.player import rehearse
from bot.rehearsal.report import Failure, Report, Seen
from bot.rehearsal.script import Script, load, read

__all__ = ["Failure", "Problem", "Report", "Script", "ScriptError", "Seen", "add", "load", "read", "rehearse", "run"]
