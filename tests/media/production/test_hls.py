"""Live files: parts of a second that an independent program plays, and a list that only grows at its end."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import av
import numpy as np

from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.hls import PLAYLIST, LiveFiles
from tests.recordings.test_parts import probe


def test_parts_and_segments_play(tmp_path: Path) -> None:
    folder, copy = tmp_path / "live", tmp_path / "copy"
    video, audio, output = VideoEncoder(VideoFormat(width=320, height=180)), AudioEncoder("AAC"), LiveFiles(folder)
    output.open(video, audio)
    for at in range(30 * 9):
        picture = np.full((270, 320), (at * 3) % 200, np.uint8)
        tone = (np.sin(np.arange(at * 1600, (at + 1) * 1600) / 20) * 8000).astype(np.int16)
        made = video.encode(av.VideoFrame.from_ndarray(picture, "yuv420p"), at / 30)
        for packet in (*made, *audio.encode(tone, at * 1600)):
            if packet.pts >= 0:
                output.write(packet)
    listed = (folder / PLAYLIST).read_text()
    parts = [float(one) for one in re.findall(r"EXT-X-PART:DURATION=([\d.]+)", listed)]
    assert parts
    assert max(parts) <= float(re.findall(r"PART-TARGET=([\d.]+)", listed)[0])
    assert all((folder / name).exists() for name in re.findall(r'URI="(s[^"]+)"', listed))
    shutil.copytree(folder, copy)
    with (copy / PLAYLIST).open("a") as whole:
        whole.write("#EXT-X-ENDLIST\n")
    frames = {one["codec_name"]: int(one["nb_read_frames"]) for one in probe(copy / PLAYLIST)["streams"]}
    assert frames["h264"] >= 30 * 6
    assert frames["aac"] >= 46 * 6
    output.close()
    assert not folder.exists()
