"""What every output is: open, write, check, close. Each runs in a thread of its own and may wait as it likes."""

from __future__ import annotations

import io
from typing import Any, Protocol

import av

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder


class OutputError(Exception):
    """The output cannot go on; the text says why, without credentials."""


class Output(Protocol):
    """One place where packets go. Each method may raise OutputError."""

    def open(self, video: VideoEncoder, audio: AudioEncoder) -> None:
        """Get ready. The first packet that follows is a keyframe."""

    def write(self, packet: Encoded) -> None:
        """One packet; times count from zero at the first one."""

    def check(self) -> None:
        """Asked once a second, also when nothing is written: raise OutputError when the other side is gone."""

    def close(self) -> None:
        """End in order; what was written is complete. Never raises after a failure of `open`."""


class Sink(io.RawIOBase):
    """Keeps what a muxer writes, each write by itself; it cannot seek, so the muxer never goes back."""

    def __init__(self) -> None:
        self.made: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, given: Any) -> int:
        """Keep it."""
        self.made.append(bytes(given))
        return len(given)


class Muxer:
    """A container with one picture and one sound, for packets that encoders made."""

    def __init__(
        self,
        target: Any,
        kind: str,
        video: VideoEncoder,
        audio: AudioEncoder,
        *,
        options: dict[str, str] | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        self._container: Any = av.open(target, "w", format=kind, options=options or {})
        self._container.metadata.update(metadata or {})
        self._streams = {
            "video": self._container.add_stream_from_template(video.stream),
            "audio": self._container.add_stream_from_template(audio.stream),
        }

    def begin(self) -> None:
        """Write the header now instead of with the first packet: whether the other side takes it is known at once."""
        self._container.start_encoding()

    def write(self, packet: Encoded) -> None:
        """One packet, interleaved by time."""
        copy = av.Packet(packet.data)
        copy.pts = copy.dts = packet.pts
        copy.time_base = packet.clock
        copy.is_keyframe = packet.keyframe
        copy.stream = self._streams[packet.kind]
        self._container.mux(copy)

    def close(self) -> None:
        """Write the end."""
        self._container.close()
