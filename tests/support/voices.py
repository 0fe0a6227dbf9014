"""Sound files that Chromium takes for a microphone."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 48_000
_GAP = 0.08


def write_voice(path: Path, speaks: float, pitch: float = 140) -> Path:
    """Something like a voice for `speaks` seconds, as a mono WAV file.

    Syllables of changing pitch (about `pitch` Hz) with overtones: a steady tone would be taken for noise, and put away.
    So would a voice that is like another one, for its echo: whoever speaks with others needs a pitch of their own.
    """
    at = np.arange(int(speaks * RATE)) / RATE
    long = 31 / pitch
    syllable = np.floor(at / (long + _GAP))
    height = pitch + 45 * np.sin(syllable * 2.1) + 12 * np.sin(2 * np.pi * 3 * at)
    phase = 2 * np.pi * np.cumsum(height) / RATE
    tone = sum(np.sin(phase * overtone) / overtone for overtone in range(1, 9))
    sounds = (at % (long + _GAP)) < long
    samples = 0.25 * tone * sounds
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path
