"""All SQL of recordings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, convert, structs
from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, insert, select, update

from rostrum.accounts.users.tables import users
from rostrum.ids import SessionId
from rostrum.recordings.speakers import LIST, SpeakerTrack
from rostrum.recordings.tables import recordings

_PAGE = 500
_FINISHED = (
    select(*(recordings.c[name] for name in ("id", "conference_id", "name", "deleted_at", "is_stored", "speakers")))
    .where(recordings.c.id > bindparam("after"), recordings.c.stopped_at.is_not(None))
    .order_by(recordings.c.id)
    .limit(_PAGE)
)


class FileKept(Struct, frozen=True):
    """The file of a recording that is complete, and those of its speakers. Size in bytes."""

    name: str
    size: int
    seconds: float
    speakers: list[SpeakerTrack] = []


class Finished(Struct, frozen=True):
    """A finished recording, and since when its file is gone."""

    id: int
    conference_id: str
    name: str
    deleted_at: datetime | None
    is_stored: bool
    speakers: list[SpeakerTrack] = []

    @property
    def files_of_speakers(self) -> list[str]:
        """The names of the files in the folder of its speakers."""
        return [*(one.file for one in self.speakers), LIST] if self.speakers else []


class Stored(Struct, frozen=True):
    """A recording in the storage. Size in bytes."""

    name: str
    size: int
    stopped_at: datetime


class Unfinished(Struct, frozen=True):
    """A recording whose file is not there yet: somebody records, puts it together, or has failed to."""

    id: int
    stream_id: SessionId
    conference_id: str
    topic: str
    name: str


def insert_recording(db: Connection, **columns: Any) -> int:
    """Keep a new recording; its number."""
    return int(db.execute(insert(recordings).values(**columns).returning(recordings.c.id)).scalar_one())


def names_of_conference(db: Connection, conference_id: str) -> set[str]:
    """The names of all recordings of a conference, also of those whose file is gone."""
    names = select(recordings.c.name).where(recordings.c.conference_id == conference_id)
    return set(db.execute(names).scalars())


def finish(db: Connection, number: int, file: FileKept, now: datetime) -> None:
    """A recording is complete."""
    db.execute(update(recordings).where(recordings.c.id == number).values(stopped_at=now, **structs.asdict(file)))


def lose(db: Connection, number: int, now: datetime) -> None:
    """Nothing is left of a recording whose file was never made."""
    db.execute(update(recordings).where(recordings.c.id == number).values(stopped_at=now, deleted_at=now))


def unfinished(db: Connection, number: int | None = None) -> list[Unfinished]:
    """The recordings whose file is not there yet, oldest first; a single one is held until the transaction ends."""
    columns = [recordings.c[name] for name in Unfinished.__struct_fields__]
    wanted = select(*columns).where(recordings.c.stopped_at.is_(None)).order_by(recordings.c.id)
    if number is not None:
        wanted = wanted.where(recordings.c.id == number).with_for_update()  # SQLite has one writer anyway
    return [convert(row._mapping, Unfinished) for row in db.execute(wanted)]  # noqa: SLF001


def copy_finished(db: Connection, number: int, file: FileKept) -> int:
    """A further file of a finished recording, as a recording of its own; its number."""
    row = db.execute(select(recordings).where(recordings.c.id == number)).one()._asdict()
    del row["id"]
    return insert_recording(db, **row | structs.asdict(file))


def to_store(db: Connection, number: int) -> Finished | None:
    """A finished recording whose file is still in the data folder."""
    row = db.execute(_FINISHED.where(recordings.c.id == bindparam("only")), {"after": 0, "only": number}).one_or_none()
    found = None if row is None else convert(row._mapping, Finished)  # noqa: SLF001
    return found if found is not None and not found.is_stored and found.deleted_at is None else None


def mark_stored(db: Connection, number: int) -> None:
    """The file of a recording is in the storage."""
    db.execute(update(recordings).where(recordings.c.id == number).values(is_stored=True))


def stored(db: Connection, conference_id: str) -> list[Stored]:
    """The recordings of all conferences of an id that are in the storage, oldest first."""
    there = (recordings.c.conference_id == conference_id) & recordings.c.is_stored & recordings.c.deleted_at.is_(None)
    wanted = select(recordings.c.name, recordings.c.size, recordings.c.stopped_at).where(there)
    return [Stored(**row._mapping) for row in db.execute(wanted.order_by(recordings.c.id))]  # noqa: SLF001


def begun(db: Connection, conference_id: str, name: str | None = None) -> dict[str, datetime]:
    """When the recordings of all conferences of an id were begun, by name; or only the one of a name."""
    theirs = recordings.c.conference_id == conference_id
    if name is not None:
        theirs &= recordings.c.name == name
    wanted = select(recordings.c.name, recordings.c.created_at).where(theirs).order_by(recordings.c.created_at)
    return {row.name: row.created_at for row in db.execute(wanted)}


def is_kept(db: Connection, conference_id: str, name: str, owner: tuple[str, str] | None) -> bool:
    """Whether there is a recording of this name, also of a conference that is deleted. `owner` (login and uid) limits
    whose.
    """
    theirs = (recordings.c.conference_id == conference_id) & (recordings.c.name == name)
    if owner is not None:
        theirs &= of_account(owner)
    return db.execute(select(recordings.c.id).where(theirs).limit(1)).one_or_none() is not None


def of_account(owner: tuple[str, str]) -> ColumnElement[bool]:
    """The recordings of an account (login and uid); not those of an earlier account of the same login."""
    login, uid = owner
    before = exists().where(users.c.id == login, users.c.created_at <= recordings.c.created_at)
    return and_(recordings.c.owner == uid, before)


def delete_recording(db: Connection, number: int) -> None:
    """Nothing was recorded after all."""
    db.execute(delete(recordings).where(recordings.c.id == number))


def some_finished(db: Connection, after: int) -> list[Finished]:
    """The next finished recordings behind a number, a bounded step."""
    return [convert(row._mapping, Finished) for row in db.execute(_FINISHED, {"after": after})]  # noqa: SLF001


def mark_gone(db: Connection, rows: Iterable[Finished], now: datetime) -> None:
    """The files of recordings are gone from where they were looked for; what has moved to the storage since is not."""
    by_place: dict[bool, list[int]] = {}
    for row in rows:
        by_place.setdefault(row.is_stored, []).append(row.id)
    for is_stored, ids in by_place.items():
        theirs = recordings.c.id.in_(ids) & (recordings.c.is_stored == is_stored)
        db.execute(update(recordings).where(theirs).values(deleted_at=now))


def mark_back(db: Connection, ids: Iterable[int]) -> None:
    """The files of recordings are there again."""
    db.execute(update(recordings).where(recordings.c.id.in_(list(ids))).values(deleted_at=None))


def keep_speakers(db: Connection, number: int, tracks: list[SpeakerTrack]) -> None:
    """Which files of its speakers a recording has."""
    db.execute(update(recordings).where(recordings.c.id == number).values(speakers=tracks))
