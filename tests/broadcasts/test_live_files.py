"""A real meeting watched from outside: the server, its worker, the engine, somebody who sends, and players of HLS."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.recordings.test_parts import probe
from tests.recordings.test_recording import Meeting, until, workers
from tests.support.postgresql import new_database
from tests.support.server import Server, running_server

SMALL = {"use_local_mixer_config": True, "rtsp_video_quality": "360p", "mixer_max_framerate": 15}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("live"), database_url=url) as running:
        yield running


class Viewer:
    """Somebody's page."""

    def __init__(self, meeting: Meeting) -> None:
        self._http, self._address = meeting.server.http, f"/api/web/conferences/{meeting.id}/live"
        self.ticket: str | None = None
        self.shown: dict[str, Any] = {}

    def look(self) -> dict[str, Any]:
        self.shown = self._http.post(self._address, json={"viewer": self.ticket}).json()["live"]
        self.ticket = self.shown["viewer"]
        return self.shown

    async def sees(self) -> str:
        """The playlist, as soon as it has what players without parts need."""
        await until(lambda: self.look()["state"] == "on")
        await until(lambda: "#EXTINF:" in self._http.get(self.shown["play_url"]).text)
        return str(self.shown["play_url"])


def played(address: str, seconds: int, into: Path) -> dict[str, dict[str, Any]]:
    """What ffmpeg receives of a stream, by the kinds of its tracks."""
    asked = ["ffmpeg", "-v", "error", "-y", "-live_start_index", "-1", "-i", address, "-t", str(seconds), "-c", "copy"]
    subprocess.run([*asked, str(into)], check=True, timeout=60)
    return {one["codec_type"]: one for one in probe(into)["streams"]}


def loudness(path: Path) -> float:
    """The loudest moment of a file, dB."""
    asked = ["ffmpeg", "-i", str(path), "-af", "volumedetect", "-vn", "-f", "null", "-"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"max_volume: (-?[\d.]+) dB", told)[0])


def folders(server: Server) -> list[Path]:
    return list((server.data_dir / "live").iterdir())


def test_an_independent_player_sees_and_hears_it(server: Server, tmp_path: Path) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, transcoding=SMALL)
        ann = await meeting.enter("Ann")
        await asyncio.sleep(1)
        assert not workers(server), "nobody watches, nothing is made"
        viewer, other = Viewer(meeting), Viewer(meeting)
        address = await viewer.sees()
        assert (await other.sees()).partition("?")[0] == address.partition("?")[0]
        assert meeting.inside(ann, "GET", "state").json()["state"]["watched"] is True
        await until(lambda: "state" in ann.told)
        seen = await asyncio.to_thread(played, address, 6, tmp_path / "seen.mp4")
        assert (seen["video"]["codec_name"], seen["audio"]["codec_name"]) == ("h264", "aac")
        assert (seen["video"]["width"], seen["video"]["height"]) == (640, 360)
        assert int(seen["video"]["nb_read_frames"]) > 30
        assert loudness(tmp_path / "seen.mp4") > -30
        listed = server.http.get(address).text
        times = [float(one) for one in re.findall(r"EXT-X-PART:DURATION=([\d.]+)", listed)]
        assert 0.8 < sum(times) / len(times) <= 1.15, "parts of a second"
        segment = re.findall(r"^s\d+\.m4s$", listed, re.MULTILINE)[-1]
        whole = tmp_path / "segment.mp4"
        stem = address.partition("live.m3u8")[0]
        whole.write_bytes(b"".join(server.http.get(stem + name).content for name in ("head.mp4", segment)))
        assert {one["codec_name"] for one in probe(whole)["streams"]} == {"h264", "aac"}

        meeting.do("stop")
        await until(lambda: "#EXT-X-ENDLIST" in server.http.get(address).text)
        assert viewer.look()["state"] == "waiting"
        await meeting.leave()
        await until(lambda: not workers(server))

    asyncio.run(scenario())


def test_another_worker_goes_on_under_another_address(server: Server) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, transcoding=SMALL)
        await meeting.enter("Ann")
        viewer = Viewer(meeting)
        before = await viewer.sees()
        (worker,) = workers(server)
        os.kill(worker, signal.SIGKILL)
        await until(lambda: viewer.look()["state"] == "on" and viewer.shown["play_url"] != before)
        answer: httpx.Response = await asyncio.to_thread(server.http.get, viewer.shown["play_url"])
        assert "#EXT-X-PART:" in answer.text
        meeting.do("stop")
        await meeting.leave()
        await until(lambda: not workers(server))

    asyncio.run(scenario())


def test_nothing_is_left_when_nobody_watches_any_more(server: Server) -> None:
    async def scenario() -> None:
        meeting = Meeting(server, transcoding=SMALL)
        ann = await meeting.enter("Ann")
        await Viewer(meeting).sees()
        assert folders(server)
        await until(lambda: not workers(server), seconds=60)
        assert meeting.inside(ann, "GET", "state").json()["state"]["watched"] is False
        for left in folders(server):  # for viewers who are behind, some of other tests
            os.utime(left, (0, 0))
        await until(lambda: not folders(server))
        meeting.do("stop")
        await meeting.leave()

    asyncio.run(scenario())
