"""Starting servers on loopback, pinned to a core, and reading what they use."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

SERVER_CORE = 0
LOAD_CORE = 1
ROOT = Path(__file__).parent.parent

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Server:
    """A running server: a process and its children."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.port = port
        self.process = process
        self.log = log

    def cpu_seconds(self) -> float:
        """User and system time of the process tree so far, seconds."""
        return sum(_ticks(pid) for pid in tree(self.process.pid)) / _TICKS

    def cpu_ns(self) -> int:
        """The same, nanoseconds, as the scheduler counts it: for what takes less than a tick of 10 ms."""
        return sum(_scheduled(pid) for pid in tree(self.process.pid))

    def get(self, address: str) -> tuple[int, bytes]:
        """Ask once; the status and the body."""
        return ask(self.port, "GET", address)

    def stop(self) -> None:
        """End the process and its children; whatever is left after ten seconds is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


def free_port() -> int:
    """A port on loopback that nothing listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def start(
    name: str,
    command: list[str],
    port: int,
    log: Path,
    env: Mapping[str, str] | None = None,
    core: int | None = SERVER_CORE,
) -> Server:
    """Start a server in a process group of its own. It does not wait: see `wait_until`."""
    pinned = ["taskset", "-c", str(core), *command] if core is not None else command
    with log.open("ab") as output:
        process = subprocess.Popen(
            pinned,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **(env or {})},
            start_new_session=True,
        )
    return Server(name, port, process, log)


def wait_until(server: Server, address: str, seconds: float = 30.0) -> None:
    """Wait until an address answers 200; raises when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            message = f"{server.name} ended with {server.process.returncode}: {server.log.read_text()[-2000:]}"
            raise RuntimeError(message)
        with contextlib.suppress(OSError, HTTPException):
            if server.get(address)[0] == 200:
                return
        time.sleep(0.005)
    message = f"{server.name} did not answer {address.partition('?')[0]} in {seconds} s"
    raise RuntimeError(message)


def ask(port: int, method: str, address: str, body: bytes | None = None) -> tuple[int, bytes]:
    """One request over a connection of its own; the status and the body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, address, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def tree(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def rss_mb(pid: int) -> float:
    """Resident memory of one process, MB of 10^6 bytes."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6
    return 0.0


def rostrum() -> str:
    """The installed command."""
    return str(Path(sys.executable).with_name("rostrum"))


def _ticks(pid: int) -> int:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15])
    return 0


def _scheduled(pid: int) -> int:
    with contextlib.suppress(OSError):
        return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())
    return 0
