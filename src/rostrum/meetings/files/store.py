"""All SQL of files in chats."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from rostrum.meetings.files.tables import chat_files
from rostrum.meetings.tables import messages


class FileRow(Struct, kw_only=True):
    """One file; `size` in bytes."""

    id: str
    message_id: int
    session_id: str
    name: str
    size: int


_COLUMNS = [chat_files.c[name] for name in FileRow.__struct_fields__]


def insert_file(db: Connection, row: FileRow) -> None:
    """Keep what is known of a file."""
    db.execute(insert(chat_files).values({name: getattr(row, name) for name in row.__struct_fields__}))


def count(db: Connection, session_id: str) -> int:
    """How many files a session has."""
    mine = chat_files.c.session_id == session_id
    return db.execute(select(func.count()).select_from(chat_files).where(mine)).scalar_one()


def of_messages(db: Connection, message_ids: Collection[int]) -> dict[int, FileRow]:
    """The files of messages, by message."""
    if not message_ids:
        return {}
    rows = db.execute(select(*_COLUMNS).where(chat_files.c.message_id.in_(message_ids)))
    return {row.message_id: FileRow(**row._mapping) for row in rows}  # noqa: SLF001


def find_for(db: Connection, session_id: str, file_id: str, reader: str) -> FileRow | None:
    """A file of a session that was sent to everyone, to this reader, or by this reader."""
    told = (messages.c.to_call_id.is_(None)) | (messages.c.to_call_id == reader) | (messages.c.from_call_id == reader)
    statement = (
        select(*_COLUMNS)
        .join(messages, messages.c.id == chat_files.c.message_id)
        .where(chat_files.c.id == file_id, chat_files.c.session_id == session_id, told)
    )
    row = db.execute(statement).one_or_none()
    return None if row is None else FileRow(**row._mapping)  # noqa: SLF001


def known(db: Connection, ids: Collection[str]) -> set[str]:
    """Which of these files are still somebody's."""
    if not ids:
        return set()
    return set(db.execute(select(chat_files.c.id).where(chat_files.c.id.in_(ids))).scalars())
