"""Which server processes live: a start tells from it whether another one still holds the running sessions."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, String, Table, delete, insert, select, update

from rostrum.db.locks import alone
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
    as the kernel does not know it, one of another machine or container when it is silent for 20 s.
    """
    alone(db, "nodes")  # of two that start at once, the later one sees the earlier one
    known = db.execute(select(nodes)).all()
    _enter(db, node, now)
    dead = [row for row in known if not _lives(row, now)]
    if dead:
        db.execute(delete(nodes).where(nodes.c.id.in_([row.id for row in dead])))
    if not dead or len(dead) < len(known):
        return None
    moments: list[datetime] = [row.alive_at for row in dead]
    return max(moments)


def beat(db: Connection, node: str, now: datetime) -> bool:
    """Say that this process lives. False: the others thought it dead, and have cleared up behind it."""
    known = db.execute(update(nodes).where(nodes.c.id == node).values(alive_at=now)).rowcount == 1
    if not known:
        _enter(db, node, now)
    return known


def bury(db: Connection, now: datetime) -> bool:
    """Forget processes that died while this one lives, so that others can clear up behind them; whether there were any.

    What they held for others (meetings) stays open: this process goes on with it.
    """
    dead = [row for row in db.execute(select(nodes).order_by(nodes.c.id)) if not _lives(row, now)]
    for row in dead:  # one that has just spoken lives
        db.execute(delete(nodes).where(nodes.c.id == row.id, nodes.c.alive_at == row.alive_at))
    return bool(dead)


def is_known(db: Connection, node: str) -> bool:
    """Whether the others have not thought this process dead."""
    return db.execute(select(nodes.c.id).where(nodes.c.id == node)).first() is not None


def depart(db: Connection, node: str, now: datetime) -> bool:
    """Leave in order; whether this was the last living process."""
    alone(db, "nodes")
    db.execute(delete(nodes).where(nodes.c.id == node))
    return not any(_lives(row, now) for row in db.execute(select(nodes)))


def here() -> str:
    """Where process numbers mean the same: on this machine, or in this container of it, whatever its name."""
    try:
        numbers = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        numbers = ""
    return f"{socket.gethostname()} {numbers}".strip()


def _enter(db: Connection, node: str, now: datetime) -> None:
    me = os.getpid()
    db.execute(insert(nodes).values(id=node, host=here(), pid=me, started=_started(me), alive_at=now))


def _lives(row: Row[Any], now: datetime) -> bool:
    if row.host == here():
        return bool(_started(row.pid)) and _started(row.pid) == row.started
    return bool(row.alive_at > now - _DEAD_AFTER)


def _started(pid: int) -> str:
    """The start time of a process in clock ticks since boot; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
