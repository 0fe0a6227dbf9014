"""What the outputs that send into a network by FFmpeg have in common."""

from __future__ import annotations

import contextlib

import av

from rostrum.media.encoding import Encoded
from rostrum.media.outputs.output import Muxer, OutputError


class Sending:
    """A container on its way to `where`, which is what people may read of the address. `open` sets `_muxer`."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._muxer: Muxer | None = None

    def write(self, packet: Encoded) -> None:
        """One packet."""
        if self._muxer is None:
            return
        try:
            self._muxer.write(packet)
        except av.FFmpegError as error:
            raise OutputError(f"{self._where} has gone: {error.strerror}") from None

    def check(self) -> None:
        """Writing tells."""

    def close(self) -> None:
        """Say good-bye; who is gone does not hear it."""
        if self._muxer is not None:
            muxer, self._muxer = self._muxer, None
            with contextlib.suppress(av.FFmpegError):
                muxer.close()
