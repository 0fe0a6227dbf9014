"""Sending a programme to an address: RTMP(S) or RTSP, as the address says."""

from __future__ import annotations

import re

import av

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import Muxer, OutputError

_CONNECT_S = 10.0
_CREDENTIALS = re.compile(r"//[^/@]*@")


class Push:
    """One stream to one address. `silence_s`: how long the other side may keep us waiting; 0: as the system does."""

    def __init__(self, url: str, *, over_tcp: bool = True, silence_s: float = 0) -> None:
        self._url, self._over_tcp, self._silence_s = url, over_tcp, silence_s
        self._muxer: Muxer | None = None

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Connect and announce."""
        rtsp = self._url.startswith(("rtsp://", "rtsps://"))
        options = (
            {"rtsp_transport": "tcp" if self._over_tcp else "udp"} if rtsp else {"flvflags": "no_duration_filesize"}
        )
        if self._silence_s:
            options["timeout" if rtsp else "rw_timeout"] = str(round(self._silence_s * 1_000_000))
        try:
            self._muxer = Muxer(
                self._url, "rtsp" if rtsp else "flv", video, audio, options=options, timeout_s=_CONNECT_S
            )
            self._muxer.begin()
        except av.FFmpegError as error:
            raise OutputError(f"{shown(self._url)} cannot be reached: {error.strerror}") from None

    def write(self, packet: Encoded) -> None:
        """One packet."""
        if self._muxer is None:
            return
        try:
            self._muxer.write(packet)
        except av.FFmpegError as error:
            raise OutputError(f"{shown(self._url)} has gone: {error.strerror}") from None

    def check(self) -> None:
        """Writing tells."""

    def close(self) -> None:
        """Say good-bye."""
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            muxer.close()


def shown(url: str) -> str:
    """An address as people may read it: without login, and without the stream's key, which is as good as a password."""
    plain = _CREDENTIALS.sub("//", url).partition("?")[0]
    scheme, _, rest = plain.partition("://")
    host, _, path = rest.partition("/")
    first = path.partition("/")[0]
    return f"{scheme}://{host}/{first}/…" if "/" in path else f"{scheme}://{host}/{first}"
