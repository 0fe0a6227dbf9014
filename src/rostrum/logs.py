"""What the server prints: readable lines on a terminal, JSON for machines, never a token."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from rostrum.settings import LogSettings

_SECRET = re.compile(r"(access_token|token|password|secret|pin)(=|\"\s*:\s*\")[^&\s\"']+", re.IGNORECASE)


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
    return {name: _SECRET.sub(r"\1\2…", value) if isinstance(value, str) else value for name, value in event.items()}
