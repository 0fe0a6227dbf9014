"""Whether an RTSP server that takes RTP by UDP is still there: nothing of what is sent to it ever fails."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time

from rostrum.media.outputs.output import OutputError

_LAST_DATA_RECEIVED = 52
"""Where Linux's `tcp_info` has the milliseconds since the last data came, a number of 32 bits."""
_BEATS = 4
"""Questions in the time that an answer may take at most."""
_FIRST_CSEQ = 1_000_000
"""Far from the numbers of FFmpeg's own requests."""


class Pulse:
    """Asks on the connection of RTSP, which is idle meanwhile, and looks when the last answer came.

    The connection is FFmpeg's, which reads the answers and passes them over; so it has to be asked on the thread on
    which FFmpeg writes. `silence_s`: how long an answer may take.
    """

    def __init__(self, number: int, url: str, silence_s: float) -> None:
        self._line = socket.socket(fileno=os.dup(number))
        self._url, self._silence_s = url, silence_s
        self._cseq, self._asked_at, self._began = _FIRST_CSEQ, 0.0, time.monotonic()

    def beat(self) -> None:
        """Raise OutputError when no answer has come for too long."""
        now = time.monotonic()
        silent_s = min(self._silent_s(), now - self._began)
        if silent_s > self._silence_s:
            raise OutputError(f"no answer for {silent_s:.0f} s")
        if now - self._asked_at < self._silence_s / _BEATS:
            return
        self._asked_at, self._cseq = now, self._cseq + 1
        asked = f"OPTIONS {self._url} RTSP/1.0\r\nCSeq: {self._cseq}\r\n\r\n".encode()
        with contextlib.suppress(OSError):  # writing the next packet tells more
            self._line.send(asked, socket.MSG_DONTWAIT)

    def close(self) -> None:
        """Let go of the connection; FFmpeg keeps its own end."""
        self._line.close()

    def _silent_s(self) -> float:
        info = self._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECEIVED + 4)
        return float(struct.unpack_from("I", info, _LAST_DATA_RECEIVED)[0]) / 1000
