"""A real Redis server for the tests, without a data file, that may be stopped and started again."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.support.server import free_port

_READY_S = 20


class RedisServer:
    """One server on loopback."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _READY_S
        while True:
            try:
                self.command("PING")
            except redis.RedisError:
                assert time.monotonic() < deadline, "redis-server does not answer"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def command(self, *words: str) -> object:
        """One command, as an operator would give it."""
        with redis.Redis.from_url(self.url) as client:
            return client.execute_command(*words)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running server; it ends with the block."""
    server = RedisServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
