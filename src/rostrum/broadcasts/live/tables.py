"""The table of those who watch: a row is a place, as long as its holder is heard of."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from rostrum.db.metadata import Moment, key, metadata

live_viewers = Table(
    "live_viewers",
    metadata,
    Column("ticket_hash", String(64), primary_key=True),
    Column("session_id", key(), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_live_viewers_session_id_seen_at", "session_id", "seen_at"),
)
