"""Statements that are compiled once and then, on SQLite, go straight to the driver.

A small statement takes SQLite 2 µs, and SQLAlchemy's way to it and back ten times that. A write of the API consists of
a dozen of them, so what stands in the way of every write is prepared. What is declared is a Core statement like any
other; types, names and errors are SQLAlchemy's own. On PostgreSQL, where the way to the server is what costs, it is
executed as usual.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from msgspec import Struct
from sqlalchemy import Connection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Mapping[str, Any]

_NONE: Parameters = {}


class _Compiled(Struct, frozen=True):
    sql: str
    given: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """The names of the parameters in the order of their places, and how each is brought to the driver's types."""
    fixed: Parameters
    """What the statement itself brings along."""
    row: Callable[..., Any]
    """Makes a row of the columns, whose values are brought to their types by `shown`."""
    shown: tuple[tuple[int, Callable[[Any], Any]], ...]


class Prepared:
    """A statement without lists in it (`IN` with a number of values that varies cannot be compiled once).

    An INSERT sets the columns that the parameters name.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def all(self, db: Connection, parameters: Parameters = _NONE) -> Sequence[Any]:
        """The rows: tuples whose parts have the names of the columns."""
        if db.dialect.name != "sqlite":
            return db.execute(self._statement, parameters).all()
        compiled = self._for(db, parameters)
        return _rows(compiled, _execute(db, compiled, parameters))

    def first(self, db: Connection, parameters: Parameters = _NONE) -> Any | None:
        """The first row, or none."""
        rows = self.all(db, parameters)
        return rows[0] if rows else None

    def scalar(self, db: Connection, parameters: Parameters = _NONE) -> Any:
        """The first column of the first row; None without a row."""
        row = self.first(db, parameters)
        return None if row is None else row[0]

    def run(self, db: Connection, parameters: Parameters = _NONE) -> int:
        """Change rows; how many an UPDATE or DELETE changed. Raises what SQLAlchemy raises."""
        if db.dialect.name != "sqlite":
            return db.execute(self._statement, parameters).rowcount
        return int(_execute(db, self._for(db, parameters), parameters).rowcount)

    def run_each(self, db: Connection, several: Sequence[Parameters]) -> None:
        """Change rows once for each set of parameters, which all name the same columns."""
        if not several:
            return
        if db.dialect.name != "sqlite":
            db.execute(self._statement, several)
            return
        compiled = self._for(db, several[0])
        try:
            _driver(db).executemany(compiled.sql, [_values(compiled, one) for one in several])
        except db.dialect.loaded_dbapi.Error as error:
            _raise(db, compiled, error)

    def _for(self, db: Connection, parameters: Parameters) -> _Compiled:
        """The statement as it is compiled for the columns that these parameters name."""
        names = tuple(parameters)
        found = self._compiled.get(names)
        if found is None:
            found = self._compiled[names] = _compile(self._statement, db.dialect, names)
        return found


def _compile(statement: Any, dialect: Dialect, names: Sequence[str]) -> _Compiled:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names))
    if compiled.post_compile_params:
        message = f"a statement with lists cannot be prepared: {compiled}"
        raise ValueError(message)
    places = compiled.positiontup or []
    binds = {name: compiled.binds[name] for name in places}
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        sql=compiled.string,
        given=tuple((name, binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in places),
        fixed={name: bind.value for name, bind in binds.items() if not bind.required and name not in names},
        row=_row_type([_name(column) for column in columns]),
        shown=tuple((at, processor) for at, processor in enumerate(processors) if processor is not None),
    )


def _row_type(names: Sequence[str]) -> Callable[..., Any]:
    made: Any = namedtuple("Row", list(names))  # type: ignore[misc]  # noqa: PYI024 (its fields are found here)
    make: Callable[..., Any] = made._make
    return make


def _name(column: Any) -> str:
    return str(getattr(column, "key", None) or getattr(column, "name", None) or "value")


def _driver(db: Connection) -> Any:
    return db.connection.driver_connection


def _execute(db: Connection, compiled: _Compiled, parameters: Parameters) -> Any:
    try:
        return _driver(db).execute(compiled.sql, _values(compiled, parameters))
    except db.dialect.loaded_dbapi.Error as error:
        _raise(db, compiled, error)


def _values(compiled: _Compiled, parameters: Parameters) -> list[Any]:
    given = {**compiled.fixed, **parameters} if compiled.fixed else parameters
    return [given[name] if bound is None else bound(given[name]) for name, bound in compiled.given]


def _rows(compiled: _Compiled, found: Iterable[Sequence[Any]]) -> list[Any]:
    """The rows with their names and types; NULL is None whatever the type."""
    if not compiled.shown:
        return list(map(compiled.row, found))
    rows = []
    for values in found:
        changed: Any = values
        for at, processor in compiled.shown:
            if values[at] is not None:
                changed = list(changed) if changed is values else changed
                changed[at] = processor(values[at])
        rows.append(compiled.row(changed))
    return rows


def _raise(db: Connection, compiled: _Compiled, error: Exception) -> NoReturn:
    """Raise the driver's error as SQLAlchemy does."""
    known = DBAPIError.instance(
        compiled.sql, None, error, db.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=db.dialect
    )
    raise known from error
