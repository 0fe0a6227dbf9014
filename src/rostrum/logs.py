"""What the server prints: readable lines on a terminal, JSON for machines, never a token."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rostrum.settings import LogSettings

_NAMES = r"(?:(?:\b|_)(?:token|password|secret|pin)|\bcode)"
_NAMED = re.compile(rf"{_NAMES}$|^authorization$", re.IGNORECASE)
_SECRET = re.compile(rf"({_NAMES})=[^&\s\"']+", re.IGNORECASE)
_SECRET_JSON = re.compile(rf"""({_NAMES}(["'])\s*:\s*\2)(?:(?!\2).)+""", re.IGNORECASE)
_BEARER = re.compile(r"(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)

log = structlog.get_logger("access")


def configure(settings: LogSettings) -> None:
    """Set logging up for this process."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S" if not settings.json else "iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer()
            if settings.json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Blank the values of everything that is called like a secret."""
    return {name: _blanked_value(name, value) for name, value in event.items()}


def blanked(text: str) -> str:
    """A text without the secrets that it names."""
    return _BEARER.sub(r"\1 …", _SECRET_JSON.sub(r"\1…", _SECRET.sub(r"\1=…", text)))


def _blanked_value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _blanked_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_blanked_value(name, inner) for inner in value]
    if not isinstance(value, str):
        return value
    return "…" if _NAMED.search(name) else blanked(value)


class AccessLog:
    """Prints one line for each request: who, what, how it ended, how long it took; never the query string."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            client = scope.get("client")
            log.info(
                "request",
                client=client[0] if client else "",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
