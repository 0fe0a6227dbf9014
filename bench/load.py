"""One measured run: wrk on its own core against one server, with the server's CPU time read before and after."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from msgspec import Struct

from bench.servers import LOAD_CORE, Server

CONNECTIONS = 16
_LUA = Path(__file__).parent / "wrk"


class Run(Struct):
    """What one run found."""

    requests: int
    rps: float
    """Answered requests a second."""
    cpu_us: float
    """CPU time of the server's process tree for a request, microseconds."""
    p50_ms: float
    p99_ms: float
    bytes: float
    """Size of an answer with its headers."""
    failures: int
    """Answers of 400 and above, socket errors and time-outs."""


class _Result(Struct):
    requests: int
    duration_us: int
    bytes: int
    connect: int
    read: int
    write: int
    status: int
    timeout: int
    p50_us: int
    p99_us: int


def check_installed() -> None:
    """Raise when wrk is not here."""
    if shutil.which("wrk") is None:
        message = "wrk is missing: apt-get install wrk"
        raise RuntimeError(message)


def run(server: Server, script: str, paths: Path, seconds: int, *, offset: int = 0, prefix: str = "") -> Run:
    """Load a server with `wrk/{script}.lua` for some seconds."""
    command = [
        "taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s",
        "--timeout", "20s", "-s", str(_LUA / f"{script}.lua"), f"http://127.0.0.1:{server.port}",
    ]  # fmt: skip
    own = {"BENCH_WRK": str(_LUA), "BENCH_PATHS": str(paths), "BENCH_OFFSET": str(offset), "BENCH_PREFIX": prefix}
    before = server.cpu_seconds()
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=seconds + 60, env={**os.environ, **own}
    )
    cpu = server.cpu_seconds() - before
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    result = json.loads(line.removeprefix("RESULT "))
    return _run(_Result(**result), cpu)


def _run(result: _Result, cpu: float) -> Run:
    answered = max(result.requests, 1)
    return Run(
        requests=result.requests,
        rps=result.requests / (result.duration_us / 1e6),
        cpu_us=cpu * 1e6 / answered,
        p50_ms=result.p50_us / 1e3,
        p99_ms=result.p99_us / 1e3,
        bytes=result.bytes / answered,
        failures=result.connect + result.read + result.write + result.status + result.timeout,
    )
