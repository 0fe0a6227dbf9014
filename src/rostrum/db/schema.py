"""Bringing a database to the schema of this version (Alembic), and knowing quickly that it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0021"
"""The newest migration; a test holds it against the folder. Known here so that a start needs no Alembic."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def version(db: Connection) -> str | None:
    """The migration that the database stands at; None: it is empty."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(url: str) -> None:
    """Run every missing migration on the database at a SQLAlchemy URL."""
    from alembic import command  # noqa: PLC0415 (100 ms that a start with a current schema does not need)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
