"""Which server processes live: a start tells from it whether another one still holds the running sessions."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, String, Table, delete, insert, select, update

from rostrum.db.metadata import Moment, metadata

BEAT = timedelta(seconds=5)
_DEAD_AFTER = timedelta(seconds=20)

nodes = Table(
    "nodes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String(32), nullable=False),  # the kernel's start time of the process: pids come again
    Column("alive_at", Moment, nullable=False),
)


def arrive(db: Connection, node: str, now: datetime) -> datetime | None:
    """Enter this process. The moment at which the last dead one was alive, if no other lives; else None.

    Whoever gets a moment is alone, and answers for what the dead left open. A process of this machine is dead as soon
    as the kernel does not know it, one of another machine when it is silent for 20 s.
    """
    known = db.execute(select(nodes)).all()
    db.execute(
        insert(nodes).values(
            id=node, host=socket.gethostname(), pid=os.getpid(), started=_started(os.getpid()), alive_at=now
        )
    )
    dead = [row for row in known if not _lives(row, now)]
    if dead:
        db.execute(delete(nodes).where(nodes.c.id.in_([row.id for row in dead])))
    if not dead or len(dead) < len(known):
        return None
    moments: list[datetime] = [row.alive_at for row in dead]
    return max(moments)


def beat(db: Connection, node: str, now: datetime) -> None:
    """Say that this process lives."""
    db.execute(update(nodes).where(nodes.c.id == node).values(alive_at=now))


def depart(db: Connection, node: str, now: datetime) -> bool:
    """Leave in order; whether this was the last living process."""
    db.execute(delete(nodes).where(nodes.c.id == node))
    return not any(_lives(row, now) for row in db.execute(select(nodes)))


def _lives(row: Row[Any], now: datetime) -> bool:
    if row.host == socket.gethostname():
        return bool(_started(row.pid)) and _started(row.pid) == row.started
    return bool(row.alive_at > now - _DEAD_AFTER)


def _started(pid: int) -> str:
    """The start time of a process in clock ticks since boot; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
