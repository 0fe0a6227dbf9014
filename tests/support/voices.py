"""Sound files that Chromium takes for a microphone."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 48_000
_SYLLABLE, _GAP = 0.22, 0.08


def write_voice(path: Path, speaks: float) -> Path:
    """Something like a voice for `speaks` seconds, as a mono WAV file.

    Syllables of changing pitch with overtones: a steady tone would be taken for noise, and put away.
    """
    at = np.arange(int(speaks * RATE)) / RATE
    syllable = np.floor(at / (_SYLLABLE + _GAP))
    pitch = 140 + 45 * np.sin(syllable * 2.1) + 12 * np.sin(2 * np.pi * 3 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = sum(np.sin(phase * overtone) / overtone for overtone in range(1, 9))
    sounds = (at % (_SYLLABLE + _GAP)) < _SYLLABLE
    samples = 0.25 * tone * sounds
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path
