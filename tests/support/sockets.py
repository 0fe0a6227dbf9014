"""A page's WebSocket, in process: the application is called as the server would call it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

from tests.support.api import Api

_PATIENCE_S = 30


class Socket:
    """One open socket; every method is synchronous."""

    def __init__(self, api: Api, token: str | None = None) -> None:
        self._api = api
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._task = api.wait(self._begin())
        if token is not None:
            self.send({"type": "hello", "token": token})
            assert self.read()["type"] == "welcome"

    def send(self, message: Any) -> None:
        """Say something; a text is sent as it is."""
        text = message if isinstance(message, str) else json.dumps(message)
        self._api.wait(self._put({"type": "websocket.receive", "text": text}))

    def read(self) -> dict[str, Any]:
        """The next message; `{"closed": code}` when the server ends the socket."""
        event = self._api.wait(asyncio.wait_for(self._out.get(), _PATIENCE_S))
        if event["type"] == "websocket.close":
            return {"closed": event["code"]}
        return dict(json.loads(event["text"]))

    def close(self) -> None:
        """The page goes away."""
        self._api.wait(self._put({"type": "websocket.disconnect", "code": 1001}))
        self._api.wait(asyncio.wait_for(self._task, _PATIENCE_S))

    def is_over(self) -> bool:
        """Whether the server has let go of it."""
        self._api.wait(asyncio.wait_for(self._task, _PATIENCE_S))
        return self._task.done()

    async def _begin(self) -> asyncio.Task[None]:
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": "/api/web/socket",
            "raw_path": b"/api/web/socket",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"server.test")],
            "client": ("127.0.0.1", 5),
            "server": ("server.test", 80),
            "subprotocols": [],
        }
        await self._in.put({"type": "websocket.connect"})

        async def run() -> None:
            await self._api.app(scope, self._in.get, self._out.put)

        task = asyncio.create_task(run())
        accepted = await asyncio.wait_for(self._out.get(), _PATIENCE_S)
        assert accepted["type"] == "websocket.accept", accepted
        return task

    async def _put(self, event: dict[str, Any]) -> None:
        await self._in.put(event)
