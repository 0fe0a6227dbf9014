"""One port for all streams that others fetch by RTSP: rtsp://host:port/<conference id>/<key> leads to the worker of the
conference that runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import Connection

from rostrum.broadcasts.presets import fetching
from rostrum.conferences import store as conferences
from rostrum.db.signing import signing_key
from rostrum.media.production import store as productions

log = structlog.get_logger()

_MOST_LINES = 500
_LONGEST_REQUEST = 8_192
_FIRST_REQUEST_S = 10.0
_CONNECT_S = 5.0
_CHUNK = 65_536
_LISTEN_AGAIN_S = 10.0
_CSEQ = re.compile(rb"^cseq:\s*(\d{1,10})\s*$", re.IGNORECASE | re.MULTILINE)


def find_address(db: Connection, path: str) -> str | None:
    """Where the stream of a running conference is fetched (host:port); None: nowhere, or the key in the path is not its
    own.
    """
    conference = conferences.find_conference(db, path.partition("/")[0])
    if conference is None or not conference.stream_id:
        return None
    for row in productions.outputs_of(db, conference.stream_id, "broadcast"):
        right = fetching.path(signing_key(db), conference.id, row.settings["preset_id"])
        if hmac.compare_digest(right.encode(), path.encode()):
            return row.address if row.address and row.wanted == "on" and row.state == "on" else None
    return None


class Relay:
    """Answers on one port. `find` tells where the stream of a path is."""

    def __init__(self, host: str, port: int, find: Callable[[str], Awaitable[str | None]]) -> None:
        self._host, self._port, self._find = host, port, find
        self._lines: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled; while somebody else has the port it is asked for again and again."""
        told = False
        while True:
            try:
                server = await asyncio.start_server(self._begin, self._host, self._port, limit=_LONGEST_REQUEST)
            except OSError as error:
                if not told:
                    log.warning("streams cannot be fetched by RTSP", port=self._port, error=error.strerror)
                told = True
                await asyncio.sleep(_LISTEN_AGAIN_S)
            else:
                break
        try:
            async with server:
                await server.serve_forever()
        finally:
            for line in tuple(self._lines):
                line.cancel()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._lines) >= _MOST_LINES:
            writer.close()
            return
        line = asyncio.create_task(self._answer(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_FIRST_REQUEST_S):
                head = await reader.readuntil(b"\r\n\r\n")
            there = await self._find(_path(head))
            if there is None:
                cseq = _CSEQ.search(head)
                writer.write(b"RTSP/1.0 404 Not Found\r\nCSeq: " + (cseq[1] if cseq else b"0") + b"\r\n\r\n")
                await writer.drain()
                return
            host, _, port = there.rpartition(":")
            async with asyncio.timeout(_CONNECT_S):
                far_reader, far_writer = await asyncio.open_connection(host, int(port))
            far_writer.write(head)
            await _join((reader, far_writer), (far_reader, writer))
        except (OSError, ValueError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            pass  # a viewer or a worker that is gone, or no viewer at all
        finally:
            with contextlib.suppress(OSError):
                writer.close()


def _path(head: bytes) -> str:
    """The first two parts of the path in a request's first line: RFC 2326 lets players add the name of a track. Raises
    ValueError when it is no request of RTSP.
    """
    _method, address, version = head.partition(b"\r\n")[0].decode("ascii").split(" ")
    if not version.startswith("RTSP/"):
        raise ValueError(version)
    return "/".join(unquote(urlsplit(address).path).strip("/").split("/")[:2])


async def _join(*ways: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    """Carry bytes both ways until one side ends."""
    tasks = [asyncio.create_task(_carry(reader, writer)) for reader, writer in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _reader, writer in ways:
            with contextlib.suppress(OSError):
                writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
