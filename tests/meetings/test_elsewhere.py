"""An engine that runs elsewhere: `--media ws://…`, with its webhooks coming to the public port."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engine import FLAGS, engine_elsewhere
from tests.support.server import Server, free_port, running_server


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[Server]:
    """Our server beside an engine that somebody else started."""
    port = free_port()
    with (
        engine_elsewhere(tmp_path, [port]) as engine,
        running_server(tmp_path / "data", engine.url, FLAGS, database_url, port) as running,
    ):
        yield running


def test_a_guest_joins_through_an_engine_elsewhere(server: Server) -> None:
    server.call("POST", "/api/v3.10/users", json={"login_name": "boss", "password": "secret-password"})
    fields = {"id": "far", "topic": "Far", "owner": "boss", "allow_guests": True}
    server.call("POST", "/api/v3.10/conferences", json=fields)
    server.call("POST", "/api/v3.10/conferences/far/run")
    place = server.http.post("/api/web/conferences/far/join", json={"name": "Ann"}).json()["participation"]
    joiner = (
        "import asyncio, sys\n"
        "from livekit import rtc\n"
        "async def main():\n"
        "    room = rtc.Room()\n"
        "    await room.connect(sys.argv[1], sys.argv[2])\n"
        "    await asyncio.sleep(120)\n"
        "asyncio.run(main())\n"
    )
    words = [server.python, "-c", joiner, place["engine_url"], place["engine_token"]]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as guest:
        deadline = time.monotonic() + 60
        found: list[str] = []
        while not found:
            assert time.monotonic() < deadline, "the webhook did not arrive"
            listed = server.call("GET", "/api/v3.10/conferences/far/participants").json()["participants"]
            found = [one["display_name"] for one in listed]
            time.sleep(0.2)
        guest.kill()
    assert found == ["Ann"]


def test_an_engine_elsewhere_needs_its_keys(tmp_path: Path) -> None:
    words = [Path(Server.python).with_name("rostrum"), "serve", "--data-dir", tmp_path, "--port", str(free_port())]
    ran = subprocess.run([*words, "--media", "ws://127.0.0.1:9"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "media.api_key and media.api_secret" in ran.stderr
    assert "Traceback" not in ran.stderr
