"""The composition root: the only module that knows every part, and puts them together."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from rostrum import pages, storage
from rostrum.accounts.avatars import served
from rostrum.accounts.users import store as users
from rostrum.api import docs
from rostrum.api.server import ApiServer, Services
from rostrum.api.work import Caller, Deferred, EngineKeys, Work
from rostrum.background import Background
from rostrum.broadcasts.live.served import STEP_S, LiveStreams
from rostrum.broadcasts.running import relay
from rostrum.bus import LocalBus, Publish, RedisBus
from rostrum.conferences import letters
from rostrum.db.database import Database
from rostrum.jobs.runner import Inside, Runner
from rostrum.journal import retention
from rostrum.journal.events import store as journal
from rostrum.mail import outbox
from rostrum.media.engine import Engine
from rostrum.media.production.crew import Crew
from rostrum.media.signalling import signalling_app
from rostrum.media.webhooks import ParticipantEvent, webhook_endpoint
from rostrum.meetings import attendance, clock
from rostrum.meetings import store as meetings
from rostrum.meetings.calls import jobs as calls
from rostrum.meetings.files import folder as chat_files
from rostrum.meetings.podium import control as podium
from rostrum.meetings.sockets import Sockets
from rostrum.node import BEAT_S, Node
from rostrum.oauth import routes as oauth
from rostrum.oauth.authenticator import TokenAuthenticator
from rostrum.recordings import finishing, moving, waiting
from rostrum.recordings.playback import served as played
from rostrum.recordings.sweep import sweep
from rostrum.settings import Settings, as_environment
from rostrum.slices import LISTENERS, known_scopes, route_table, tables

_RECONCILE_EVERY_S = 10
_LOOK_EVERY_S = 1
_SWEEP_EVERY_S = 60
_FORGET_EVERY_S = 600
_INDEX_EVERY_S = 60

__all__ = ["Rostrum", "known_scopes", "route_table"]


class Rostrum:
    """The server without its socket: an ASGI application and what runs beside it."""

    def __init__(self, settings: Settings, data_dir: Path) -> None:
        self.settings = settings
        self.data_dir = data_dir
        self.database = Database(settings.database.url, data_dir, settings.database.pool)
        self.engine: Engine | None = None
        self.engine_ready: Callable[[], str | None] = lambda: None
        """Why the engine cannot be used now; None: it can, or there is none."""
        self.engine_address: Callable[[], str | None] = lambda: self.engine.address if self.engine else None
        self.tables = tables()
        self._background = Background()
        self._missing = attendance.Missing({})
        self.bus = _bus(settings)
        self.node = Node(self.database, settings, self.bus.lose_touch)
        authenticator = TokenAuthenticator(_participant)
        self._sockets = Sockets(self.database, authenticator, self.bus, self.node.id)
        services = Services(
            settings=settings,
            database=self.database,
            authenticator=authenticator,
            defer=self._defer,
            engine_keys=self._engine_keys,
            data_dir=data_dir,
            listeners=LISTENERS,
        )
        self.crew = self._crew()
        self.post = Runner(self.database, {outbox.JOB: outbox.handler(settings, journal.insert_event)}, self.node.id)
        """Sends letters; by itself, because a mail server that does not answer must not hold anything else up."""
        due = {kind: self._due(unit) for kind, unit in (clock.DUE_WORK | calls.DUE_WORK | podium.DUE_WORK).items()}
        due |= {letters.REMINDER: Inside(letters.remind(settings)), finishing.JOB: Inside(finishing.again)}
        self.jobs = Runner(self.database, due, self.node.id)
        self._storage = storage.opened(settings.storage)
        moves = {} if self._storage is None else {moving.JOB: moving.handler(self.database, data_dir, self._storage)}
        self.moves = Runner(self.database, moves, self.node.id)
        """Takes finished recordings to the storage; by itself, because that may take long."""
        self._live = LiveStreams(self.database, data_dir)
        self._api = ApiServer(self.tables, services)
        self._site = Starlette(
            routes=self._routes(),
            lifespan=self._lifespan,
            exception_handlers=pages.FAULTS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: the API directly, everything else through the router."""
        if scope["type"] == "http" and scope["path"].startswith("/api/") and not docs.is_document(scope["path"]):
            await self._api(scope, receive, send)
        else:
            await self._site(scope, receive, send)

    async def reconcile(self) -> None:
        """Make our participants and the engine's agree."""
        if self.engine is None or self.engine_ready() is not None:
            return
        before = await self.database.run(attendance.places, write=False)
        rooms = await self.engine.rooms()
        now, server = datetime.now(UTC), self.settings.server.name
        self._defer(
            await self.database.run(lambda db: attendance.reconcile(db, rooms, before, self._missing, now, server))
        )

    def _crew(self) -> Crew | None:
        """The workers that this server starts; None: others do their work."""
        workers = self.settings.media.workers
        if workers == 0:
            return None
        most = workers if workers > 0 else os.cpu_count() or 1
        return Crew(self.database, most, self.data_dir, self._worker_environment)

    def _relay(self) -> relay.Relay:
        """Where others fetch the streams of meetings."""

        async def find(path: str) -> str | None:
            return await self.database.run(lambda db: relay.find_address(db, path), write=False)

        told = self.settings.broadcasts
        return relay.Relay(told.rtsp_host or self.settings.server.host, told.rtsp_port, find)

    def _worker_environment(self) -> dict[str, str]:
        """The settings of this server for its workers, and how they reach the engine."""
        engine = self.engine
        if engine is None:
            return {}
        return as_environment(self.settings) | {
            "ROSTRUM_MEDIA_ENGINE": engine.address.replace("http", "ws", 1),
            "ROSTRUM_MEDIA_API_KEY": engine.keys.api_key,
            "ROSTRUM_MEDIA_API_SECRET": engine.keys.api_secret,
        }

    def _routes(self) -> list[BaseRoute]:
        webhook = webhook_endpoint(lambda: self.engine.keys if self.engine else None, self._on_participant)
        return [
            *oauth.routes(self.settings, self.database, known_scopes(), journal.insert_event),
            Route("/engine/webhook", webhook, methods=["POST"]),
            Mount("/livekit", app=signalling_app(self._signalling_address, admits=self._admits)),
            served.route(self.database),
            *played.routes(self.database, self.data_dir, self.settings),
            *self._live.routes(),
            WebSocketRoute("/api/web/socket", self._sockets.answer),
            *docs.routes(self.tables),
            *pages.routes(self._problem, self._warning),
        ]

    async def _admits(self, session_id: str, participant_id: str) -> bool:
        now = datetime.now(UTC)
        return await self.database.run(
            lambda db: attendance.may_connect(db, session_id, participant_id, now), write=False
        )

    def _signalling_address(self) -> str | None:
        return self.engine_address()

    def _engine_keys(self) -> EngineKeys | None:
        return self.engine.keys if self.engine is not None and self.engine_ready() is None else None

    def _defer(self, commands: list[Deferred]) -> None:
        """Carry commands out after the commit, in their order, without letting the caller wait."""
        for command in commands:
            if isinstance(command, Publish):
                self.bus.publish(command.topic, command.message)
        if self.engine is not None and commands:
            self._background.spawn(self._carry_out(self.engine, commands))

    async def _carry_out(self, engine: Engine, commands: list[Deferred]) -> None:
        for command in commands:
            await engine.carry_out(command)

    async def _on_participant(self, event: ParticipantEvent) -> None:
        now, server = datetime.now(UTC), self.settings.server.name
        self._defer(await self.database.run(lambda db: attendance.on_event(db, event, now, server)))

    async def _problem(self) -> str | None:
        """Why the server cannot work; None: it can."""
        try:
            await self.database.run(lambda db: db.exec_driver_sql("SELECT 1").scalar(), write=False)
        except Exception as error:  # noqa: BLE001 (whatever a database driver raises)
            return f"database: {error}"
        reason = self.engine_ready()
        return None if reason is None else f"media engine: {reason}"

    def _warning(self) -> str | None:
        """What does not work although the server does."""
        return None if self.bus.problem is None else f"bus: {self.bus.problem}"

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: ASGIApp) -> AsyncIterator[None]:
        await self.node.arrive()
        self._begin()
        try:
            yield
        finally:
            await self._background.end()
            await self.node.depart()
            if self.engine is not None:
                await self.engine.close()
            self.database.close()

    def _begin(self) -> None:
        """What runs beside the answers to requests."""
        every, spawn = self._background.every, self._background.spawn
        every(BEAT_S, self.node.beat)
        every(_LOOK_EVERY_S, self._sockets.watchers.look)
        every(_RECONCILE_EVERY_S, self.reconcile)
        every(_FORGET_EVERY_S, self._forget)
        every(_INDEX_EVERY_S, self._index)
        every(_SWEEP_EVERY_S, self._sweep)
        every(STEP_S, self._live.step)
        every(waiting.LOOK_S, self._tell_waiting)
        spawn(self.bus.run())
        spawn(self.jobs.run())
        if self.settings.mail.host:  # else what waits goes on waiting
            spawn(self.post.run())
        if self._storage is not None:
            spawn(self.moves.run())
        if self.engine is not None and self.crew is not None:
            spawn(self.crew.run())
        if self.engine is not None and self.settings.broadcasts.rtsp_port:
            spawn(self._relay().run())

    def _due(self, unit: Callable[[Work, Mapping[str, Any]], None]) -> Inside:
        """Due work as a unit of work; what it wants done is done after its commit."""

        def perform(db: Connection, payload: Mapping[str, Any]) -> Callable[[], None]:
            work = Work(
                db,
                datetime.now(UTC),
                self.settings,
                engine_keys=self._engine_keys(),
                data_dir=self.data_dir,
                listeners=LISTENERS,
            )
            unit(work, payload)
            return lambda: self._defer(work.after_commit)

        return Inside(perform)

    async def _forget(self) -> None:
        await retention.forget(self.database, self.settings.logs.keep_days)
        await chat_files.sweep(self.database, self.data_dir)

    async def _tell_waiting(self) -> None:
        self._defer(await waiting.look(self.database, datetime.now(UTC), journal.insert_event))

    async def _sweep(self) -> None:
        now = datetime.now(UTC)
        await finishing.look(self.database, now)
        await sweep(self.database, self.data_dir, now, self._storage)

    async def _index(self) -> None:
        await users.TEXTS.keep_up(self.database)


def _bus(settings: Settings) -> LocalBus:
    if not settings.bus.url:
        return LocalBus()
    # Servers of other names may use the same Redis.
    return RedisBus(settings.bus.url, f"rostrum:{settings.server.name}")


def _participant(db: Connection, token_hash: str) -> Caller | None:
    """The participant of a running meeting behind a token."""
    place = meetings.find_by_token(db, token_hash, datetime.now(UTC) - attendance.LATE)
    if place is None:
        return None
    return Caller(kind="participant", session_id=place.session_id, participant_id=place.participant_id)
