"""Produces one meeting in this process: keeps the outputs as the table wants them, until none is wanted any more."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from rostrum.db.database import Database
from rostrum.ids import SessionId
from rostrum.media.commands import Tell
from rostrum.media.composition.composer import Composer, Title
from rostrum.media.composition.scene import Wanted
from rostrum.media.engine import Engine as EngineClient
from rostrum.media.production import store
from rostrum.media.production.attendance import Attendance, Engine
from rostrum.media.production.kinds import Kinds, Published
from rostrum.media.production.mix import Mix
from rostrum.media.production.pipeline import Pipeline
from rostrum.media.production.pump import Pump, State
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.media.tokens import mixer_token

log = structlog.get_logger()

_LOOK_S = 0.25
_ALONE_S = 60.0
"""How long the engine may be away before the outputs are ended: nobody meets there any more."""
_LAST_WORDS_S = 2.0
_BLIND_S = 300.0
"""How long the database may be away before a worker gives up; what it wrote waits for the next one."""


class Producer:
    """The worker of one meeting, by the name under which it has the lease."""

    def __init__(
        self, database: Database, engine: Engine, kinds: Kinds, session_id: SessionId, name: str, zone: ZoneInfo
    ) -> None:
        self._database, self._engine, self._kinds = database, engine, kinds
        self._session_id, self._name, self._zone = session_id, name, zone
        self._loop = asyncio.get_running_loop()
        self._running: dict[int, OutputRow] = {}
        self._ending: set[int] = set()
        self._failures: dict[int, str] = {}
        self._told: dict[int, OutputState] = {}
        self._attendance = Attendance(engine, session_id, name)
        self._pipeline: Pipeline | None = None
        self._client = EngineClient("", engine.keys)
        self._reporting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._mixes: dict[int, asyncio.Task[None]] = {}
        self._renew_at = 0.0
        self._looked_at = time.monotonic()

    async def run(self) -> None:
        """Work until nothing is left to do, or the lease is lost: to another worker, or because others come first."""
        about = await self._database.run(lambda db: store.about(db, self._session_id), write=False)
        if about is None:
            return
        pipeline = self._pipeline = self._prepared(about)
        connection = asyncio.create_task(self._attendance.run(pipeline))
        pipeline.start()
        try:
            while await self._one_more(about, pipeline):  # noqa: ASYNC110 (the table is looked at, nobody tells)
                await asyncio.sleep(_LOOK_S)
        finally:
            connection.cancel()
            await asyncio.gather(connection, *map(self._withdraw, [*self._mixes]), return_exceptions=True)
            await asyncio.to_thread(pipeline.end)
            await self._attendance.leave()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)
            await self._client.close()

    def _prepared(self, about: About) -> Pipeline:
        wanted = Wanted(width=about.width, height=about.height, mode=about.mode, layout=about.layout)
        title = Title(about.topic if about.shows_topic else "", about.shows_clock)
        composer = Composer(wanted, title, self._kinds.avatar)
        return Pipeline(composer, self._attendance.look, self._attendance.show, self._zone, about.fps)

    async def _one_more(self, about: About, pipeline: Pipeline) -> bool:
        """One look at the table; a database that is away for a while ends nothing, one that stays away does."""
        try:
            going_on = await self._round(about, pipeline)
        except Exception as error:  # noqa: BLE001 (whatever a database driver raises)
            log.warning("the programme could not be looked at", session=self._session_id, error=str(error))
            return time.monotonic() - self._looked_at < _BLIND_S
        self._looked_at = time.monotonic()
        return going_on

    async def _round(self, about: About, pipeline: Pipeline) -> bool:
        """Compare what is wanted with what runs; False when this worker is done."""
        now = datetime.now(UTC)
        if not await self._is_mine(now):
            log.warning("this worker has the meeting no more", session=self._session_id)
            return False
        if self._attendance.alone_s > _ALONE_S:
            await self._database.run(lambda db: store.want_none(db, self._session_id, now))
        known = {*self._running, *self._ending}
        rows = await self._database.run(lambda db: store.outputs_of(db, self._session_id), write=False)
        self._attendance.want(any(row.is_open for row in rows))
        for row in rows:
            if row.id in self._running:
                if row.wanted != "on":
                    self._spawn(self._stop(row, about, pipeline))
                elif row.is_left_waiting and row.id in self._told:  # it was taken for lost while the database was away
                    self._spawn(self._report(row, self._told.pop(row.id), ""))
            elif row.id not in known | self._ending:  # else it may have ended since it was read: the next look tells
                await self._take_up(row, about, pipeline)
        if self._running or self._ending or any(row.state not in {"failed", "off"} for row in rows):
            return True
        return not await self._database.run(lambda db: store.finish(db, self._session_id, self._name))

    async def _take_up(self, row: OutputRow, about: About, pipeline: Pipeline) -> None:
        """Bring an output on its way to what is wanted."""
        if row.state in {"failed", "off"}:
            return
        if row.wanted == "on":
            self._start(row, about, pipeline)
        elif row.wanted == "off":
            self._spawn(self._over(row, about))
        elif row.state != "paused":
            await self._report(row, "paused", "" if row.has_begun else store.NOT_BEGUN)

    async def _is_mine(self, now: datetime) -> bool:
        """Renew the lease, three times before it would end: writing costs more than looking."""
        if time.monotonic() < self._renew_at:
            return True
        self._renew_at = time.monotonic() + store.LEASE.total_seconds() / 4
        return await self._database.run(lambda db: store.renew(db, self._session_id, self._name, now))

    def _start(self, row: OutputRow, about: About, pipeline: Pipeline) -> None:
        self._running[row.id] = row
        self._failures.pop(row.id, None)  # of an earlier life
        try:
            plan = self._kinds.plan(row, about, lambda address: self._announce(row, address))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with it, it cannot be made)
            self._spawn(self._failed(row, about, str(error)))
            return

        def told(state: State, reason: str) -> None:
            self._loop.call_soon_threadsafe(self._on_state, row, about, state, reason)

        if isinstance(plan, Published):
            mix = Mix(plan.video, told, selective=plan.selective)
            token = functools.partial(mixer_token, self._engine.keys, self._session_id)
            self._mixes[row.id] = asyncio.create_task(mix.run(self._engine.url, token))
            pipeline.watch(str(row.id), mix.give)
            return
        formats = plan.video, plan.audio
        pump = Pump(plan.make, pipeline.encoders(formats), told, plan.retry)
        pipeline.add(str(row.id), pump, formats, voices=plan.voices)

    def _announce(self, row: OutputRow, address: str) -> None:
        async def keep() -> None:
            await self._database.run(lambda db: store.tell_address(db, row.id, address))

        self._loop.call_soon_threadsafe(lambda: self._spawn(keep()))

    def _on_state(self, row: OutputRow, about: About, state: State, reason: str) -> None:
        if state == "failed":
            self._spawn(self._failed(row, about, reason))
        elif state != "off" and row.id in self._running:
            self._spawn(self._report(row, state, reason))

    async def _stop(self, row: OutputRow, about: About, pipeline: Pipeline) -> None:
        if row.id not in self._running:
            return
        with self._until_ended(row):
            await self._end(row, pipeline)
            failed = self._failures.pop(row.id, None)
            if failed is not None:
                await self._put_away(row, about, "failed", failed)
            elif row.wanted == "off":
                await self._put_away(row, about, "off", "")
            else:
                await self._report(row, "paused", "")

    async def _over(self, row: OutputRow, about: About) -> None:
        with self._until_ended(row):
            await self._put_away(row, about, "off", "")

    async def _failed(self, row: OutputRow, about: About, reason: str) -> None:
        if row.id not in self._running:  # it failed while it was being ended
            self._failures[row.id] = reason
            return
        with self._until_ended(row):
            if self._pipeline is not None:
                with contextlib.suppress(KeyError):
                    await self._end(row, self._pipeline)
            await self._put_away(row, about, "failed", reason)

    @contextlib.contextmanager
    def _until_ended(self, row: OutputRow) -> Iterator[None]:
        """Nobody else takes an output up, or ends it, meanwhile."""
        self._running.pop(row.id, None)
        self._ending.add(row.id)
        try:
            yield
        finally:
            self._ending.discard(row.id)

    async def _end(self, row: OutputRow, pipeline: Pipeline) -> None:
        if row.id in self._mixes:
            pipeline.unwatch(str(row.id))
            await self._withdraw(row.id)
        else:
            await asyncio.to_thread(pipeline.remove, str(row.id))

    async def _withdraw(self, output_id: int) -> None:
        task = self._mixes.pop(output_id)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _put_away(self, row: OutputRow, about: About, state: OutputState, reason: str) -> None:
        result = None
        try:
            result = await asyncio.to_thread(self._kinds.finished, row, about)
        except Exception as error:
            log.exception("an output could not be put away", kind=row.kind)
            state, reason = "failed", reason or str(error)
        await self._report(row, state, reason, result)

    async def _report(
        self, row: OutputRow, state: OutputState, reason: str, result: Callable[[Connection], None] | None = None
    ) -> None:
        def keep(db: Connection) -> None:
            if result is not None:
                result(db)
            store.report(db, row.id, state, reason, datetime.now(UTC))
            self._kinds.told(db, row, state, reason)

        async with self._reporting:  # in the order in which it happened
            await self._database.run(keep)
        if self._told.get(row.id) != state:
            self._told[row.id] = state
            self._spawn(self._tell_meeting())

    async def _tell_meeting(self) -> None:
        """Let everybody in the meeting ask for its state anew; where nobody is any more, nobody does."""
        self._client.address = self._engine.url().replace("ws", "http", 1)
        await self._client.carry_out(Tell(self._session_id, {"type": "state"}))

    def _spawn(self, work) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 (any coroutine)
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
