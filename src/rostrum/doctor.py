"""Looks at this machine and the data folder, and says of each finding what to do; changes nothing."""

from __future__ import annotations

import http.client
import os
import platform
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import create_engine, make_url, text

from rostrum import tls
from rostrum.media import binary, engine_config, leash
from rostrum.pages import web_folder
from rostrum.settings import Settings

_GIB = 1 << 30
_WANTED_UDP_BUFFER = 5_000_000
_DAYS_LEFT = 14
_SCRIPTS = {"Latin": "Aé", "Cyrillic": "Яж", "Arabic": "عر", "Chinese": "会议", "emoji": "😀"}
_RMEM_MAX = Path("/proc/sys/net/core/rmem_max")


class Check(Struct, frozen=True):
    """One finding. `advice` says what to do, and is empty when all is well."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str
    advice: str = ""


def run_checks(data_dir: Path, settings: Settings) -> list[Check]:
    """Every check, in the order of a start; takes a few seconds at most, and a check that breaks is a finding too."""
    parts: list[tuple[str, Callable[[Path, Settings], Iterator[Check]]]] = [
        ("Python", _python),
        ("Data folder", _data_folder),
        ("Database", _database),
        ("Bus", _bus),
        ("Web app", _web),
        ("Media engine", _engine),
        ("Recording", _recording),
        ("Ports", _ports),
        ("Address", _address),
        ("Secure context", _secure_context),
        ("UDP buffers", _udp_buffers),
    ]
    found: list[Check] = []
    for name, part in parts:
        try:
            found += part(data_dir, settings)
        except Exception as error:  # noqa: BLE001 -- a check must not hide the ones after it
            found.append(Check(name, "fail", f"{type(error).__name__}: {error}"))
    return found


def render_checks(checks: list[Check]) -> str:
    """The findings as lines for a terminal."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{check.state:4}  {check.name:{width}}  {check.message}")
        if check.advice:
            lines.append(f"{'':{width + 6}}  -> {check.advice}")
    worst = [sum(check.state == state for check in checks) for state in ("fail", "warn")]
    lines.append(f"{len(checks)} checks: {worst[0]} failed, {worst[1]} to look at")
    return "\n".join(lines)


def _python(_data_dir: Path, _settings: Settings) -> Iterator[Check]:
    yield Check("Python", "ok", f"{platform.python_version()} ({sys.executable})")


def _data_folder(data_dir: Path, _settings: Settings) -> Iterator[Check]:
    existing = next(folder for folder in (data_dir, *data_dir.resolve().parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        advice = "run as its owner, or choose another --data-dir"
        yield Check("Data folder", "fail", f"{existing} cannot be written", advice)
        return
    if data_dir.exists() and data_dir.stat().st_mode & 0o007:
        yield Check("Data folder", "warn", f"{data_dir} is open to every user", f"chmod 700 {data_dir}")
    else:
        yield Check("Data folder", "ok", str(data_dir.resolve()))
    free = shutil.disk_usage(existing).free
    state: Literal["ok", "warn", "fail"] = "fail" if free < _GIB // 2 else "warn" if free < 5 * _GIB else "ok"
    advice = "" if state == "ok" else "make room, or choose another --data-dir: recordings need about 1 GB an hour"
    yield Check("Disk", state, f"{free / _GIB:.1f} GiB free", advice)


def _database(data_dir: Path, settings: Settings) -> Iterator[Check]:
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


def _bus(_data_dir: Path, settings: Settings) -> Iterator[Check]:
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


def _web(_data_dir: Path, _settings: Settings) -> Iterator[Check]:
    folder = web_folder()
    if folder is None:
        yield Check("Web app", "fail", "it is not built", "make web")
    else:
        yield Check("Web app", "ok", str(folder))


def _engine(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    name, engine = "Media engine", settings.media.engine
    if engine == "off":
        yield Check(name, "warn", "off: nobody can join with sound and picture", "start with --media embedded")
        return
    if engine != "embedded":
        yield _engine_elsewhere(engine)
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


def _recording(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    """What workers on this machine need: codecs, and letters of every script."""
    if settings.media.workers == 0 or settings.media.engine == "off":
        return
    import av  # noqa: PLC0415 (the other checks need no codecs)

    missing = sorted({"libx264", "libvpx", "aac", "libopus"} - av.codecs_available)
    if missing:
        advice = "install the wheel of PyAV (uv sync), which brings them"
        yield Check("Codecs", "fail", f"PyAV knows no {', '.join(missing)}: nothing can be recorded", advice)
    else:
        yield Check("Codecs", "ok", f"H.264, VP8, AAC and Opus (PyAV {av.__version__})")
    without = [name for name, letters in _SCRIPTS.items() if not _has_font(letters)]
    if without:
        advice = "apt-get install fontconfig fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
        yield Check("Fonts", "warn", f"names in recordings cannot be drawn in {', '.join(without)}", advice)
    else:
        yield Check("Fonts", "ok", f"letters for {', '.join(_SCRIPTS)}")


def _has_font(letters: str) -> bool:
    """Whether fontconfig finds a font with these letters."""
    found = shutil.which("fc-list")
    if found is None:
        return False
    asked = [found, ":charset=" + " ".join(f"{ord(letter):x}" for letter in letters), "file"]
    ran = subprocess.run(asked, capture_output=True, timeout=10, check=False)  # noqa: S603 (the machine's own program)
    return bool(ran.stdout.strip())


def _ports(data_dir: Path, settings: Settings) -> Iterator[Check]:
    server, media = settings.server, settings.media
    ours = leash.is_held(data_dir / "engine" / "lock")
    wanted: list[tuple[str, Literal["udp", "tcp"], int, str, str]] = [
        ("web and API", "tcp", server.port, server.host, "--port")
    ]
    if media.engine == "embedded":
        wanted += [
            ("media", "udp", media.udp_port, "", "--media-udp-port"),
            ("media without UDP", "tcp", media.tcp_port, "", "--media-tcp-port"),
        ]
    for use, kind, port, host, flag in wanted:
        name = f"Port {port}/{kind}"
        if port == 0:
            yield Check(name, "ok", f"{use}: a free one is taken at each start")
        elif engine_config.port_is_free(kind, port, host):
            yield Check(name, "ok", f"free, for {use}")
        elif ours or (use == "web and API" and _answers_as_rostrum(port)):
            yield Check(name, "ok", f"{use}: in use by the Rostrum server that runs here")
        else:
            yield Check(
                name, "fail", f"taken by another program, or not ours to bind ({use})", f"choose another {flag}"
            )


def _answers_as_rostrum(port: int) -> bool:
    insecure = ssl.create_default_context()
    insecure.check_hostname = False
    insecure.verify_mode = ssl.CERT_NONE
    plain = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    for connection in (plain, http.client.HTTPSConnection("127.0.0.1", port, timeout=1, context=insecure)):
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return False


def _address(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    media = settings.media
    if media.engine != "embedded":
        return
    found = engine_config.default_address()
    if media.node_ip:
        yield Check("Media address", "ok", f"{media.node_ip} (set)")
    elif found is None:
        advice = "connect it to a network, or set --media-node-ip"
        yield Check(
            "Media address", "warn", "this machine has no address but loopback: only its own browsers can join", advice
        )
    else:
        yield Check(
            "Media address", "ok", f"{found}; behind NAT set --media-node-ip to the address that browsers reach"
        )


def _secure_context(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    name, server = "Secure context", settings.server
    if server.tls_cert:
        yield from _given_certificate(server.tls_cert, server.tls_key)
    elif server.tls_self_signed:
        yield Check(name, "ok", "a self-signed certificate: browsers ask once whether to trust it")
    elif server.public_url.startswith("https://"):
        yield Check(name, "ok", f"{server.public_url}, through a reverse proxy")
    elif engine_config.is_loopback(server.host):
        yield Check(name, "ok", "localhost: cameras work in this machine's own browsers")
    else:
        advice = (
            "start with --tls-self-signed, with --tls-cert and --tls-key, or behind a reverse proxy (see the README)"
        )
        message = "browsers give camera and microphone only to https or localhost"
        yield Check(name, "warn", message, advice)


def _given_certificate(cert: str, key: str) -> Iterator[Check]:
    name = "Certificate"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key or None)
    except (OSError, ssl.SSLError) as error:
        yield Check(name, "fail", f"{cert}, {key}: {error}", "give the files of one certificate, in PEM form")
        return
    read = tls.read(Path(cert))
    days = (read.not_valid_after_utc - datetime.now(UTC)).days if read else 0
    if days < 0:
        yield Check(name, "fail", f"{cert} ended {-days} days ago", "renew it")
    elif days < _DAYS_LEFT:
        yield Check(name, "warn", f"{cert} ends in {days} days", "renew it")
    else:
        yield Check(name, "ok", f"{cert}, valid for {days} days")


def _udp_buffers(_data_dir: Path, settings: Settings) -> Iterator[Check]:
    if settings.media.engine != "embedded" or not _RMEM_MAX.exists():
        return
    limit = int(_RMEM_MAX.read_text())
    if limit >= _WANTED_UDP_BUFFER:
        yield Check("UDP buffers", "ok", f"up to {limit} bytes")
        return
    advice = f"for large conferences: sysctl -w net.core.rmem_max={_WANTED_UDP_BUFFER}"
    yield Check("UDP buffers", "warn", f"at most {limit} bytes", advice)
