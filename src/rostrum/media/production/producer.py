"""Produces one meeting in this process: keeps the outputs as the table wants them, until none is wanted any more."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from PIL import Image
from sqlalchemy import Connection

from rostrum.api.work import EngineKeys
from rostrum.db.database import Database
from rostrum.ids import SessionId
from rostrum.media.commands import Tell
from rostrum.media.composition.composer import Composer, Title
from rostrum.media.composition.scene import Scene, Wanted
from rostrum.media.engine import Engine as EngineClient
from rostrum.media.formats import AudioCodec, VideoFormat
from rostrum.media.outputs.output import Output
from rostrum.media.production import store
from rostrum.media.production.member import Member
from rostrum.media.production.mix import Mix
from rostrum.media.production.pipeline import Pipeline
from rostrum.media.production.pump import Pump, Retry, State
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.media.tokens import mixer_token, unseen_token

log = structlog.get_logger()

_LOOK_S = 0.25
_AGAIN_S = 1.0
_ALONE_S = 60.0
"""How long the engine may be away before the outputs are ended: nobody meets there any more."""
_SHOWN = {"recording", "live", "mcu"}
"""Kinds whose state everybody in the meeting sees."""
_LAST_WORDS_S = 2.0
_BLIND_S = 300.0
"""How long the database may be away before a worker gives up; what it wrote waits for the next one."""
MEMBER = "#producer"
"""What the ids of unseen members begin with."""


class Plan(Struct, frozen=True, kw_only=True):
    """How one output is made. `make` is called for each attempt."""

    make: Callable[[], Output]
    video: VideoFormat
    audio: AudioCodec
    retry: Retry | None = None


class Published(Struct, frozen=True, kw_only=True):
    """An output that is a track of the meeting itself. `selective`: some people there may hear but not see."""

    video: VideoFormat
    selective: bool


Announce = Callable[[str], None]
"""Tells the address (host:port) at which an output can be fetched. From any thread."""


class Kinds(Protocol):
    """What the slices know of their outputs; every method but `finished` is quick."""

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan | Published:
        """How an output is made; one that others come to announces its address. Raises OutputError for one that cannot
        be.
        """

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """An output has another state; called in the transaction that keeps it."""

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None] | None:
        """An output is over for good: put its result away. Runs in a thread, may take long, and is asked again after a
        crash. What it answers is done in the transaction that keeps the new state.
        """

    def avatar(self, participant_id: str) -> Image.Image | None:
        """The picture of somebody without a camera."""


class Engine(Struct, frozen=True):
    """Where the meeting is. `url` is asked anew before each attempt: an engine may come back elsewhere."""

    url: Callable[[], str]
    keys: EngineKeys


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
        self._member: Member | None = None
        self._pipeline: Pipeline | None = None
        self._client = EngineClient("", engine.keys)
        self._wanted = True
        self._reporting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._mixes: dict[int, asyncio.Task[None]] = {}
        self._renew_at = 0.0
        self._alone_since: float | None = time.monotonic()
        self._looked_at = time.monotonic()

    async def run(self) -> None:
        """Work until nothing is left to do, or another worker has taken the meeting."""
        about = await self._database.run(lambda db: store.about(db, self._session_id), write=False)
        if about is None:
            return
        pipeline = self._pipeline = self._prepared(about)
        connection = asyncio.create_task(self._stay_connected(pipeline))
        pipeline.start()
        try:
            while await self._one_more(about, pipeline):  # noqa: ASYNC110 (the table is looked at, nobody tells)
                await asyncio.sleep(_LOOK_S)
        finally:
            connection.cancel()
            await asyncio.gather(connection, *map(self._withdraw, [*self._mixes]), return_exceptions=True)
            await asyncio.to_thread(pipeline.end)
            if self._member is not None:
                await self._member.leave()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)
            await self._client.close()

    def _prepared(self, about: About) -> Pipeline:
        wanted = Wanted(width=about.width, height=about.height, mode=about.mode, layout=about.layout)
        title = Title(about.topic if about.shows_topic else "", about.shows_clock)
        composer = Composer(wanted, title, self._kinds.avatar)
        return Pipeline(composer, self._look, self._show, self._zone, about.fps)

    def _look(self, now: float):  # type: ignore[no-untyped-def]  # noqa: ANN202 (people and pictures of a moment)
        member = self._member
        return (member.people(), member.pictures(now)) if member is not None else ((), {})

    def _show(self, shown: Scene) -> None:
        member = self._member
        if member is not None:
            self._loop.call_soon_threadsafe(member.look_at, shown)

    async def _stay_connected(self, pipeline: Pipeline) -> None:
        """Be a member of the room, and become one again whenever the engine was away. A room that nothing is wanted of
        any more has ended: entering it would open it anew.
        """
        while True:
            while not self._wanted:  # noqa: ASYNC110 (the table is looked at, nobody tells)
                await asyncio.sleep(_LOOK_S)
            member = Member(pipeline.hear, pipeline.silent)
            try:
                token = unseen_token(self._engine.keys, self._session_id, f"{MEMBER}:{self._name}")
                await member.enter(self._engine.url(), token)
                self._member = member
                self._alone_since = None
                pipeline.look_again()
                await member.gone.wait()
                self._alone_since = time.monotonic()
                log.warning("the engine is gone; connecting again", session=self._session_id)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 (the engine may be away in any way it likes)
                log.warning("the room cannot be reached", session=self._session_id, error=str(error))
            with contextlib.suppress(Exception):
                await member.leave()
            await asyncio.sleep(_AGAIN_S)

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
            log.warning("another worker has taken the meeting", session=self._session_id)
            return False
        if self._alone_since is not None and time.monotonic() - self._alone_since > _ALONE_S:
            await self._database.run(lambda db: store.want_none(db, self._session_id, now))
        rows = await self._database.run(lambda db: store.outputs_of(db, self._session_id), write=False)
        self._wanted = any(row.is_open for row in rows)
        for row in rows:
            if row.is_open and row.wanted == "on" and row.id not in {*self._running, *self._ending}:
                self._start(row, about, pipeline)
            elif row.wanted != "on" and row.id in self._running:
                self._spawn(self._stop(row, about, pipeline))
            elif row.wanted == "off" and row.state not in {"failed", "off"} and row.id not in self._ending:
                self._spawn(self._put_away(row, about, "off", ""))
            elif row.wanted == "paused" and row.state not in {"paused", "failed", "off"} and row.id not in self._ending:
                await self._report(row, "paused", "")
        if self._running or self._ending or any(row.state not in {"failed", "off"} for row in rows):
            return True
        return not await self._database.run(lambda db: store.finish(db, self._session_id, self._name))

    async def _is_mine(self, now: datetime) -> bool:
        """Renew the lease, three times before it would end: writing costs more than looking."""
        if time.monotonic() < self._renew_at:
            return True
        self._renew_at = time.monotonic() + store.LEASE.total_seconds() / 4
        return await self._database.run(lambda db: store.renew(db, self._session_id, self._name, now))

    def _start(self, row: OutputRow, about: About, pipeline: Pipeline) -> None:
        self._running[row.id] = row
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
        encoders = pipeline.encoders((plan.video, plan.audio))
        pipeline.add(str(row.id), Pump(plan.make, encoders, told, plan.retry), (plan.video, plan.audio))

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
        self._running.pop(row.id)
        self._ending.add(row.id)
        try:
            await self._end(row, pipeline)
            if row.wanted == "off":
                await self._put_away(row, about, "off", "")
            else:
                await self._report(row, "paused", "")
        finally:
            self._ending.discard(row.id)

    async def _failed(self, row: OutputRow, about: About, reason: str) -> None:
        self._running.pop(row.id, None)
        if self._pipeline is not None:
            with contextlib.suppress(KeyError):
                await self._end(row, self._pipeline)
        await self._put_away(row, about, "failed", reason)

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
        self._ending.add(row.id)
        try:
            result = None
            try:
                result = await asyncio.to_thread(self._kinds.finished, row, about)
            except Exception as error:
                log.exception("an output could not be put away", kind=row.kind)
                state, reason = "failed", reason or str(error)
            await self._report(row, state, reason, result)
        finally:
            self._ending.discard(row.id)

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
        if row.kind in _SHOWN:
            self._spawn(self._tell_meeting())

    async def _tell_meeting(self) -> None:
        """Let everybody in the meeting ask for its state anew; where nobody is any more, nobody does."""
        self._client.address = self._engine.url().replace("ws", "http", 1)
        await self._client.carry_out(Tell(self._session_id, {"type": "state"}))

    def _spawn(self, work) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 (any coroutine)
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
