"""Who lives: a start that finds only dead processes answers for what they left open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from rostrum.db import nodes, schema
from rostrum.db.database import Database

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    schema.upgrade(made.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


def _enter(db: Connection, node: str, *, alive_at: datetime, host: str = "", pid: int = 0, started: str = "1") -> None:
    host = host or nodes.here()
    db.execute(insert(nodes.nodes).values(id=node, host=host, pid=pid, started=started, alive_at=alive_at))


def _known(db: Connection) -> set[str]:
    return {row.id for row in db.execute(select(nodes.nodes))}


def test_the_first_start_finds_nobody(database: Database) -> None:
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) is None
    assert database.run_here(_known) == {"me"}


def test_a_dead_process_of_this_machine_is_found_at_once(database: Database) -> None:
    """Its pid may belong to another process by now: the start time tells."""
    seen = NOW - timedelta(seconds=1)
    database.run_here(lambda db: _enter(db, "dead", alive_at=seen, pid=os.getpid(), started="1"))
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) == seen
    assert database.run_here(_known) == {"me"}


def test_a_living_process_of_this_machine_keeps_its_meetings(database: Database) -> None:
    started = nodes._started(os.getpid())
    assert started
    silent = NOW - timedelta(hours=1)
    database.run_here(lambda db: _enter(db, "other", alive_at=silent, pid=os.getpid(), started=started))
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) is None
    assert database.run_here(_known) == {"me", "other"}


@pytest.mark.parametrize(("silent_s", "lives"), [(1, True), (19, True), (21, False)])
def test_another_machine_is_dead_when_it_is_silent(database: Database, silent_s: int, lives: bool) -> None:
    seen = NOW - timedelta(seconds=silent_s)
    database.run_here(lambda db: _enter(db, "far", alive_at=seen, host="elsewhere", pid=1))
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) == (None if lives else seen)


def test_the_last_sign_of_life_counts(database: Database) -> None:
    early, late = NOW - timedelta(minutes=5), NOW - timedelta(minutes=1)
    database.run_here(lambda db: _enter(db, "one", alive_at=early, host="elsewhere"))
    database.run_here(lambda db: _enter(db, "two", alive_at=early, host="elsewhere"))
    database.run_here(lambda db: nodes.beat(db, "two", late))
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) == late


def test_who_leaves_in_order_leaves_nothing(database: Database) -> None:
    database.run_here(lambda db: nodes.arrive(db, "one", NOW))
    database.run_here(lambda db: nodes.depart(db, "one", datetime.now(UTC)))
    assert database.run_here(lambda db: nodes.arrive(db, "two", NOW)) is None


def test_who_dies_while_others_live_is_buried_and_ends_nothing(database: Database) -> None:
    database.run_here(lambda db: nodes.arrive(db, "me", NOW))
    database.run_here(lambda db: _enter(db, "dead", alive_at=NOW, pid=os.getpid(), started="1"))
    assert database.run_here(lambda db: nodes.bury(db, NOW)) is True
    assert database.run_here(_known) == {"me"}
    assert database.run_here(lambda db: nodes.bury(db, NOW)) is False
    assert database.run_here(lambda db: nodes.arrive(db, "dead again", NOW)) is None


def test_who_was_thought_dead_comes_back(database: Database) -> None:
    """Its machine could not reach the database for a while."""
    late = NOW + timedelta(seconds=25)
    database.run_here(lambda db: _enter(db, "far", alive_at=NOW, host="elsewhere"))
    database.run_here(lambda db: nodes.arrive(db, "me", late))
    assert database.run_here(lambda db: nodes.is_known(db, "far")) is False
    assert database.run_here(lambda db: nodes.beat(db, "me", late)) is True
    assert database.run_here(lambda db: nodes.beat(db, "far", late)) is False
    assert database.run_here(_known) == {"me", "far"}


def test_containers_of_one_name_are_different_machines(database: Database) -> None:
    """The number of a process in one container says nothing of the processes in another."""
    other = f"{nodes.here().partition(' ')[0]} pid:[1]"
    database.run_here(lambda db: _enter(db, "beside", alive_at=NOW, host=other, pid=2**22))
    assert database.run_here(lambda db: nodes.arrive(db, "me", NOW)) is None
    assert database.run_here(_known) == {"me", "beside"}
