"""The workers of one machine: as many processes as are allowed, one meeting each.

Recordings and what was set up to be sent come first. A meeting that is made for nobody but viewers may take any place
that is free, so that none stands idle on a small machine; it gives the place up as soon as something else has waited a
second for one, and is made again when there is room.
"""

from __future__ import annotations

import asyncio
import functools
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from msgspec import Struct

from rostrum.db.database import Database
from rostrum.ids import SessionId
from rostrum.media.production import store

log = structlog.get_logger()

_LOOK_S = 0.5
_YOUNG_S = 30.0
"""A worker that dies younger than that may do so again at once: the pauses before the next one grow."""
_MOST_DOUBLINGS = 5


class _Worker(Struct):
    """A process and the meeting that it has."""

    session_id: SessionId
    process: asyncio.subprocess.Process
    began: float


class Crew:
    """Takes meetings that want to be produced, and starts a process for each.

    The processes outlive a server that is killed: each ends by itself when its meeting needs it no more.
    """

    def __init__(
        self, database: Database, most: int, data_dir: Path, environment: Callable[[], Mapping[str, str]]
    ) -> None:
        self._database = database
        self._most = most
        self._data_dir = data_dir
        self._environment = environment
        self._running: dict[str, _Worker] = {}
        self._died_young: Counter[SessionId] = Counter()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self.step():
                    pass
            except Exception:
                log.exception("the programmes could not be looked at")
            await asyncio.sleep(_LOOK_S)

    async def step(self) -> bool:
        """Take one meeting; False when none waits or all workers are busy with what comes first."""
        await self._bury()
        name = secrets.token_hex(8)
        session_id = await self._take(name)
        if session_id is None:
            return False
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rostrum", "worker"),
            *("--data-dir", str(self._data_dir), "--meeting", session_id, "--lease", name),
            env=os.environ | dict(self._environment()),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running[name] = _Worker(session_id, process, time.monotonic())
        log.info("a worker begins", session=session_id, pid=process.pid)
        return True

    async def _bury(self) -> None:
        """Let others have the meetings of workers that are gone, whatever lease these had."""
        for name, one in list(self._running.items()):
            if one.process.returncode is None:
                continue
            del self._running[name]
            free_at = datetime.now(UTC) + timedelta(seconds=self._pause_after(one))
            await self._database.run(functools.partial(store.let_go, worker=name, free_at=free_at))

    def _pause_after(self, dead: _Worker) -> float:
        """How many seconds until another worker has its meeting."""
        if dead.process.returncode == 0 or time.monotonic() - dead.began > _YOUNG_S:
            self._died_young.pop(dead.session_id, None)
            return 0
        self._died_young[dead.session_id] += 1
        return 2.0 ** min(self._died_young[dead.session_id] - 1, _MOST_DOUBLINGS)

    async def _take(self, name: str) -> SessionId | None:
        """Claim what waits longest; when all workers are busy, in the place of a meeting that only viewers want. The
        worker of that one sees within a second that it has lost its lease; so long there is one process more.
        """
        now = datetime.now(UTC)
        if len(self._running) < self._most:
            return await self._database.run(lambda db: store.claim(db, name, now))
        if not await self._database.run(lambda db: store.waits_for_a_place(db, now), write=False):
            return None
        busy = list(self._running)
        taken = await self._database.run(lambda db: store.claim_from_viewers(db, name, busy, now))
        if taken is not None:
            log.info("a meeting that is only watched gives way", to=taken)
        return taken

    async def wait(self, seconds: float) -> None:
        """Give the workers time to end in order."""
        waiting = [asyncio.ensure_future(one.process.wait()) for one in self._running.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=seconds)
            for task in waiting:
                task.cancel()
