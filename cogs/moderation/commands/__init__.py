"""What moderators and administrators type."""

from cogs.moderation.commands import cases, files, report, rules, sanctions, words

__all__ = ["cases", "files", "report", "rules", "sanctions", "words"]
