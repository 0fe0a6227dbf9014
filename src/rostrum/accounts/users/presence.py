"""Presence: what the API shows as a user's `status`, and the open connections behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.users.tables import connections, presence
from rostrum.accounts.users.wire import Status
from rostrum.db import revisions
from rostrum.db.among import among
from rostrum.db.nodes import nodes
from rostrum.db.prepared import Prepared

OFFLINE: Status = 0
ONLINE: Status = 1
BUSY: Status = 2
MULTIHOST: Status = 5

_COUNT = select(func.count()).select_from(connections).where(connections.c.user_id == bindparam("user_id"))
_OPEN = select(connections.c.id).where(connections.c.id == bindparam("id"))
_ALL = select(presence.c.user_id, presence.c.status)
_OF_USERS = Prepared(select(presence).where(among(presence.c.user_id, "ids")))


def topic(user_id: str) -> str:
    """Where messages to a user's open pages are published."""
    return f"user:{user_id}"


def statuses(db: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """The status of each of these users who is not offline."""
    return {row.user_id: row.status for row in _OF_USERS.all(db, {"ids": list(ids)})}


def all_statuses(db: Connection) -> dict[str, int]:
    """The status of everybody who is not offline."""
    return {row.user_id: row.status for row in db.execute(_ALL)}


def set_status(db: Connection, user_id: str, status: Status) -> None:
    """Say what a user is now."""
    if status == OFFLINE:
        db.execute(delete(presence).where(presence.c.user_id == user_id))
    else:
        insert = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
        statement = insert(presence).values(user_id=user_id, status=status)
        db.execute(statement.on_conflict_do_update(index_elements=[presence.c.user_id], set_={"status": status}))
    revisions.touch(db, "presence")


def clear(db: Connection) -> None:
    """Everybody is offline: what holds after a start."""
    db.execute(delete(presence))
    revisions.touch(db, "presence")


def connect(db: Connection, connection_id: str, user_id: str, node: str) -> None:
    """A page of a user opened a connection to a process."""
    db.execute(insert(connections).values(id=connection_id, user_id=user_id, node=node))


def disconnect(db: Connection, connection_id: str) -> None:
    """A connection is gone."""
    db.execute(delete(connections).where(connections.c.id == connection_id))


def disconnect_user(db: Connection, user_id: str) -> None:
    """All connections of a user are to end."""
    db.execute(delete(connections).where(connections.c.user_id == user_id))


def disconnect_dead_nodes(db: Connection) -> list[str]:
    """Forget the connections of processes that do not live any more; the users who had them."""
    dead = connections.c.node.not_in(select(nodes.c.id))
    users = db.execute(select(connections.c.user_id).where(dead).distinct().order_by(connections.c.user_id)).scalars()
    found = list(users)
    db.execute(delete(connections).where(dead))
    return found


def count_connections(db: Connection, user_id: str) -> int:
    """How many pages of a user are open."""
    return db.execute(_COUNT, {"user_id": user_id}).scalar_one()


def is_open(db: Connection, connection_id: str) -> bool:
    """Whether a connection has not been ended from outside."""
    return db.execute(_OPEN, {"id": connection_id}).first() is not None
