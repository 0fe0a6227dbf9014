"""An RTSP server of our own, asked by FFmpeg's programs."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import av
import numpy as np
import pytest

from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.formats import AudioCodec, VideoCodec, VideoFormat
from rostrum.media.outputs import rtsp_serve
from rostrum.media.outputs.rtsp_serve import RtspServe

PATH = "live/a-key"


@contextmanager
def serving(video_codec: VideoCodec, audio_codec: AudioCodec) -> Iterator[int]:
    """A moving picture and a tone, served in real time; the port."""
    video, audio = VideoEncoder(VideoFormat(codec=video_codec, width=320, height=180)), AudioEncoder(audio_codec)
    ports: list[int] = []
    output = RtspServe("Weekly планирование", PATH, ports.append)
    output.open(video, audio)
    ended = threading.Event()

    def feed() -> None:
        began, at = time.monotonic(), 0
        while not ended.is_set():
            picture = np.full((270, 320), (at * 3) % 200, np.uint8)
            packets = [*video.encode(av.VideoFrame.from_ndarray(picture, "yuv420p"), at / 30)]
            tone = (np.sin(np.arange(at * 1600, (at + 1) * 1600) / 20) * 8000).astype(np.int16)
            packets += audio.encode(tone, at * 1600)
            for packet in packets:
                if packet.pts >= 0:
                    output.write(packet)
            at += 1
            ended.wait(max(0, began + at / 30 - time.monotonic()))

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield ports[0]
    finally:
        ended.set()
        thread.join()
        output.close()


@pytest.mark.parametrize(
    ("video", "audio", "names"),
    [
        ("H264", "AAC", {"h264", "aac"}),
        ("H264", "MP3", {"h264", "mp3"}),
        ("VP8", "PCM", {"vp8", "pcm_s16be"}),
        ("H264", "G711_U", {"h264", "pcm_mulaw"}),
        ("H264", "G711_A", {"h264", "pcm_alaw"}),
    ],
)
def test_codecs_and_moving_pictures(video: VideoCodec, audio: AudioCodec, names: set[str]) -> None:
    with serving(video, audio) as port:
        asked = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-read_intervals", "%+3", "-count_frames"]
        asked += ["-show_entries", "stream=codec_name,width,nb_read_frames", "-of", "json"]
        address = f"rtsp://127.0.0.1:{port}/{PATH}"
        ran = subprocess.run([*asked, address], check=False, capture_output=True, text=True, timeout=60)
    streams = {one["codec_name"]: one for one in json.loads(ran.stdout)["streams"]}
    assert set(streams) == names, ran.stderr
    picture = streams["vp8" if video == "VP8" else "h264"]
    assert picture["width"] == 320
    assert int(picture["nb_read_frames"]) > 40


def test_udp_is_declined_and_nonsense_ends_the_connection() -> None:
    with serving("H264", "AAC") as port:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            offer = b"Transport: RTP/AVP;unicast;client_port=1-2"
            line.sendall(b"SETUP rtsp://x/live/a-key/track0 RTSP/1.0\r\nCSeq: 1\r\n" + offer + b"\r\n\r\n")
            assert line.recv(1000).startswith(b"RTSP/1.0 461")
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"GET / nonsense\r\n\r\n" + b"x" * 20_000)
            while line.recv(1000):
                pass


def test_who_says_nothing_is_let_go_and_nobody_is_left_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtsp_serve, "_MOST_IDLE_S", 0.3)
    with serving("H264", "AAC") as port, socket.create_connection(("127.0.0.1", port), 5) as line:
        assert line.recv(1) == b""
    monkeypatch.undo()
    with serving("H264", "AAC") as port:
        line = socket.create_connection(("127.0.0.1", port), 5)
        line.sendall(f"OPTIONS rtsp://x/{PATH} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        assert line.recv(1000).startswith(b"RTSP/1.0 200")
    with line:
        assert line.recv(1) == b""


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
def test_whoever_has_not_the_whole_path_gets_nothing(method: str) -> None:
    with serving("H264", "G711_U") as port:

        def status(of: str) -> bytes:
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                transport = "Transport: RTP/AVP/TCP;interleaved=0-1"
                line.sendall(f"{method} rtsp://x/{of} RTSP/1.0\r\nCSeq: 1\r\n{transport}\r\n\r\n".encode())
                return line.recv(1000).split(b"\r\n")[0]

        for wrong in ("", "live", "live/", "live/a-kez", "live/a-keyx", "live/a-key%00", "x/live/a-key", "*", "//["):
            assert status(wrong) == b"RTSP/1.0 404 Not Found", wrong
        if method in {"OPTIONS", "DESCRIBE"}:
            assert status(f"{PATH}/") == b"RTSP/1.0 200 OK"
