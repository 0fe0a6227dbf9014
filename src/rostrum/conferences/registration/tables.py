"""The table of who registered."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from rostrum.db.metadata import Json, Moment, key, metadata

registrations = Table(
    "registrations",
    metadata,
    Column("participant_id", key(), primary_key=True),  # the guest who joins
    Column("conference_id", key(), ForeignKey("conferences.id", ondelete="CASCADE"), nullable=False),
    Column("display_name", String(64), nullable=False),
    Column("email_key", key(254)),  # lower-cased; null: none was given
    Column("fields", Json, nullable=False),  # what the form asked for, as it was filled in
    Column("created_at", Moment, nullable=False),
    Column("letter_at", Moment),  # when the last link was mailed
    UniqueConstraint("conference_id", "email_key"),
)
