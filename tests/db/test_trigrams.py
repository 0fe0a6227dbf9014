"""Parts of texts are found with the index as without it, whatever was written, taken in or not yet."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from rostrum.accounts.users import store
from rostrum.accounts.users.tables import users
from rostrum.db import schema, trigrams
from rostrum.db.database import Database
from rostrum.db.text import contains
from tests.conftest import ON_POSTGRESQL

pytestmark = pytest.mark.skipif(ON_POSTGRESQL, reason="the index is SQLite's")

INSERT = (
    "INSERT INTO users (id, login_name, password_hash, display_name, is_admin, must_change_password, created_at) "
    "VALUES (:id, :id, '', :name, false, false, 0) ON CONFLICT (id) DO UPDATE SET display_name = :name"
)
LETTERS = "abIi\u0130\u0131Kk\u212a\u212bÅåÄäßẞÉéΣ\u03c3ςДдИиЙйЁё \"'%_\\*()-1"
NAMES = st.one_of(st.text(LETTERS, max_size=9), st.text(max_size=6).filter(lambda text: "\0" not in text))
STEPS = st.lists(st.tuples(st.sampled_from(["write", "write", "delete", "take in", "tidy"]), st.integers(0, 5), NAMES))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database("", tmp_path)
    schema.upgrade(made.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, data=st.data())
def test_the_same_rows_are_found(database: Database, steps: list[tuple[str, int, str]], data: st.DataObject) -> None:
    database.run_here(lambda db: db.exec_driver_sql("DELETE FROM users"))
    for what, number, name in steps:
        database.run_here(lambda db, step=(what, number, name): _do(db, *step))  # type: ignore[misc]
    names = [name for _, _, name in steps]
    for _ in range(4):
        name = data.draw(st.sampled_from(names or [""]))
        start, end = sorted((data.draw(st.integers(0, len(name))), data.draw(st.integers(0, len(name)))))
        some, low = name[start:end], name.lower()[start:end]
        part = data.draw(st.sampled_from([some, some.upper(), some.lower(), low, name]))
        if part:
            assert database.run_here(lambda db, part=part: _found(db, part)) == database.run_here(  # type: ignore[misc]
                lambda db, part=part: _plain(db, part)  # type: ignore[misc]
            )


def test_few_rows_are_looked_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """But the table is read when that finds a page as soon."""

    def fill(db: Connection) -> None:
        for number in range(300):
            db.exec_driver_sql(INSERT, {"id": f"user{number}", "name": f"Участник {number} Person"})

    database.run_here(fill)
    asyncio.run(store.TEXTS.keep_up(database))

    def looked_at(*parts: str) -> Any:
        def unit(db: Connection) -> Any:
            narrow = store.TEXTS.may_hold(db, parts)
            return None if narrow is None else list(db.execute(select(users.c.id).where(narrow)).scalars())

        return database.run_here(unit)

    monkeypatch.setattr(trigrams, "_RARE", 1)
    assert looked_at("217 p") == looked_at("person", "217") == looked_at("НИК 217") == ["user217"]
    assert looked_at("21") is looked_at("") is None
    monkeypatch.setattr(trigrams, "_MOST", 50)
    assert looked_at("person") is None
    assert looked_at("217") == ["user217"]


def test_a_letter_that_lowers_to_two(database: Database) -> None:
    database.run_here(lambda db: _do(db, "write", 1, "xÄ\u0130stanbul"))
    asyncio.run(store.TEXTS.keep_up(database))
    for part in ("xäi", "xä", "äi\u0307s", "stan"):
        assert database.run_here(lambda db, part=part: (_found(db, part), _plain(db, part))) == (["1"], ["1"])  # type: ignore[misc]


def test_what_is_left_of_old_rows_is_cleared_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trigrams, "_MOST", 20)
    numbers = "SELECT seq, (SELECT count(*) FROM users_text_numbers) FROM sqlite_sequence WHERE name LIKE '%numbers'"
    for turn in range(40):
        database.run_here(lambda db, turn=turn: _do(db, "write", 1, f"name {turn}"))  # type: ignore[misc]
        asyncio.run(store.TEXTS.keep_up(database))
    most, rows = database.run_here(lambda db: db.exec_driver_sql(numbers).one())
    assert rows == 1
    assert most <= 22
    assert database.run_here(lambda db: _found(db, "name 39")) == ["1"]


def test_without_the_index_everything_is_found(database: Database) -> None:
    database.run_here(lambda db: _do(db, "write", 3, "Somebody"))
    database.run_here(store.TEXTS.drop)
    assert database.run_here(lambda db: _found(db, "meb")) == ["3"]
    assert database.run_here(lambda db: store.TEXTS.catch_up(db, 5)) == 0
    database.run_here(store.TEXTS.create)
    assert database.run_here(lambda db: _found(db, "meb")) == ["3"]


def test_letters_that_are_looked_for_have_the_same_forms_for_sqlite_and_for_us() -> None:
    forms: dict[str, list[str]] = defaultdict(list)
    for number in [*range(0xD800), *range(0xE000, 0x110000)]:
        for letter in chr(number).lower():
            forms[letter].append(chr(number))
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='trigram', detail=none)")
    for some in trigrams._LATIN_AND_CYRILLIC:
        for letter in map(chr, some):
            if letter in trigrams._ODD or letter.lower() != letter:
                continue
            connection.execute("DELETE FROM t")
            connection.executemany("INSERT INTO t VALUES (?)", [(form * 3,) for form in forms[letter]])
            wanted = next(iter(trigrams._threes(letter * 3)))
            (found,) = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (wanted,)).fetchone()
            assert found == len(forms[letter]), letter
    connection.close()


def _do(db: Connection, what: str, number: int, name: str) -> None:
    if what == "write":
        db.exec_driver_sql(INSERT, {"id": str(number), "name": name})
    elif what == "delete":
        db.exec_driver_sql("DELETE FROM users WHERE id = ?", (str(number),))
    elif what == "take in":
        store.TEXTS.catch_up(db, number)
    else:
        store.TEXTS._begin_again_when_stale(db)


def _found(db: Connection, part: str) -> list[str]:
    return [user.id for user in store.list_users(db, {"display_name": part}, 100, 1)]


def _plain(db: Connection, part: str) -> list[str]:
    condition = contains(users.c.display_name, part) | (users.c.display_name == part)
    return list(db.execute(select(users.c.id).where(condition).order_by(users.c.id)).scalars())
