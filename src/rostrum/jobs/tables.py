"""The table of due work."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from rostrum.db.metadata import Json, Moment, key, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(64), nullable=False),
    Column("key", key(200), nullable=False, unique=True),  # one job under a key: asking twice changes it
    Column("queue", key(300)),  # jobs of one queue are done in their order, one at a time
    Column("payload", Json, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("leased_until", Moment),  # somebody works on it
    Column("leased_by", String(32)),  # the process that does
    Column("given_up_at", Moment),
    Column("last_error", Text),
    Index("ix_jobs_due_at", "due_at"),
    Index("ix_jobs_queue", "queue"),
)
