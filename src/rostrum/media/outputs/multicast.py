"""A programme as MPEG-TS over UDP to a multicast group: one stream for a whole network, however many watch."""

from __future__ import annotations

import av

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import Muxer, OutputError

_TS_IN_DATAGRAM = 7 * 188


class Multicast:
    """Sends to `address` (host:port). `ttl`: how many routers it may pass; `interface`: by which address it leaves."""

    def __init__(self, address: str, *, ttl: int = 1, interface: str = "") -> None:
        self._address, self._ttl, self._interface = address, ttl, interface
        self._muxer: Muxer | None = None

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Begin to send; nobody answers."""
        query = f"ttl={self._ttl}&pkt_size={_TS_IN_DATAGRAM}"
        if self._interface:
            query += f"&localaddr={self._interface}"
        try:
            self._muxer = Muxer(
                f"udp://{self._address}?{query}", "mpegts", video, audio, options={"flush_packets": "1"}
            )
            self._muxer.begin()
        except av.FFmpegError as error:
            raise OutputError(f"cannot send to {self._address}: {error.strerror}") from None

    def write(self, packet: Encoded) -> None:
        """One packet."""
        if self._muxer is None:
            return
        try:
            self._muxer.write(packet)
        except av.FFmpegError as error:
            raise OutputError(f"cannot send to {self._address}: {error.strerror}") from None

    def check(self) -> None:
        """Nobody answers."""

    def close(self) -> None:
        """Stop sending."""
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            muxer.close()
