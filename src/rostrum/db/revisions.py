"""Revisions of topics: the proof that an answer made earlier is still true."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.db.metadata import revisions

_ALL = select(revisions.c.topic, revisions.c.number)
_ALL_TEXT = "SELECT topic, number FROM revisions"


def read(db: Connection) -> dict[str, int]:
    """The revision of every topic.

    It stands in the way of every request, so on SQLite the driver is asked directly: 4 µs instead of 40.
    """
    if db.dialect.name == "sqlite":
        return dict(db.connection.driver_connection.execute(_ALL_TEXT).fetchall())  # type: ignore[union-attr]
    return {topic: number for topic, number in db.execute(_ALL)}  # noqa: C416 (rows are no pairs for dict)


def touch(db: Connection, *topics: str) -> None:
    """Raise the revision of topics; call it in the transaction that changes their rows.

    Topics are raised in one order, so that two transactions cannot wait for each other.
    """
    insert = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
    for topic in sorted(set(topics)):
        statement = insert(revisions).values(topic=topic, number=1)
        db.execute(
            statement.on_conflict_do_update(index_elements=[revisions.c.topic], set_={"number": revisions.c.number + 1})
        )
