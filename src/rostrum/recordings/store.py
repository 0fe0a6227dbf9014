"""All SQL of recordings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from rostrum.recordings.tables import recordings

_PAGE = 500
_FINISHED = (
    select(recordings.c.id, recordings.c.conference_id, recordings.c.name, recordings.c.deleted_at)
    .where(recordings.c.id > bindparam("after"), recordings.c.stopped_at.is_not(None))
    .order_by(recordings.c.id)
    .limit(_PAGE)
)


class Finished(Struct, frozen=True):
    """A finished recording, and since when its file is gone."""

    id: int
    conference_id: str
    name: str
    deleted_at: datetime | None


def insert_recording(db: Connection, **columns: Any) -> int:
    """Keep a new recording; its number."""
    return int(db.execute(insert(recordings).values(**columns).returning(recordings.c.id)).scalar_one())


def names_of_conference(db: Connection, conference_id: str) -> set[str]:
    """The names of all recordings of a conference, also of those whose file is gone."""
    names = select(recordings.c.name).where(recordings.c.conference_id == conference_id)
    return set(db.execute(names).scalars())


def finish(db: Connection, number: int, size: int, now: datetime) -> None:
    """A recording is complete; its size in bytes."""
    db.execute(update(recordings).where(recordings.c.id == number).values(stopped_at=now, size=size))


def copy_finished(db: Connection, number: int, name: str, size: int) -> None:
    """A further file of a finished recording, as a recording of its own."""
    row = db.execute(select(recordings).where(recordings.c.id == number)).one()._asdict()
    del row["id"]
    insert_recording(db, **row | {"name": name, "size": size})


def delete_recording(db: Connection, number: int) -> None:
    """Nothing was recorded after all."""
    db.execute(delete(recordings).where(recordings.c.id == number))


def some_finished(db: Connection, after: int) -> list[Finished]:
    """The next finished recordings behind a number, a bounded step."""
    return [Finished(**row._mapping) for row in db.execute(_FINISHED, {"after": after})]  # noqa: SLF001


def mark(db: Connection, ids: Iterable[int], deleted_at: datetime | None) -> None:
    """Say since when the files of recordings are gone; None: they are there."""
    db.execute(update(recordings).where(recordings.c.id.in_(list(ids))).values(deleted_at=deleted_at))
