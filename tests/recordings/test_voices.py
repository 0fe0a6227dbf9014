"""The files of speakers in a recording of a real meeting: every voice in its own, at its place in the whole."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.recordings.test_recording import Meeting, fetched, until, workers
from tests.recordings.test_speakers import heard
from tests.support.senders import Sender
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("voices"), flags=["--recordings-speakers"]) as running:
        yield running


async def says(sender: Sender, hertz: float, seconds: float = 1.5) -> None:
    """Somebody speaks, and is silent for a while."""
    sender.tone = hertz
    await asyncio.sleep(seconds)
    sender.tone = 0
    await asyncio.sleep(1.2)


async def silent(meeting: Meeting, name: str) -> Sender:
    sender = await meeting.enter(name)
    sender.tone = 0
    return sender


def opened(server: Server, conference_id: str) -> dict:
    cards = server.call("GET", "/api/web/recordings").json()["recordings"]
    number = next(one["id"] for one in cards if one["conference_id"] == conference_id)
    return dict(server.call("GET", f"/api/web/recordings/{number}").json()["recording"])


def agrees(found: list[tuple[float, float, float]], whole: list[tuple[float, float, float]]) -> bool:
    """Whether a speaker's file has what is heard of them in the mix, at the same times; what was said just before its
    worker was killed may lack its end.
    """
    pairs = list(zip(found, whole, strict=True))
    close = [abs(mine[0] - mixed[0]) < 0.1 and -0.5 < mine[1] - mixed[1] < 0.1 for mine, mixed in pairs]
    assert all(close), pairs
    return all(abs(mine[2] - mixed[2]) < 5 for mine, mixed in pairs)


def test_each_speaker_has_a_file_and_a_place_in_the_recording(server: Server, tmp_path: Path) -> None:
    """Through a pause, which is cut out, a worker that is killed, and somebody who leaves and comes back."""

    async def scenario() -> None:
        meeting = Meeting(server, recording=1)
        ann, bob = await silent(meeting, "Ann"), await silent(meeting, "Боб")
        await meeting.until(1)
        await asyncio.sleep(1)
        await says(bob, 800)
        await says(ann, 500)
        meeting.do("pause-record")
        await meeting.until(0)
        await says(ann, 650)
        meeting.do("start-record")
        await meeting.until(1)
        await asyncio.sleep(1)
        await says(ann, 500)
        await bob.room.local_participant.unpublish_track(bob.publications["voice"].sid)
        (before,) = workers(server)
        await asyncio.sleep(2)
        os.kill(before, signal.SIGKILL)
        await until(lambda: bool(set(workers(server)) - {before}))
        folder = server.data_dir / "recordings" / meeting.id
        await until(lambda: len(list(folder.glob(".*/*.mkv"))) == 3)
        await asyncio.sleep(2)
        await says(ann, 500)
        meeting.do("stop")
        await until(lambda: len(meeting.records()) == 1)
        await meeting.leave()
        whole = heard(fetched(server, meeting.records()[0], tmp_path))
        found = opened(server, meeting.id)
        assert [one["name"] for one in found["speakers"]] == ["Боб", "Ann"]
        by_pitch = {"Боб": 800, "Ann": 500}
        assert {round(hertz / 10) * 10 for *_, hertz in whole} == {500, 800}, whole
        assert len(whole) == 4
        for one in found["speakers"]:
            path = tmp_path / f"{one['name']}.opus"
            path.write_bytes(httpx.get(one["download_url"]).content)
            assert path.stat().st_size == one["size"]
            theirs = [span for span in whole if abs(span[2] - by_pitch[one["name"]]) < 5]
            assert agrees(heard(path, one["start"]), theirs)
        (name,) = [path.stem for path in folder.glob("*.mkv")]
        listed = json.loads((folder / f"{name}.speakers" / "speakers.json").read_bytes())["speakers"]
        assert [one["start"] for one in listed] == [one["start"] for one in found["speakers"]]
        assert sorted(path.name for path in folder.iterdir()) == [f"{name}.mkv", f"{name}.speakers"]

    asyncio.run(scenario())
