"""What Rostrum stands on: the database, the bus, the web app, the media engine."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url, text

from rostrum.doctor.finding import Check
from rostrum.media import binary
from rostrum.pages import web_folder
from rostrum.settings import Settings


def database(data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether the database answers and is whole."""
    if not settings.database.url:
        path = data_dir / "rostrum.db"
        if not path.exists():
            yield Check("Database", "ok", "SQLite, made at the first start")
            return
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            said = str(error)
        finally:
            connection.close()
        if said == "ok":
            yield Check("Database", "ok", f"SQLite, {path.stat().st_size / 1e6:.1f} MB")
        else:
            yield Check("Database", "fail", f"{path}: {said}", "restore it from a backup")
        return
    url = make_url(settings.database.url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as db:
            version = db.execute(text("SHOW server_version")).scalar()
    except Exception as error:  # noqa: BLE001 -- whatever the driver raises
        first = str(error).strip().splitlines()[0]
        advice = "start it, or correct --database-url (the user needs a database of its own)"
        yield Check("Database", "fail", f"{url.render_as_string(hide_password=True)}: {first}", advice)
        return
    finally:
        engine.dispose()
    yield Check("Database", "ok", f"PostgreSQL {version} at {url.host}")


def bus(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether the bus answers."""
    if not settings.bus.url:
        if settings.database.url:
            yield Check("Bus", "ok", "none: right for one server process; several on this database need --bus-url")
        return
    import redis  # noqa: PLC0415 (other machines need none)

    shown = urlsplit(settings.bus.url).hostname or settings.bus.url
    try:
        with redis.Redis.from_url(settings.bus.url, socket_timeout=5, socket_connect_timeout=5) as client:
            known = client.info("server")
    except (redis.RedisError, OSError, ValueError) as error:
        yield Check("Bus", "fail", f"{shown} does not answer: {error}", "start it, or correct --bus-url")
        return
    yield Check("Bus", "ok", f"Redis {known.get('redis_version', '')} at {shown}")


def web(_data_dir: Path, _settings: Settings) -> Iterator[Check]:
    """Whether the web app is built."""
    folder = web_folder()
    if folder is None:
        yield Check("Web app", "fail", "it is not built", "make web")
    else:
        yield Check("Web app", "ok", str(folder))


def engine(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """Whether the media engine is there, or answers where it runs elsewhere."""
    name, wanted = "Media engine", settings.media.engine
    if wanted == "off":
        yield Check(name, "warn", "off: nobody can join with sound and picture", "start with --media embedded")
        return
    if wanted != "embedded":
        yield _engine_elsewhere(wanted)
        return
    try:
        found = binary.find()
    except binary.BinaryError as error:
        yield Check(name, "fail", str(error), "correct ROSTRUM_LIVEKIT_BIN, or unset it")
        return
    if found is None:
        yield Check(name, "warn", "not built yet: the first start takes about two minutes longer", "make engine")
    elif found.warning:
        yield Check(name, "warn", found.warning, f"use version {binary.ENGINE_VERSION}")
    else:
        yield Check(name, "ok", f"livekit-server {found.version} ({found.path})")


def _engine_elsewhere(address: str) -> Check:
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme in {"wss", "https"} else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=5).close()
    except OSError as error:
        return Check("Media engine", "fail", f"{address} does not answer: {error}", "start it, or correct --media")
    return Check("Media engine", "ok", f"{address} takes connections")
