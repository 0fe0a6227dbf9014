"""When all workers are busy: whoever wanted a recording or a broadcast learns that it waits, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from rostrum.api.work import Deferred, Recorded
from rostrum.conferences import store as conferences
from rostrum.db.database import Database
from rostrum.media.commands import TellChanged
from rostrum.media.production import store as productions

LOOK_S = 1.0
Journal = Callable[[Connection, Recorded, str, datetime], None]


async def look(database: Database, now: datetime, journal: Journal) -> list[Deferred]:
    """Tell the event log of each output that waits, once; what the meetings are told is the answer. What was recorded
    by a worker that died is recorded no more until another one is free.
    """
    if not await database.run(lambda db: productions.any_left_waiting(db, now), write=False):
        return []

    def tell(db: Connection) -> list[Deferred]:
        rows = productions.mark_waiting(db, now)
        for row in rows:
            if row.kind == "recording":
                conferences.set_recording_state(db, row.session_id, 0)
            payload = {"session_id": row.session_id, "reason": row.reason}
            journal(db, Recorded(f"{row.kind}_waiting", "conference", row.session_id, payload, "middle"), "", now)
        return [TellChanged(session_id) for session_id in sorted({row.session_id for row in rows})]

    return await database.run(tell)
