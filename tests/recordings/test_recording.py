"""Recordings of a real meeting: the server, its worker, the engine, two people who send."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.recordings.test_parts import probe
from tests.support.postgresql import new_database
from tests.support.senders import Sender
from tests.support.server import Server, running_server

HEAD = "/api/v3.10/conferences"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("recording"), database_url=url) as running:
        yield running


class Meeting:
    """A running conference with people who send."""

    def __init__(self, server: Server, **fields: Any) -> None:
        self.server = server
        login = f"owner{time.monotonic_ns()}"
        server.call("POST", "/api/v3.10/users", json={"login_name": login, "password": "secret-password"})
        given = {"topic": "Weekly planning", "owner": login, "allow_guests": True, **fields}
        self.id = server.call("POST", HEAD, json=given).json()["conference"]["id"]
        self.do("run")
        self.people: list[Sender] = []

    def do(self, action: str) -> int:
        return self.server.call("POST", f"{HEAD}/{self.id}/{action}").status_code

    @property
    def shown(self) -> dict[str, Any]:
        return dict(self.server.call("GET", f"{HEAD}/{self.id}").json()["conference"])

    def records(self) -> list[dict[str, Any]]:
        return list(self.server.call("GET", f"{HEAD}/{self.id}/records").json()["records"])

    async def enter(self, name: str) -> Sender:
        answer = self.server.http.post(f"/api/web/conferences/{self.id}/join", json={"name": name})
        place = answer.json()["participation"]
        sender = Sender(name)
        sender.place = place
        sender.room.on("data_received", lambda packet: sender.told.append(json.loads(packet.data)["type"]))
        await sender.join(place["engine_url"], place["engine_token"])
        self.people.append(sender)
        return sender

    def inside(self, sender: Sender, method: str, path: str, **given: Any) -> Any:
        """A request of somebody's page."""
        address = f"/api/web/sessions/{quote(sender.place['session_id'], safe='')}/{path}"
        return self.server.call(method, address, token=sender.place["participant_token"], **given)

    def seen_by(self, sender: Sender) -> str:
        """What somebody's page shows of the recording."""
        return str(self.inside(sender, "GET", "state").json()["state"]["recording"])

    async def until(self, state: int) -> tuple[float, float]:
        """Wait for a state of the recording; two moments between which it came."""
        asked, before = time.monotonic(), 0.0

        def holds() -> bool:
            nonlocal asked, before
            before, asked = asked, time.monotonic()
            return bool(self.shown["stream_recording_state"] == state)

        await until(holds)
        return before, time.monotonic()

    async def leave(self) -> None:
        for one in self.people:
            await one.leave()


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.1)


def workers(server: Server) -> list[int]:
    """The worker processes of a server's data folder."""
    found = subprocess.run(
        ["pgrep", "-f", f"worker --data-dir {server.data_dir}"], check=False, capture_output=True, text=True
    )
    return [int(pid) for pid in found.stdout.split()]


def fetched(server: Server, record: dict[str, Any], folder: Path) -> Path:
    """A recording, downloaded as a client would."""
    path = folder / record["name"]
    path.write_bytes(server.call("GET", record["download_url"].removeprefix(server.url)).content)
    assert path.stat().st_size == int(record["size"])
    return path


def distances(path: Path) -> list[float]:
    """How many seconds lie between one picture of a film and the next."""
    asked = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    ran = subprocess.run([*asked, str(path)], check=True, capture_output=True, text=True)
    times = sorted(float(line.strip(",")) for line in ran.stdout.split())
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_recorded_from_the_start_with_a_pause(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, recording=1)
        await meeting.enter("Ann")
        before, on = await meeting.until(1)
        await asyncio.sleep(4)
        assert meeting.records() == []  # a file appears when it is complete
        least = time.monotonic() - on
        assert meeting.do("pause-record") == 202
        _, paused = await meeting.until(0)
        most = paused - before
        await asyncio.sleep(6)
        assert meeting.do("start-record") == 202
        before, on = await meeting.until(1)
        await asyncio.sleep(3)
        participants = server.call("GET", f"{HEAD}/{meeting.id}/participants").json()["participants"]
        assert len(participants) == 1  # the recorder is seen nowhere
        least += time.monotonic() - on
        assert meeting.do("stop-record") == 202
        _, ended = await meeting.until(0)
        most += ended - before
        await until(lambda: len(meeting.records()) == 1)
        known = probe(fetched(server, meeting.records()[0], tmp_path))
        assert known["format"]["tags"]["title"] == "Weekly planning"
        # The six seconds of pause are cut out.
        assert least - 2 < float(known["format"]["duration"]) < most + 2
        assert len(known["chapters"]) == 2
        assert {one["codec_name"] for one in known["streams"]} == {"h264", "aac"}
        logged = server.call("GET", "/api/v3.10/logs/recordings", params={"named_conf_id": meeting.id}).json()
        assert any(one["conference_id"] == meeting.id and one["stopped_at"] for one in logged["list"])
        meeting.do("stop")
        await meeting.leave()
        await until(lambda: not workers(server))  # nothing is left to do

    asyncio.run(scenario())


def test_the_button_the_sign_and_nobody_sees_the_recorder(server: Server, tmp_path: Path) -> None:
    """Recorded in the size and with the frame rate that the conference wants."""
    small = {"use_local_mixer_config": True, "record_video_quality": "360p", "mixer_max_framerate": 10}

    async def scenario() -> None:
        meeting = Meeting(server, transcoding=small, rights={"guest": {"recording": True}})
        ann, bob = await meeting.enter("Ann"), await meeting.enter("Bob")
        await asyncio.sleep(1)
        bob.told.clear()
        assert meeting.inside(ann, "POST", "recording", json={"state": "on"}).status_code == 200
        await until(lambda: meeting.seen_by(bob) == "on")
        await until(lambda: bob.told.count("state") >= 2)  # at the click, and when it was so
        await asyncio.sleep(12)  # the server has compared its rows with the engine's room meanwhile
        assert {one.name for one in bob.room.remote_participants.values()} == {"Ann"}
        listed = meeting.inside(bob, "GET", "participants").json()["participants"]
        assert [one["display_name"] for one in listed] == ["Ann", "Bob"]
        assert len(workers(server)) == 1
        bob.told.clear()
        meeting.inside(bob, "POST", "recording", json={"state": "off"})
        assert meeting.seen_by(ann) == "off"
        await until(lambda: "state" in bob.told)
        await until(lambda: len(meeting.records()) == 1)
        session = meeting.shown["stream_id"]
        meeting.do("stop")
        await meeting.leave()
        path = fetched(server, meeting.records()[0], tmp_path)
        known = probe(path)
        (picture,) = [one for one in known["streams"] if one["codec_type"] == "video"]
        assert (picture["width"], picture["height"]) == (640, 360)
        assert int(picture["nb_read_frames"]) / float(known["format"]["duration"]) < 10.5
        assert statistics.median(distances(path)) < 1 / 7
        call = server.call("GET", f"/api/v3.10/logs/calls/{quote(session, safe='')}/participants").json()
        assert sorted(one["display_name"] for one in call["list"]) == ["Ann", "Bob"]

    asyncio.run(scenario())


def test_a_killed_worker_is_replaced_and_nothing_before_is_lost(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server)
        await meeting.enter("Ann")
        assert meeting.do("start-record") == 202
        await meeting.until(1)
        await asyncio.sleep(4)
        (before,) = workers(server)
        os.kill(before, signal.SIGKILL)
        died = time.monotonic()
        await until(lambda: bool(set(workers(server)) - {before}))
        assert time.monotonic() - died < 5
        folder = server.data_dir / "recordings" / meeting.id
        await until(lambda: len(list(folder.glob(".*/*.mkv"))) == 2)
        await asyncio.sleep(4)
        meeting.do("stop")  # the end of the conference ends the recording
        await until(lambda: len(meeting.records()) == 1)
        known = probe(fetched(server, meeting.records()[0], tmp_path))
        assert float(known["format"]["duration"]) > 5
        assert len(known["chapters"]) == 1
        await meeting.leave()

    asyncio.run(scenario())


def test_a_killed_engine_does_not_end_a_recording(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, recording=1)
        await meeting.enter("Ann")
        await meeting.until(1)
        await asyncio.sleep(2)
        server.kill_engine()
        await asyncio.sleep(6)
        meeting.do("stop")
        await until(lambda: len(meeting.records()) == 1)
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 6
        await meeting.leave()

    asyncio.run(scenario())


def test_without_a_running_conference_or_a_recording(server: Server) -> None:
    async def scenario() -> None:
        meeting = Meeting(server)
        for action in ("pause-record", "stop-record"):
            assert meeting.do(action) == 202
        assert meeting.records() == []
        meeting.do("stop")
        for action in ("start-record", "pause-record", "stop-record"):
            assert meeting.do(action) == 400
        await until(lambda: not workers(server))

    asyncio.run(scenario())
