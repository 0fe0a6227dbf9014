"""One unit of work: what it returns is committed, what it raises is rolled back, whatever happens in between."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from rostrum.db import revisions, schema
from rostrum.db.database import Database
from rostrum.db.metadata import Json, Moment


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    schema.upgrade(made.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


def touch_and_fail(db: Connection) -> None:
    revisions.touch(db, "users")
    raise LookupError


def test_returning_commits_and_raising_rolls_back(database: Database) -> None:
    database.run_here(lambda db: revisions.touch(db, "users", "tokens", "users"))
    with pytest.raises(LookupError):
        database.run_here(touch_and_fail)
    assert database.run_here(revisions.read, write=False) == {"users": 1, "tokens": 1}


def test_what_failed_is_not_raised_by_the_next_one(database: Database) -> None:
    with pytest.raises(LookupError):
        database.run_here(touch_and_fail)
    database.run_here(lambda db: revisions.touch(db, "tokens"))
    assert database.run_here(revisions.read, write=False) == {"tokens": 1}


def test_a_failed_commit_leaves_nothing_open(database: Database) -> None:
    """A constraint that is checked at the commit only; the next unit must find a fresh transaction."""
    parent = "CREATE TABLE parents (id INTEGER PRIMARY KEY)"
    child = "CREATE TABLE children (p INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
    database.run_here(lambda db: (db.execute(text(parent)), db.execute(text(child))))
    with pytest.raises(Exception, match=r"(?i)foreign key|constraint"):
        database.run_here(lambda db: db.execute(text("INSERT INTO children VALUES (1)")))
    assert database.run_here(lambda db: db.execute(text("SELECT count(*) FROM children")).scalar()) == 0


def test_a_full_disk_leaves_nothing_open(tmp_path: Path) -> None:
    """SQLite rolls back by itself then."""
    database = Database("", tmp_path)
    with contextlib.closing(database):
        database.run_here(lambda db: db.execute(text("CREATE TABLE t (x TEXT)")))
        database.run_here(lambda db: db.execute(text("PRAGMA max_page_count = 4")).scalar())
        with pytest.raises(OperationalError, match="full"):
            database.run_here(lambda db: db.execute(text("INSERT INTO t VALUES (:x)"), {"x": "y" * 100_000}))
        assert database.run_here(lambda db: db.execute(text("SELECT count(*) FROM t")).scalar()) == 0


def test_values_stay_out_of_error_texts(database: Database) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        database.run_here(lambda db: db.execute(text("INSERT INTO nowhere VALUES (:x)"), {"x": "a secret"}))
    assert "a secret" not in str(caught.value)


def test_units_that_wait_for_each_other_are_both_done(database: Database) -> None:
    """A deadlock on PostgreSQL; on SQLite they never meet."""
    if database.sqlite:
        pytest.skip("every writer is alone on SQLite")
    database.run_here(lambda db: revisions.touch(db, "a", "b"))
    both = threading.Barrier(2)
    raise_one = text("UPDATE revisions SET number = number + 1 WHERE topic = :topic")

    def unit(db: Connection, first: str, second: str) -> None:
        db.execute(raise_one, {"topic": first})
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(2)
        db.execute(raise_one, {"topic": second})

    threads = [
        threading.Thread(target=lambda one=one, two=two: database.run_here(lambda db: unit(db, one, two)))
        for one, two in (("a", "b"), ("b", "a"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.run_here(revisions.read, write=False) == {"a": 3, "b": 3}


def test_only_one_does_what_is_done_alone(database: Database) -> None:
    """Counting on from the highest number, in many threads."""
    if database.sqlite:
        pytest.skip("one connection on SQLite")
    from rostrum.db.locks import alone  # noqa: PLC0415

    def unit(db: Connection) -> None:
        alone(db, "counting")
        highest = db.execute(text("SELECT coalesce(max(number), 0) FROM revisions")).scalar_one()
        db.execute(text("INSERT INTO revisions VALUES (:topic, :n)"), {"topic": f"t{highest + 1}", "n": highest + 1})

    threads = [threading.Thread(target=lambda: database.run_here(unit)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(database.run_here(revisions.read, write=False).values()) == list(range(1, 9))


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1)), st.integers(-840, 840))
def test_moments_come_back_exactly(local: datetime, offset: int) -> None:
    from datetime import timezone  # noqa: PLC0415

    moment = local.replace(tzinfo=timezone(timedelta(minutes=offset)))
    kept = Moment().process_bind_param(moment, None)  # type: ignore[arg-type]
    back = Moment().process_result_value(kept, None)  # type: ignore[arg-type]
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=8))
def test_json_comes_back(value: object) -> None:
    kept = Json().process_bind_param(value, None)  # type: ignore[arg-type]
    assert Json().process_result_value(kept, None) == value  # type: ignore[arg-type]


def test_the_data_survives_a_kill(tmp_path: Path) -> None:
    """WAL: a reader on another connection sees what was committed while ours stays open."""
    database = Database("", tmp_path)
    with contextlib.closing(database):
        database.run_here(lambda db: db.execute(text("CREATE TABLE t (x TEXT)")))
        database.run_here(lambda db: db.execute(text("INSERT INTO t VALUES ('kept')")))
        with contextlib.closing(sqlite3.connect(tmp_path / "rostrum.db")) as other:
            assert other.execute("SELECT x FROM t").fetchall() == [("kept",)]
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
