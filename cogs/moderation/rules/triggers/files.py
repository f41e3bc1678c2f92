"""Attached files, by the ending of their names."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bot.cog import Unread, Words, t
from cogs.moderation.rules.triggers.base import Making, TriggerBase
from cogs.moderation.rules.view import Look, Sign, View
from cogs.moderation.seen import Hit

PROGRAMS = frozenset(
    "apk app bat cmd com cpl dll dmg exe hta iso jar js jse lnk msc msi msp pif ps1 reg scr sh vb vbe vbs wsf "
    "xll".split()
)


def _ending(written: str) -> str:
    ending = written.strip().lstrip("*.").lower()
    if not ending.replace(".", "").isalnum():
        raise Unread(t("“{ending}” is not the ending of a file name; write exe", ending=written[:20]))
    return ending


Endings = tuple[Annotated[str, AfterValidator(_ending)], ...]


class AttachmentsTrigger(TriggerBase):
    """``count`` files or more, or one that ends as ``deny`` says, that is a program, or that is not among ``only``."""

    on: Literal["attachments"] = "attachments"
    needs: ClassVar[Sign] = Sign.FILES
    deny: Endings = ()
    only: Endings = ()
    programs: bool = False
    count: Annotated[int | None, Field(ge=1, le=100)] = None

    def ready(self, making: Making) -> Look:
        on, only, count = self.on, frozenset(self.only), self.count
        deny = frozenset(self.deny) | (PROGRAMS if self.programs else frozenset())

        def look(view: View) -> Hit | None:
            files = view.seen.attachments
            for file in files:
                endings = _endings(file)
                if not deny.isdisjoint(endings) or (only and only.isdisjoint(endings)):
                    return Hit(on, detail=file)
            return Hit(on, detail=str(len(files))) if count and len(files) >= count else None

        return look

    def missed(self, view: View) -> Words:
        return t("Its files are allowed.") if view.seen.attachments else t("No file is attached.")


def _endings(file: str) -> list[str]:
    """``tar.gz`` and ``gz`` for ``a.tar.gz``; of an address, its path alone."""
    name = file.partition("?")[0].rpartition("/")[2].strip(". ").lower()
    _, *parts = name.split(".")
    return [".".join(parts[at:]) for at in range(len(parts))]
