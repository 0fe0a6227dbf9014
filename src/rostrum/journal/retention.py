"""Letting the logs go after the time that the settings give, in small steps that nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Delete, delete, func, select

from rostrum.db import revisions
from rostrum.db.database import Database
from rostrum.journal.lists import REVISION
from rostrum.journal.tables import events
from rostrum.journal.tables import settings as settings_log
from rostrum.meetings.tables import call_invites, messages, participations, sessions
from rostrum.recordings.tables import recordings

_STEP = 500
_PAUSE_S = 0.02


async def forget(database: Database, keep_days: int) -> int:
    """Delete what happened more than `keep_days` days ago (0: nothing). How many rows went.

    A call goes once it ended that long ago, with its participants, invites and messages; a recording once its file has
    been gone that long. The last known value of
    each section of the settings stays: the next start compares with it.
    """
    if not keep_days:
        return 0
    before = datetime.now(UTC) - timedelta(days=keep_days)
    gone = 0
    for statement in _statements(before):
        while True:
            number = await database.run(lambda db, step=statement: _delete(db, step))  # type: ignore[misc]
            gone += number
            if number < _STEP:
                break
            await asyncio.sleep(_PAUSE_S)
    return gone


def _statements(before: datetime) -> Iterator[Delete]:
    old_calls = select(sessions.c.id).where(sessions.c.end_time < before)
    last_settings = select(func.max(settings_log.c.id)).group_by(settings_log.c.object_type)
    yield _some(events.c.id, events.c.created_at < before)
    yield _some(settings_log.c.id, settings_log.c.created_at < before, settings_log.c.id.not_in(last_settings))
    for table, number in ((messages, "id"), (call_invites, "id"), (participations, "number")):
        yield _some(table.c[number], table.c.session_id.in_(old_calls))
    yield _some(recordings.c.id, recordings.c.deleted_at < before)
    yield _some(sessions.c.number, sessions.c.end_time < before)


def _some(number: Any, *conditions: Any) -> Delete:
    return delete(number.table).where(number.in_(select(number).where(*conditions).limit(_STEP)))


def _delete(db: Connection, statement: Delete) -> int:
    number = db.execute(statement).rowcount
    if number:
        revisions.touch(db, REVISION)
    return number
