"""A programme of a real room: an unseen member, what it sees and hears, and how it goes together."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest

from rostrum.media.composition.composer import Composer
from rostrum.media.composition.scene import Wanted
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.production.member import Member
from rostrum.media.production.pipeline import Pipeline
from rostrum.media.production.pump import Pump
from rostrum.media.supervisor import EngineSupervisor
from rostrum.media.tokens import unseen_token
from tests.support.senders import Sender

pytestmark = pytest.mark.anyio
ROOM = "00000001@server.test#vcs"


class Programme:
    """A member and a pipeline that belong together."""

    def __init__(self, supervisor: EngineSupervisor, wanted: Wanted | None = None) -> None:
        self.wanted = wanted or Wanted()
        self.supervisor = supervisor
        self.composer = Composer(self.wanted)
        loop = asyncio.get_running_loop()
        self.pipeline = Pipeline(
            self.composer,
            lambda now: (self.member.people(), self.member.pictures(now)),
            lambda scene: loop.call_soon_threadsafe(self.member.look_at, scene),
            ZoneInfo("UTC"),
        )
        self.member = Member(self.pipeline.hear, self.pipeline.silent, self.pipeline.stir)
        self.states: list[tuple[str, str]] = []

    async def start(self) -> None:
        url = str(self.supervisor.http_url).replace("http", "ws", 1)
        await self.member.enter(url, unseen_token(self.supervisor.keys, ROOM, "#recorder"))
        self.pipeline.start()

    def record(self, name: str, path: Path) -> None:
        formats = (VideoFormat(width=self.wanted.width, height=self.wanted.height), "AAC")
        pump = Pump(lambda: MatroskaFile(path), self.pipeline.encoders(formats), lambda *told: self.states.append(told))
        self.pipeline.add(name, pump, formats)

    async def end(self) -> None:
        await asyncio.to_thread(self.pipeline.end)
        await self.member.leave()


def onsets(path: Path) -> tuple[np.ndarray, np.ndarray, int]:
    """When a recording becomes bright, when it becomes loud (seconds), and how many pictures it has."""
    with av.open(str(path)) as container:
        lights, sounds, frames = [], [], 0
        for packet in container.demux():
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    frames += 1
                    lights.append((frame.time, float(frame.to_ndarray(format="gray")[200:500, 300:900].mean())))
                else:
                    samples = frame.to_ndarray()[0]
                    parts = range(0, len(samples), 48)
                    sounds += [(frame.time + at / 48_000, np.abs(samples[at : at + 48]).max()) for at in parts]
    return _rises(np.array(lights), 170), _rises(np.array(sounds), 0.03), frames


def _rises(found: np.ndarray, above: float) -> np.ndarray:
    high = found[:, 1] > above
    times = found[1:, 0][high[1:] & ~high[:-1]]
    return times[np.diff(times, prepend=-1) > 0.4]


async def test_flash_and_beep_stay_together(supervisor: EngineSupervisor, tmp_path: Path) -> None:
    programme, sender = Programme(supervisor), Sender("Ann")
    url = str(supervisor.http_url).replace("http", "ws", 1)
    await sender.enter(url, supervisor.keys, ROOM)
    await programme.start()
    await asyncio.sleep(2)
    programme.record("file", tmp_path / "r.mkv")
    await asyncio.sleep(10)
    await programme.end()
    await sender.leave()
    lights, sounds, frames = onsets(tmp_path / "r.mkv")
    skews = [light - sounds[np.abs(sounds - light).argmin()] for light in lights[1:]]
    assert len(skews) >= 7
    assert abs(float(np.median(skews))) < 0.04
    assert frames > 200
