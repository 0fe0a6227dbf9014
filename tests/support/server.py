"""The real server as a process of its own, as an operator starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

ROSTRUM = Path(sys.executable).with_name("rostrum")
_READY_S = 60


class OfTheSuite:
    """Where servers of the tests get their database, unless they are given one: the suite says it (conftest.py)."""

    new_database: Callable[[], str] = staticmethod(lambda: "")


class Server:
    """A running server and its secret key."""

    python = sys.executable

    def __init__(self, data_dir: Path, port: int, flags: list[str], database_url: str) -> None:
        self.data_dir = data_dir
        self.environment = {"ROSTRUM_SERVER_NAME": "server.test", "ROSTRUM_DATABASE_URL": database_url}
        self.port = port
        self.flags = flags
        self.url = f"http://127.0.0.1:{port}"
        self.log = data_dir / "server.log"
        self.process = self._start()
        self.admin_token = self.command("key", "create")["access_token"]
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def call(self, method: str, path: str, *, token: str | None = None, **given: Any) -> httpx.Response:
        """One request with the secret key, or another token."""
        return self.http.request(
            method, path, headers={"Authorization": f"Bearer {token or self.admin_token}"}, **given
        )

    def command(self, *words: str) -> dict[str, Any]:
        """Run a command on the server's data; its JSON answer."""
        asked = [str(ROSTRUM), *words, "--data-dir", str(self.data_dir)]
        ran = subprocess.run(asked, check=True, capture_output=True, text=True, env=os.environ | self.environment)
        return dict(json.loads(ran.stdout))

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def kill_engine(self, how: signal.Signals = signal.SIGKILL) -> None:
        """`kill -9` of the media engine, or another signal."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        engines = [int(pid) for pid in children if "livekit" in Path(f"/proc/{pid}/cmdline").read_text()]
        assert engines, "the engine is no child of the server"
        for pid in engines:
            os.kill(pid, how)

    def restart(self) -> None:
        """Start again on the same data and port."""
        self.process = self._start()

    def stop(self) -> None:
        """End in order, as an operator would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.http.close()

    def _start(self) -> subprocess.Popen[bytes]:
        started = [str(ROSTRUM), "serve", "--data-dir", str(self.data_dir), "--port", str(self.port), *self.flags]
        with self.log.open("ab") as log:
            process = subprocess.Popen(started, stdout=log, stderr=log, env=os.environ | self.environment)
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log.read_text()}")
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == httpx.codes.OK:
                    return process
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        process.kill()
        raise RuntimeError(f"the server is not ready:\n{self.log.read_text()}")


@contextmanager
def running_server(
    data_dir: Path,
    media: str = "embedded",
    flags: list[str] | None = None,
    database_url: str | None = None,
    port: int = 0,
) -> Iterator[Server]:
    """A server on a free port of loopback, with a fresh database of the suite's kind; it ends with the block."""
    data_dir.mkdir(parents=True, exist_ok=True)
    media_flags = ["--media", media, "--media-udp-port", "0", "--media-tcp-port", "0"]
    url = OfTheSuite.new_database() if database_url is None else database_url
    media_flags += ["--broadcasts-rtsp-port", "0"]
    server = Server(data_dir, port or free_port(), [*media_flags, *(flags or [])], url)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
