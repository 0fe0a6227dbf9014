"""Finding parts of texts in a large table without reading all of it.

An index holds the groups of three letters of some columns. PostgreSQL uses its own (pg_trgm) by itself.

SQLite's (FTS5) only says which rows may hold a part: the exact condition stays, so that the same rows are found with
and without it. It is filled behind the writes: triggers note which rows are new or changed, and as long as a row is
noted it counts as one that may hold anything. Thus a write costs 3 µs more instead of 100, and what is found is exact
at every moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, TextClause, bindparam, text
from sqlalchemy.exc import NotSupportedError, OperationalError, ProgrammingError

from rostrum.db.database import Database

_LETTERS = 3
_MOST = 10_000
"""How many rows may be looked at one by one; where more may hold a part, a page of them is soon found without help."""
_RARE = 100
"""So few rows that looking for rarer letters is not worth it."""
_STALE_SHARE = 2
_STEP = 200
_PAUSE_S = 0.02
_LATIN_AND_CYRILLIC = (range(0x20, 0x250), range(0x400, 0x524))
_ODD = "i"
"""Has a third form (İ is i with a dot), which the two ways to lower a text see differently."""

_usable: WeakKeyDictionary[Engine, dict[str, bool]] = WeakKeyDictionary()


class TextIndex:
    """The index of some columns of a table that has a text key."""

    def __init__(self, table: str, key: str, columns: Sequence[str]) -> None:
        self._names = {
            "table": table,
            "key": key,
            "index": f"{table}_text",
            "numbers": f"{table}_text_numbers",
            "waiting": f"{table}_text_waiting",
            "columns": ", ".join(columns),
            "own": ", ".join(f"r.{name}" for name in columns),
            "threes": ", ".join(f"{name} gin_trgm_ops" for name in columns),
        }

    def create(self, db: Connection) -> None:
        """Make the index, in a database that can: for migrations, also after one rebuilt the table."""
        if db.dialect.name != "sqlite":
            with suppress(NotSupportedError, ProgrammingError), db.begin_nested():  # not installed, or not allowed
                db.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                db.exec_driver_sql(_CREATE_OWN.format_map(self._names))
        elif "ENABLE_FTS5" in db.exec_driver_sql("PRAGMA compile_options").scalars().all():
            for statement in _CREATE:
                db.exec_driver_sql(statement.format_map(self._names))

    def drop(self, db: Connection) -> None:
        """Take the index away."""
        for statement in _DROP if db.dialect.name == "sqlite" else [_DROP_OWN]:
            db.exec_driver_sql(statement.format_map(self._names))

    def catch_up(self, db: Connection, most: int) -> int:
        """Take in some of the rows that are new or changed; how many there were."""
        if not self._is_usable(db):
            return 0
        done = 0
        for statement in _CATCH_UP:
            done = db.exec_driver_sql(statement.format_map(self._names), {"most": most}).rowcount
        return done

    async def keep_up(self, database: Database) -> None:
        """Take in everything that is new or changed, in small steps that nobody notices."""
        if not database.sqlite:
            return
        await database.run(self._begin_again_when_stale)
        while await database.run(lambda db: self.catch_up(db, _STEP)) == _STEP:  # noqa: ASYNC110 (it waits for nothing)
            await asyncio.sleep(_PAUSE_S)

    def _begin_again_when_stale(self, db: Connection) -> None:
        """What was deleted or changed stays in the index until it is most of it."""
        if not self._is_usable(db):
            return
        numbers, rows = db.exec_driver_sql(_SIZES.format_map(self._names)).one()
        if numbers > rows * _STALE_SHARE + _MOST:
            for statement in _BEGIN_AGAIN:
                db.exec_driver_sql(statement.format_map(self._names))

    def may_hold(self, db: Connection, parts: Iterable[str]) -> ColumnElement[bool] | TextClause | None:
        """The condition that only rows fulfil which may hold all these parts; None: reading the table is as good, or
        the database sees to it by itself.

        Each part has to be looked for in one of the columns, without regard to case.
        """
        letters = sorted({three for part in parts for three in _threes(part)})
        if not letters or not self._is_usable(db) or self._number(db, _WAITING) > _MOST:
            return None
        wanted, number = None, _MOST + 1
        for three in letters:
            found = self._number(db, _HOLDING, of=three)
            if found < number:
                wanted, number = three, found
            if number <= _RARE:
                break
        together = " AND ".join(letters)
        if wanted is None and self._number(db, _HOLDING, of=together) > _MOST:
            return None
        return text(_MAY_HOLD.format_map(self._names)).bindparams(bindparam("letters", wanted or together))

    def _number(self, db: Connection, statement: str, **given: Any) -> int:
        counted = f"SELECT count(*) FROM ({statement.format_map(self._names)} LIMIT {_MOST + 1})"  # noqa: S608
        return int(db.exec_driver_sql(counted, given).scalar_one())

    def _is_usable(self, db: Connection) -> bool:
        if db.dialect.name != "sqlite":
            return False
        known = _usable.setdefault(db.engine, {})
        name = self._names["index"]
        if name not in known:
            try:
                db.exec_driver_sql(f"SELECT rowid FROM {name} LIMIT 1").all()  # noqa: S608
                known[name] = True
            except OperationalError:  # there is none, or this SQLite does not know what it is
                known[name] = False
        return known[name]


def _threes(part: str) -> Iterable[str]:
    """The groups of three letters of a part, as FTS5 wants them, whose case FTS5 and our own comparison see alike."""
    lowered = part.lower()
    sure = str.isascii if part.isascii() else _all_sure
    for at in range(len(lowered) - _LETTERS + 1):
        three = lowered[at : at + _LETTERS]
        if sure(three):
            yield '"{}"'.format(three.replace('"', '""'))


def _all_sure(three: str) -> bool:
    return all(any(ord(letter) in some for some in _LATIN_AND_CYRILLIC) and letter not in _ODD for letter in three)


_CREATE_OWN = "CREATE INDEX IF NOT EXISTS {index} ON {table} USING gin ({threes})"
_DROP_OWN = "DROP INDEX IF EXISTS {index}"
_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({columns}, tokenize='trigram', detail=none, content='')",
    # AUTOINCREMENT: no number is given twice, so what the index still holds of a row that is gone leads to nothing.
    "CREATE TABLE IF NOT EXISTS {numbers} (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS {waiting} (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT OR IGNORE INTO {waiting} SELECT {key} FROM {table} WHERE {key} NOT IN (SELECT id FROM {numbers})",
    """
    CREATE TRIGGER IF NOT EXISTS {index}_insert AFTER INSERT ON {table} BEGIN
        INSERT OR IGNORE INTO {waiting} VALUES (new.{key});
    END""",
    """
    CREATE TRIGGER IF NOT EXISTS {index}_update AFTER UPDATE OF {key}, {columns} ON {table} BEGIN
        DELETE FROM {numbers} WHERE id = old.{key};
        DELETE FROM {waiting} WHERE id = old.{key};
        INSERT OR IGNORE INTO {waiting} VALUES (new.{key});
    END""",
    """
    CREATE TRIGGER IF NOT EXISTS {index}_delete AFTER DELETE ON {table} BEGIN
        DELETE FROM {numbers} WHERE id = old.{key};
        DELETE FROM {waiting} WHERE id = old.{key};
    END""",
)
_DROP = (
    "DROP TRIGGER IF EXISTS {index}_insert",
    "DROP TRIGGER IF EXISTS {index}_update",
    "DROP TRIGGER IF EXISTS {index}_delete",
    "DROP TABLE IF EXISTS {index}",
    "DROP TABLE IF EXISTS {numbers}",
    "DROP TABLE IF EXISTS {waiting}",
)
_CATCH_UP = (
    "INSERT INTO {numbers} (id) SELECT id FROM {waiting} LIMIT :most",
    """
    INSERT INTO {index} (rowid, {columns}) SELECT n.number, {own}
    FROM {waiting} w CROSS JOIN {numbers} n ON n.id = w.id CROSS JOIN {table} r ON r.{key} = w.id""",
    "DELETE FROM {waiting} WHERE id IN (SELECT w.id FROM {waiting} w JOIN {numbers} n ON n.id = w.id)",
)
_BEGIN_AGAIN = (
    "INSERT INTO {index} ({index}) VALUES ('delete-all')",
    "DELETE FROM {numbers}",
    "DELETE FROM sqlite_sequence WHERE name = '{numbers}'",
    "DELETE FROM {waiting}",
    "INSERT INTO {waiting} SELECT {key} FROM {table}",
)
_SIZES = """
    SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{numbers}'), 0), (SELECT count(*) FROM {numbers})"""
_WAITING = "SELECT 1 FROM {waiting}"
_HOLDING = "SELECT 1 FROM {index} WHERE {index} MATCH :of"
_MAY_HOLD = (
    "{table}.{key} IN (SELECT n.id FROM {index} t CROSS JOIN {numbers} n ON n.number = t.rowid"
    " WHERE {index} MATCH :letters UNION ALL SELECT id FROM {waiting})"
)
