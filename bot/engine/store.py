"""What adapters keep, as documents in the database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from bot.engine.models import Document
from bot.engine.session import Database


class DocumentStore:
    """A platform's documents; see ``bot.chat.platform.Store``."""

    def __init__(self, database: Database, platform: str) -> None:
        self.database = database
        self.platform = platform

    async def load(self, kind: str) -> Mapping[str, str]:
        async with self.database.reading() as db:
            rows = await db.execute(
                select(Document.key, Document.value)
                .where(Document.platform == self.platform, Document.kind == kind)
                .order_by(Document.key)
            )
            return dict(rows.all())

    async def save(self, kind: str, documents: Mapping[str, str]) -> None:
        async with self.database.transaction() as db:
            for key, value in documents.items():
                await db.merge(Document(platform=self.platform, kind=kind, key=key, value=value))

    async def remove(self, kind: str, key: str | None = None) -> None:
        which = delete(Document).where(Document.platform == self.platform, Document.kind == kind)
        async with self.database.transaction() as db:
            await db.execute(which if key is None else which.where(Document.key == key))
