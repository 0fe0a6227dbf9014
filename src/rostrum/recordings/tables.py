"""The table of recordings. A row outlives its file and its conference: the log tells of both."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, false

from rostrum.db.metadata import Json, Moment, key, metadata

recordings = Table(
    "recordings",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("stream_id", key(), nullable=False),  # the session
    Column("conference_id", key(), nullable=False),
    Column("name", String(255), nullable=False),  # of the file in the conference's folder
    Column("topic", String(240), nullable=False),
    Column("owner", key(), nullable=False),  # a uid
    Column("created_at", Moment, nullable=False),
    Column("stopped_at", Moment),  # null: it is being made
    Column("deleted_at", Moment),  # null: the file is there
    Column("is_stored", Boolean, nullable=False, server_default=false()),  # moved from the data folder to the storage
    Column("size", BigInteger, nullable=False, server_default="0"),  # bytes
    Column("seconds", Float),  # how long it plays; null: it is being made, or nobody has written it down
    Column("is_public", Boolean, nullable=False, server_default=false()),  # guests were allowed when it was begun
    Column("speakers", Json, nullable=False, server_default="[]"),  # the files of its speakers
    Index("ix_recordings_conference_id", "conference_id"),
    Index("ix_recordings_created_at", "created_at", "id"),
)
