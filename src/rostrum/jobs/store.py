"""All SQL of due work."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.db.nodes import nodes
from rostrum.db.prepared import Prepared
from rostrum.jobs.tables import jobs


def _enqueuing(insert: Any) -> Prepared:
    """The statement that keeps new work, or puts it in the place of what the key has."""
    fresh = {column.name: insert.excluded[column.name] for column in jobs.c if column.name not in {"id", "key"}}
    return Prepared(insert.on_conflict_do_update(index_elements=[jobs.c.key], set_=fresh))


_ENQUEUE = {"sqlite": _enqueuing(insert_sqlite(jobs)), "postgresql": _enqueuing(insert_postgresql(jobs))}
_CANCEL = Prepared(delete(jobs).where(jobs.c.key == bindparam("of")))


class Job(Struct):
    """One piece of due work."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    due_at: datetime
    attempts: int


def enqueue(
    db: Connection,
    kind: str,
    payload: dict[str, Any],
    due_at: datetime,
    *,
    key: str | None = None,
    queue: str | None = None,
) -> None:
    """Keep work to be done at `due_at`. Under a key that is there already the older job is replaced."""
    values = {"key": key or secrets.token_hex(16), "kind": kind, "payload": payload, "due_at": due_at, "queue": queue}
    fresh = {"attempts": 0, "leased_until": None, "leased_by": None, "given_up_at": None, "last_error": None}
    _ENQUEUE[db.dialect.name].run(db, values | fresh)


def cancel(db: Connection, key: str) -> None:
    """Forget the work under a key."""
    _CANCEL.run(db, {"of": key})


def planned(db: Connection, kind: str, now: datetime) -> list[dict[str, Any]]:
    """The payloads of all work of a kind that is not due yet."""
    later = select(jobs.c.payload).where(jobs.c.kind == kind, jobs.c.due_at > now).order_by(jobs.c.id)
    return [dict(payload) for payload in db.execute(later).scalars()]


def is_kept(db: Connection, key: str) -> bool:
    """Whether there is work under a key that is not given up."""
    kept = select(jobs.c.id).where(jobs.c.key == key, jobs.c.given_up_at.is_(None))
    return db.execute(kept).one_or_none() is not None


def claim(db: Connection, now: datetime, lease: timedelta, kinds: Sequence[str], node: str) -> Job | None:
    """Take the work of some kinds that is due longest for a process, so that nobody else takes it before the lease ends
    or the process does.
    """
    earlier = jobs.alias()
    blocked = exists().where(earlier.c.queue == jobs.c.queue, earlier.c.id < jobs.c.id, earlier.c.given_up_at.is_(None))
    free = and_(
        jobs.c.kind.in_(kinds),
        jobs.c.due_at <= now,
        jobs.c.given_up_at.is_(None),
        or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now),
        ~blocked,
    )
    pick = select(jobs.c.id).where(free).order_by(jobs.c.due_at, jobs.c.id).limit(1)
    if db.dialect.name != "sqlite":
        pick = pick.with_for_update(skip_locked=True)
    taken = (
        update(jobs)
        .where(jobs.c.id == pick.scalar_subquery())
        .values(leased_until=now + lease, leased_by=node, attempts=jobs.c.attempts + 1)
        .returning(jobs.c.id, jobs.c.kind, jobs.c.key, jobs.c.payload, jobs.c.due_at, jobs.c.attempts)
    )
    row = db.execute(taken).one_or_none()
    return None if row is None else Job(**row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)


def release_of_dead_nodes(db: Connection) -> None:
    """What processes that are gone were doing is free for others at once."""
    dead = and_(jobs.c.leased_by.is_not(None), jobs.c.leased_by.not_in(select(nodes.c.id)))
    db.execute(update(jobs).where(dead).values(leased_until=None, leased_by=None))


def finish(db: Connection, job: Job) -> bool:
    """The work is done. False when somebody else has finished or replaced it meanwhile."""
    done = delete(jobs).where(jobs.c.id == job.id, jobs.c.attempts == job.attempts, jobs.c.due_at == job.due_at)
    return db.execute(done).rowcount == 1


def postpone(db: Connection, job: Job, due_at: datetime, error: str) -> None:
    """It failed: try again later."""
    mine = and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
    db.execute(
        update(jobs).where(mine).values(due_at=due_at, leased_until=None, leased_by=None, last_error=error[:2000])
    )


def give_up(db: Connection, job: Job, now: datetime, error: str) -> None:
    """It failed too often; it stays in the table for people to see."""
    mine = and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
    db.execute(
        update(jobs).where(mine).values(given_up_at=now, leased_until=None, leased_by=None, last_error=error[:2000])
    )


def next_due(db: Connection) -> datetime | None:
    """When the next work is due."""
    waiting = select(jobs.c.due_at).where(jobs.c.given_up_at.is_(None)).order_by(jobs.c.due_at).limit(1)
    return db.execute(waiting).scalar()
