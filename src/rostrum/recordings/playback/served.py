"""The addresses that play and download a recording. Each asks for a ticket: a browser sends no token with media."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from rostrum.api.errors import ApiError, problem, refused
from rostrum.db.database import Database
from rostrum.recordings import files
from rostrum.recordings.playback import store, tickets
from rostrum.recordings.playback.shelf import Opened, Recorded, Shelf
from rostrum.recordings.playback.timeline import playlist

_AT_ONCE = 2
"""Pieces made at the same time: what is being recorded needs the processor more."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
_LASTING = _HEADERS | {"Cache-Control": "private, max-age=900"}


def routes(database: Database, data_dir: Path) -> list[Route]:
    """`/recordings/{number}/…`: playlist, head, pieces, what is known of it, and the file."""
    player = _Player(database, data_dir)
    at = "/recordings/{number:int}"
    return [
        Route(f"{at}/index.m3u8", player.answering(player.playlist)),
        Route(f"{at}/about.json", player.answering(player.about)),
        Route(f"{at}/head.mp4", player.answering(player.head)),
        Route(f"{at}/{{piece:int}}.m4s", player.answering(player.piece)),
        Route(f"{at}/file", player.answering(player.file)),
    ]


class _Player:
    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._shelf = Shelf(data_dir)
        self._key = ""
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def answering(
        self, answer: Callable[[Request, Recorded], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            number = request.path_params["number"]
            try:
                one = await self._found(number, request.query_params.get("ticket", ""))
                return await answer(request, one)
            except (FileNotFoundError, IndexError):
                return _documented(problem("recordingNotFound", recording_id=number))
            except ValueError as error:
                return _documented(refused("recordingCannotBePlayed", str(error), 422))
            except ApiError as error:
                return _documented(error)

        return endpoint

    async def playlist(self, request: Request, one: Recorded) -> Response:
        opened = await self._opened(one)
        text = playlist(opened.timeline, request.query_params["ticket"])
        return Response(text, headers=_HEADERS, media_type="application/vnd.apple.mpegurl")

    async def about(self, _request: Request, one: Recorded) -> Response:
        shown = (await self._opened(one)).timeline
        told = {"seconds": shown.seconds, "chapters": shown.chapters, "complete": shown.complete}
        return Response(msgspec.json.encode(told), headers=_HEADERS, media_type="application/json")

    async def head(self, _request: Request, one: Recorded) -> Response:
        head, _piece = await self._made(one, 0)
        return Response(head, headers=_HEADERS, media_type="video/mp4")

    async def piece(self, request: Request, one: Recorded) -> Response:
        _head, piece = await self._made(one, request.path_params["piece"])
        return Response(piece, headers=_LASTING, media_type="video/mp4")

    async def file(self, _request: Request, one: Recorded) -> Response:
        path = await asyncio.to_thread(self._shelf.whole, one)
        if path is None:
            raise FileNotFoundError(one.name)
        kind = files.MEDIA_TYPES[path.suffix.lower()]
        return FileResponse(path, headers=_HEADERS, media_type=kind, filename=path.name)

    async def _found(self, number: int, ticket: str) -> Recorded:
        """The recording, for whoever has a ticket for it."""
        if not self._key:
            self._key = await self._database.run(store.signing_key, write=False)
        if not tickets.opens(self._key, number, ticket, time.time()):
            raise refused("ticketInvalid", "This link is not good any more. Open the recording's page for a new one.")
        row = await self._database.run(lambda db: store.find_recording(db, number), write=False)
        if row is None or row.deleted_at is not None:
            raise problem("recordingNotFound", recording_id=number)
        return Recorded(row.id, row.conference_id, row.name)

    async def _opened(self, one: Recorded) -> Opened:
        async with self._turns:
            return await asyncio.to_thread(self._shelf.open, one)

    async def _made(self, one: Recorded, number: int) -> tuple[bytes, bytes]:
        def make() -> tuple[bytes, bytes]:
            try:
                return self._shelf.piece(self._shelf.open(one), number)
            except FileNotFoundError:  # in this very moment the parts became one file
                return self._shelf.piece(self._shelf.open(one), number)

        async with self._turns:
            return await asyncio.to_thread(make)


def _documented(error: ApiError) -> Response:
    return Response(error.body(), error.status, _HEADERS, "application/json")
