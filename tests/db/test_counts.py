"""The kept numbers of rows are those that counting finds, whoever changes the rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from rostrum.accounts.users.tables import users
from rostrum.conferences.tables import conferences
from rostrum.db import counts, schema
from rostrum.db.database import Database

STEPS = st.lists(st.tuples(st.sampled_from(["insert", "delete", "clear", "lost"]), st.sets(st.integers(0, 5))))
INSERT = (
    "INSERT INTO users (id, login_name, password_hash, display_name, is_admin, must_change_password, created_at) "
    "VALUES ('{0}', '{0}', '', '', false, false, 0) ON CONFLICT DO NOTHING"
)


class LostError(Exception):
    """Ends a unit of work without a commit."""


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    schema.upgrade(made.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_kept_numbers_are_the_counted_ones(database: Database, steps: list[tuple[str, set[int]]]) -> None:
    for step in steps:
        with contextlib.suppress(LostError):
            database.run_here(lambda db, step=step: _do(db, *step))  # type: ignore[misc]
        assert database.run_here(_numbers) == database.run_here(_counted)


def test_a_table_is_counted_when_it_begins(database: Database) -> None:
    def unit(db: Connection) -> None:
        _do(db, "insert", {1, 2, 3})
        counts.keep(db, "users")

    database.run_here(unit)
    assert database.run_here(_numbers) == (3, 0)


def _do(db: Connection, what: str, numbers: set[int]) -> None:
    for number in numbers:
        if what == "delete":
            db.exec_driver_sql(f"DELETE FROM users WHERE id = '{number}'")
        else:
            db.exec_driver_sql(INSERT.format(number))
    if what == "clear":
        db.exec_driver_sql("DELETE FROM users")
    if what == "lost":
        raise LostError


def _numbers(db: Connection) -> tuple[int, int]:
    return counts.number_of(db, users), counts.number_of(db, conferences)


def _counted(db: Connection) -> tuple[int, ...]:
    return tuple(db.execute(select(func.count()).select_from(table)).scalar_one() for table in (users, conferences))
