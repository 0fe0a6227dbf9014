"""The migrations lead to exactly the schema of the tables, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import ValidationError, structs
from sqlalchemy import Connection, inspect

from rostrum.conferences import store
from rostrum.conferences.rules import new_conference
from rostrum.conferences.wire import Schedule
from rostrum.db import schema
from rostrum.db.database import Database
from rostrum.ids import ConferenceId, UserId
from rostrum.settings import LimitSettings
from rostrum.tables import metadata

FOLDER = Path(schema.__file__).parent / "migrations"


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    yield made
    made.close()


def _upgrade(database: Database) -> None:
    schema.upgrade(database.engine.url.render_as_string(hide_password=False))


def test_head_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert script.get_heads() == [schema.HEAD]
    files = {path.stem for path in (FOLDER / "versions").glob("*.py")}
    assert len(files) == len(list(script.walk_revisions())), "each file is one migration in one line"


def test_an_empty_database_has_no_version(database: Database) -> None:
    assert database.run_here(schema.version, write=False) is None


def test_upgrading_makes_the_schema_of_the_tables(database: Database) -> None:
    _upgrade(database)
    assert database.run_here(schema.version, write=False) == schema.HEAD
    assert database.run_here(_differences, write=False) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    _upgrade(database)
    before = database.run_here(_columns, write=False)
    _upgrade(database)
    assert database.run_here(_columns, write=False) == before


def test_partial_indexes_are_partial(database: Database) -> None:
    """Autogenerate does not look at their conditions; two runs at once depend on them."""
    _upgrade(database)
    if database.sqlite:
        source = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        source = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    found = dict(database.run_here(lambda db: db.exec_driver_sql(source).fetchall(), write=False))
    for name, column in (("uq_sessions_running", "end_time"), ("uq_participations_present", "leave_time")):
        assert "UNIQUE" in found[name]
        assert re.search(rf"WHERE \(?{column} IS NULL", found[name]), found[name]


def test_ids_sort_by_bytes(database: Database) -> None:
    """So that a page holds the same rows on both databases, whatever the locale."""
    _upgrade(database)
    query = "SELECT id FROM (SELECT id FROM users) x ORDER BY id"
    insert = (
        "INSERT INTO users (id, login_name, password_hash, display_name, is_admin, must_change_password, created_at) "
        "VALUES ('{0}', '{0}', '', '', false, false, 0)"
    )

    def unit(db: Connection) -> list[str]:
        for name in ("b", "_a", "a-b", "a_b", "ab", "Z"):
            db.exec_driver_sql(insert.format(name))
        return [row[0] for row in db.exec_driver_sql(query)]

    assert database.run_here(unit) == sorted(["b", "_a", "a-b", "a_b", "ab", "Z"])


def test_times_with_a_line_end_behind_them_can_still_be_read(database: Database) -> None:
    """0020: they were kept once, and are refused now."""
    _upgrade(database)
    schedule = Schedule(type=0, duration=5, days=["monday"], time="10:00\n")
    body = {
        "topic": "T",
        "description": "Two\nlines\n",
        "registration": {"start_at": "1700000000\n", "end_at": "1800000000\n"},
    }
    row = new_conference(body, ConferenceId("c"), UserId("ann"), datetime.now(UTC), LimitSettings())

    def unit(db: Connection) -> None:
        store.insert_conference(db, structs.replace(row, schedule=schedule))
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0019'")

    database.run_here(unit)
    with pytest.raises(ValidationError):
        database.run_here(lambda db: store.find_conference(db, "c"), write=False)
    _upgrade(database)
    read = database.run_here(lambda db: store.find_conference(db, "c"), write=False)
    assert read is not None
    assert (read.schedule.time, read.description) == ("10:00", "Two\nlines\n")
    assert (read.registration.start_at, read.registration.end_at) == ("1700000000", "1800000000")


def _differences(db: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": False, "include_object": _is_ours}
    context = MigrationContext.configure(db, opts=options)
    return list(compare_metadata(context, metadata))


def _is_ours(_object: object, name: str | None, kind: str, *_more: object) -> bool:
    """Whether tables.py has to know it: an index of texts is no part of a table, though SQLite's consists of some."""
    return not (kind in {"table", "index"} and str(name).startswith("users_text"))


def _columns(db: Connection) -> dict[str, list[str]]:
    found = inspect(db)
    return {table: [column["name"] for column in found.get_columns(table)] for table in found.get_table_names()}
