"""The table of the key that tickets are signed with: made with the database, the same for all its servers."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from rostrum.db.metadata import metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", String(64), nullable=False),
)
