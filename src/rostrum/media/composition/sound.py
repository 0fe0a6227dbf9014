"""Mixing: many voices at 48 kHz into one, levelled, and without a click when people come and go."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples a second, of everything here."""
Samples = NDArray[np.int16]
_Floats = NDArray[np.float32]

_FADE = RATE // 200
"""5 ms: what a voice takes to come and to go."""
_FIRST = RATE * 60 // 1000
"""60 ms wait at first, so that uneven arrival leaves no holes."""
_MOST = RATE * 300 // 1000
"""More than 300 ms waiting is a clock that runs faster than ours: the oldest are dropped."""
_WANTED_RMS = 0.1
"""-20 dB: how loud everybody shall be."""
_QUIET_RMS = 0.005
"""Below -46 dB it is silence or noise, which must not be lifted."""
_LEAST_GAIN, _MOST_GAIN = 0.4, 4.0
_GAIN_STEP = 0.02
"""How much of the way to the right gain one block goes; a block of 20 ms: about a second."""
_SCALE = np.float32(1 / 32768)
_CEILING = 0.89
"""-1 dB: the loudest that the mix may be."""


class _Voice:
    """The samples of one source that wait to be mixed."""

    def __init__(self) -> None:
        self._waiting: list[_Floats] = []
        self._count = 0
        self._playing = False
        self.gain = 1.0

    def feed(self, samples: Samples) -> None:
        self._waiting.append(samples.astype(np.float32) * _SCALE)
        self._count += len(samples)
        while self._count > _MOST and len(self._waiting) > 1:
            self._count -= len(self._waiting.pop(0))

    def take(self, count: int) -> _Floats | None:
        """The next samples with a soft beginning and end; None: silence."""
        if not self._playing and self._count < max(_FIRST, count):
            return None
        got = self._cut(count)
        if not self._playing:
            got[:_FADE] *= np.linspace(0, 1, min(_FADE, len(got)), dtype=np.float32)
            self._playing = True
        if len(got) < count:
            end = min(_FADE, len(got))
            if end:
                got[-end:] *= np.linspace(1, 0, end, dtype=np.float32)
            self._playing = False
            got = np.concatenate([got, np.zeros(count - len(got), np.float32)])
        return got

    def _cut(self, count: int) -> _Floats:
        parts, missing = [], count
        while missing and self._waiting:
            part = self._waiting.pop(0)
            if len(part) > missing:
                self._waiting.insert(0, part[missing:])
                part = part[:missing]
            parts.append(part)
            missing -= len(part)
        self._count -= count - missing
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


class Mixer:
    """Mixes voices; each is known by a name of the caller's."""

    def __init__(self) -> None:
        self._voices: dict[Hashable, _Voice] = {}
        self._ending: list[_Voice] = []
        self._ceiling_gain = 1.0

    def feed(self, voice: Hashable, samples: Samples) -> None:
        """Samples of one voice that arrived just now; the first ones make it known."""
        self._voices.setdefault(voice, _Voice()).feed(samples)

    def forget(self, voice: Hashable) -> None:
        """A voice is gone; what it said is still heard to its end."""
        if voice in self._voices:
            self._ending.append(self._voices.pop(voice))

    @property
    def is_silent(self) -> bool:
        """Whether there is no voice at all, not even one that says nothing."""
        return not self._voices and not self._ending

    def take(self, count: int) -> Samples:
        """The next `count` samples of the mix; silence where nobody speaks."""
        if self.is_silent:
            self._ceiling_gain = 1.0
            return np.zeros(count, np.int16)
        mix = np.zeros(count, np.float32)
        gone = []
        for voice in (*self._voices.values(), *self._ending):
            got = voice.take(count)
            if got is not None:
                mix += got * self._levelled(voice, got)
            elif voice in self._ending:
                gone.append(voice)
        self._ending = [voice for voice in self._ending if voice not in gone]
        return (self._limited(mix) * 32767).astype(np.int16)

    @staticmethod
    def _levelled(voice: _Voice, got: _Floats) -> _Floats:
        """The gain over a block: it glides towards the one that makes this voice as loud as all."""
        before = voice.gain
        rms = float(np.sqrt(np.mean(got * got)))
        if rms > _QUIET_RMS:
            right = min(max(_WANTED_RMS / rms, _LEAST_GAIN), _MOST_GAIN)
            voice.gain += (right - voice.gain) * _GAIN_STEP
        return np.linspace(before, voice.gain, len(got), dtype=np.float32)

    def _limited(self, mix: _Floats) -> _Floats:
        """The mix below the ceiling: down at once, up again slowly."""
        peak = float(np.max(np.abs(mix), initial=0.0))
        needed = min(1.0, _CEILING / peak) if peak else 1.0
        before = self._ceiling_gain
        after = needed if needed < before else before + (needed - before) * 0.1
        self._ceiling_gain = after
        glide = np.linspace(before, after, len(mix), dtype=np.float32)
        limited: _Floats = np.clip(mix * glide, -_CEILING, _CEILING)
        return limited
