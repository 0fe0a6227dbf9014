"""What the real server tells of itself."""

from __future__ import annotations

from pathlib import Path

from tests.support.server import running_server


def test_starts_and_ends_are_events_and_settings_are_compared(tmp_path: Path, database_url: str) -> None:
    with running_server(tmp_path, media="off", database_url=database_url) as server:
        first = server.call("GET", "/api/v3.10/logs/settings").json()["cnt"]
        assert first > 5
        server.process.terminate()
        server.process.wait(20)
        server.flags += ["--limits-users", "12"]
        server.restart()
        told = server.call("GET", "/api/v3.10/logs/events?object_type=server").json()["list"]
        assert [one["event_type"] for one in told] == ["start", "stop", "start"]
        assert told[0]["object_name"] == "server.test"
        changed = server.call("GET", "/api/v3.10/logs/settings?page_size=1").json()
        assert changed["cnt"] == first + 1
        assert '"users":12,' in changed["list"][0]["new_value"]
