"""The tables of events and of changed settings; calls and messages stand with the meetings."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from rostrum.db.metadata import Json, Moment, metadata

_big_key = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("id", _big_key, primary_key=True, autoincrement=True),
    Column("event_type", String(32), nullable=False),
    Column("object_type", String(32), nullable=False),
    Column("object_name", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("severity", String(8)),
    Column("invoker_ip", String(64), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Index("ix_events_created_at", "created_at", "id"),
)

settings = Table(
    "settings_log",
    metadata,
    Column("id", _big_key, primary_key=True, autoincrement=True),
    Column("user_name", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("object_type", String(64), nullable=False),
    Column("object_id", Integer, nullable=False),
    Column("action_type", String(8), nullable=False),  # new, edit, delete
    Column("comment", Text, nullable=False),
    Column("old_value", Text, nullable=False),
    Column("new_value", Text, nullable=False),
    Index("ix_settings_log_created_at", "created_at", "id"),
)
