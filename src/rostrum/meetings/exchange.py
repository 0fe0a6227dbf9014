"""Talking with a page over its WebSocket: messages in, closing codes out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

OVER, ENDED, TOKEN_INVALID, NO_HELLO, TOO_LONG, TOO_MUCH = 1000, 4001, 4003, 4008, 1009, 1013
_MOST_CHARACTERS = 4096


async def listen(socket: WebSocket) -> int | None:
    """Hear what the page says, until it goes."""
    try:
        while True:
            await read(socket)
    except WebSocketDisconnect:
        return None
    except ValueError:
        return TOO_LONG


async def read(socket: WebSocket) -> dict[str, Any]:
    """The next message; an empty one for what is no JSON object. Raises ValueError for one that is too long."""
    given = await socket.receive()
    if given["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(given.get("code") or 1000)
    text = given.get("text") or ""
    if len(text) > _MOST_CHARACTERS or len(given.get("bytes") or b"") > _MOST_CHARACTERS:
        raise ValueError("too long")
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


async def first(*works: Coroutine[Any, Any, int | None]) -> int | None:
    """What the first of some works to end answers; the others are cancelled."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
