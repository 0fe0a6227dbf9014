"""The table of broadcasting presets."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from rostrum.db.metadata import Json, key, metadata

presets = Table(
    "broadcast_presets",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", key(64), nullable=False, unique=True),
    Column("name", String(240), nullable=False),
    Column("type", String(16), nullable=False),
    Column("payload", Json, nullable=False),
)
