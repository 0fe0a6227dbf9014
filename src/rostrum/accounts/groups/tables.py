"""The tables of groups and their members."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from rostrum.db.metadata import Json, key, metadata

groups = Table(
    "groups",
    metadata,
    Column("id", key(64), primary_key=True),
    Column("display_name", String(64), nullable=False),
    Column("name_key", key(256), nullable=False),  # the name without regard to case: unique, and the order of lists
    Column("rights", Json, nullable=False),
    UniqueConstraint("name_key"),
)

group_users = Table(
    "group_users",
    metadata,
    Column("group_id", key(64), ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_group_users_user_id", "user_id"),
)
