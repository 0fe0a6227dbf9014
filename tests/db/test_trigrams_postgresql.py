"""On PostgreSQL parts of names are found in an index, where it is worth it, and without one too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from rostrum.accounts.users import store
from rostrum.db import schema
from rostrum.db.database import Database
from tests.conftest import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="the index is PostgreSQL's")

FILL = """
INSERT INTO users (id, login_name, password_hash, display_name, is_admin, must_change_password, created_at)
SELECT 'user' || n, 'user' || n, '', 'Участник ' || n || ' Person', false, false, 0 FROM generate_series(1, 20000) n
"""
INDEX = "users_text"


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    schema.upgrade(made.engine.url.render_as_string(hide_password=False))
    made.run_here(lambda db: db.exec_driver_sql(FILL))
    with made.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("VACUUM ANALYZE users")
    yield made
    made.close()


def _found(db: Connection, part: str) -> list[str]:
    return [user.id for user in store.list_users(db, {"display_name": part}, 2, 1)]


@pytest.mark.parametrize("part", ["17123 p", "АСТНИК 17123", "стник 17123 PERSON"])
def test_rare_parts_are_looked_up(database: Database, part: str) -> None:
    assert database.run_here(lambda db: _found(db, part)) == ["user17123"]
    assert database.run_here(lambda db: INDEX in _plan(db, part))


def test_parts_that_most_hold_are_not(database: Database) -> None:
    assert len(database.run_here(lambda db: _found(db, "person"))) == 3
    assert database.run_here(lambda db: INDEX not in _plan(db, "person"))


def test_without_the_index_everything_is_found(database: Database) -> None:
    database.run_here(store.TEXTS.drop)
    assert database.run_here(lambda db: INDEX not in _plan(db, "17123 p"))
    assert database.run_here(lambda db: _found(db, "17123 p")) == ["user17123"]
    database.run_here(store.TEXTS.create)
    assert database.run_here(lambda db: INDEX in _plan(db, "17123 p"))


def test_an_account_that_may_not_add_the_extension_has_no_index(database: Database) -> None:
    database.run_here(store.TEXTS.drop)
    database.run_here(lambda db: db.exec_driver_sql("DROP EXTENSION pg_trgm"))

    def as_somebody(db: Connection) -> list[str]:
        db.exec_driver_sql("CREATE ROLE somebody")
        db.exec_driver_sql("GRANT ALL ON users TO somebody")
        db.exec_driver_sql("SET LOCAL ROLE somebody")
        store.TEXTS.create(db)
        found = _found(db, "17123 p")
        db.exec_driver_sql("RESET ROLE")
        db.exec_driver_sql("REVOKE ALL ON users FROM somebody")
        db.exec_driver_sql("DROP ROLE somebody")
        return found

    assert database.run_here(as_somebody) == ["user17123"]
    assert database.run_here(lambda db: INDEX not in _plan(db, "17123 p"))


def _plan(db: Connection, part: str) -> str:
    """How the statement of a page is carried out."""
    asked: list[tuple[str, Any]] = []

    def keep(_db: object, _cursor: object, statement: str, given: Any, *_more: object) -> None:
        asked.append((statement, given))

    event.listen(db, "before_cursor_execute", keep)
    _found(db, part)
    event.remove(db, "before_cursor_execute", keep)
    statement, given = asked[-1]
    return str(db.exec_driver_sql(f"EXPLAIN {statement}", given).scalars().all())
