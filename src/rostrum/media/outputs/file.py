"""A part of a recording: a Matroska file that plays up to its last second, whatever happens to who writes it."""

from __future__ import annotations

import os
from pathlib import Path

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import Muxer, OutputError

_CLUSTER_MS = 1_000
_LEAST_FREE = 200 * 1024 * 1024
"""Bytes that stay free on the disk: a recording ends in order before it is full."""


class MatroskaFile:
    """Writes one file; clusters of a second go to the disk as they end."""

    def __init__(self, path: Path, metadata: dict[str, str] | None = None, least_free: int = _LEAST_FREE) -> None:
        self._path, self._metadata, self._least_free = path, metadata, least_free
        self._muxer: Muxer | None = None

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Make the file."""
        self.check()
        options = {"cluster_time_limit": str(_CLUSTER_MS), "flush_packets": "1"}
        self._muxer = Muxer(str(self._path), "matroska", video, audio, options=options, metadata=self._metadata)

    def write(self, packet: Encoded) -> None:
        """One packet."""
        if self._muxer is not None:
            self._muxer.write(packet)

    def check(self) -> None:
        """Raise OutputError when the disk is nearly full."""
        disk = os.statvfs(self._path.parent)
        if disk.f_bavail * disk.f_frsize < self._least_free:
            raise OutputError("the disk is nearly full")

    def close(self) -> None:
        """Write the index and the duration."""
        if self._muxer is not None:
            self._muxer.close()
            self._muxer = None
