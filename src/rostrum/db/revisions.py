"""Revisions of topics: the proof that an answer made earlier is still true.

They stand in the way of every request, so their three lines of SQL go straight to the driver: 4 µs instead of 40.
"""

from __future__ import annotations

from sqlalchemy import Connection

_ALL = "SELECT topic, number FROM revisions"
_RAISE = (
    "INSERT INTO revisions (topic, number) VALUES ({}, 1) "
    "ON CONFLICT (topic) DO UPDATE SET number = revisions.number + 1"
)
_TOUCHED = "rostrum_touched"


def forget(db: Connection) -> None:
    """A transaction was rolled back: nothing changed."""
    db.info.pop(_TOUCHED, None)


def read(db: Connection) -> dict[str, int]:
    """The revision of every topic."""
    if db.dialect.name == "sqlite":
        return dict(db.connection.driver_connection.execute(_ALL).fetchall())  # type: ignore[union-attr]
    return {row.topic: row.number for row in db.exec_driver_sql(_ALL)}


def touch(db: Connection, *topics: str) -> None:
    """Say that rows of these topics change in this transaction; `settle` raises their revisions at its end."""
    db.info.setdefault(_TOUCHED, set()).update(topics)


def settle(db: Connection) -> None:
    """Raise the revisions of what this transaction changed, as the last thing before its commit.

    Each topic is raised once and all in one order, so that two transactions never wait for each other.
    """
    raised = [(topic,) for topic in sorted(db.info.pop(_TOUCHED, ()))]
    if not raised:
        return
    if db.dialect.name == "sqlite":
        db.connection.driver_connection.executemany(_RAISE.format("?"), raised)  # type: ignore[union-attr]
        return
    for topic in raised:
        db.exec_driver_sql(_RAISE.format("%s"), topic)
