"""The migrations lead to exactly the schema of the tables, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import ValidationError, structs
from sqlalchemy import Connection, inspect, select

from rostrum.conferences import store
from rostrum.conferences.rules import new_conference
from rostrum.conferences.wire import Schedule
from rostrum.db import schema
from rostrum.db.database import Database
from rostrum.ids import ConferenceId, UserId
from rostrum.recordings.tables import recordings
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


def _upgrade_to(database: Database, migration: str) -> None:
    """What an installation was at before."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    url = database.engine.url.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, migration)


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
    _upgrade_to(database, "0019")
    schedule = Schedule(type=0, duration=5, days=["monday"], time="10:00\n")
    body = {
        "topic": "T",
        "description": "Two\nlines\n",
        "registration": {"start_at": "1700000000\n", "end_at": "1800000000\n"},
    }
    row = new_conference(body, ConferenceId("c"), UserId("ann"), datetime.now(UTC), LimitSettings())

    database.run_here(lambda db: store.insert_conference(db, structs.replace(row, schedule=schedule)))
    with pytest.raises(ValidationError):
        database.run_here(lambda db: store.find_conference(db, "c"), write=False)
    _upgrade(database)
    read = database.run_here(lambda db: store.find_conference(db, "c"), write=False)
    assert read is not None
    assert (read.schedule.time, read.description) == ("10:00", "Two\nlines\n")
    assert (read.registration.start_at, read.registration.end_at) == ("1700000000", "1800000000")


def test_recordings_know_what_their_conference_still_says(database: Database) -> None:
    """0021: of conferences that are gone, or came after the recording, nothing is known."""
    _upgrade_to(database, "0020")
    made, columns = datetime.now(UTC), "stream_id, conference_id, name, topic, owner, created_at"

    def unit(db: Connection) -> None:
        for identity, guests in (("public", True), ("closed", False)):
            body = {"topic": "T", "allow_guests": guests}
            row = new_conference(body, ConferenceId(identity), UserId("ann"), made, LimitSettings())
            store.insert_conference(db, row)
        moment = int(made.timestamp()) * 1_000_000
        for name, conference, seconds in (
            ("a", "public", 9),
            ("b", "public", -9),
            ("c", "closed", 9),
            ("d", "gone", 9),
        ):
            values = f"'s', '{conference}', '{name}', 'T', 'o', {moment + seconds * 1_000_000}"
            db.exec_driver_sql(f"INSERT INTO recordings ({columns}) VALUES ({values})")

    database.run_here(unit)
    _upgrade(database)
    public = select(recordings.c.name).where(recordings.c.is_public)
    assert database.run_here(lambda db: db.execute(public).scalars().all(), write=False) == ["a"]


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
