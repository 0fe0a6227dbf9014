"""One output in its own thread, on a disk that stands still for a while."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import av
import numpy as np

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.production.pump import Pump

FPS = 10


class Disk(MatroskaFile):
    """Writes a real file, when it is allowed to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.free = threading.Event()
        self.free.set()

    def write(self, packet: Encoded) -> None:
        """As soon as the disk moves."""
        self.free.wait()
        super().write(packet)


def test_a_recording_on_a_disk_that_stood_still_goes_on(tmp_path: Path) -> None:
    """What could not wait is missing; what comes after it is at its time, and the recording does not fail."""
    disk, states = Disk(tmp_path / "slow.mkv"), []
    video, audio = VideoEncoder(VideoFormat(width=320, height=180, fps=FPS)), AudioEncoder("AAC")
    pump = Pump(lambda: disk, (video, audio), lambda *told: states.append(told))
    pump.start()
    while pump.state != "on":
        time.sleep(0.01)

    def give(begins: int, ends: int) -> None:
        for at in range(begins * FPS, ends * FPS):
            picture = av.VideoFrame.from_ndarray(np.full((270, 320), at % 200, np.uint8), "yuv420p")
            samples = np.full(48_000 // FPS, 300, np.int16)
            pump.give(*video.encode(picture, at / FPS), *audio.encode(samples, at * 48_000 // FPS))
            time.sleep(0.001)

    give(0, 4)
    time.sleep(0.5)
    disk.free.clear()
    give(4, 20)
    disk.free.set()
    time.sleep(0.5)
    give(20, 24)
    pump.end()
    assert states == [("on", ""), ("off", "")]
    with av.open(str(tmp_path / "slow.mkv")) as file:
        shown = [frame.time for frame in file.decode(video=0)]
    assert 0 <= shown[0] < 0.2
    assert 23 < shown[-1] <= 24
    assert shown == sorted(shown)
    assert 6 * FPS < len(shown) < 18 * FPS
