"""Due work: a recording whose parts could not be made one file is given to a worker again, for as long as it takes.

The parts stay where they are meanwhile. A worker does it, as at the first time: whoever has the meeting has it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from rostrum.db.database import Database
from rostrum.jobs import store as jobs
from rostrum.jobs.runner import pause
from rostrum.media.production import store as productions
from rostrum.media.production.store import About
from rostrum.recordings import store
from rostrum.recordings.store import Unfinished

JOB = "recording.finish"


def want(db: Connection, number: int, tries: int, now: datetime) -> None:
    """Try again after so many tries that have failed: the pauses grow, up to an hour."""
    jobs.enqueue(db, JOB, {"recording_id": number, "tries": tries}, now + pause(tries), key=_key(number))


def again(db: Connection, payload: Mapping[str, Any]) -> None:
    """Ask for a worker, unless the recording is finished or somebody has it."""
    for row in store.unfinished(db, int(payload["recording_id"])):
        if not _is_worked_on(db, row):
            about = About(conference_id=row.conference_id, topic=row.topic)
            settings = {"recording_id": row.id, "name": row.name, "tries": int(payload["tries"])}
            productions.ask_again(db, row.stream_id, about, "recording", settings, datetime.now(UTC))


async def look(database: Database, now: datetime) -> None:
    """Take up what nobody works on and no due work knows of."""

    def left(db: Connection) -> list[int]:
        rows = store.unfinished(db)
        return [row.id for row in rows if not _is_worked_on(db, row) and not jobs.is_kept(db, _key(row.id))]

    def take_up(db: Connection) -> None:
        for number in left(db):
            want(db, number, 1, now)

    if await database.run(left, write=False):
        await database.run(take_up)


def _is_worked_on(db: Connection, row: Unfinished) -> bool:
    made = productions.outputs_of(db, row.stream_id, "recording")
    return any(one.settings["recording_id"] == row.id and one.state not in {"off", "failed"} for one in made)


def _key(number: int) -> str:
    return f"{JOB}:{number}"
