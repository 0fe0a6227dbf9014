"""One file for each speaker: what stands in it at which moment, whatever happened to who wrote it."""

from __future__ import annotations

import itertools
import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from rostrum.media.encoding import Encoded, Speaker
from rostrum.media.outputs.opus import SpeakerFile
from rostrum.media.outputs.speakers import WithSpeakers
from rostrum.recordings import parts, speaker_parts
from rostrum.recordings.speakers import SpeakerTrack, folder_of
from tests.recordings.test_parts import write_part

RATE = 48_000
CHUNK = 960
ANN, BOB = Speaker("ann@server.test", "Ann Müller", 1), Speaker("#guest:1@server.test", "Боб", 2)


def tone(hertz: float, begins: float, seconds: float) -> list[tuple[int, np.ndarray]]:
    """Chunks of a tone as they come: their place and their samples."""
    first = int(begins * RATE)
    places = range(first, first + int(seconds * RATE), CHUNK)
    return [(at, (np.sin(2 * np.pi * hertz * (np.arange(CHUNK) + at) / RATE) * 8000).astype(np.int16)) for at in places]


def sound(path: Path) -> np.ndarray:
    """All samples of a file, decoded by an independent program."""
    timed = ["-af", "aresample=async=1:first_pts=0"]  # what begins late, or has holes, as players show it
    asked = ["ffmpeg", "-v", "error", "-i", str(path), *timed, "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
    ran = subprocess.run(asked, check=True, capture_output=True)
    assert not ran.stderr
    return np.frombuffer(ran.stdout, np.int16)


def heard(path: Path, start: float = 0.0) -> list[tuple[float, float, float]]:
    """What is to be heard: from when, until when (seconds), and how high (hertz)."""
    samples = sound(path)
    step = RATE // 100
    loud = np.array([np.abs(samples[at : at + step].astype(int)).max() > 1500 for at in range(0, len(samples), step)])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    spans = [[edges[at], edges[at + 1]] for at in range(0, len(edges), 2)]
    joined: list[list[int]] = []
    for begins, ends in spans:
        if joined and begins - joined[-1][1] < 5:
            joined[-1][1] = ends
        else:
            joined.append([begins, ends])
    found = []
    for begins, ends in joined:
        part = samples[begins * step : ends * step]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        hertz = float(np.argmax(spectrum)) * RATE / len(part)
        found.append((round(begins / 100 + start, 2), round(ends / 100 + start, 2), hertz))
    return found


def is_heard(
    found: list[tuple[float, float, float]], *expected: tuple[float, float, float], within: float = 0.04
) -> bool:
    """Whether these tones are heard at these times, so many seconds more or less, and nothing else."""
    close = [
        abs(one[0] - other[0]) < within and abs(one[1] - other[1]) < within and abs(one[2] - other[2]) < 5
        for one, other in zip(found, expected, strict=False)
    ]
    return len(found) == len(expected) and all(close)


def write(path: Path, speaker: Speaker, *sounds: list[tuple[int, np.ndarray]], takes: bool = True) -> None:
    file = SpeakerFile(path, speaker)
    for take, chunks in enumerate(sounds):
        for at, samples in chunks:
            file.write(samples, at, take if takes else 0)
    file.close()


def starts(path: Path) -> float:
    with av.open(str(path)) as source:
        return int(source.streams.audio[0].metadata["starts"]) / RATE


@pytest.mark.parametrize("pause", [0.03, 0.11, 0.5, 4.0, 61.3])
def test_a_pause_is_silence_of_the_right_length(tmp_path: Path, pause: float) -> None:
    path = tmp_path / "a.opus"
    again = 2 + 1.5 + pause
    write(path, ANN, tone(500, 2, 1.5), tone(800, again, 1))
    found = heard(path, starts(path))
    if pause < 0.1:
        assert len(found) == 1
        assert found[0][:2] == pytest.approx((2, again + 1), abs=0.04)
    else:
        assert is_heard(found, (2, 3.5, 500), (again, again + 1, 800)), found


def test_what_is_not_loud_begins_no_file(tmp_path: Path) -> None:
    noise = [(at, np.full(CHUNK, 20, np.int16)) for at in range(0, RATE, CHUNK)]
    write(tmp_path / "a.opus", ANN, noise)
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "b.opus", ANN, noise, tone(500, 1, 1))
    assert starts(tmp_path / "b.opus") == pytest.approx(0.96, abs=0.001)


def test_a_voice_that_came_late_at_first_is_put_right_while_it_is_silent(tmp_path: Path) -> None:
    """The loop was busy when somebody began to be heard: what comes in time later says when all of it was said."""
    silence = [(at, np.zeros(CHUNK, np.int16)) for at in range(0, RATE, CHUNK)]
    noise = [(at, np.full(CHUNK, 20, np.int16)) for at in range(2 * RATE, 3 * RATE, CHUNK)]
    early = [*silence, *tone(500, 1, 1), *noise, *tone(800, 3, 1)]
    busy = RATE // 5
    for until, wanted in ((0.5, 1.0), (1.2, 1.2)):
        late = [(max(at, min(at + busy, int(until * RATE))), samples) for at, samples in early]
        path = tmp_path / f"{until}.opus"
        write(path, ANN, late, takes=False)
        first, second = heard(path, starts(path))
        assert first[0] == pytest.approx(wanted, abs=0.04)
        assert second[0] == pytest.approx(3, abs=0.04)


def test_chunks_that_come_unevenly_are_not_torn(tmp_path: Path) -> None:
    """Within a take they follow each other, however late the loop looked; only what stays late is a hole."""
    path = tmp_path / "a.opus"
    whole = tone(500, 0, 6)
    uneven = [(at + (7 * number % 5) * RATE // 50, samples) for number, (at, samples) in enumerate(whole)]
    write(path, ANN, uneven, takes=False)
    samples = sound(path)[RATE : 5 * RATE].astype(float)
    assert np.abs(np.diff(samples)).max() < 800  # of a clean sine of this height: 524
    late = [(at + (RATE // 2 if at > 2 * RATE else 0), samples) for at, samples in whole]
    write(path, ANN, late, takes=False)
    (_, first, _), (second, ends, _) = heard(path)
    assert second - first == pytest.approx(0.5, abs=0.04)
    assert ends == pytest.approx(6.5, abs=0.04)


class Written:
    """The speakers of parts, as an output writes them."""

    def __init__(self, folder: Path, number: int = 7) -> None:
        self.folder, self.conference = parts.folder_of(folder, number), folder

    def part(self, seconds: float, *sounds: tuple[Speaker, float, float, float], later: bool = False) -> Path:
        path = parts.next_path(self.folder, after_pause=later)
        write_part(path, seconds)
        output = WithSpeakers(Nothing(), speaker_parts.folder_of(path))
        chunks = [(at, samples, speaker) for speaker, *given in sounds for at, samples in tone(*given)]
        for at, samples, speaker in sorted(chunks, key=lambda one: one[0]):
            output.write(Encoded("voice", samples.tobytes(), at, Fraction(1, RATE), keyframe=True, speaker=speaker))
        output.close()
        return path

    def put_away(self) -> dict[str, SpeakerTrack]:
        found = speaker_parts.put_away(parts.parts_of(self.folder), self.conference / "Weekly.mkv")
        return {one.name: one for one in found}

    @property
    def beside(self) -> Path:
        return folder_of(self.conference, "Weekly.mkv")


class Nothing:
    """An output for tests of what stands beside it."""

    def open(self, _video: Any, _audio: Any) -> None: ...

    def write(self, packet: Encoded) -> None: ...

    def check(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_parts_become_one_file_for_each_speaker(written: Written) -> None:
    """Somebody who is heard in two parts has one file; its times are those of the joined recording."""
    written.part(4, (ANN, 500, 1, 1), (BOB, 900, 2.5, 1))
    written.part(3, (BOB, 900, 0.5, 1), later=True)
    written.part(3, (ANN, 500, 1, 1))
    second, third = itertools.accumulate(part.length for part in parts.parts_of(written.folder)[:2])
    made = written.put_away()
    ann, bob = made["Ann Müller"], made["Боб"]
    assert is_heard(heard(written.beside / ann.file, ann.start), (1, 2, 500), (third + 1, third + 2, 500))
    found = heard(written.beside / bob.file, bob.start)
    assert is_heard(found, (2.5, 3.5, 900), (second + 0.5, second + 1.5, 900))
    listed = json.loads((written.beside / "speakers.json").read_bytes())["speakers"]
    assert [one["call_id"] for one in listed] == ["ann@server.test", "#guest:1@server.test"]
    for one in listed:
        path = written.beside / one["file"]
        assert one["size"] == path.stat().st_size
        assert one["duration"] == pytest.approx(len(sound(path)) / RATE, abs=0.03)
        asked = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
        known = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)["streams"]
        assert [(stream["codec_name"], stream["tags"]["artist"]) for stream in known] == [("opus", one["name"])]
    assert written.put_away() == made  # asked again after a crash


def test_a_torn_file_is_kept_up_to_its_last_seconds(written: Written) -> None:
    path = written.part(6, (ANN, 500, 1, 4))
    written.part(2, (ANN, 800, 0.5, 1))
    second = parts.parts_of(written.folder)[0].length
    (torn,) = speaker_parts.folder_of(path).iterdir()
    torn.write_bytes(torn.read_bytes()[: -torn.stat().st_size // 3])
    made = written.put_away()["Ann Müller"]
    (begins, ends, hertz), later = heard(written.beside / made.file, made.start)
    assert begins == pytest.approx(1, abs=0.04)
    assert 2.5 < ends < 5
    assert hertz == pytest.approx(500, abs=5)
    assert is_heard([later], (second + 0.5, second + 1.5, 800))


def test_what_was_said_is_on_the_disk_half_a_second_later(tmp_path: Path) -> None:
    """Also when nobody says anything more: whoever writes it may be killed at any moment."""
    file = SpeakerFile(tmp_path / "a.opus", ANN)
    for at, samples in tone(500, 0, 2):
        file.write(samples, at, 0)
    (tmp_path / "b.opus").write_bytes((tmp_path / "a.opus").read_bytes())
    file.close()
    ((begins, ends, _hertz),) = heard(tmp_path / "b.opus")
    assert begins < 0.05
    assert 1.5 < ends < 2


def test_what_was_said_behind_the_end_of_a_part_is_not_in_the_next(written: Written) -> None:
    written.part(2, (ANN, 500, 1, 3))
    written.part(2, (ANN, 800, 0, 1))
    made = written.put_away()["Ann Müller"]
    found = heard(written.beside / made.file, made.start)
    assert found[0][0] == pytest.approx(1, abs=0.04)
    assert found[-1][1] == pytest.approx(3, abs=0.05)


def test_nobody_spoke(written: Written) -> None:
    written.part(2)
    assert written.put_away() == {}
    assert not written.beside.exists()


def test_a_broken_file_is_left_out(written: Written) -> None:
    path = written.part(2, (ANN, 500, 1, 1), (BOB, 900, 0, 1))
    (speaker_parts.folder_of(path) / "0001.opus").write_bytes(b"torn at once")
    assert len(written.put_away()) == 1
