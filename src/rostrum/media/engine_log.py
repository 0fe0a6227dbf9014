"""The engine's output, line by line, into our own log; no secret passes."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Any

import msgspec
import structlog

LINE_LIMIT = 1 << 20

# The engine reports every participant's every step as "info": that is detail for us.
_LEVELS = {"debug": "debug", "info": "debug", "warn": "warning", "error": "error", "fatal": "critical"}
_DROPPED = {"level", "ts", "msg", "logger", "event"}
# What it warns of whenever somebody leaves.
_ROUTINE = {"error reading data channel", "error writing to websocket"}
_LONGEST_VALUE = 500
_SECRET_NAME = re.compile(r"token|secret|password|authorization|keys$", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"(access_token=|join_request=|Bearer\s+|eyJ)[\w.%=+/~-]+")

log = structlog.get_logger("rostrum.engine")


class EngineLog:
    """Passes a child's output on and remembers its last words."""

    def __init__(self) -> None:
        self._last: deque[str] = deque(maxlen=3)

    @property
    def last_words(self) -> str:
        """The last lines that tell why the engine ended."""
        return "; ".join(self._last)

    async def follow(self, stream: asyncio.StreamReader) -> None:
        """Read until the child closes its output; a line over LINE_LIMIT bytes is dropped."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                continue
            if not line:
                return
            self.take(line)

    def take(self, line: bytes) -> None:
        """Log one line of output."""
        text = _SECRET_TEXT.sub(r"\1[hidden]", line.decode(errors="replace").strip())
        if not text:
            return
        try:
            fields = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            self._last.append(text)
            log.warning(text)
            return
        level = _LEVELS.get(str(fields.get("level")), "warning")
        message = str(fields.get("msg", "engine"))
        if message in _ROUTINE:
            level = "debug"
        if level in {"error", "critical"}:
            self._last.append(f"{message} {fields.get('error', '')}".strip())
        shown = {
            name: value for name, value in fields.items() if name not in _DROPPED and not _SECRET_NAME.search(name)
        }
        getattr(log, level)(message, **shown)
