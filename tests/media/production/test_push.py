"""Sending to servers that take nothing any more, that never answer, or that are not there."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.output import OutputError
from rostrum.media.outputs.push import Push, shown
from tests.support.server import free_port
from tests.support.targets import Nginx, nginx, rtsp_recorder

SECRET = "ann:a-word@"


@pytest.fixture
def rtmp(tmp_path: Path) -> Iterator[Nginx]:
    with nginx(tmp_path / "nginx") as server:
        yield server


def send(
    push: Push, seconds: float, packet_bytes: int = 1_000, after_a_second: Callable[[], object] = lambda: None
) -> float:
    """Send pictures of a size until that fails; after how many seconds it did. Fails when it does not."""
    video, audio = VideoEncoder(VideoFormat(width=320, height=180)), AudioEncoder("AAC")
    noise = np.random.default_rng(1).integers(0, 255, (270, 320), dtype=np.uint8)
    key = next(iter([*video.encode(av.VideoFrame.from_ndarray(noise, "yuv420p"), 0), *video.close()]))
    push.open(video, audio)
    began = time.monotonic()

    def go_on() -> None:
        at = 0
        threading.Timer(1, after_a_second).start()
        while time.monotonic() - began < seconds:
            # A filler (NAL unit 12) makes it as large as we like.
            data = key.data + b"\0\0\0\1\x0c" + b"\xff" * packet_bytes
            push.write(Encoded("video", data, at, key.clock, keyframe=True))
            if at % 90_000 == 0:
                push.check()
            at += 3_000
            time.sleep(0.01)

    with pytest.raises(OutputError) as refused:
        go_on()
    took = time.monotonic() - began
    push.close()
    assert "a-word" not in str(refused.value)
    return took


def test_an_rtmp_server_that_takes_nothing_any_more(rtmp: Nginx) -> None:
    push = Push(rtmp.url.replace("//", f"//{SECRET}") + "/x", silence_s=2)
    time.sleep(0.2)
    assert 2 < send(push, 40, 200_000, lambda: rtmp.kill(signal.SIGSTOP)) < 30


def test_an_rtmp_server_that_dies(rtmp: Nginx) -> None:
    assert send(Push(rtmp.url + "/x", silence_s=2), 20, after_a_second=rtmp.kill) < 10


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
@pytest.mark.parametrize("over_tcp", [True, False])
def test_an_rtsp_server_that_stands_still_or_dies(tmp_path: Path, over_tcp: bool, how: signal.Signals) -> None:
    with rtsp_recorder(tmp_path / "sent.mkv", "H264", "AAC", "/x") as target:
        push = Push(f"rtsp://{SECRET}127.0.0.1:{target.port}/x", over_tcp=over_tcp, silence_s=2)
        took = send(push, 40, 200_000 if over_tcp else 1_000, lambda: target.process.send_signal(how))
        assert 1 < took < (30 if over_tcp else 8)


def test_an_rtsp_server_that_takes_its_packets_by_udp_is_not_given_up(tmp_path: Path) -> None:
    with rtsp_recorder(tmp_path / "sent.mkv", "H264", "AAC", "/x") as target:
        push = Push(f"rtsp://{SECRET}127.0.0.1:{target.port}/x", over_tcp=False, silence_s=2)
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            send(push, 7)
        push.close()


@pytest.mark.parametrize("scheme", ["rtmp", "rtsp"])
def test_a_server_that_never_answers(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"{scheme}://{SECRET}127.0.0.1:{mute.getsockname()[1]}/live/key"
        began = time.monotonic()
        with pytest.raises(OutputError) as refused:
            send(Push(url, silence_s=2), 5)
    assert time.monotonic() - began < 15
    assert "a-word" not in str(refused.value)
    assert "key" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["rtmp", "rtmps", "rtsp", "rtsps"])
def test_no_server_at_all(scheme: str) -> None:
    url = f"{scheme}://{SECRET}127.0.0.1:{free_port()}/live/key"
    with pytest.raises(OutputError, match=f"^{scheme}://127.0.0.1:[0-9]+ cannot be reached: ") as refused:
        send(Push(url, silence_s=2), 5)
    assert "key" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("rtmp://a.test/live2/key", "rtmp://a.test"),
        ("rtsp://ann:p%40ss@a.test:554?key=1", "rtsp://a.test:554"),
        ("rtsp://ann:p@ss@a.test/x", "rtsp://a.test"),
    ],
)
def test_addresses_are_shown_without_login_and_key(url: str, wanted: str) -> None:
    assert shown(url) == wanted
