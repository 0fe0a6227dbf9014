"""All SQL of watching."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from rostrum.broadcasts.live.tables import live_viewers


def session_of(db: Connection, ticket_hash: str) -> tuple[str, datetime] | None:
    """The session that a ticket lets watch, and when its holder was last heard of."""
    columns = live_viewers.c.session_id, live_viewers.c.seen_at
    row = db.execute(select(*columns).where(live_viewers.c.ticket_hash == ticket_hash)).one_or_none()
    return None if row is None else (row.session_id, row.seen_at)


def count_viewers(db: Connection, session_id: str, since: datetime) -> int:
    """How many who watch a session were heard of since then."""
    seen = (live_viewers.c.session_id == session_id) & (live_viewers.c.seen_at > since)
    return int(db.execute(select(func.count()).select_from(live_viewers).where(seen)).scalar_one())


def insert_viewer(db: Connection, ticket_hash: str, session_id: str, now: datetime) -> None:
    """One more who watches."""
    db.execute(insert(live_viewers).values(ticket_hash=ticket_hash, session_id=session_id, seen_at=now))


def renew(db: Connection, seen: Iterable[tuple[str, datetime]]) -> None:
    """Viewers were heard of, each at a time; those who are gone stay gone."""
    for ticket_hash, at in sorted(seen):
        theirs = (live_viewers.c.ticket_hash == ticket_hash) & (live_viewers.c.seen_at < at)
        db.execute(update(live_viewers).where(theirs).values(seen_at=at))


def forget(db: Connection, before: datetime) -> None:
    """Forget who has not been heard of since then."""
    db.execute(delete(live_viewers).where(live_viewers.c.seen_at <= before))


def watched_sessions(db: Connection, since: datetime) -> set[str]:
    """The sessions that somebody watches."""
    watched = select(live_viewers.c.session_id).where(live_viewers.c.seen_at > since).distinct()
    return set(db.execute(watched).scalars())
