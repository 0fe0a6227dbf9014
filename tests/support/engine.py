"""A media engine that somebody else started, for servers that use it over its address."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from rostrum.media.binary import find_or_build
from tests.support.server import free_port

KEY, SECRET = "elsewhere", "a-secret-of-at-least-thirty-two-characters"
FLAGS = ["--media-api-key", KEY, "--media-api-secret", SECRET]


class EngineElsewhere(Struct):
    """A running engine."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def engine_elsewhere(folder: Path, ports: list[int]) -> Iterator[EngineElsewhere]:
    """An engine that sends its webhooks to Rostrum servers on these ports; it ends with the block."""
    port = free_port()
    config = folder / "engine.yaml"
    told = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "keys": {KEY: SECRET},
        "rtc": {"udp_port": free_port(), "tcp_port": free_port(), "node_ip": "127.0.0.1"},
        "webhook": {"api_key": KEY, "urls": [f"http://127.0.0.1:{one}/engine/webhook" for one in ports]},
    }
    config.write_text(json.dumps(told))
    words = [find_or_build().path, "--config", config]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield EngineElsewhere(f"ws://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()
