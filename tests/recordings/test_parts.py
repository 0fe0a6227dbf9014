"""Parts of a recording: torn files still play, and together they are one file that any player opens."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any

import av
import numpy as np

from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.file import MatroskaFile
from rostrum.recordings import parts


def write_part(path: Path, seconds: float, bright: int = 120, *, torn: bool = False) -> None:
    video, audio, output = (
        VideoEncoder(VideoFormat(width=320, height=180)),
        AudioEncoder("AAC"),
        MatroskaFile(path, least_free=0),
    )
    output.open(video, audio)
    picture = np.full((270, 320), bright, np.uint8)
    for at in range(int(seconds * 30)):
        picture[0, at % 320] = at % 256
        made = video.encode(av.VideoFrame.from_ndarray(picture, "yuv420p"), at / 30)
        tone = (np.sin(np.arange(at * 1600, (at + 1) * 1600) / 20) * 8000).astype(np.int16)
        for packet in itertools.chain(made, audio.encode(tone, at * 1600)):
            if packet.pts >= 0:
                output.write(packet)
    if not torn:
        output.close()
        return
    known = path.read_bytes()
    path.with_suffix(".copy").write_bytes(known)
    output.close()
    path.write_bytes(path.with_suffix(".copy").read_bytes()[:-100])


def probe(path: Path) -> dict[str, Any]:
    """What an independent program says of a file."""
    asked = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-show_format",
        "-show_streams",
        "-show_chapters",
        "-of",
        "json",
    ]
    ran = subprocess.run([*asked, str(path)], check=True, capture_output=True, text=True)
    assert not ran.stderr, ran.stderr
    return dict(json.loads(ran.stdout))


def test_a_torn_part_plays_up_to_its_last_seconds(tmp_path: Path) -> None:
    write_part(tmp_path / "0001.mkv", 6, torn=True)
    (part,) = parts.parts_of(tmp_path)
    assert 4.8 <= part.length <= 6


def test_parts_become_one_file_with_chapters_title_duration_and_index(tmp_path: Path) -> None:
    folder = parts.folder_of(tmp_path, 7)
    write_part(parts.next_path(folder, after_pause=False), 3)
    write_part(parts.next_path(folder, after_pause=True), 2)
    write_part(parts.next_path(folder, after_pause=False), 4, torn=True)
    (parts.next_path(folder, after_pause=False)).write_bytes(b"torn at once")
    found = parts.parts_of(folder)
    assert [part.chapter for part in found] == [True, True, False]
    target = tmp_path / "Weekly.mkv"
    parts.join(found, target, "Weekly planning")
    known = probe(target)
    length = sum(part.length for part in found)
    assert known["format"]["tags"]["title"] == "Weekly planning"
    assert abs(float(known["format"]["duration"]) - length) < 0.1
    starts = [float(chapter["start_time"]) for chapter in known["chapters"]]
    assert len(starts) == 2
    assert abs(starts[1] - 3) < 0.1
    codecs = {stream["codec_name"]: int(stream["nb_read_frames"]) for stream in known["streams"]}
    assert codecs["h264"] >= 30 * (length - 0.2)
    with av.open(str(target)) as whole:
        whole.seek(4_000_000)  # needs the index
        assert next(whole.decode(video=0)).time <= 4.1
    parts.forget(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["Weekly.mkv"]
