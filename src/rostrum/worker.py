"""The worker: takes meetings that are to be recorded or broadcast, and produces each in a process of its own."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from PIL import Image
from sqlalchemy import Connection

from rostrum.accounts.avatars import store as avatars
from rostrum.api.work import EngineKeys
from rostrum.broadcasts.live.production import LiveKind
from rostrum.broadcasts.running.production import BroadcastKind, MixKind, MulticastKind
from rostrum.db.database import Database
from rostrum.ids import SessionId, short_id
from rostrum.journal.events import store as journal
from rostrum.media.outputs.output import OutputError
from rostrum.media.production.attendance import Engine
from rostrum.media.production.crew import Crew
from rostrum.media.production.kinds import Announce, Plan, Published
from rostrum.media.production.producer import Producer
from rostrum.media.production.store import About, Kind, OutputRow, OutputState
from rostrum.recordings.production import RecordingKind
from rostrum.settings import Settings

log = structlog.get_logger()


class WorkerError(Exception):
    """The worker cannot work; the text says why and what to do."""


class OneKind(Protocol):
    """What a slice knows of its kind of output; the methods are those of `Kinds`."""

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan | Published: ...  # noqa: D102
    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None: ...  # noqa: D102
    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None] | None: ...  # noqa: D102


class MediaKinds:
    """All kinds of output, each done by its slice."""

    def __init__(self, database: Database, settings: Settings, data_dir: Path) -> None:
        self._settings = settings
        self._reader = Database(settings.database.url, data_dir, 1)  # of the composing thread
        self._kinds: dict[Kind, OneKind] = {
            "recording": RecordingKind(
                data_dir, settings.recordings, journal.insert_event, moves=bool(settings.storage.url)
            ),
            "broadcast": BroadcastKind(database, settings.broadcasts, journal.insert_event),
            "multicast": MulticastKind(settings.broadcasts, journal.insert_event),
            "live": LiveKind(data_dir, journal.insert_event),
            "mcu": MixKind(journal.insert_event),
        }

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan | Published:
        """How an output is made. Raises OutputError for a kind that this worker does not know."""
        return self._of(row).plan(row, about, announce)

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """An output has another state."""
        self._of(row).told(db, row, state, reason)

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None] | None:
        """An output is over."""
        return self._of(row).finished(row, about)

    def avatar(self, participant_id: str) -> Image.Image | None:
        """The avatar of an account; guests have none."""
        if participant_id.startswith("#"):
            return None
        login = short_id(participant_id, self._settings.server.name)
        found = self._reader.run_here(lambda db: avatars.find_of_user(db, login), write=False)
        return None if found is None else Image.open(io.BytesIO(found))

    def _of(self, row: OutputRow) -> OneKind:
        if row.kind not in self._kinds:
            raise OutputError(f"this worker knows no outputs of kind {row.kind}")
        return self._kinds[row.kind]


def engine_of(settings: Settings) -> Engine:
    """The engine of the settings. Raises WorkerError for one that only the server itself knows."""
    media = settings.media
    if not media.engine.startswith(("ws://", "wss://")):
        raise WorkerError(
            "a worker of its own needs the engine's address: set media.engine to ws://…, with media.api_key and "
            "media.api_secret; beside a server with an embedded engine no worker need be started"
        )
    return Engine(lambda: media.engine, EngineKeys(media.api_key, media.api_secret))


def run_crew(settings: Settings, data_dir: Path) -> None:
    """Take meetings until SIGTERM or Ctrl-C. Raises WorkerError."""
    engine_of(settings)
    most = settings.media.workers if settings.media.workers > 0 else os.cpu_count() or 1
    asyncio.run(_until_ended(lambda database: Crew(database, most, data_dir, dict).run(), settings, data_dir))


def run_one(settings: Settings, data_dir: Path, session_id: str, name: str) -> None:
    """Produce one meeting, under the name that has its lease, until nothing is left to do. Raises WorkerError."""
    engine = engine_of(settings)

    async def produce(database: Database) -> None:
        kinds = MediaKinds(database, settings, data_dir)
        zone = ZoneInfo(settings.server.timezone)
        await Producer(database, engine, kinds, SessionId(session_id), name, zone).run()

    asyncio.run(_until_ended(produce, settings, data_dir))


async def _until_ended(work: Callable[[Database], object], settings: Settings, data_dir: Path) -> None:
    database = Database(settings.database.url, data_dir, 2)
    task = asyncio.ensure_future(work(database))  # type: ignore[call-overload]
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await task
    finally:
        database.close()
