"""The table of user accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from rostrum.db.metadata import Moment, key, metadata

users = Table(
    "users",
    metadata,
    Column("id", key(), primary_key=True),  # the lower-cased login (decision 14)
    Column("login_name", String(32), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("email", String(250), nullable=False, server_default=""),
    Column("email_key", key(250), nullable=True),  # lower-cased for uniqueness; null: no address
    Column("display_name", String(64), nullable=False),
    Column("first_name", String(64), nullable=False, server_default=""),
    Column("last_name", String(64), nullable=False, server_default=""),
    Column("company", String(64), nullable=False, server_default=""),
    Column("mobile_phone", String(50), nullable=False, server_default=""),
    Column("work_phone", String(50), nullable=False, server_default=""),
    Column("home_phone", String(50), nullable=False, server_default=""),
    Column("is_active", Integer, nullable=False, server_default="1"),
    Column("is_admin", Boolean, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("avatar", key(64)),  # the name of the picture in avatars
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("email_key"),
    Index("ix_users_display_name", "display_name"),
)

presence = Table(
    "presence",
    metadata,
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("status", Integer, nullable=False),
)
"""Who is something else than offline."""

connections = Table(
    "connections",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("node", String(32), nullable=False),  # the process that holds it: dead ones hold none
    Index("ix_connections_user_id", "user_id"),
)
"""The open pages of people."""
