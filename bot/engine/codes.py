"""Short codes taken in one place and typed in another: only their digests are stored, and guessing is slowed down."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.things import Member
from bot.cog.links import Code, Purpose, Refusal, Refused
from bot.engine.models import CodeRow, WrongCode

if TYPE_CHECKING:
    from bot.engine.host import Engine

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U. Thirty-two signs are five bits each."""
LENGTH = 8
ALIKE = str.maketrans("OIL", "011")
LIFE = {Purpose.ACCOUNT: timedelta(minutes=10), Purpose.SPACE: timedelta(hours=1)}
WRONG_TRIES = 5
WRONG_WITHIN = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long a code that is over is still recognised."""


def fresh(random: Random) -> str:
    """A new code of forty bits: ``7Q4K-M2XB``."""
    bits = random.getrandbits(5 * LENGTH)
    signs = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def digest(typed: str) -> str:
    """What is stored of a code, however it was typed: case, spaces and signs that look alike do not matter."""
    signs = "".join(sign for sign in typed.upper().translate(ALIKE) if sign in ALPHABET)
    return hashlib.blake2b(signs.encode(), digest_size=16, person=b"relais code").hexdigest()


async def take(db: AsyncSession, engine: Engine, community: str, member: Member, person: str, purpose: Purpose) -> Code:
    """A fresh code for an account; the one it took before is over, those before are forgotten."""
    now = engine.now()
    mine = (CodeRow.person == person, CodeRow.account == member.id, CodeRow.purpose == purpose)
    unused = CodeRow.used_at.is_(None)
    await db.execute(delete(CodeRow).where(*mine, unused, CodeRow.until <= now))
    await db.execute(update(CodeRow).where(*mine, unused).values(until=now))
    code = Code(fresh(engine.random), now + LIFE[purpose])
    row = CodeRow(
        digest=digest(code.text),
        purpose=purpose,
        community=community,
        space=member.space.key,
        person=person,
        account=member.id,
        until=code.until,
    )
    db.add(row)
    return code


async def find(db: AsyncSession, typed: str) -> CodeRow | None:
    found: CodeRow | None = await db.scalar(select(CodeRow).where(CodeRow.digest == digest(typed)).with_for_update())
    return found


def state(row: CodeRow | None, purpose: Purpose, now: datetime) -> Refusal | None:
    """What is wrong with a code by itself."""
    if row is None:
        return Refusal.WRONG
    if row.purpose != purpose:
        return Refusal.OTHER
    if row.used_at is not None:
        return Refusal.USED
    return Refusal.EXPIRED if row.until <= now else None


async def too_many(db: AsyncSession, person: str, now: datetime) -> Refused | None:
    """Whether somebody typed too many wrong codes lately."""
    since = now - WRONG_WITHIN
    tries = select(WrongCode.at).where(WrongCode.person == person, WrongCode.at > since)
    last = (await db.scalars(tries.order_by(WrongCode.at.desc()).limit(WRONG_TRIES))).all()
    return Refused(Refusal.TOO_MANY, last[-1] + WRONG_WITHIN) if len(last) == WRONG_TRIES else None


async def refuse(db: AsyncSession, community: str, person: str, why: Refusal, now: datetime) -> Refused:
    """Refuse, and remember that a wrong code was typed."""
    if why is Refusal.WRONG:
        await db.execute(delete(WrongCode).where(WrongCode.person == person, WrongCode.at <= now - WRONG_WITHIN))
        db.add(WrongCode(community=community, person=person, at=now))
    return Refused(why)


async def forget(db: AsyncSession, now: datetime) -> None:
    """Delete what is over."""
    await db.execute(delete(CodeRow).where(CodeRow.until <= now - KEPT))
    await db.execute(delete(WrongCode).where(WrongCode.at <= now - WRONG_WITHIN))
