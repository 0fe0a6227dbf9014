"""Ogg Opus files (RFC 7845): packets of 20 ms, and silence that was encoded once for all."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from rostrum.media.composition.sound import RATE, Samples
from rostrum.media.encoding import Speaker, VoiceEncoder

FRAME = VoiceEncoder.FRAME
STARTS = "starts"
"""The tag that says where in its part a file begins, in samples."""
CALL_ID = "call_id"
_SILENCE = b"\xf8\xff\xfe"
"""A packet of 20 ms in which nothing is heard."""
_PAGE_US = 200_000
"""A page goes to the disk when the next one is full: whoever is killed loses less than half a second of a voice."""
_AFTER, _BEFORE = 1, 2
"""Frames of silence that are really encoded after and before a sound, so that it neither breaks off nor fades in."""
_LOUD = 100
"""Below that (-50 dB) nobody has begun to speak."""
_LATE = RATE // 10
"""100 ms behind what was due are silence if it stays so, and twice as much ahead is too much to be kept."""
_LOOK = 2 * RATE
"""How long it must stay so, samples."""
_NEVER = 1 << 62


class OggOpus:
    """A file that takes packets, one behind the other."""

    def __init__(self, path: Path, template: Any, tags: dict[str, str]) -> None:
        options = {"page_duration": str(_PAGE_US), "flush_packets": "1"}
        self._container: Any = av.open(str(path), "w", format="ogg", options=options)
        self._container.metadata.update(tags)
        self._stream = self._container.add_stream_from_template(template)
        self.frames = 0
        """How many there are."""

    def write(self, data: bytes) -> None:
        """One packet."""
        packet = av.Packet(data)
        packet.pts = packet.dts = self.frames * FRAME - VoiceEncoder.EARLY
        packet.duration = FRAME
        packet.time_base = Fraction(1, RATE)
        packet.stream = self._stream
        self._container.mux(packet)
        self.frames += 1

    def rest(self, frames: int) -> None:
        """So many packets of silence."""
        for _ in range(frames):
            self.write(_SILENCE)

    def close(self) -> None:
        """Write the end."""
        self._container.close()


class _Clock:
    """Where the samples of one take belong. They follow each other without a hole; when they come tells only that they
    were said before: the earliest that came after a stretch of waiting is right for all.
    """

    def __init__(self) -> None:
        self._received = 0
        self._base = self._least = _NEVER
        self._looked = 0

    def place(self, at: int, count: int) -> int:
        """The place of the next `count` samples, which seem to begin at `at`."""
        seems = at - self._received
        self._base, self._least = min(self._base, seems), min(self._least, seems)
        self._looked += count
        if self._looked >= _LOOK:  # a voice whose clock is slower than ours, or that has lost something, comes late
            if self._least - self._base > _LATE:
                self._base = self._least
            self._least, self._looked = _NEVER, 0
        self._received += count
        return self._base + self._received - count


class SpeakerFile:
    """The voice of one speaker from when it is first heard. What is missing in between is silence, so that a moment in
    the file and the file's beginning together are a moment of the part.
    """

    def __init__(self, path: Path, speaker: Speaker) -> None:
        self._path, self._speaker = path, speaker
        self._file: OggOpus | None = None
        self._encoder: VoiceEncoder | None = None
        self._waiting = np.zeros(0, np.int16)
        self._due = self._resting = 0
        self._take: int | None = None
        self._clock = _Clock()

    def write(self, samples: Samples, at: int, take: int) -> None:
        """Samples (48 kHz, mono) that begin `at` so many samples after the part's beginning."""
        fresh, self._take = take != self._take, take
        if fresh:
            self._clock = _Clock()
        place = self._clock.place(at, len(samples))
        loud = int(np.abs(samples.astype(np.int32)).max(initial=0)) >= _LOUD
        if self._file is None:
            if not loud:
                return
            self._open(place)
        behind = place - self._due
        if behind < (-2 * _LATE if loud else -len(samples)):
            return  # was said already; where it is silent it is best left out
        if behind > (0 if fresh or not loud else _LATE):
            self._due += behind
            self._resting += behind
        self._due += len(samples)
        if not samples.any():
            self._resting += len(samples)
            return
        self._rest()
        self._take_in(samples)

    def close(self) -> None:
        """End with the last sound. A file that nothing was said for is none."""
        if self._file is not None:
            self._take_in(np.zeros(-len(self._waiting) % FRAME + _AFTER * FRAME, np.int16))
            self._file.close()
            self._file = None

    def _open(self, place: int) -> None:
        begins = max(0, place - _BEFORE * FRAME)
        self._due, self._resting = place, place - begins
        self._encoder = VoiceEncoder()
        tags = {"artist": self._speaker.name, CALL_ID: self._speaker.id, STARTS: str(begins)}
        self._file = OggOpus(self._path, self._encoder.stream, tags)

    def _rest(self) -> None:
        """Put the silence down that has gathered."""
        assert self._file is not None
        count, self._resting = self._resting, 0
        ending = -len(self._waiting) % FRAME + _AFTER * FRAME
        frames = (count - ending) // FRAME - _BEFORE
        if frames > 0:
            self._take_in(np.zeros(ending, np.int16))
            self._file.rest(frames)
            count -= ending + frames * FRAME
        if count:
            self._take_in(np.zeros(count, np.int16))

    def _take_in(self, samples: Samples) -> None:
        assert self._file is not None
        assert self._encoder is not None
        self._waiting = np.concatenate([self._waiting, samples])
        while len(self._waiting) >= FRAME:
            self._file.write(self._encoder.encode(self._waiting[:FRAME]))
            self._waiting = self._waiting[FRAME:]
