"""The way from the browser to the engine's signalling: a proxy for what lies below /rtc, and for nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from urllib.parse import parse_qs

import jwt
import structlog
import websockets.http11
from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from rostrum.api.errors import ApiError, problem
from rostrum.media.tokens import MIXER

# livekit-client puts its join request, offer included, into the query; the library's limit for a line is 8 KiB.
websockets.http11.MAX_LINE_LENGTH = max(websockets.http11.MAX_LINE_LENGTH, 65_536)

_OURS = re.compile(r"/rtc(/[A-Za-z0-9_-]+)*")
_TRY_AGAIN_LATER = 1013
_TOO_BIG = 1009
_POLICY = 1008
_LARGEST_ENGINE_MESSAGE = 16 * 1_048_576
_LARGEST_HTTP_ANSWER = 65_536
_ANSWER_HEADERS = ("content-type", "access-control-")

log = structlog.get_logger(__name__)

Upstream = Callable[[], str | None]
Admits = Callable[[str, str], Awaitable[bool]]
"""Asked with the room and the participant that a token names."""
Headers = list[tuple[bytes, bytes]]


class SignallingLimits(Struct, frozen=True):
    """Upper bounds: open connections, bytes of one message from a browser, seconds until the engine answers."""

    connections: int = 4096
    message_bytes: int = 1_048_576
    open_seconds: float = 10.0


def signalling_app(upstream: Upstream, limits: SignallingLimits | None = None, admits: Admits | None = None) -> ASGIApp:
    """The proxy as an ASGI application, to be mounted at /livekit.

    `upstream` tells where the engine is now (http, https, ws or wss; the path before /rtc too), None while it is away.
    `admits` says whether somebody who has the engine's token may still come in; the engine itself asks nobody.
    """
    return _SignallingProxy(upstream, limits or SignallingLimits(), admits)


class _SignallingProxy:
    def __init__(self, upstream: Upstream, limits: SignallingLimits, admits: Admits | None) -> None:
        self._admits = admits
        self._upstream = upstream
        self._limits = limits
        self._connections = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return
        route = scope["path"].removeprefix(scope.get("root_path", ""))
        refuse = _refuse if scope["type"] == "http" else _deny
        try:
            if not _OURS.fullmatch(route):
                raise problem("routeNotFound")
            base = self._upstream()
            if base is None or self._connections >= self._limits.connections:
                raise problem("serviceUnavailable")
            await self._check(scope)
            target = f"{_web(base)}{route}"
            if query := scope["query_string"].decode("latin-1"):
                target += f"?{query}"
            self._connections += 1
            try:
                await (self._http if scope["type"] == "http" else self._websocket)(target, scope, receive, send)
            finally:
                self._connections -= 1
        except ApiError as error:
            await refuse(scope, send, error.status, [(b"content-type", b"application/json")], error.body())

    async def _check(self, scope: Scope) -> None:
        """Every token that is given must be good: which one the engine takes is its own affair."""
        for who in _claimed(scope):
            if self._admits is not None and not await self._admits(*who):
                raise problem("forbidden")

    async def _http(self, target: str, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            raise problem("methodNotAllowed")
        import aiohttp  # noqa: PLC0415 (a tenth of a second that the start does not wait for)

        timeout = aiohttp.ClientTimeout(total=self._limits.open_seconds)
        headers = _forwarded(scope, "origin", "access-control-request-method", "access-control-request-headers")
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(scope["method"], target, headers=headers, allow_redirects=False) as answer,
            ):
                body = await answer.content.read(_LARGEST_HTTP_ANSWER)
                status, given = answer.status, answer.headers.items()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("the engine does not answer", error=type(error).__name__)
            raise problem("serviceUnavailable") from error
        await _refuse(scope, send, status, _passed_back(given), body)

    async def _websocket(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            engine = await self._dial(target, scope)
        except InvalidStatus as error:
            answer = error.response
            headers = _passed_back(answer.headers.raw_items())
            await _deny(scope, send, answer.status_code, headers, bytes(answer.body or b"")[:_LARGEST_HTTP_ANSWER])
            return
        except (OSError, InvalidHandshake, TimeoutError) as error:
            log.warning("the engine does not answer", error=type(error).__name__)
            raise problem("serviceUnavailable") from error
        await send({"type": "websocket.accept", "subprotocol": engine.subprotocol})
        await _Bridge(receive, send, engine, self._limits.message_bytes).run()

    async def _dial(self, target: str, scope: Scope) -> ClientConnection:
        return await connect(
            "ws" + target.removeprefix("http"),
            additional_headers=_forwarded(scope),
            user_agent_header=None,
            subprotocols=[Subprotocol(name) for name in scope.get("subprotocols", [])] or None,
            compression=None,
            open_timeout=self._limits.open_seconds,
            close_timeout=2,
            ping_interval=None,
            max_size=_LARGEST_ENGINE_MESSAGE,
            proxy=None,
        )


class _Bridge:
    """Carries messages both ways until one side closes, and tells the other."""

    def __init__(self, receive: Receive, send: Send, engine: ClientConnection, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._engine = engine
        self._limit = limit
        self._browser_closed = False

    async def run(self) -> None:
        upward = asyncio.create_task(self._to_engine())
        downward = asyncio.create_task(self._to_browser())
        try:
            await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            upward.cancel()
            downward.cancel()
            results = await asyncio.gather(upward, downward, return_exceptions=True)
            await self._engine.close()
        for result in results:
            if isinstance(result, Exception):
                log.debug("a signalling connection broke", error=type(result).__name__)

    async def _to_engine(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] != "websocket.receive":
                self._browser_closed = True
                await self._engine.close(_sendable(event.get("code", 1005), 1001), str(event.get("reason") or "")[:100])
                return
            data = event.get("bytes")
            if data is None:
                data = event.get("text") or ""
            if len(data) > self._limit:
                await self._close_browser(_TOO_BIG, "message too big")
                return
            try:
                await self._engine.send(data)
            except ConnectionClosed:
                await asyncio.Future()

    async def _to_browser(self) -> None:
        try:
            while True:
                data = await self._engine.recv()
                kind = "text" if isinstance(data, str) else "bytes"
                await self._send({"type": "websocket.send", kind: data})
        except ConnectionClosed as closed:
            if closed.rcvd is None:
                await self._close_browser(_TRY_AGAIN_LATER, "the engine went away")
            else:
                await self._close_browser(_sendable(closed.rcvd.code, 1000), closed.rcvd.reason)

    async def _close_browser(self, code: int, reason: str) -> None:
        if not self._browser_closed:
            self._browser_closed = True
            await self._send({"type": "websocket.close", "code": code, "reason": reason})


def _claimed(scope: Scope) -> list[tuple[str, str]]:
    """The room and the participant of each token that can be read. The engine checks the signature."""
    given = parse_qs(scope["query_string"].decode("latin-1")).get("access_token", [])
    given += [value.decode("latin-1")[7:] for name, value in scope["headers"] if name == b"authorization"]
    found = []
    for token in given:
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            continue
        video = claims.get("video")
        if isinstance(video, dict) and not video.get("hidden") and claims.get("sub") != MIXER:
            found.append((str(video.get("room", "")), str(claims.get("sub", ""))))
    return found


def _web(base: str) -> str:
    base = base.rstrip("/")
    return "http" + base.removeprefix("ws") if base.startswith("ws") else base


def _sendable(code: int, otherwise: int) -> int:
    """A close code that may stand in a close frame; 1005 and 1006 only tell that there was none."""
    allowed = code in {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}
    return code if allowed or 3000 <= code < 5000 else otherwise  # noqa: PLR2004 -- RFC 6455, 7.4.2


def _forwarded(scope: Scope, *more: str) -> list[tuple[str, str]]:
    wanted = {"authorization", "user-agent", *more}
    given = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    kept = [(name, value) for name, value in given if name.lower() in wanted]
    if client := scope.get("client"):
        kept.append(("X-Forwarded-For", client[0]))
    return kept


def _passed_back(given: Iterable[tuple[str, str]]) -> Headers:
    return [(k.lower().encode(), v.encode("latin-1")) for k, v in given if k.lower().startswith(_ANSWER_HEADERS)]


async def _refuse(scope: Scope, send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})


async def _deny(scope: Scope, send: Send, status: int, headers: Headers, body: bytes) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        away = status == HTTPStatus.SERVICE_UNAVAILABLE
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER if away else _POLICY})
        return
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "websocket.http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "websocket.http.response.body", "body": body})
