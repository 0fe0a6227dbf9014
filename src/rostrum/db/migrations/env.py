"""Alembic's entry: one connection, one transaction for all missing migrations."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from rostrum.db.locks import alone
from rostrum.tables import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    alone(connection, "schema")  # of two servers that start at once, one brings the database up to date
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, user_module_prefix="columns."
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
