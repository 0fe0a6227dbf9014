"""The table of the contacts that people keep. Who shares a group needs no row."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from rostrum.db.metadata import key, metadata

contacts = Table(
    "contacts",
    metadata,
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("contact_id", key(), primary_key=True),  # a user of this server, an address of elsewhere, a call string
    Column("display_name", String(64)),  # null: the account's own
    Index("ix_contacts_contact_id", "contact_id"),
)
