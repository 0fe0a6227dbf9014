"""The table of conference templates."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from rostrum.db.metadata import Json, Moment, key, metadata

templates = Table(
    "conference_templates",
    metadata,
    Column("id", key(32), primary_key=True),
    Column("name", String(240), nullable=False),
    Column("object", Json, nullable=False),  # the fields of a conference that were given, not more
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("creator_id", key()),  # null: an application
)
