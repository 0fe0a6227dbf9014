"""Recordings while things go wrong around them: a full disk, killed servers and workers, orders that cross."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.recordings.test_parts import probe
from tests.recordings.test_recording import HEAD, Meeting, fetched, until, workers
from tests.support.disk import filled, mounted_disk
from tests.support.engine import FLAGS, engine_elsewhere
from tests.support.server import Server, free_port, running_server

MB = 1_000_000


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder in memory, where room is made and taken at once."""
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


def written(server: Server, meeting: Meeting) -> int:
    """Bytes of all parts of the recording that is being made."""
    folder = server.data_dir / "recordings" / meeting.id
    return sum(path.stat().st_size for path in folder.glob(".*/*.mkv"))


def failures(server: Server) -> list[Any]:
    """The events of recordings that failed."""
    events = server.call("GET", "/api/v3.10/logs/events", params={"event_type": "recording_failed"})
    return list(events.json()["list"])


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_meeting(tmp_path: Path, small_disk: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "recordings").symlink_to(small_disk)  # on a disk of its own
    disk = os.statvfs(small_disk)
    least = disk.f_bavail * disk.f_frsize // MB - 500

    async def scenario(server: Server) -> None:
        meeting = Meeting(server, recording=1)
        await meeting.enter("Ann")
        await meeting.until(1)
        await asyncio.sleep(3)
        with (small_disk / "something else").open("wb") as other:
            os.posix_fallocate(other.fileno(), 0, 1_000 * MB)
        await meeting.until(0)
        await until(lambda: len(meeting.records()) == 1)
        assert meeting.shown["state"] == "running"
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 2
        (failure,) = failures(server)
        assert "the disk is nearly full" in str(failure)
        assert meeting.do("start-record") == 202  # tried, and ended again
        await asyncio.sleep(2)
        await until(lambda: len(failures(server)) >= 2)
        assert len(meeting.records()) == 1
        assert len(failures(server)) == 2
        assert server.call("GET", f"{HEAD}/{meeting.id}/participants").json()["participants"]
        await meeting.leave()

    with running_server(data, flags=["--recordings-least-free-mb", str(least)]) as server:
        asyncio.run(scenario(server))


def test_a_killed_server_does_not_end_a_recording(tmp_path: Path, database_url: str) -> None:
    """The engine runs elsewhere, as do the people: they go on talking, and are recorded."""

    async def scenario(server: Server) -> None:
        meeting = Meeting(server, recording=1)
        await meeting.enter("Ann")
        await meeting.until(1)
        await asyncio.sleep(2)
        server.kill()
        before = written(server, meeting)
        await asyncio.sleep(4)
        assert written(server, meeting) > before
        server.restart()  # which ends the meetings of the server that died
        await until(lambda: len(meeting.records()) == 1)
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 5
        await until(lambda: not workers(server))
        await meeting.leave()

    port = free_port()
    with (
        engine_elsewhere(tmp_path, [port]) as engine,
        running_server(tmp_path / "data", engine.url, FLAGS, database_url, port) as server,
    ):
        asyncio.run(scenario(server))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("faults")) as running:
        yield running


def test_a_server_killed_with_its_engine_loses_nothing_of_before(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, recording=1)
        await meeting.enter("Ann")
        await meeting.until(1)
        await asyncio.sleep(4)
        server.kill()
        await asyncio.sleep(1)
        server.restart()
        await until(lambda: len(meeting.records()) == 1)
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 3
        await meeting.leave()

    asyncio.run(scenario())


def test_workers_killed_again_and_again_and_at_the_end(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server)
        await meeting.enter("Ann")
        assert meeting.do("start-record") == 202
        for _ in range(2):
            known = written(server, meeting)
            await until(lambda known=known: written(server, meeting) > known + 25_000)  # some seconds of it
            await kill_workers(server)
        known = written(server, meeting)
        await until(lambda: written(server, meeting) > known + 5_000)
        meeting.do("stop")
        await asyncio.sleep(0.3)
        await kill_workers(server)  # while it ends, joins, or has joined
        await until(lambda: len(meeting.records()) == 1)
        await until(lambda: not workers(server))
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 4
        left = [path.name for path in (server.data_dir / "recordings" / meeting.id).iterdir()]
        assert left == [meeting.records()[0]["name"]]
        await meeting.leave()

    asyncio.run(scenario())


async def kill_workers(server: Server) -> None:
    for pid in workers(server):
        os.kill(pid, signal.SIGKILL)


def test_orders_that_cross(server: Server) -> None:
    """Two starts at once are one recording; a start while the conference stops leaves nothing running."""

    async def scenario() -> None:
        for _ in range(3):
            meeting = Meeting(server)
            with ThreadPoolExecutor(4) as pool:
                assert list(pool.map(meeting.do, ["start-record"] * 4)) == [202] * 4
                await asyncio.sleep(1)
                answers = list(pool.map(meeting.do, ["start-record", "stop", "start-record", "stop-record"]))
            assert answers[1] == 200
            assert set(answers) <= {200, 202, 400}
            listed = server.call("GET", "/api/v3.10/logs/recordings", params={"named_conf_id": meeting.id}).json()
            assert listed["cnt"] <= 2
            assert meeting.shown["stream_recording_state"] == 0
        await until(lambda: not workers(server))

    asyncio.run(scenario())


def test_what_a_full_disk_left_in_parts_is_finished_when_there_is_room(tmp_path: Path) -> None:
    """By itself, once, while the meeting goes on; another recording of the same meeting is not disturbed."""

    async def scenario(server: Server, disk: Path) -> None:
        meeting = Meeting(server, recording=1)
        ann = await meeting.enter("Ann")
        await meeting.until(1)
        await asyncio.sleep(4)

        def card() -> tuple[str, str]:
            listed = server.call("GET", "/api/web/recordings").json()["recordings"]
            return listed[-1]["state"], listed[-1]["progress"]

        await kill_workers(server)
        with filled(disk):
            meeting.do("stop-record")
            await until(lambda: len(failures(server)) == 1)
            await until(lambda: card() == ("beingMade", "unfinished"))
            assert meeting.records() == []
            await asyncio.sleep(8)
            assert len(failures(server)) == 1
            assert meeting.shown["state"] == "running"
        assert meeting.do("start-record") == 202
        await meeting.until(1)
        await until(lambda: len(meeting.records()) == 1, 40)
        await until(lambda: card()[0] == "complete")
        assert (meeting.shown["stream_recording_state"], meeting.seen_by(ann)) == (1, "on")
        assert float(probe(fetched(server, meeting.records()[0], tmp_path))["format"]["duration"]) > 2
        meeting.do("stop")
        await until(lambda: len(meeting.records()) == 2)
        await until(lambda: not workers(server))
        assert len(list((disk / meeting.id).iterdir())) == 2
        assert len(failures(server)) == 1
        await meeting.leave()

    recordings = tmp_path / "data" / "recordings"
    flags = ["--recordings-least-free-mb", "0"]
    with mounted_disk(recordings, 60), running_server(tmp_path / "data", flags=flags) as server:
        asyncio.run(scenario(server, recordings))
