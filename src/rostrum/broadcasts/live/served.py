"""The addresses of live streams: the list for whoever has a place, the files for whoever knows their names.

The files are plain and never change, so a proxy or a content delivery network may keep them; the list is asked of us.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from rostrum.api.errors import ApiError, refused
from rostrum.broadcasts.live import control, rules, store
from rostrum.broadcasts.live.lists import LiveList
from rostrum.db.database import Database
from rostrum.ids import hashed
from rostrum.media.live_files import FOLDER, MEDIA_NAME, PLAYLIST
from rostrum.media.production import store as productions

STEP_S = 5.0
_KEPT_S = 60.0
"""How long the files of a stream stay that is written no more."""
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Referrer-Policy": "no-referrer",
}
_LASTING = _HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"}


class LiveStreams:
    """Hands out what the workers write, and remembers who watches."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database, self._folder = database, data_dir / FOLDER
        self._lists: dict[str, LiveList] = {}
        self._viewers: dict[str, tuple[str, datetime]] = {}
        """Who watches through this process: the stream and the last sign, by the hash of the ticket."""

    def routes(self) -> list[Route]:
        """`/live/{key}/…`: the list and the files."""
        return [
            Route(f"/live/{{key}}/{PLAYLIST}", _answering(self._list)),
            Route("/live/{key}/{name}", _answering(self._file)),
        ]

    async def step(self) -> None:
        """Write down who watches, end what nobody does, and remove what is over."""
        now = datetime.now(UTC)
        seen = [(ticket, at) for ticket, (_key, at) in self._viewers.items() if at > now - rules.UNSEEN]
        self._viewers = {ticket: one for ticket, one in self._viewers.items() if one[1] > now - rules.UNSEEN}

        def keep(db: Connection) -> None:
            store.renew(db, seen)
            control.end_unwatched(db, now)

        any_streams = await self._database.run(_has_streams, write=False)
        if seen or any_streams:
            await self._database.run(keep)
        unused = time.monotonic() - _KEPT_S
        self._lists = {key: one for key, one in self._lists.items() if one.used_at > unused}
        await asyncio.to_thread(self._remove_old)

    async def _list(self, request: Request) -> Response:
        key, ticket = self._key(request), request.query_params.get("viewer", "")
        if not await self._may_watch(key, hashed(ticket)):
            raise refused("ticketInvalid", "This link is not good any more. Open the conference's page for a new one.")
        query = request.query_params
        wanted = rules.wanted_place(query.get("_HLS_msn"), query.get("_HLS_part"))
        text = await self._of(key).with_place(wanted)
        if text is None:
            raise _gone()
        return Response(text, headers=_HEADERS, media_type="application/vnd.apple.mpegurl")

    async def _file(self, request: Request) -> Response:
        key, name = self._key(request), request.path_params["name"]
        path = self._folder / key / name
        if not MEDIA_NAME.fullmatch(name) or not path.parent.is_dir():
            raise _gone()
        if not path.exists():
            await self._of(key).until_past(name)
        if not path.exists():
            raise _gone()
        return FileResponse(path, headers=_LASTING, media_type="video/mp4")

    async def _may_watch(self, key: str, ticket: str) -> bool:
        now = datetime.now(UTC)
        known, seen_at = self._viewers.get(ticket, ("", now))
        # Another worker may have gone on with the same meeting, under another key.
        remembered = known == key and seen_at > now - rules.UNSEEN
        if not remembered and not await self._database.run(lambda db: _opens(db, key, ticket, now), write=False):
            return False
        self._viewers[ticket] = key, now
        return True

    def _of(self, key: str) -> LiveList:
        if key not in self._lists:
            self._lists[key] = LiveList(self._folder / key / PLAYLIST)
        return self._lists[key]

    @staticmethod
    def _key(request: Request) -> str:
        key = str(request.path_params["key"])
        if not _KEY.fullmatch(key):
            raise _gone()
        return key

    def _remove_old(self) -> None:
        if not self._folder.is_dir():
            return
        for one in self._folder.iterdir():
            if one.is_dir() and time.time() - one.stat().st_mtime > _KEPT_S:
                shutil.rmtree(one, ignore_errors=True)


def _has_streams(db: Connection) -> bool:
    return bool(productions.open_of_kind(db, "live"))


def _opens(db: Connection, key: str, ticket: str, now: datetime) -> bool:
    """Whether a ticket lets watch the stream with this key."""
    held = store.session_of(db, ticket)
    if held is None or held[1] <= now - rules.UNSEEN:
        return False
    return any(row.address == key for row in productions.outputs_of(db, held[0], "live"))


def _answering(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except ApiError as error:
            return Response(error.body(), error.status, _HEADERS, "application/json")

    return endpoint


def _gone() -> ApiError:
    return refused("liveNotFound", "There is nothing to be seen here any more.", 404)
