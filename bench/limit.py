"""The limit: a bare ASGI function that gives back bytes encoded before, chosen by the address of the request.

What it does not do (routing, tokens, queries, encoding) is what a real answer costs beyond the HTTP server itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

Message = MutableMapping[str, Any]

ANSWERS = "BENCH_ANSWERS"
"""Names the file with the answers: a MessagePack map from address to body."""


class Limit:
    """Answers every address with the bytes kept for it."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = {
            address.encode(): ([*_HEADERS, (b"content-length", str(len(body)).encode())], body)
            for address, body in answers.items()
        }

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request; a POST's body is read first."""
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        headers, body = self._answers[scope["raw_path"] + b"?" + scope["query_string"]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


_HEADERS = [
    (b"content-type", b"application/json"),
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


def main(port: int) -> None:
    """Serve on loopback with what Rostrum is served with: uvicorn, uvloop, httptools."""
    answers = msgspec.msgpack.decode(Path(os.environ[ANSWERS]).read_bytes(), type=dict[str, bytes])
    uvicorn.run(
        Limit(answers),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        server_header=False,
        date_header=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
