"""What Alembic runs; ``bot.engine.schema`` gives the connection and the metadata."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.cog.table import UtcDateTime


def render_item(kind: str, item: Any, autogenerate_context: Any) -> str | Literal[False]:
    """Migrations stand alone: they name no type of Relais."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
