"""The mix: everybody is heard, equally loud, without clicks and without overload."""

from __future__ import annotations

import numpy as np

from rostrum.media.composition.sound import RATE, Mixer

BLOCK = RATE // 50


def _tone(seconds: float, frequency: float = 440, level: float = 0.2) -> np.ndarray:
    time = np.arange(int(RATE * seconds)) / RATE
    return (np.sin(2 * np.pi * frequency * time) * level * 32767).astype(np.int16)


def _mixed(sounds: dict[str, np.ndarray], seconds: float) -> np.ndarray:
    mixer, taken = Mixer(), []
    for at in range(int(seconds * 50)):
        for name, sound in sounds.items():
            part = sound[at * BLOCK : (at + 1) * BLOCK]
            if len(part):
                mixer.feed(name, part)
            else:
                mixer.forget(name)
        taken.append(mixer.take(BLOCK))
    return np.concatenate(taken)


def _power(sound: np.ndarray, frequency: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound.astype(float)))
    at = round(frequency * len(sound) / RATE)
    return float(spectrum[at - 1 : at + 2].max() / len(sound))


def _rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean((sound.astype(float) / 32768) ** 2)))


def test_silence_without_voices() -> None:
    assert not Mixer().take(BLOCK).any()


def test_two_voices_are_both_heard() -> None:
    mix = _mixed({"a": _tone(2, 440), "b": _tone(2, 1000)}, 2)[RATE:]
    assert min(_power(mix, 440), _power(mix, 1000)) > 10 * _power(mix, 700)


def test_a_quiet_and_a_loud_voice_become_alike() -> None:
    quiet, loud = (_rms(_mixed({"a": _tone(6, level=level)}, 6)[5 * RATE :]) for level in (0.04, 0.6))
    assert 0.5 < loud / quiet < 2
    assert loud / quiet < 0.25 * 0.6 / 0.04


def test_noise_is_not_lifted() -> None:
    assert _rms(_mixed({"a": _tone(3, level=0.003)}, 3)[RATE:]) < 0.003


def test_many_loud_voices_do_not_overload() -> None:
    crowd = {str(at): _tone(2, 200 + 37 * at, 0.9) for at in range(12)}
    mix = _mixed(crowd, 2)
    assert int(np.abs(mix.astype(int)).max()) <= 0.9 * 32768


def test_no_click_when_a_voice_comes_stumbles_and_goes() -> None:
    """The steepest step stays near the one of the tone itself; a cut would jump by the whole level."""
    mixer, taken, tone = Mixer(), [], _tone(1, 300, 0.3)
    for at in range(70):
        if at < 50 and not 20 <= at < 26:  # six blocks never arrive
            mixer.feed("a", tone[at * BLOCK : (at + 1) * BLOCK])
        if at == 50:
            mixer.forget("a")
        taken.append(mixer.take(BLOCK))
    mix = np.concatenate(taken).astype(int)
    own = int(np.abs(np.diff(tone.astype(int))).max())
    assert np.abs(mix).max() > 3000
    assert int(np.abs(np.diff(mix)).max()) < 1.6 * own
    assert not mix[-BLOCK:].any()


def test_a_clock_that_runs_fast_does_not_grow_the_delay() -> None:
    mixer = Mixer()
    for at in range(500):
        mixer.feed("a", _tone(0.021))
        mixer.take(BLOCK)
        if at > 100:
            assert sum(len(part) for part in mixer._voices["a"]._waiting) <= RATE * 0.33
