"""Presence: what the API shows as a user's `status`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.users.tables import presence
from rostrum.accounts.users.wire import Status
from rostrum.db import revisions

OFFLINE: Status = 0
ONLINE: Status = 1
BUSY: Status = 2
MULTIHOST: Status = 5

_OF_USERS = select(presence).where(presence.c.user_id.in_(bindparam("ids", expanding=True)))


def statuses(db: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """The status of each of these users who is not offline."""
    return {row.user_id: row.status for row in db.execute(_OF_USERS, {"ids": list(ids)})}


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
