"""Prepared statements give what the same statements give when SQLAlchemy executes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from rostrum.db.among import among
from rostrum.db.database import Database
from rostrum.db.errors import Duplicate
from rostrum.db.metadata import Json, Moment, key
from rostrum.db.prepared import Prepared
from rostrum.tables import metadata

things = Table(
    "test_things",
    metadata.__class__(),
    Column("id", key(), primary_key=True),
    Column("size", Integer, nullable=False, server_default="7"),
    Column("open", Boolean, nullable=False),
    Column("made_at", Moment),
    Column("more", Json),
    Column("note", Text),
)
INSERT = Prepared(insert(things))
ALL = select(things).order_by(things.c.id)
NOON = datetime(2026, 5, 4, 12, 0, 0, 17, tzinfo=UTC)
ROW: dict[str, Any] = {"id": "a", "open": True, "made_at": NOON, "more": {"b": [1, None]}}

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    made = Database(database_url, tmp_path)
    made.run_here(things.create)
    yield made
    made.close()


def test_rows_have_the_types_and_names_of_their_columns(database: Database) -> None:
    def unit(db: Connection) -> Any:
        INSERT.run(db, ROW)
        row = Prepared(ALL).first(db)
        assert row is not None
        assert row._asdict() == {**ROW, "size": 7, "note": None}
        assert (row.made_at, row.open) == (NOON, True)
        return tuple(row) == tuple(db.execute(ALL).one())

    assert database.run_here(unit)


def test_an_insert_sets_the_columns_that_are_named(database: Database) -> None:
    def unit(db: Connection) -> list[Any]:
        INSERT.run(db, ROW | {"size": 3})
        INSERT.run(db, {"open": False, "id": "b"})
        INSERT.run_each(db, [{"open": False, "id": name, "size": 1} for name in "cd"])
        INSERT.run_each(db, [])
        return [(row.id, row.size) for row in Prepared(ALL).all(db)]

    assert database.run_here(unit) == [("a", 3), ("b", 7), ("c", 1), ("d", 1)]


def test_updates_and_deletions_tell_how_many_rows(database: Database) -> None:
    change = Prepared(update(things).where(things.c.size == bindparam("of")))
    drop = Prepared(delete(things).where(things.c.id == bindparam("of")))

    def unit(db: Connection) -> Any:
        INSERT.run_each(db, [{"open": False, "id": name} for name in "abc"])
        changed = change.run(db, {"of": 7, "note": "seen", "made_at": NOON})
        dropped = drop.run(db, {"of": "a"}), drop.run(db, {"of": "z"})
        return changed, dropped, [(row.id, row.note, row.made_at) for row in Prepared(ALL).all(db)]

    assert database.run_here(unit) == (3, (1, 0), [("b", "seen", NOON), ("c", "seen", NOON)])


def test_what_a_statement_brings_along_is_given_to_the_driver(database: Database) -> None:
    one_more = Prepared(select((func.coalesce(func.max(things.c.size), 40) + 2).label("next")))
    assert database.run_here(one_more.scalar) == 42


def test_a_second_row_with_the_same_key_is_refused_as_ever(database: Database) -> None:
    database.run_here(lambda db: INSERT.run(db, ROW))
    with pytest.raises(Duplicate, match="test_things"):
        database.run_here(lambda db: INSERT.run(db, ROW))
    with pytest.raises(Duplicate):
        database.run_here(lambda db: INSERT.run_each(db, [ROW]))


def test_lists_whose_length_varies_are_refused(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("on PostgreSQL statements are executed as usual")
    listed = Prepared(select(things).where(things.c.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="lists"):
        database.run_here(lambda db: listed.all(db, {"ids": ["a"]}))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.sets(texts, max_size=6), asked=st.lists(texts, max_size=6))
def test_a_list_is_one_parameter(database: Database, kept: set[str], asked: list[str]) -> None:
    found = Prepared(select(things.c.id).where(among(things.c.id, "ids")))
    asked += list(kept)[::2]

    def unit(db: Connection) -> tuple[list[str], list[str]]:
        db.execute(delete(things))
        INSERT.run_each(db, [{"id": one, "open": True} for one in kept])
        plain = select(things.c.id).where(things.c.id.in_(asked))
        return sorted(row.id for row in found.all(db, {"ids": asked})), sorted(db.execute(plain).scalars())

    fast, slow = database.run_here(unit)
    assert fast == slow == sorted(kept & set(asked))
