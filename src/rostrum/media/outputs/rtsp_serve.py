"""A programme that others fetch by RTSP (RFC 2326), interleaved on the one TCP connection: it passes every firewall."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import OutputError
from rostrum.media.outputs.rtp import RtpStream, is_control

log = structlog.get_logger()

_MOST_VIEWERS = 200
_MOST_BEHIND = 4 * 1024 * 1024
"""Bytes that may wait for one viewer; a slower one is let go."""
_LONGEST_REQUEST = 8_192
_START_S = 5
_MOST_IDLE_S = 30.0
"""How long a connection may be silent before it plays."""
_Reply = tuple[str, list[str], bytes]
"""Status, header lines, body."""
_Request = tuple[str, str, dict[str, str]]
"""Method, URL, headers by their names in lower case."""
_NOT_FOUND: _Reply = "404 Not Found", [], b""
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"


class RtspServe:
    """Listens on a free port of an address; `listening` is told it. Whoever asks for `path` (without slashes around it)
    gets the same programme, and nobody else anything.
    """

    def __init__(self, title: str, path: str, listening: Callable[[int], None], host: str = "127.0.0.1") -> None:
        self._title, self._path, self._listening, self._host = title, path, listening, host
        self._streams: tuple[RtpStream, ...] = ()
        self._connections: dict[_Viewer, asyncio.Task[None] | None] = {}
        self._viewers: set[_Viewer] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rtsp", daemon=True)
        self._server: asyncio.Server | None = None
        self._want_keyframe: Callable[[], None] = lambda: None

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Listen."""
        self._streams = RtpStream(video, 0), RtpStream(audio, 1)
        self._want_keyframe = video.want_keyframe
        self._thread.start()
        try:
            started = asyncio.start_server(self._answer, self._host, 0, limit=_LONGEST_REQUEST)
            self._server = asyncio.run_coroutine_threadsafe(_awaited(started), self._loop).result(_START_S)
        except OSError as error:
            raise OutputError(f"cannot listen for RTSP: {error.strerror}") from error
        self._listening(self._server.sockets[0].getsockname()[1])

    def write(self, packet: Encoded) -> None:
        """Send a packet to everybody who plays."""
        number = 0 if packet.kind == "video" else 1
        made = self._streams[number].packets(packet)
        opens = packet.kind == "video" and packet.keyframe
        self._loop.call_soon_threadsafe(self._send, number, made, opens)

    def check(self) -> None:
        """Viewers come and go; that is no failure."""

    def close(self) -> None:
        """Let everybody go."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_START_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_START_S)
        self._loop.close()
        for stream in self._streams:
            stream.close()

    def _send(self, number: int, made: list[bytes], opens: bool) -> None:  # noqa: FBT001 (of one packet)
        for viewer in tuple(self._viewers):
            if not viewer.send(number, made, opens=opens):
                self._viewers.discard(viewer)

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        left = dict(self._connections)
        for task in left.values():
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, left.values()), return_exceptions=True)
        for viewer in left:  # what is still to be sent to one that is behind would keep its connection open
            viewer.writer.transport.abort()
        await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        viewer = _Viewer(writer)
        self._connections[viewer] = asyncio.current_task()
        try:
            if len(self._connections) > _MOST_VIEWERS:
                writer.write(b"RTSP/1.0 453 Not Enough Bandwidth\r\nCSeq: 1\r\n\r\n")
                return
            while (request := await self._next(viewer, reader)) is not None:
                method, url, headers = request
                status, told, body = _NOT_FOUND
                if self._is_mine(url):
                    status, told, body = self._reply(viewer, method, url, headers)
                lines = [f"RTSP/1.0 {status}", f"CSeq: {headers.get('cseq', '0')}", *told]
                if body:
                    lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
                if method == "PLAY" and status == "200 OK":
                    self._begin(viewer)
                if method == "TEARDOWN":
                    return
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a viewer that is gone, or is none
        finally:
            self._viewers.discard(viewer)
            del self._connections[viewer]
            with contextlib.suppress(OSError):
                writer.close()

    async def _next(self, viewer: _Viewer, reader: asyncio.StreamReader) -> _Request | None:
        async with asyncio.timeout(None if viewer in self._viewers else _MOST_IDLE_S):
            return await _read(reader)

    def _begin(self, viewer: _Viewer) -> None:
        for stream in self._streams:
            if stream.report is not None:
                viewer.send_control(stream.number, stream.report)
        self._viewers.add(viewer)
        self._want_keyframe()

    def _is_mine(self, url: str) -> bool:
        asked = unquote(urlsplit(url).path).strip("/").split("/")[: self._path.count("/") + 1]  # a track may follow
        return hmac.compare_digest("/".join(asked).encode(), self._path.encode())

    def _reply(self, viewer: _Viewer, method: str, url: str, headers: dict[str, str]) -> _Reply:
        session = [f"Session: {viewer.session};timeout=60"]
        if method == "OPTIONS":
            return "200 OK", [f"Public: {_METHODS}"], b""
        if method == "DESCRIBE":
            return "200 OK", [f"Content-Base: {url.rstrip('/')}/"], self._description()
        if method == "SETUP":
            return _set_up(viewer, url, headers.get("transport", ""), session)
        if method == "PLAY" and not viewer.channels:
            return "455 Method Not Valid in This State", [], b""
        if method in {"PLAY", "GET_PARAMETER", "SET_PARAMETER", "TEARDOWN"}:
            return "200 OK", session, b""
        return "405 Method Not Allowed", [f"Allow: {_METHODS}"], b""

    def _description(self) -> bytes:
        title = self._title.replace("\r", " ").replace("\n", " ") or "Rostrum"
        lines = ["v=0", "o=- 0 0 IN IP4 0.0.0.0", f"s={title}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"]
        for stream in self._streams:
            lines += [*stream.description, f"a=control:track{stream.number}"]
        return ("\r\n".join(lines) + "\r\n").encode()


class _Viewer:
    """One connection, and which channels it has for which stream."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.session = secrets.token_hex(8)
        self.channels: dict[int, int] = {}
        self._open = False

    def send(self, number: int, made: list[bytes], *, opens: bool) -> bool:
        """Send packets of a stream, from the first keyframe on; False: the viewer is gone or far too slow."""
        self._open = self._open or opens
        if self.writer.is_closing() or self.writer.transport.get_write_buffer_size() > _MOST_BEHIND:
            self.writer.transport.abort()
            return False
        if self._open and number in self.channels:
            for packet in made:
                self._put(self.channels[number] + is_control(packet), packet)
        return True

    def send_control(self, number: int, report: bytes) -> None:
        """Send a sender report."""
        if number in self.channels:
            self._put(self.channels[number] + 1, report)

    def _put(self, channel: int, packet: bytes) -> None:
        self.writer.write(b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big") + packet)


def _set_up(viewer: _Viewer, url: str, transport: str, session: list[str]) -> _Reply:
    number, channel = url.rpartition("track")[2], _channel(transport)
    if number not in {"0", "1"}:
        return _NOT_FOUND
    if channel is None:
        return "461 Unsupported Transport", [], b""
    viewer.channels[int(number)] = channel
    return "200 OK", [f"Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}", *session], b""


async def _read(reader: asyncio.StreamReader) -> _Request | None:
    """The next request; what a viewer reports of its reception is passed over. None: the connection is over."""
    while True:
        first = await reader.read(1)
        if not first:
            return None
        if first != b"$":
            break
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:], "big"))
    head_bytes = first + await reader.readuntil(b"\r\n\r\n")
    line, *rest = head_bytes.decode("utf-8", "replace").split("\r\n")
    method, url, _version = line.split(" ", 2)
    pairs = (one.partition(":") for one in rest if ":" in one)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _LONGEST_REQUEST:
        raise ValueError("too long")
    await reader.readexactly(length)
    return method, url, headers


def _channel(transport: str) -> int | None:
    """The first of the two channels that a viewer wants; None: it wants UDP only."""
    for offer in transport.split(","):
        parts = offer.strip().split(";")
        if parts[0].upper() == "RTP/AVP/TCP":
            asked = next((part.partition("=")[2] for part in parts if part.startswith("interleaved=")), "0")
            first = int(asked.partition("-")[0])
            return first if 0 <= first < 255 else None  # noqa: PLR2004 (a channel is one byte)
    return None


async def _awaited(work: Any) -> Any:
    return await work
