"""Encoders: pictures and samples in, packets out. One encoder serves every output that wants its format."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.video.frame import PictureType
from av.video.stream import VideoStream
from msgspec import Struct

from rostrum.media.composition.sound import RATE, Samples
from rostrum.media.formats import AudioCodec, VideoCodec, VideoFormat

VIDEO_CLOCK = Fraction(1, 90_000)
KEYFRAME_S = 2.0
"""Seconds between two pictures that can be shown without those before them."""

_VIDEO: dict[VideoCodec, tuple[str, dict[str, str]]] = {
    # No pictures that wait for later ones: a broadcast must not lag, and a part may end anywhere. Without force-cfr,
    # x264 keeps each picture until the next one tells how long it stands: a second, where nothing moves.
    "H264": (
        "libx264",
        {"preset": "superfast", "bf": "0", "g": "600", "keyint_min": "1", "sc_threshold": "0"}
        | {"x264-params": "force-cfr=1"},
    ),
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1"}),
}
_SETTLES = 8
"""Frames of silence after which every further one is the same packet."""
_AUDIO: dict[AudioCodec, tuple[str, int, str, int]] = {
    # encoder, rate, layout, bit/s
    "AAC": ("aac", 48_000, "stereo", 128_000),
    "MP3": ("libmp3lame", 48_000, "stereo", 128_000),
    "PCM": ("pcm_s16be", 48_000, "stereo", 0),
    "G711_U": ("pcm_mulaw", 8_000, "mono", 0),
    "G711_A": ("pcm_alaw", 8_000, "mono", 0),
    "OPUS": ("libopus", 48_000, "mono", 48_000),
}


class Speaker(Struct, frozen=True):
    """Whose voice it is: a participant's id and name. `take` grows each time when somebody begins to be heard."""

    id: str
    name: str
    take: int = 0


class Encoded(Struct, frozen=True):
    """One packet. Times count in `clock` from the start of the composition. A voice is not encoded: samples (48 kHz,
    mono) as they came, of one speaker.
    """

    kind: Literal["video", "audio", "voice"]
    data: bytes
    pts: int
    clock: Fraction
    keyframe: bool
    speaker: Speaker | None = None

    @property
    def seconds(self) -> float:
        """When it is shown or heard."""
        return float(self.pts * self.clock)


class VideoEncoder:
    """Encodes pictures; each brings its own time, so a still scene needs few."""

    def __init__(self, wanted: VideoFormat) -> None:
        self.format = wanted
        name, options = _VIDEO[wanted.codec]
        self._holder = _holder()
        stream: VideoStream = self._holder.add_stream(name, rate=wanted.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = wanted.width, wanted.height, "yuv420p"
        stream.bit_rate = wanted.kbit * 1000
        context = stream.codec_context
        context.time_base = VIDEO_CLOCK
        context.flags |= Flags.global_header
        context.options |= {"maxrate": f"{wanted.kbit * 3 // 2}k", "bufsize": f"{wanted.kbit * 2}k"}
        self._holder.start_encoding()
        self.stream = stream
        """The template of an output's own stream."""
        self._last_pts = -1
        self._next_keyframe = 0.0

    def want_keyframe(self) -> None:
        """Somebody begins to watch: the next picture shall be one that can be shown alone."""
        self._next_keyframe = 0.0

    def encode(self, frame: av.VideoFrame, seconds: float) -> Iterator[Encoded]:
        """A picture of this moment; moments only grow."""
        pts = max(round(seconds / VIDEO_CLOCK), self._last_pts + 1)
        self._last_pts = pts
        frame.pts, frame.time_base = pts, VIDEO_CLOCK
        frame.pict_type = PictureType.NONE
        if seconds >= self._next_keyframe:
            frame.pict_type = PictureType.I
            self._next_keyframe = seconds + KEYFRAME_S - 0.001
        yield from self._packets(frame)

    def close(self) -> Iterator[Encoded]:
        """What was still being worked on."""
        yield from self._packets(None)

    def _packets(self, frame: av.VideoFrame | None) -> Iterator[Encoded]:
        for packet in self.stream.codec_context.encode(frame):
            if packet.pts is not None:
                yield Encoded("video", bytes(packet), packet.pts, VIDEO_CLOCK, packet.is_keyframe)


class AudioEncoder:
    """Encodes the mix."""

    def __init__(self, codec: AudioCodec) -> None:
        self.codec = codec
        name, rate, layout, bits = _AUDIO[codec]
        self._holder = _holder()
        stream: AudioStream = self._holder.add_stream(name, rate=rate)
        stream.layout = layout
        if bits:
            stream.bit_rate = bits
        context = stream.codec_context
        context.flags |= Flags.global_header
        self._holder.start_encoding()
        self.stream = stream
        """The template of an output's own stream."""
        self.clock = Fraction(1, rate)
        self._frame = context.frame_size or rate // 50
        self._resampler = av.AudioResampler(context.format, layout, rate, frame_size=self._frame)
        self._silent_from: int | None = None
        self._silence = b""
        self._next_pts: int | None = None

    def encode(self, samples: Samples, position: int) -> Iterator[Encoded]:
        """Mono samples at 48 kHz; `position` counts the ones before them since the start, and leaves out none.

        Of silence AAC makes the same packet again and again: it is not made anew.
        """
        if self.codec != "AAC" or samples.any():
            self._silent_from, self._silence = None, b""
        elif self._silent_from is None:
            self._silent_from = position
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, position, Fraction(1, RATE)
        for ready in self._resampler.resample(frame):
            if self._silence:
                yield self._dated(self._silence)
                continue
            for packet in self._packets(ready):
                yield packet
                settled = self._silent_from is not None and packet.pts > self._silent_from + _SETTLES * self._frame
                self._silence = packet.data if settled else b""

    def close(self) -> Iterator[Encoded]:
        """What was still being worked on."""
        for ready in self._resampler.resample(None):
            yield from self._packets(ready)
        yield from self._packets(None)

    def _packets(self, frame: av.AudioFrame | None) -> Iterator[Encoded]:
        for packet in self.stream.codec_context.encode(frame):
            if packet.pts is not None:
                if self._next_pts is None:
                    self._next_pts = packet.pts
                yield self._dated(bytes(packet))

    def _dated(self, data: bytes) -> Encoded:
        """The next packet; each lasts one frame."""
        pts = self._next_pts or 0
        self._next_pts = pts + self._frame
        return Encoded("audio", data, pts, self.clock, keyframe=True)


class VoiceEncoder:
    """Encodes one voice as Opus, each frame by itself."""

    FRAME = RATE // 50
    """Samples of a frame: 20 ms."""
    EARLY = 312
    """Samples that players leave out at the beginning; the encoder looks so far ahead."""

    def __init__(self) -> None:
        self._holder = _holder()
        stream: AudioStream = self._holder.add_stream("libopus", rate=RATE, options={"application": "voip"})
        stream.layout = "mono"
        stream.bit_rate = 32_000
        self._holder.start_encoding()
        self.stream = stream
        """The template of a file's own stream."""

    def encode(self, samples: Samples) -> bytes:
        """The packet of one frame."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), "s16", "mono")
        frame.sample_rate = RATE
        return b"".join(bytes(packet) for packet in self.stream.codec_context.encode(frame))


class _Nowhere(io.RawIOBase):
    """Takes and forgets."""

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        return len(given)


def _holder() -> Any:
    """A container that holds one encoder's stream, so that other containers can take it as their template."""
    return av.open(_Nowhere(), "w", format="nut")
