"""What Alembic does for ``bot.engine.migrate``: apart, because a start whose database is current needs none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData


def upgrade(connection: Connection, folder: Path, metadata: MetaData) -> None:
    """Run the migrations of a folder that the database has not seen."""
    command.upgrade(_config(connection, folder, metadata), "head")


def write(connection: Connection, folder: Path, metadata: MetaData, *, message: str, number: str) -> str:
    """Write the migration from the last revision to the tables of the code. Gives its path."""
    made: Any = command.revision(_config(connection, folder, metadata), message, autogenerate=True, rev_id=number)
    return str(made.path)


def differences(connection: Connection, metadata: MetaData) -> tuple[str, ...]:
    """How the database differs from the tables of the code."""
    context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
    return tuple(str(difference) for difference in compare_metadata(context, metadata))


def _config(connection: Connection, folder: Path, metadata: MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "metadata": metadata}
    return config
