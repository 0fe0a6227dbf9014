"""All SQL of watching recordings."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, convert
from sqlalchemy import Connection, select

from rostrum.ids import SessionId
from rostrum.recordings.speakers import SpeakerTrack
from rostrum.recordings.store import of_account
from rostrum.recordings.tables import recordings


class RecordingRow(Struct, frozen=True, kw_only=True):
    """A recording as the database knows it. `owner` is a uid; `size` in bytes; `seconds` None: not written down."""

    id: int
    stream_id: SessionId
    conference_id: str
    name: str
    topic: str
    owner: str
    created_at: datetime
    stopped_at: datetime | None
    deleted_at: datetime | None
    size: int
    seconds: float | None
    is_stored: bool
    speakers: list[SpeakerTrack]


_COLUMNS = [recordings.c[name] for name in RecordingRow.__struct_fields__]


def list_recordings(db: Connection, owner: tuple[str, str] | None, before: int | None, most: int) -> list[RecordingRow]:
    """Recordings, newest first, behind the one with the number `before`; `owner` (login and uid) limits them."""
    wanted = select(*_COLUMNS).order_by(recordings.c.id.desc()).limit(most)
    if owner is not None:
        wanted = wanted.where(of_account(owner))
    if before is not None:
        wanted = wanted.where(recordings.c.id < before)
    return [convert(row._mapping, RecordingRow) for row in db.execute(wanted)]  # noqa: SLF001


def find_recording(db: Connection, number: int, owner: tuple[str, str] | None = None) -> RecordingRow | None:
    """One recording; `owner` (login and uid) limits whose."""
    wanted = select(*_COLUMNS).where(recordings.c.id == number)
    if owner is not None:
        wanted = wanted.where(of_account(owner))
    row = db.execute(wanted).one_or_none()
    return None if row is None else convert(row._mapping, RecordingRow)  # noqa: SLF001
