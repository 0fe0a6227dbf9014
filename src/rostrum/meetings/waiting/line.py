"""The WebSocket of a page that waits to be let in: as long as it is there, its place in the waiting room is kept.

After `welcome` comes one of {"type": "admitted"}, {"type": "refused"} and {"type": "ended"}, which ends the socket;
until then {"type": "ping"} every 20 s. Each ping looks at the database too, so that a word is never lost.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection
from starlette.websockets import WebSocket

from rostrum.bus import Inbox, LocalBus, LostTouchError
from rostrum.db.database import Database
from rostrum.meetings import store
from rostrum.meetings.exchange import OVER, TOKEN_INVALID, TOO_MUCH, first, listen
from rostrum.meetings.rules import LEFT_REMOVED
from rostrum.meetings.waiting import rules
from rostrum.meetings.waiting.topic import topic

_MOST_OF_A_PLACE = 5
BEAT_S = rules.BEAT.total_seconds()

Outcome = Literal["waiting", "admitted", "refused", "ended", "unknown"]


class Line:
    """The sockets of the people who wait."""

    def __init__(self, database: Database, bus: LocalBus) -> None:
        self._database = database
        self._bus = bus
        self._open: Counter[str] = Counter()

    async def hold(self, socket: WebSocket, session_id: str, participant_id: str) -> int | None:
        """Hold the socket of one place until it is decided; the code to close with, None: the page is gone."""
        name = topic(session_id, participant_id)
        if self._open[name] >= _MOST_OF_A_PLACE:
            return TOO_MUCH
        self._open[name] += 1
        try:
            with self._bus.subscribe(name) as inbox:
                await socket.send_json({"type": "welcome", "user_id": None})
                return await first(
                    listen(socket), _pass_on(socket, inbox), self._look(socket, session_id, participant_id)
                )
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]
                left = self._database.run(lambda db: _left(db, session_id, participant_id))
                await asyncio.shield(left)

    async def _look(self, socket: WebSocket, session_id: str, participant_id: str) -> int:
        """See at once what has become of the place, and again with each beat."""
        while True:
            outcome = await self._database.run(lambda db: _outcome(db, session_id, participant_id))
            if outcome == "unknown":
                return TOKEN_INVALID
            if outcome != "waiting":
                await socket.send_json({"type": outcome})
                return OVER
            await asyncio.sleep(BEAT_S)
            await socket.send_json({"type": "ping"})


async def _pass_on(socket: WebSocket, inbox: Inbox) -> int:
    try:
        await socket.send_json(await inbox.get())
    except LostTouchError:
        return TOO_MUCH
    return OVER


def _outcome(db: Connection, session_id: str, participant_id: str) -> Outcome:
    """What has become of a place; one that still waits has been seen now."""
    if store.find_session(db, session_id) is None:
        return "ended"
    last = store.find_last(db, session_id, participant_id)
    if last is None or (last.leave_time is not None and last.leave_reason != LEFT_REMOVED):
        return "unknown"
    if last.leave_time is not None:
        return "refused"
    if not last.waits:
        return "admitted"
    store.renew_participation(db, last, waiting_seen=datetime.now(UTC))
    return "waiting"


def _left(db: Connection, session_id: str, participant_id: str) -> None:
    """The last page of a place is gone: its place is kept for a moment."""
    place = store.find_present(db, session_id, participant_id)
    if place is not None and place.waits:
        store.renew_participation(db, place, waiting_seen=rules.left_line(datetime.now(UTC)))
