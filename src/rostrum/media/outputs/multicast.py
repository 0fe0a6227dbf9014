"""A programme as MPEG-TS over UDP to a multicast group: one stream for a whole network, however many watch."""

from __future__ import annotations

import av

from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.outputs.output import Muxer, OutputError
from rostrum.media.outputs.sending import Sending

_TS_IN_DATAGRAM = 7 * 188


class Multicast(Sending):
    """Sends to `address` (host:port). `ttl`: how many routers it may pass; `interface`: by which address it leaves."""

    def __init__(self, address: str, *, ttl: int = 1, interface: str = "") -> None:
        super().__init__(address)
        self._ttl, self._interface = ttl, interface

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Begin to send; nobody answers."""
        query = f"ttl={self._ttl}&pkt_size={_TS_IN_DATAGRAM}"
        if self._interface:
            query += f"&localaddr={self._interface}"
        try:
            self._muxer = Muxer(f"udp://{self._where}?{query}", "mpegts", video, audio, options={"flush_packets": "1"})
            self._muxer.begin()
        except av.FFmpegError as error:
            raise OutputError(f"cannot send to {self._where}: {error.strerror}") from None
