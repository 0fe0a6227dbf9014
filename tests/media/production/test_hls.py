"""Live files: parts of a second that an independent program plays, and a list that only grows at its end."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import av
import numpy as np
import pytest

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.live_files import PLAYLIST
from rostrum.media.outputs.hls import LiveFiles
from tests.recordings.test_parts import probe


@pytest.mark.parametrize("still", [False, True], ids=["moving", "standing still"])
def test_parts_and_segments_play(tmp_path: Path, still: bool) -> None:
    folder, copy = tmp_path / "live", tmp_path / "copy"
    output = written(folder, seconds=9, still=still)
    listed = (folder / PLAYLIST).read_text()
    parts = [float(one) for one in re.findall(r"EXT-X-PART:DURATION=([\d.]+)", listed)]
    target = float(re.findall(r"PART-TARGET=([\d.]+)", listed)[0])
    assert len(parts) > 2
    assert max(parts) <= target
    assert all((folder / name).exists() for name in re.findall(r'(?:PART:.*|MAP:)URI="([^"]+)"', listed))
    (hinted,) = re.findall(r'PRELOAD-HINT:TYPE=PART,URI="p(\d+).m4s"', listed)
    assert max(int(one.stem[1:]) for one in folder.glob("p*")) == int(hinted) - 1
    shutil.copytree(folder, copy)
    with (copy / PLAYLIST).open("a") as whole:
        whole.write("#EXT-X-ENDLIST\n")
    frames = {one["codec_name"]: int(one["nb_read_frames"]) for one in probe(copy / PLAYLIST)["streams"]}
    assert frames["h264"] >= (6 if still else 30 * 6)
    assert frames["aac"] >= 46 * 6
    output.close()


def test_what_it_says_of_time_is_true(tmp_path: Path) -> None:
    written(tmp_path / "live", seconds=9, still=False).close()
    listed = (tmp_path / "live" / PLAYLIST).read_text()
    told = [float(one) for one in re.findall(r"EXTINF:([\d.]+)", listed)]
    assert sum(told) == pytest.approx(9, abs=0.1)
    assert max(told) < float(re.findall(r"TARGETDURATION:(\d+)", listed)[0]) + 0.5
    shown = probe(tmp_path / "live" / PLAYLIST)
    assert float(shown["format"]["duration"]) == pytest.approx(sum(told), abs=0.1)


def test_old_ones_go_and_the_end_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    output = written(folder, seconds=50, still=True)
    (first,) = re.findall(r"MEDIA-SEQUENCE:(\d+)", (folder / PLAYLIST).read_text())
    assert int(first) > 10
    assert not (folder / "s1.m4s").exists()
    assert not (folder / "p1.m4s").exists()
    assert (folder / f"s{int(first) - 5}.m4s").exists(), "a slow viewer still finds what is listed no more"
    assert len(list(folder.iterdir())) < 70
    output.close()
    listed = (folder / PLAYLIST).read_text()
    assert listed.endswith("#EXT-X-ENDLIST\n")
    assert "PRELOAD-HINT" not in listed


def test_a_stream_without_a_picture_leaves_nothing(tmp_path: Path) -> None:
    output = LiveFiles(tmp_path / "live")
    output.open(VideoEncoder(VideoFormat(width=320, height=180)), AudioEncoder("AAC"))
    output.close()
    assert not (tmp_path / "live").exists()


def test_parts_do_not_wait_for_pictures_that_stand_still(tmp_path: Path) -> None:
    output = written(tmp_path / "live", seconds=4.35, still=True)  # its last picture came at 3.3
    assert (tmp_path / "live" / "p4.m4s").exists()
    output.close()


def written(folder: Path, seconds: float, *, still: bool) -> LiveFiles:
    """Files with so many seconds of a grey picture, which moves or is made anew each 1.1 seconds, and a tone.

    After 3.3 and 4.6 s somebody else wants a keyframe.
    """
    video, audio, output = VideoEncoder(VideoFormat(width=320, height=180)), AudioEncoder("AAC"), LiveFiles(folder)
    output.open(video, audio)
    for at in range(round(30 * seconds)):
        if at in {99, 138}:
            video.want_keyframe()
        made: list[Encoded] = []
        if not still or at % 33 == 0:
            picture = np.full((270, 320), (at * 3) % 200, np.uint8)
            made += video.encode(av.VideoFrame.from_ndarray(picture, "yuv420p"), at / 30)
        tone = (np.sin(np.arange(at * 1600, (at + 1) * 1600) / 20) * 8000).astype(np.int16)
        for packet in (*made, *audio.encode(tone, at * 1600)):
            if packet.pts >= 0:
                output.write(packet)
    return output
