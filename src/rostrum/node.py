"""A server process among the others: it comes, says that it lives, clears up behind those who died, and goes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
import structlog
from sqlalchemy import Connection

from rostrum.conferences import planning
from rostrum.db import nodes
from rostrum.db.database import Database
from rostrum.jobs import store as jobs
from rostrum.journal import start
from rostrum.meetings import connections, control
from rostrum.settings import Settings

log = structlog.get_logger()

BEAT_S = nodes.BEAT.total_seconds()


class Node:
    """One process. `lost` is called when the others thought it dead and have ended its pages' connections."""

    def __init__(self, database: Database, settings: Settings, lost: Callable[[], None]) -> None:
        self.id = secrets.token_hex(8)
        self._database, self._settings, self._lost = database, settings, lost

    async def arrive(self) -> None:
        """Come; whoever comes alone closes the meetings that the last run left open."""

        def enter(db: Connection) -> int:
            now = datetime.now(UTC)
            last_alive = nodes.arrive(db, self.id, now)
            known = start.started(db, self._settings, now)
            if _zone_of(known) not in {None, self._settings.server.timezone}:
                jobs.enqueue(db, planning.REPLAN, {}, now, key=planning.REPLAN)
            left_over = control.close_after_restart(db, last_alive) if last_alive is not None else []
            _clear_up(db)
            return len(left_over)

        left_over = await self._database.run(enter)
        if left_over:
            log.warning("the last run did not end in order; its meetings are closed", meetings=left_over)

    async def beat(self) -> None:
        """Say that we live, and clear up behind those who do not."""

        def say(db: Connection) -> bool:
            now = datetime.now(UTC)
            known = nodes.beat(db, self.id, now)
            if nodes.bury(db, now):
                _clear_up(db)
            return known

        if not await self._database.run(say):
            log.warning("the other processes thought this one dead; its pages come back")
            self._lost()

    async def depart(self) -> None:
        """Go; where nobody is left to hold the meetings, who comes back finds that they have ended."""

        def leave(db: Connection) -> None:
            now = datetime.now(UTC)
            if nodes.depart(db, self.id, now):
                control.close_after_restart(db, now)
            _clear_up(db)
            start.ended(db, self._settings, now)

        await self._database.run(leave)


def _zone_of(known: Mapping[str, str]) -> str | None:
    """The time zone of the server at its last start; None: it has not been started before."""
    return msgspec.json.decode(known["server"]).get("timezone") if "server" in known else None


def _clear_up(db: Connection) -> None:
    """Let go of what processes held that are gone."""
    connections.close_of_dead_nodes(db)
    jobs.release_of_dead_nodes(db)
