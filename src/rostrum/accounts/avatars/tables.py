"""The table of avatars. They are small and re-encoded, so they live where backups and other nodes find them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from rostrum.db.metadata import key, metadata

avatars = Table(
    "avatars",
    metadata,
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("name", key(64), nullable=False, unique=True),  # random: nobody finds pictures by trying names
    Column("content_type", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
