"""All SQL of registrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from rostrum.conferences.registration.tables import registrations

_COUNT = (
    select(func.count()).select_from(registrations).where(registrations.c.conference_id == bindparam("conference_id"))
)
_ONE = select(registrations).where(
    registrations.c.participant_id == bindparam("participant_id"),
    registrations.c.conference_id == bindparam("conference_id"),
)


def count(db: Connection, conference_id: str) -> int:
    """How many people are registered."""
    return int(db.execute(_COUNT, {"conference_id": conference_id}).scalar_one())


def find(db: Connection, conference_id: str, participant_id: str) -> Row[Any] | None:
    """The registration of a guest."""
    return db.execute(_ONE, {"participant_id": participant_id, "conference_id": conference_id}).one_or_none()


def find_by_email(db: Connection, conference_id: str, email_key: str) -> Row[Any] | None:
    """The registration under a mail address."""
    mine = registrations.c.conference_id == conference_id, registrations.c.email_key == email_key
    return db.execute(select(registrations).where(*mine)).one_or_none()


def insert_registration(db: Connection, **values: Any) -> None:
    """Keep a registration. Raises IntegrityError when the address is registered already."""
    db.execute(insert(registrations).values(**values))


def mark_mailed(db: Connection, participant_id: str, now: datetime) -> None:
    """A letter with the link is on its way."""
    mine = registrations.c.participant_id == participant_id
    db.execute(update(registrations).where(mine).values(letter_at=now))
