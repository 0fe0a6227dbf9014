"""What the API says of a recording of a real meeting, in every version and at every place, is what really happened."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rostrum.api.versions import VERSIONS
from rostrum.db.database import Database
from rostrum.recordings.sweep import sweep
from tests.recordings.test_parts import probe
from tests.recordings.test_recording import HEAD, Meeting, fetched, until
from tests.support.postgresql import new_database
from tests.support.senders import Sender
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("values"), database_url=url) as running:
        yield running


def swept(server: Server) -> None:
    """What the server does every minute."""
    database = Database(server.environment["ROSTRUM_DATABASE_URL"], server.data_dir, 1)
    asyncio.run(sweep(database, server.data_dir, datetime.now(UTC)))
    database.close()


def logs(server: Server, meeting: Meeting, name: str, since: str, **params: Any) -> dict[str, dict[str, Any]]:
    """The only row of a log, in each version that has it."""
    found = {}
    for version in VERSIONS[VERSIONS.index(since) :]:
        asked = {"named_conf_id": meeting.id, **params}
        answer = server.call("GET", f"/api/{version}/logs/{name}", params=asked).json()
        assert (answer["cnt"], len(answer["list"])) == (1, 1), (version, answer)
        found[version] = answer["list"][0]
    return found


def downloads(server: Server, address: str, content: bytes) -> None:
    """An address gives the file, whole and in parts."""
    path = address.removeprefix(server.url)
    assert server.call("GET", path).content == content
    part = server.http.get(path, headers={"Authorization": f"Bearer {server.admin_token}", "Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, content[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(content)}"


async def recorded(server: Server, seconds: float) -> tuple[Meeting, float, float]:
    """A meeting that was recorded for some seconds and has ended, and when that began and ended."""
    meeting = Meeting(server)
    await meeting.enter("Ann")
    assert meeting.shown["stream_recording_state"] == 0
    began = time.time()
    meeting.do("start-record")
    await meeting.until(1)
    during = logs(server, meeting, "recordings", "v3.2")["v3.10"]
    assert during["stopped_at"] == 0
    await asyncio.sleep(seconds)
    meeting.do("stop-record")
    await until(lambda: len(meeting.records()) == 1)
    ended = time.time()
    await meeting.until(0)
    meeting.do("stop")
    await meeting.leave()
    return meeting, began, ended


def test_every_place_tells_the_truth(server: Server, tmp_path: Path) -> None:
    meeting, began, ended = asyncio.run(recorded(server, 4))
    owner = meeting.shown["owner"]
    (record,) = meeting.records()
    path = fetched(server, record, tmp_path)
    content, length = path.read_bytes(), float(probe(path)["format"]["duration"])
    assert 3 < length < ended - began
    for version in VERSIONS:
        (shown,) = server.call("GET", f"/api/{version}/conferences/{meeting.id}/records").json()["records"]
        assert (shown["name"], int(shown["size"])) == (path.name, len(content))
        assert ended - 10 <= shown["created"] <= ended + 1
        downloads(server, shown["download_url"], content)
    call = server.call("GET", "/api/v3.10/logs/calls", params={"named_conf_id": meeting.id}).json()["list"][0]
    for version, row in logs(server, meeting, "recordings", "v3.2").items():
        assert (row["name"], int(row["size"]), row["conference_id"]) == (path.name, len(content), meeting.id)
        assert row["stream_id"] == call["conference_id"]
        assert began - 1 <= row["started_at"] <= began + 2
        assert row["started_at"] + length - 1 <= row["stopped_at"] <= ended + 1
        assert row["deleted_at"] is None
        more = {"owner": (owner, "v3.4"), "topic": ("Weekly planning", "v3.7")}
        for name, (value, since) in more.items():
            has_it = VERSIONS.index(version) >= VERSIONS.index(since)
            assert row.get(name) == (value if has_it else None), (version, name)
        downloads(server, row["download_url"], content)
        again = server.call("GET", f"/api/{version}/logs/recordings/{row['id']}").json()
        assert again == row
    for row in logs(server, meeting, "records", "v3.1").values():
        assert (row["name"], int(row["file_size"]), row["named_conf_id"]) == (path.name, len(content), meeting.id)
        assert (row["owner"], row["topic"], row["is_deleted"]) == (owner, "Weekly planning", False)
        assert (row["conference_id"], row["duration"]) == (call["conference_id"], call["duration"])
        assert (row["start_time"], row["end_time"]) == (call["start_time"], call["end_time"])
        assert (row["class"], row["is_public"]) == (10, True)
        downloads(server, row["download_url"], content)
    assert length <= call["duration"] <= ended - began + 10
    (mine,) = [one for one in cards(server) if one["conference_id"] == meeting.id]
    assert mine["seconds"] == pytest.approx(length, abs=0.1)
    (server.data_dir / "recordings" / meeting.id / path.name).unlink()
    swept(server)
    assert meeting.records() == []
    for row in logs(server, meeting, "recordings", "v3.2", show_deleted=True).values():
        assert ended - 1 <= row["deleted_at"] <= time.time()
        assert server.call("GET", row["download_url"].removeprefix(server.url)).status_code == 404
    for row in logs(server, meeting, "records", "v3.1").values():
        assert (row["is_deleted"], row["file_size"]) == (True, None)
    hidden = server.call("GET", "/api/v3.10/logs/recordings", params={"named_conf_id": meeting.id}).json()
    assert hidden["cnt"] == 0


def cards(server: Server, token: str | None = None) -> list[dict[str, Any]]:
    return list(server.call("GET", "/api/web/recordings", token=token).json()["recordings"])


def test_an_ad_hoc_meeting_that_ends_while_it_is_recorded(server: Server, tmp_path: Path) -> None:
    """The conference is no more; its recording is whole, in its owner's list, and to be fetched."""
    server.call("POST", "/api/v3.10/users", json={"login_name": "olga", "password": "secret-password"})
    asked = {
        "grant_type": "password",
        "username": "olga",
        "password": "secret-password",
        "client_id": "trueconf_server_users",
    }
    token = server.http.post("/oauth2/v1/token", data=asked).json()["access_token"]

    async def scenario() -> dict[str, Any]:
        given = {"topic": "Just now"}
        card = server.call("POST", "/api/web/conferences", token=token, json=given).json()["conference"]
        place = server.call("POST", f"/api/web/conferences/{card['id']}/join", token=token, json={}).json()
        olga = Sender("Olga")
        olga.place = place["participation"]
        await olga.join(olga.place["engine_url"], olga.place["engine_token"])
        inside = f"/api/web/sessions/{olga.place['session_id'].replace('#', '%23')}"
        door = {"token": olga.place["participant_token"]}
        assert server.call("POST", f"{inside}/recording", **door, json={"state": "on"}).status_code == 200
        state = lambda: server.call("GET", f"{inside}/state", **door).json()["state"]["recording"]  # noqa: E731
        await until(lambda: state() == "on")
        await asyncio.sleep(4)
        assert server.call("POST", f"{inside}/end", **door).status_code == 200
        assert server.call("GET", f"{HEAD}/{card['id']}").status_code == 404
        await until(lambda: [one["state"] for one in cards(server, token)] == ["complete"])
        await olga.leave()
        return dict(card)

    card = asyncio.run(scenario())
    (one,) = cards(server, token)
    assert (one["topic"], one["owner"], one["conference_id"]) == ("Just now", "olga@server.test", card["id"])
    assert 2 < one["seconds"] < 20
    opened = server.call("GET", f"/api/web/recordings/{one['id']}", token=token).json()["recording"]
    path = tmp_path / "whole.mkv"
    path.write_bytes(server.http.get(opened["download_url"].removeprefix(server.url)).content)
    assert float(probe(path)["format"]["duration"]) == pytest.approx(one["seconds"], abs=0.1)
    row = server.call("GET", f"/api/v3.10/logs/recordings/{one['id']}").json()
    for who in (None, token):
        address = row["download_url"].removeprefix(server.url)
        assert server.call("GET", address, token=who).content == path.read_bytes()
    assert json.dumps(row).count("Just now") == 1
