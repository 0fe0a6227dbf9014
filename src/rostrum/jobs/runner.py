"""Doing due work: woken at once by whoever makes work, and by the clock for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import Connection

from rostrum.db.database import Database
from rostrum.jobs import store
from rostrum.jobs.store import Job

log = structlog.get_logger()

_LEASE = timedelta(minutes=2)
_POLL_S = 1.0
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)


class Inside(Struct, frozen=True):
    """Work on the database alone: done in the transaction that takes it from the table, so exactly once."""

    unit: Callable[[Connection, Mapping[str, Any]], Callable[[], None] | None]
    """May return what is to be done after the commit."""


class Outside(Struct, frozen=True):
    """Work that leaves the building (mail): done at least once, tried again with growing pauses for `patience`."""

    work: Callable[[Mapping[str, Any]], Awaitable[None]]
    patience: timedelta = timedelta(days=1)
    given_up: Callable[[Connection, Mapping[str, Any], str], None] | None = None
    """Told in the transaction that gives a job up, with the last error."""


Handler = Inside | Outside


def pause(attempts: int) -> timedelta:
    """How long to wait after a failed attempt: 5 s, doubled each time, at most an hour."""
    doubled: timedelta = _FIRST_PAUSE * (1 << min(attempts - 1, 20))
    return min(doubled, _LONGEST_PAUSE)


class Runner:
    """Does due work of the kinds that it has handlers for, one job at a time; several runners share one table."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], node: str = "") -> None:
        """`node` is the process; what it was doing when it died is free for others."""
        self._database = database
        self._node = node
        self._handlers = handlers
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be work."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self.step():
                    pass
            except Exception:
                log.exception("the jobs could not be read")
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), _POLL_S)
            except TimeoutError:
                continue

    async def step(self) -> bool:
        """Do one job; False when none is due."""
        kinds = list(self._handlers)
        job = await self._database.run(lambda db: store.claim(db, datetime.now(UTC), _LEASE, kinds, self._node))
        if job is None:
            return False
        handler = self._handlers.get(job.kind)
        try:
            await self._do(job, handler)
        except Exception as error:  # noqa: BLE001 (a job may fail in any way; it is tried again)
            words = f"{type(error).__name__}: {error}"
            log.warning("a job failed", kind=job.kind, attempt=job.attempts, error=words)
            await self._database.run(lambda db: self._failed(db, job, handler, words))
        return True

    async def _do(self, job: Job, handler: Handler | None) -> None:
        if handler is None:
            raise LookupError(f"no handler for {job.kind}")
        if isinstance(handler, Inside):
            afterwards = await self._database.run(lambda db: _do_inside(db, handler, job))
            if afterwards is not None:
                afterwards()
        else:
            await handler.work(job.payload)
            await self._database.run(lambda db: store.finish(db, job))

    @staticmethod
    def _failed(db: Connection, job: Job, handler: Handler | None, error: str) -> None:
        now = datetime.now(UTC)
        patience = handler.patience if isinstance(handler, Outside) else timedelta(days=1)
        waited = sum((pause(attempt) for attempt in range(1, job.attempts)), timedelta())
        if waited >= patience:
            store.give_up(db, job, now, error)
            if isinstance(handler, Outside) and handler.given_up is not None:
                handler.given_up(db, job.payload, error)
        else:
            store.postpone(db, job, now + pause(job.attempts), error)


def _do_inside(db: Connection, handler: Inside, job: Job) -> Callable[[], None] | None:
    return handler.unit(db, job.payload) if store.finish(db, job) else None
