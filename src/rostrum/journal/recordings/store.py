"""All SQL of the logs of recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, literal_column, select

from rostrum.db.text import contains
from rostrum.journal.lists import Conditions, Log, between
from rostrum.meetings.tables import sessions
from rostrum.recordings.tables import recordings


class RecordFilter(Struct, frozen=True, kw_only=True):
    """What a list of recordings selects; None selects all."""

    date_from: datetime | None = None
    before: datetime | None = None
    conference_id: str | None = None
    session_id: str | None = None
    owner: str | None = None
    topic: str | None = None
    deleted: bool = True
    """Whether those whose file is gone are listed too."""


def _where(wanted: RecordFilter) -> Conditions:
    found = between(recordings.c.created_at, wanted.date_from, wanted.before)
    if wanted.conference_id is not None:
        found.append(recordings.c.conference_id == wanted.conference_id)
    if wanted.session_id is not None:
        found.append(recordings.c.stream_id == wanted.session_id)
    if wanted.owner is not None:
        found.append(contains(recordings.c.owner, wanted.owner))
    if wanted.topic is not None:
        found.append(contains(recordings.c.topic, wanted.topic))
    if not wanted.deleted:
        found.append(recordings.c.deleted_at.is_(None))
    return found


_FAR: ColumnElement[Any] = literal_column(str(2**62))
# The log of a call may be gone; the recording still tells of it.
_WITH_CALL = recordings.outerjoin(sessions, sessions.c.id == recordings.c.stream_id)
# As they are shown: where the log of the call is gone, the recording's own times stand for the call's.
_START = func.coalesce(sessions.c.start_time, recordings.c.created_at)
_END = case((sessions.c.start_time.is_(None), recordings.c.stopped_at), else_=sessions.c.end_time)
_CALL_COLUMNS = (recordings, sessions.c.mode, sessions.c.start_time, sessions.c.end_time)
_RECORD = (
    select(*_CALL_COLUMNS)
    .select_from(_WITH_CALL)
    .where(recordings.c.stream_id == bindparam("session_id"))
    .order_by(recordings.c.id.desc())
    .limit(1)
)
_RECORDING = select(recordings).where(recordings.c.id == bindparam("id"))


def find_record(db: Connection, session_id: str) -> Row[Any] | None:
    """The newest recording of a session, with its call."""
    return db.execute(_RECORD, {"session_id": session_id}).one_or_none()


def find_recording(db: Connection, number: int) -> Row[Any] | None:
    """The recording with this number."""
    return db.execute(_RECORDING, {"id": number}).one_or_none()


RECORDS = Log(
    source=_WITH_CALL,
    columns=_CALL_COLUMNS,
    key=recordings.c.id,
    time=recordings.c.created_at,
    sorts={
        "conference_id": recordings.c.stream_id,
        "name": recordings.c.name,
        "named_conf_id": recordings.c.conference_id,
        "topic": recordings.c.topic,
        "owner": recordings.c.owner,
        "class": recordings.c.id,  # the same for all, as is the type
        "type": recordings.c.id,
        "subtype": func.coalesce(sessions.c.mode, 0),
        "duration": func.coalesce(_END, _FAR) - _START,
        "file_size": recordings.c.size,
        "start_time": _START,
        "end_time": _END,
        "is_public": recordings.c.is_public,
        "download_url": recordings.c.name,
        "is_deleted": recordings.c.deleted_at.is_not(None),
    },
    where=_where,
)
RECORDINGS = Log(
    source=recordings,
    columns=(recordings,),
    key=recordings.c.id,
    time=recordings.c.created_at,
    sorts={
        "started_at": recordings.c.created_at,
        "created_at": recordings.c.created_at,
        "download_url": recordings.c.name,
    }
    | {
        name: recordings.c[name]
        for name in ("id", "name", "stream_id", "conference_id", "topic", "owner", "stopped_at", "deleted_at", "size")
    },
    where=_where,
)
