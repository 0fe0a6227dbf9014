"""A plain HTTP listener on loopback, for the engine's webhooks: they must not depend on our certificate or --host."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


class LoopbackListener:
    """Serves an ASGI application on a free port of 127.0.0.1, in the running event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._server: _QuietServer | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Listen; the address, e.g. "http://127.0.0.1:40123". Requests are taken from now on."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        config = uvicorn.Config(self._app, lifespan="off", log_config=None, access_log=False, ws="none")
        self._server = _QuietServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="loopback listener")
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def stop(self) -> None:
        """Answer what was begun, then close. Does nothing when it does not listen."""
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        await self._task
        self._server = self._task = None


class _QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the main server's business."""
        yield
