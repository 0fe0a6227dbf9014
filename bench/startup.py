"""How long a start takes and how much memory an idle server holds."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec import Struct

from bench.fleet import Say
from bench.servers import Server, command_of, free_port, rostrum, rss_mb, start, tree, wait_until
from bench.stats import Spread, spread

WANTED_READY_S = 1.5
WANTED_MEMORY_MB = 120.0
_IDLE_SECONDS = 2.0


class Start(Struct):
    """One start."""

    ready_s: float
    """From the start of the process to the first 200 of /health/ready."""
    own_mb: float
    """Resident memory of our processes, two idle seconds later."""
    engine_mb: float


class Starts(Struct, kw_only=True):
    """Several starts of one kind."""

    media: str
    first_ready_s: float
    """The very first start on an empty folder, migrations and keys included."""
    ready_s: Spread
    own_mb: Spread
    engine_mb: Spread
    count: int


def measure(folder: Path, media: str, starts: int, say: Say) -> Starts:
    """Start a server on an empty folder, then again and again on the same one.

    A start before them compiles the modules, as an installation does, into a folder of its own.
    """
    _start_once(_made(folder / "compile"), media, folder)
    own = _made(folder / "data")
    first = _start_once(own, media, folder)
    runs = [_start_once(own, media, folder) for _ in range(starts)]
    found = Starts(
        media=media,
        first_ready_s=first.ready_s,
        ready_s=spread([run.ready_s for run in runs]),
        own_mb=spread([run.own_mb for run in runs]),
        engine_mb=spread([run.engine_mb for run in runs]),
        count=starts,
    )
    say(f"serve --media {media}: ready in {found.ready_s} s (first {first.ready_s:.2f}), {found.own_mb} MB")
    return found


def _start_once(folder: Path, media: str, base: Path) -> Start:
    port = free_port()
    command = [
        rostrum(), "serve", "--port", str(port), "--data-dir", str(folder), "--media", media,
        "--media-udp-port", "0", "--media-tcp-port", "0",
    ]  # fmt: skip
    env = {"PYTHONPYCACHEPREFIX": str(base / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    begin = time.perf_counter()
    server = start("rostrum", command, port, folder / "start.log", env, core=None)
    try:
        wait_until(server, "/health/ready", 60)
        ready = time.perf_counter() - begin
        time.sleep(_IDLE_SECONDS)
        own, engine = _memory(server)
    finally:
        server.stop()
    return Start(ready, own, engine)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _memory(server: Server) -> tuple[float, float]:
    own = engine = 0.0
    for pid in tree(server.process.pid):
        if "livekit-server" in command_of(pid):
            engine += rss_mb(pid)
        else:
            own += rss_mb(pid)
    return own, engine
