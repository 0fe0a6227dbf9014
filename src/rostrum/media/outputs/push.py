"""Sending a programme to an address: RTMP(S) or RTSP, as the address says."""

from __future__ import annotations

import contextlib
import os
import re
import socket
from pathlib import Path

import av

from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.outputs.output import Muxer, OutputError
from rostrum.media.outputs.pulse import Pulse
from rostrum.media.outputs.sending import Sending

_MOST_SILENCE_S = 60.0
"""How long a target without a time of its own may keep us waiting."""
_HOST = re.compile(r"^([a-z]+://)(?:[^/?#]*@)?([^/?#]*)")


class Push(Sending):
    """One stream to one address. `silence_s`: how long the other side may keep one answer or one packet waiting; 0: as
    long as anybody may.
    """

    def __init__(self, url: str, *, over_tcp: bool = True, silence_s: float = 0) -> None:
        super().__init__(shown(url))
        self._url, self._over_tcp, self._silence_s = url, over_tcp, silence_s
        self._pulse: Pulse | None = None

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Connect and announce."""
        silence_s = self._silence_s or _MOST_SILENCE_S
        patience = str(round(silence_s * 1_000_000))
        others = _sockets()
        try:
            if self._url.startswith(("rtsp://", "rtsps://")):
                options = {"rtsp_transport": "tcp" if self._over_tcp else "udp", "timeout": patience}
                self._muxer = Muxer(self._url, "rtsp", video, audio, options=options)
            else:
                self._muxer = Muxer(_flv_at(self._url, patience), "tee", video, audio)
            self._muxer.begin()
            lines = _connected(_sockets() - others)
            _give_up_after(silence_s, lines)
            if self._url.startswith("rtsp://") and not self._over_tcp and len(lines) == 1:
                self._pulse = Pulse(lines[0], _without_login(self._url), silence_s)
        except av.FFmpegError as error:
            raise OutputError(f"{self._where} cannot be reached: {error.strerror}") from None

    def check(self) -> None:
        """Writing tells, except where packets go by UDP."""
        if self._pulse is not None:
            try:
                self._pulse.beat()
            except OutputError as error:
                raise OutputError(f"{self._where} has gone: {error}") from None

    def close(self) -> None:
        """Say good-bye."""
        if self._pulse is not None:
            self._pulse.close()
            self._pulse = None
        super().close()


def _sockets() -> set[int]:
    """The numbers of this process's open sockets; empty on systems that do not tell."""
    found = set()
    with contextlib.suppress(OSError):
        for entry in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):  # those that close meanwhile
                if str(entry.readlink()).startswith("socket:"):
                    found.add(int(entry.name))
    return found


def _connected(numbers: set[int]) -> list[int]:
    """Which of these sockets are connections of TCP."""
    found = []
    for number in numbers:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as line:
            is_ip = line.family in {socket.AF_INET, socket.AF_INET6}
            if is_ip and line.type == socket.SOCK_STREAM and line.getpeername():
                found.append(number)
    return found


def _give_up_after(seconds: float, lines: list[int]) -> None:
    """Let the system end connections whose other side takes nothing for so long. FFmpeg has no such time-out while it
    writes RTSP, and for RTMP one that begins when megabytes of buffers are full.
    """
    for number in lines:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def _flv_at(url: str, patience: str) -> str:
    """FLV to an address, by FFmpeg's `tee`, which gives the connection its time-out; PyAV cannot."""
    plain = re.sub(r"[^A-Za-z0-9]", lambda found: "\\" + found[0], url)
    return f"[f=flv:flvflags=no_duration_filesize:rw_timeout={patience}]{plain}"


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def shown(url: str) -> str:
    """An address as people may read it: without login, and without its path, which may be as good as a password."""
    found = _HOST.match(url)
    return f"{found[1]}{found[2]}" if found else "the address"
