"""The workers of one machine: as many processes as are allowed, one meeting each."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from rostrum.db.database import Database
from rostrum.media.production import store

log = structlog.get_logger()

_LOOK_S = 0.5


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
        self._running: dict[str, asyncio.subprocess.Process] = {}

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
        """Take one meeting; False when none waits or all workers are busy."""
        self._running = {name: one for name, one in self._running.items() if one.returncode is None}
        if len(self._running) >= self._most:
            return False
        name = secrets.token_hex(8)
        session_id = await self._database.run(lambda db: store.claim(db, name, datetime.now(UTC)))
        if session_id is None:
            return False
        self._running[name] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rostrum", "worker"),
            *("--data-dir", str(self._data_dir), "--meeting", session_id, "--lease", name),
            env=os.environ | dict(self._environment()),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        log.info("a worker begins", session=session_id, pid=self._running[name].pid)
        return True

    async def wait(self, seconds: float) -> None:
        """Give the workers time to end in order."""
        waiting = [asyncio.ensure_future(one.wait()) for one in self._running.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=seconds)
            for task in waiting:
                task.cancel()
