"""Reading a log a page at a time: the first page of ten million rows and a late one cost about the same.

The keys of a page are found in a covering index, from whichever end is nearer, and only its rows are read. How many
rows a log has is counted once; afterwards only what has come since is counted, because logs only grow at their end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Row, func, select

from rostrum.api.paging import first_row
from rostrum.db import revisions

Conditions = list[ColumnElement[bool]]

REVISION = "logs"
"""The topic that is raised when rows are taken out of the logs."""
_WORTH_KEEPING = 10_000
_MOST_KEPT = 64
_SETTLED = timedelta(minutes=1)
"""Whatever happened longer ago than this is committed."""


class Log(Struct, frozen=True):
    """A table that is read as a log."""

    source: FromClause
    columns: tuple[Any, ...]
    key: ColumnElement[Any]
    """Unique; ends every order, so that pages neither repeat nor skip a row."""
    time: ColumnElement[Any]
    """When the row came to be: it never changes."""
    sorts: Mapping[str, ColumnElement[Any]]
    where: Callable[[Any], Conditions]
    """The conditions of a filter; filters are frozen Structs."""
    open_ended: frozenset[str] = frozenset()
    """Sorts whose rows without a value (what still runs) are found and counted through an index of their own."""


class Page(Struct, frozen=True):
    """Which part of a log is wanted. Pages count from 1; 0 is the first too."""

    sort: str
    descending: bool
    size: int
    number: int


class _Part(Struct, frozen=True):
    """Rows that one index walk gives."""

    conditions: Conditions
    count: int


class _Counted(Struct, frozen=True):
    revision: int
    until: datetime
    number: int


_counted: WeakKeyDictionary[Engine, dict[Any, _Counted]] = WeakKeyDictionary()


def read(db: Connection, log: Log, wanted: Any, page: Page, now: datetime) -> tuple[int, list[Row[Any]]]:
    """How many rows a filter selects, and one page of them. What has no end yet comes first in descending order."""
    count = _count(db, log, wanted, now)
    conditions = log.where(wanted)
    parts = [_Part(conditions, count)]
    column = log.sorts[page.sort]
    if page.sort in log.open_ended:
        running = [*conditions, column.is_(None)]
        number = db.execute(_counting(log, running)).scalar_one()
        parts = [_Part(running, number), _Part([*conditions, column.is_not(None)], max(count - number, 0))]
        if not page.descending:
            parts.reverse()
    first = first_row(page.number, page.size)
    rows: list[Row[Any]] = []
    for part in parts:
        rows += _walk(db, log, part, page, first, page.size - len(rows))
        first = max(first - part.count, 0)
    return count, rows


def between(column: ColumnElement[Any], start: datetime | None, before: datetime | None) -> Conditions:
    """The conditions of a time from `start` on that is `before` another one; None: all times."""
    found: Conditions = []
    if start is not None:
        found.append(column >= start)
    if before is not None:
        found.append(column < before)
    return found


def _walk(db: Connection, log: Log, part: _Part, page: Page, first: int, most: int) -> list[Row[Any]]:
    """The rows from `first` on, found from the nearer end of the part."""
    size = min(most, part.count - first)
    if size <= 0:
        return []
    after = part.count - first - size
    backwards = after < first
    order = _order(log, page.sort, descending=page.descending != backwards)
    keys = select(log.key).select_from(log.source).where(*part.conditions).order_by(*order)
    keys = keys.limit(size).offset(after if backwards else first)
    found = select(*log.columns).select_from(log.source).where(log.key.in_(keys)).order_by(*order)
    rows = list(db.execute(found))
    return rows[::-1] if backwards else rows


def _order(log: Log, sort: str, *, descending: bool) -> list[ColumnElement[Any]]:
    column, key = log.sorts[sort], log.key
    if sort in log.open_ended or not getattr(column, "nullable", True):
        ordered = column.desc() if descending else column.asc()
    else:
        ordered = column.desc().nulls_first() if descending else column.asc().nulls_last()
    return [ordered, key.desc() if descending else key.asc()]


def _count(db: Connection, log: Log, wanted: Any, now: datetime) -> int:
    conditions = log.where(wanted)
    revision = revisions.read(db).get(REVISION, 0)
    kept = _counted.setdefault(db.engine, {})
    name = (str(log.key), wanted)
    known = kept.get(name)
    if known is None or known.revision != revision or known.until > now:
        number = int(db.execute(_counting(log, conditions)).scalar_one())
        if number < _WORTH_KEEPING:
            return number
        until = now - _SETTLED
        since = db.execute(_counting(log, [*conditions, log.time > until])).scalar_one()
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[name] = _Counted(revision, until, number - since)
        return number
    since = int(db.execute(_counting(log, [*conditions, log.time > known.until])).scalar_one())
    if since > _WORTH_KEEPING:
        del kept[name]
    return known.number + since


def _counting(log: Log, conditions: Conditions) -> Any:
    return select(func.count()).select_from(log.source).where(*conditions)
