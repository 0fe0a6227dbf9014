"""One picture for all, mixed by a worker and sent into the real meeting: seen by whoever wants it, listed nowhere."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livekit import rtc

from rostrum.media.tokens import MIXER
from tests.recordings.test_recording import HEAD, Meeting, until, workers
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    flags = ["--picture-show-topic", "--picture-show-clock"]
    with running_server(tmp_path_factory.mktemp("mix"), flags=flags) as running:
        yield running


class Viewer:
    """Somebody who receives the mixed picture and nothing else."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.frames: list[np.ndarray] = []
        self.times: list[float] = []
        """When the last of them came."""
        self.size = (0, 0)
        self.refused = False
        self.reading: set[asyncio.Task[None]] = set()

    async def enter(self, meeting: Meeting, name: str, **body: Any) -> None:
        answer = meeting.server.http.post(f"/api/web/conferences/{meeting.id}/join", json={"name": name, **body})
        place = answer.json()["participation"]
        self.room.on("track_published", self._ask)
        self.room.on("track_subscribed", self._read)
        await self.room.connect(place["engine_url"], place["engine_token"], rtc.RoomOptions(auto_subscribe=False))
        for one in self.room.remote_participants.values():
            for publication in one.track_publications.values():
                self._ask(publication, one)

    def _ask(self, publication: rtc.RemoteTrackPublication, one: rtc.RemoteParticipant) -> None:
        if one.identity == MIXER:
            publication.set_subscribed(True)

    def _read(self, track: rtc.Track, *_rest: object) -> None:
        async def read() -> None:
            async for event in rtc.VideoStream(track, capacity=1, format=rtc.VideoBufferType.I420):
                frame = event.frame
                self.size = frame.width, frame.height
                luma = np.frombuffer(frame.data, np.uint8)[: frame.width * frame.height]
                self.times = [*self.times[-20:], time.monotonic()]
                self.frames = [*self.frames[-50:], luma.reshape(frame.height, frame.width)]

        self.reading.add(asyncio.create_task(read()))

    def distance(self) -> float:
        """How many seconds lie between one picture and the next: as many times more as less."""
        return float(np.median(np.diff(self.times))) if len(self.times) > 20 else 0

    async def leave(self) -> None:
        for task in self.reading:
            task.cancel()
        await asyncio.gather(*self.reading, return_exceptions=True)
        await self.room.disconnect()


@asynccontextmanager
async def mixed(server: Server, **fields: Any) -> AsyncIterator[tuple[Meeting, Viewer]]:
    meeting, viewer = Meeting(server, mcu_mode=True, **fields), Viewer()
    try:
        for name in ("Ann", "Bob"):
            await meeting.enter(name)
        await viewer.enter(meeting, "Vera")
        yield meeting, viewer
    finally:
        await viewer.leave()
        meeting.do("stop")
        await meeting.leave()
        await until(lambda: not workers(server))


def _lit(frame: np.ndarray) -> bool:
    """Whether one of the upper tiles flashes; who stands where depends on whom the worker saw first."""
    return bool(max(frame[60:140, 60:260].mean(), frame[60:140, 380:580].mean()) > 180)


def _gap(frame: np.ndarray, near: int) -> bool:
    """Whether a dark column stands between two pictures, near a place in the upper half."""
    return bool((frame[60:140, near - 24 : near + 24].mean(axis=0) < 40).any())


def _speaker_fills(frame: np.ndarray) -> bool:
    """Whether one person fills the stage, and beside it stands a strip of small pictures."""
    return not _gap(frame, 320) and _gap(frame, 500)


def test_the_mixed_picture_is_a_track_of_the_meeting(server: Server) -> None:
    async def scenario() -> None:
        own = {"use_local_mixer_config": True, "webrtc_video_quality": "360p", "mixer_max_framerate": 10}
        async with mixed(server, transcoding=own) as (meeting, viewer):
            await until(lambda: viewer.size == (640, 360))
            await until(lambda: any(_lit(frame) for frame in viewer.frames))
            await until(lambda: viewer.frames[-1][:20, :200].max() > 100)  # the topic stands above
            await until(lambda: viewer.frames[-1][:20, 560:].max() > 100)  # the time of day stands above
            await until(lambda: _gap(viewer.frames[-1], 320))  # people stand beside each other
            viewer.times.clear()
            await until(lambda: 1 / 12 < viewer.distance() < 1 / 6)  # ten pictures a second

            listed = server.call("GET", f"{HEAD}/{meeting.id}/participants").json()["participants"]
            assert len(listed) == 3
            (before,) = workers(server)
            os.kill(before, signal.SIGKILL)
            await until(lambda: bool(set(workers(server)) - {before}))
            viewer.frames.clear()
            await until(lambda: len(viewer.frames) > 10)  # another worker sends it

    asyncio.run(scenario())
    logged = server.call("GET", "/api/v3.10/logs/calls").json()
    assert MIXER not in str(logged)
    events = server.call("GET", "/api/v3.10/logs/events").json()
    assert MIXER not in str(events)


def test_whoever_speaks_comes_forward_where_the_conference_wants_it(server: Server) -> None:
    async def scenario() -> None:
        own = {"use_local_mixer_config": True, "webrtc_video_quality": "360p", "enable_vad_layouts": True}
        async with mixed(server, transcoding=own) as (_meeting, viewer):
            await until(lambda: len(viewer.frames) > 20)
            await until(lambda: _speaker_fills(viewer.frames[-1]))

    asyncio.run(scenario())


def test_whoever_speaks_comes_forward_where_the_server_wants_it(tmp_path: Path) -> None:
    async def scenario(server: Server) -> None:
        own = {"use_local_mixer_config": True, "webrtc_video_quality": "360p"}
        async with mixed(server, transcoding=own) as (_meeting, viewer):
            await until(lambda: len(viewer.frames) > 20)
            await until(lambda: _speaker_fills(viewer.frames[-1]))

    with running_server(tmp_path, flags=["--picture-layout", "speaker"]) as server:
        asyncio.run(scenario(server))


def test_whoever_may_not_see_does_not_get_the_mixed_picture(server: Server) -> None:
    async def scenario() -> None:
        async with mixed(server, rights={"guest": {"video_rcv": False}}) as (_meeting, viewer):
            await until(lambda: MIXER in viewer.room.remote_participants)
            await asyncio.sleep(4)
            assert viewer.frames == []

    asyncio.run(scenario())


def test_without_the_mode_nothing_is_mixed(server: Server) -> None:
    meeting = Meeting(server)
    assert workers(server) == []
    meeting.do("stop")
