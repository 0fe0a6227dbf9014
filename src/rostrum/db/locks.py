"""Doing something alone among all transactions."""

from __future__ import annotations

from sqlalchemy import Connection


def alone(db: Connection, what: str) -> None:
    """Wait until no other transaction does `what`; it is ours until the commit. On SQLite every writer is alone."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (what,))
