"""What is recorded, broadcast and watched in one size is composed and encoded once, and muxed often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import av
import pytest

from tests.broadcasts.test_live_files import Viewer, played
from tests.broadcasts.test_running import SECONDS, fetched, preset
from tests.recordings.test_recording import Meeting, until, workers
from tests.recordings.test_recording import fetched as downloaded
from tests.support.server import Server, free_port, running_server
from tests.support.targets import Nginx, nginx, rtsp_recorder

FPS, SOUNDS = 15, 46
"""Pictures a second at most, and packets of sound."""
SAME = {
    "use_local_mixer_config": True,
    "record_video_quality": "180p",
    "rtsp_video_quality": "180p",
    "mixer_max_framerate": FPS,
}
_SLICES = {1, 5}
"""Units of H.264 that hold pictures; what else stands beside them, each container says in its own way."""


@pytest.fixture(scope="module")
def rtmp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with nginx(tmp_path_factory.mktemp("nginx")) as server:
        yield server


@asynccontextmanager
async def recorded(server: Server, whole: Path, **fields: Any) -> AsyncIterator[Meeting]:
    """A meeting that is recorded, and broadcast as the fields say; after the block it lies at `whole`."""
    meeting = Meeting(server, transcoding=SAME, **fields)
    ann = await meeting.enter("Ann")
    ann.flickers, ann.tone = True, 997
    assert meeting.do("start-record") == 202
    await meeting.until(1)
    yield meeting
    assert len(workers(server)) == 1, "one composition"
    assert meeting.do("stop-record") == 202
    await until(lambda: len(meeting.records()) == 1)
    downloaded(server, meeting.records()[0], whole.parent).rename(whole)
    meeting.do("stop")
    await meeting.leave()
    await until(lambda: not workers(server))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    flags = ["--broadcasts-allow-local", "--broadcasts-rtsp-port", str(free_port())]
    with running_server(tmp_path_factory.mktemp("once"), flags=flags) as running:
        yield running


def test_recorded_watched_and_pushed(server: Server, rtmp: Nginx, tmp_path: Path) -> None:
    target = preset(server, "youtube", stream_key="once", stream_url=rtmp.url, audio_codec="AAC")
    whole, watched, pushed = (tmp_path / f"{name}.mkv" for name in ("recorded", "watched", "pushed"))

    async def scenario() -> None:
        async with recorded(server, whole, broadcast_enabled=True, broadcast_id=target) as meeting:
            address = await Viewer(meeting).sees()
            await asyncio.gather(
                asyncio.to_thread(played, address, SECONDS, watched), fetched(f"{rtmp.url}/once", pushed)
            )

    asyncio.run(scenario())
    for one in (watched, pushed):
        assert in_common(one, whole, "video") > 3 * FPS, one
        assert in_common(one, whole, "audio") > 3 * SOUNDS, one


def test_recorded_and_pushed_by_rtsp(server: Server, tmp_path: Path) -> None:
    whole, pushed = tmp_path / "recorded.mkv", tmp_path / "pushed.mkv"

    async def scenario() -> None:
        with rtsp_recorder(pushed, "H264", "AAC", "/live/pushed") as recorder:
            url = f"rtsp://127.0.0.1:{recorder.port}/live/pushed"
            target = preset(server, "manualPush", url_publish=url, audio_codec="AAC", rtp_over_tcp=True)
            async with recorded(server, whole, broadcast_enabled=True, broadcast_id=target):
                await until(lambda: pushed.exists() and pushed.stat().st_size > 10_000)
                await asyncio.sleep(SECONDS)

    asyncio.run(scenario())
    assert in_common(pushed, whole, "video") > 3 * FPS
    assert in_common(pushed, whole, "audio") > 3 * SOUNDS


def packets(path: Path, kind: Literal["video", "audio"]) -> list[bytes]:
    """What an encoder made, packet by packet: of pictures their slices, of sound all."""
    with av.open(str(path)) as container:
        found = [bytes(one) for one in container.demux(**{kind: 0}) if one.size]
    return [_slices(one) for one in found] if kind == "video" else found


def _slices(packet: bytes) -> bytes:
    """The slices of a picture, each behind its length in four bytes, as files hold them."""
    found, at = b"", 0
    while at < len(packet):
        ends = at + 4 + int.from_bytes(packet[at : at + 4])
        if packet[at + 4] & 31 in _SLICES:
            found += packet[at:ends]
        at = ends
    return found


def in_common(path: Path, whole: Path, kind: Literal["video", "audio"]) -> int:
    """How many packets of a file stand in the whole one too, without a gap until one of the two ends; 0: they part."""
    some, others = packets(path, kind), packets(whole, kind)
    assert len(set(others)) > 0.8 * len(others), "they tell one moment from another"
    some = some[next((at for at, one in enumerate(some) if one in others), len(some)) :]
    longest = 0
    for begins in [at for at, one in enumerate(others) if some and one == some[0]]:
        shared = min(len(some), len(others) - begins)
        if others[begins : begins + shared] == some[:shared]:
            longest = max(longest, shared)
    return longest
