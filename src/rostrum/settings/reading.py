"""Reading the settings: the file, then `ROSTRUM_*` variables, then flags; what is wrong is named with its source."""

from __future__ import annotations

import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from rostrum.settings.options import options
from rostrum.settings.sections import Settings


class SettingsError(Exception):
    """A setting has a wrong value or is not known; the message names it and its source."""


def load(
    data_dir: Path, flags: Mapping[tuple[str, str], Any] | None = None, env: Mapping[str, str] | None = None
) -> Settings:
    """The settings of a data folder. Raises SettingsError for a wrong value, with its name and source."""
    path = data_dir / "rostrum.toml"
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text()) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        message = f"{path}: {error}"
        raise SettingsError(message) from error
    environment = os.environ if env is None else env
    for option in options():
        value: Any = environment.get(option.variable)
        if flags and flags.get((option.section, option.name)) is not None:
            value = flags[option.section, option.name]
        section = given.setdefault(option.section, {})
        if value is not None and isinstance(section, dict):
            section[option.name] = value
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        message = f"wrong setting: {error} (from {path}, the environment or the flags)"
        raise SettingsError(message) from error
    settings.server.timezone = settings.server.timezone or _machine_zone()
    try:
        ZoneInfo(settings.server.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"wrong setting: server.timezone: {error}"
        raise SettingsError(message) from error
    _check_addresses(settings)
    settings.server.public_url = settings.server.public_url.rstrip("/")
    settings.server.name = (settings.server.name or socket.gethostname()).lower()
    return settings


def _check_addresses(settings: Settings) -> None:
    if settings.database.url and not settings.database.url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise SettingsError("wrong setting: database.url: expected postgresql://…, or nothing for SQLite")
    if settings.storage.url and not settings.storage.url.startswith(("s3://", "gs://", "az://", "file:///")):
        raise SettingsError("wrong setting: storage.url: expected s3://, gs://, az:// or file:///, or nothing")
    if settings.bus.url and not settings.bus.url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("wrong setting: bus.url: expected redis://… or rediss://…, or nothing for one process")
    engine = settings.media.engine
    if engine not in {"embedded", "off"} and not engine.startswith(("ws://", "wss://")):
        raise SettingsError("wrong setting: media.engine: expected embedded, off, or a ws:// or wss:// address")


def _machine_zone() -> str:
    """The name of the machine's time zone; UTC where it cannot be told."""
    named = os.environ.get("TZ", "").lstrip(":")
    target = str(Path("/etc/localtime").resolve())
    return named or (target.partition("zoneinfo/")[2] if "zoneinfo/" in target else "") or "UTC"
