"""The addresses that play and download a recording. Each asks for a ticket: a browser sends no token with media."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from rostrum import storage
from rostrum.api.answers import Download
from rostrum.api.errors import ApiError, problem, refused
from rostrum.api.server import send_file
from rostrum.api.work import Work
from rostrum.db.database import Database
from rostrum.db.signing import signing_key
from rostrum.recordings import records
from rostrum.recordings.playback import store, tickets
from rostrum.recordings.playback.shelf import Opened, Recorded, Shelf
from rostrum.recordings.playback.timeline import playlist
from rostrum.recordings.speakers import LIST, SpeakerTrack, SpeakerTracks
from rostrum.settings import Settings
from rostrum.storage import StorageAway

_AT_ONCE = 2
"""Pieces made at the same time: what is being recorded needs the processor more."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
_LASTING = _HEADERS | {"Cache-Control": "private, max-age=900"}


def routes(database: Database, data_dir: Path, settings: Settings) -> list[Route]:
    """`/recordings/{number}/…`: playlist, head, pieces, what is known of it, and the file."""
    player = _Player(database, data_dir, settings)
    at = "/recordings/{number:int}"
    return [
        Route(f"{at}/index.m3u8", player.answering(player.playlist)),
        Route(f"{at}/about.json", player.answering(player.about)),
        Route(f"{at}/head.mp4", player.answering(player.head)),
        Route(f"{at}/{{piece:int}}.m4s", player.answering(player.piece)),
        Route(f"{at}/file", player.answering(player.file)),
        Route(f"{at}/speakers/{LIST}", player.answering(player.speakers)),
        Route(f"{at}/speakers/{{file}}", player.answering(player.speaker)),
    ]


class _Player:
    def __init__(self, database: Database, data_dir: Path, settings: Settings) -> None:
        self._database, self._data_dir, self._settings = database, data_dir, settings
        self._shelf = Shelf(data_dir, storage.opened(settings.storage))
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
            except StorageAway as error:
                return _documented(records.away(error))
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
        def look(db: Connection) -> Download:
            work = self._work(db)
            found = records.find(work, one.conference_id, one.name)
            if found is None:
                raise FileNotFoundError(one.name)
            return records.download(work, one.conference_id, found)

        return _Sent(await self._database.run(look, write=False))

    async def speakers(self, _request: Request, one: Recorded) -> Response:
        tracks = await self._database.run(lambda db: self._tracks(db, one), write=False)
        told = msgspec.json.format(msgspec.json.encode(SpeakerTracks(tracks)))
        return Response(told, headers=_HEADERS, media_type="application/json")

    async def speaker(self, request: Request, one: Recorded) -> Response:
        def look(db: Connection) -> Download:
            name = request.path_params["file"]
            track = next((track for track in self._tracks(db, one) if track.file == name), None)
            found = records.download_speaker(self._work(db), one.conference_id, one.name, track) if track else None
            if found is None:
                raise FileNotFoundError(name)
            return found

        return _Sent(await self._database.run(look, write=False))

    @staticmethod
    def _tracks(db: Connection, one: Recorded) -> list[SpeakerTrack]:
        row = store.find_recording(db, one.number)
        return [] if row is None else row.speakers

    def _work(self, db: Connection) -> Work:
        return Work(db, datetime.now(UTC), self._settings, data_dir=self._data_dir)

    async def _found(self, number: int, ticket: str) -> Recorded:
        """The recording, for whoever has a ticket for it."""
        if not self._key:
            self._key = await self._database.run(signing_key, write=False)
        if not tickets.opens(self._key, number, ticket, time.time()):
            raise refused("ticketInvalid", "This link is not good any more. Open the recording's page for a new one.")
        row = await self._database.run(lambda db: store.find_recording(db, number), write=False)
        if row is None or row.deleted_at is not None:
            raise problem("recordingNotFound", recording_id=number)
        return Recorded(row.id, row.conference_id, row.name, row.is_stored, row.size)

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


class _Sent(Response):
    """A file as the API sends it: ours, or the storage's."""

    def __init__(self, answer: Download) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send_file(self._answer, scope, receive, send)
        except ApiError as error:
            await _documented(error)(scope, receive, send)


def _documented(error: ApiError) -> Response:
    return Response(error.body(), error.status, _HEADERS, "application/json")
