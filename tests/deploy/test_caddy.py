"""The reverse proxy example, run for real before a real server."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from livekit import api
from livekit.protocol.rtc import SignalResponse
from websockets.sync.client import connect

from rostrum.media.engine_config import load_or_create_keys
from tests.support.server import Server, free_port, running_server

ROOT = Path(__file__).parents[2]
CADDYFILE = ROOT / "deploy" / "caddy" / "Caddyfile"
CADDY = shutil.which("caddy") or "caddy"


class Proxy:
    """A running Caddy and how to reach it."""

    def __init__(self, folder: Path, upstream: Server) -> None:
        self.port = free_port()
        self.log = folder / "caddy.log"
        self._root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        environment = os.environ | {
            "ROSTRUM_DOMAIN": f"localhost:{self.port}",
            "ROSTRUM_UPSTREAM": f"127.0.0.1:{upstream.port}",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        adapted = subprocess.run(
            [CADDY, "adapt", "--config", CADDYFILE], capture_output=True, check=True, env=environment
        ).stdout
        config = folder / "caddy.json"
        config.write_text(json.dumps(self._for_a_test(json.loads(adapted))))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([CADDY, "run", "--config", config], stderr=log, env=environment)
        self.tls = self._trust()

    @staticmethod
    def _for_a_test(config: dict[str, Any]) -> dict[str, Any]:
        """No admin port, no changes to the machine's trust, no port 80."""
        config["admin"] = {"disabled": True}
        config["apps"]["http"]["http_port"] = free_port()
        config["apps"]["pki"] = {"certificate_authorities": {"local": {"install_trust": False}}}
        return config

    def _trust(self) -> ssl.SSLContext:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                context = ssl.create_default_context(cafile=self._root)
                httpx.get(f"https://localhost:{self.port}/health/live", verify=context)
            except (OSError, httpx.TransportError):
                time.sleep(0.05)
            else:
                return context
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Proxy]]:
    folder = tmp_path_factory.mktemp("caddy")
    with running_server(folder / "data", flags=["--media-node-ip", "127.0.0.1"]) as server:
        proxy = Proxy(folder, server)
        yield server, proxy
        proxy.stop()


def test_the_example_is_valid_for_a_domain() -> None:
    environment = os.environ | {"ROSTRUM_DOMAIN": "meet.example.org"}
    command = [CADDY, "validate", "--config", CADDYFILE, "--adapter", "caddyfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert subprocess.run([CADDY, "fmt", CADDYFILE], capture_output=True, check=True).stdout == CADDYFILE.read_bytes()


def test_api_and_pages_pass(behind: tuple[Server, Proxy]) -> None:
    server, proxy = behind
    with httpx.Client(base_url=f"https://localhost:{proxy.port}", verify=proxy.tls, timeout=60) as browser:
        assert browser.get("/health/ready").json()
        answer = browser.get("/api/v3.10/users", headers={"Authorization": f"Bearer {server.admin_token}"})
        assert answer.status_code == 200
        assert "Strict-Transport-Security" in answer.headers
        assert browser.get("/api/v3.10/nothing").json()["error"]["errors"][0]["reason"] == "routeNotFound"


def test_signalling_passes(behind: tuple[Server, Proxy]) -> None:
    server, proxy = behind
    keys = load_or_create_keys(server.data_dir)
    grants = api.VideoGrants(room_join=True, room="through caddy")
    token = api.AccessToken(keys.api_key, keys.api_secret).with_identity("one").with_grants(grants).to_jwt()
    url = f"wss://localhost:{proxy.port}/livekit/rtc?access_token={token}&protocol=15"
    with connect(url, ssl=proxy.tls, proxy=None, open_timeout=60) as browser:
        joined = SignalResponse.FromString(browser.recv(10))  # type: ignore[arg-type]
        assert joined.join.room.name == "through caddy"
        assert joined.join.participant.identity == "one"


def test_no_token_stands_in_the_access_log(behind: tuple[Server, Proxy]) -> None:
    server, proxy = behind
    with httpx.Client(base_url=f"https://localhost:{proxy.port}", verify=proxy.tls, timeout=60) as browser:
        browser.get(f"/api/v3.10/users?access_token={server.admin_token}&marker=here")
    deadline = time.monotonic() + 20
    while "marker=here" not in (logged := proxy.log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "marker=here" in logged
    assert server.admin_token not in logged
