"""One unit of work: a plain synchronous function over one connection; returning commits, raising rolls back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from rostrum.db import revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_ATTEMPTS = 5
_DEADLOCK = "40P01"


class Database:
    """The database of one process.

    On SQLite a unit runs where it is called, over one connection kept open: a query takes microseconds, a thread hop
    thirty times that. On PostgreSQL it runs in a worker thread over a pooled connection.
    """

    def __init__(self, url: str, data_dir: Path, pool: int = 10) -> None:
        self.sqlite = not url
        self.engine = _sqlite_engine(data_dir / "rostrum.db") if self.sqlite else _postgresql_engine(url, pool)
        self._kept: Connection | None = None
        self._limiter: CapacityLimiter | None = None
        self._pool = pool

    async def run(self, unit: Callable[[Connection], T], *, write: bool = True) -> T:
        """Run a unit of work and commit it."""
        if self.sqlite:
            return self.run_here(unit, write=write)
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._pool)
        return await to_thread.run_sync(self.run_here, unit, limiter=self._limiter)

    def run_here(self, unit: Callable[[Connection], T], *, write: bool = True) -> T:
        """Run a unit of work in this thread (commands, start-up, SQLite).

        When PostgreSQL sacrifices it because two units wait for each other, it is done again from its start.
        """
        attempts = 0
        while True:
            attempts += 1
            try:
                with self._transaction(write=write) as connection:
                    answer = unit(connection)
                    if write:
                        revisions.settle(connection)
                    return answer
            except OperationalError as error:
                if attempts == _ATTEMPTS or getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                    raise

    def close(self) -> None:
        """Give the connections back."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        if not self.sqlite:
            with self.engine.begin() as connection:
                revisions.forget(connection)
                yield connection
            return
        if self._kept is None:
            self._kept = self.engine.connect()
        driver: Any = self._kept.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield self._kept
            driver.execute("COMMIT")
        except BaseException:
            revisions.forget(self._kept)
            if driver.in_transaction:  # SQLite itself rolls back when the disk is full
                driver.execute("ROLLBACK")
            raise


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"timeout": 10, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("casefolded", 1, _lowered, deterministic=True)

    return engine


def _lowered(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _postgresql_engine(url: str, pool: int) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
    )
