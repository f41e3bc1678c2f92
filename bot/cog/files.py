"""Why a file cannot be used, for people."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from bot.chat.words import Words
from bot.cog.texts import t

TROUBLES: Mapping[int, Words] = {
    errno.ENOENT: t("there is no such file"),
    errno.EACCES: t("its rights do not permit it"),
    errno.EPERM: t("its rights do not permit it"),
    errno.EISDIR: t("it is a folder"),
    errno.ENOTDIR: t("part of its path is no folder"),
    errno.ENOSPC: t("the disk is full"),
    errno.EROFS: t("the disk is read-only"),
    errno.ENAMETOOLONG: t("its name is too long"),
}


def trouble_with(error: OSError) -> Words:
    """What the system says of a file, in words; as the system says it where that is rare."""
    return TROUBLES.get(error.errno or 0) or error.strerror or type(error).__name__
