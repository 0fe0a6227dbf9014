"""The tables of programmes: which meetings are produced, by which worker, and where to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from rostrum.db.metadata import Json, Moment, key, metadata

productions = Table(
    "productions",
    metadata,
    Column("session_id", key(), primary_key=True),
    Column("about", Json, nullable=False),  # what the picture needs to know of the meeting
    Column("worker", key(64)),  # null: nobody works on it
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
)

outputs = Table(
    "outputs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("session_id", key(), ForeignKey("productions.session_id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),  # recording, broadcast, multicast, live, mcu
    Column("settings", Json, nullable=False),  # what the kind needs
    Column("wanted", String(8), nullable=False),  # on, paused, off
    Column("state", String(8), nullable=False),  # waiting, on, paused, retrying, failed, off
    Column("reason", Text, nullable=False, server_default=""),  # of the last failure
    Column("address", String(255), nullable=False, server_default=""),  # where it can be fetched
    Column("changed_at", Moment, nullable=False),
    Index("ix_outputs_session_id", "session_id"),
)
