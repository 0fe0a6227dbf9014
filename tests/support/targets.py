"""Servers that broadcasts are sent to: nginx with its RTMP module, and GStreamer's RTSP server that records."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.server import free_port

_NGINX = """
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
rtmp {{ server {{ listen 127.0.0.1:{port}; application live {{ live on; wait_key on; }} }} }}
"""
_PICTURES = {"H264": "rtph264depay name=depay0 ! h264parse", "VP8": "rtpvp8depay name=depay0"}
_SOUNDS = {
    "AAC": "rtpmp4gdepay name=depay1 ! aacparse",
    "MP3": "rtpmpadepay name=depay1 ! mpegaudioparse",
    "PCM": "rtpL16depay name=depay1 ! audioconvert",
    "G711_U": "rtppcmudepay name=depay1",
    "G711_A": "rtppcmadepay name=depay1",
}


class Nginx:
    """Takes RTMP streams under /live/, and gives them to whoever asks. `start` and `kill` as often as one likes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.config = folder / "nginx.conf"
        self.config.write_text(_NGINX.format(folder=folder, port=self.port))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where streams go."""
        return f"rtmp://127.0.0.1:{self.port}/live"

    def start(self) -> None:
        """Listen."""
        words = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(self.config), "-p", str(self.folder)]
        with (self.folder / "nginx.log").open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log)
        _wait_for(self.port)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Die, or stand still (SIGSTOP)."""
        if self.process is not None:
            self.process.send_signal(how)
            if how == signal.SIGKILL:
                self.process.wait()


@contextmanager
def nginx(folder: Path) -> Iterator[Nginx]:
    """A running RTMP server; it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Nginx(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Recorder(NamedTuple):
    """A running RTSP server that records."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def rtsp_recorder(path: Path, video: str, audio: str, *streams: str) -> Iterator[Recorder]:
    """An RTSP server that keeps the stream sent to one of these paths in a Matroska file; it ends with the block."""
    port = free_port()
    script = Path(__file__).with_name("record_rtsp.py")
    words = ["/usr/bin/python3", str(script), str(port), str(path), _PICTURES[video], _SOUNDS[audio], *streams]
    with path.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield Recorder(port, process)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "the target does not listen"
            time.sleep(0.05)
        else:
            return
