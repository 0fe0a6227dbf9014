"""The table of files in chats. What they hold lies in the data folder, under their id."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from rostrum.db.metadata import key, metadata

chat_files = Table(
    "chat_files",
    metadata,
    Column("id", key(64), primary_key=True),
    Column(
        "message_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("messages.id", ondelete="CASCADE"),  # a file lives as long as its message
        nullable=False,
    ),
    Column("session_id", key(), nullable=False),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Index("ix_chat_files_message_id", "message_id", unique=True),
    Index("ix_chat_files_session_id", "session_id"),
)
