"""What a worker does with a meeting, without an engine: sources decoded from files, the rest as in production.

A process of its own, so that its CPU time and its memory are its own: `python -m bench.recorder_ours JOB`, JOB in JSON.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import msgspec
import numpy as np
from msgspec import Struct

from rostrum.media.composition.composer import Composer, Pictures, Seen
from rostrum.media.composition.scene import Person, Source, Wanted
from rostrum.media.composition.sound import RATE, Mixer, Samples
from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.file import MatroskaFile

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE = 60


class Job(Struct, frozen=True, kw_only=True):
    """What is recorded. `again`: play the sources in a circle, decoded once, as they only fill the time."""

    sources: list[str]
    target: str
    seconds: int
    width: int = 1280
    height: int = 720
    fps: int = 30
    again: bool = False


class Took(Struct, frozen=True):
    """What it took; memory after each minute of output."""

    cpu_s: float
    wall_s: float
    memory_mb: list[float]


def main() -> None:
    """Record, and print what it took."""
    job = msgspec.json.decode(sys.argv[1], type=Job)
    wanted = VideoFormat(width=job.width, height=job.height, fps=job.fps)
    composer, mixer = Composer(Wanted(width=job.width, height=job.height)), Mixer()
    video, audio, output = VideoEncoder(wanted), AudioEncoder("AAC"), MatroskaFile(Path(job.target))
    people = [
        Person(id=path, name=Path(path).stem, has_camera=True, joined_at=at) for at, path in enumerate(job.sources)
    ]
    files = [_circle(path) if job.again else _played(path) for path in job.sources]
    output.open(video, audio)
    began, clock = time.process_time(), time.monotonic()
    memory = []
    for number in range(job.seconds * job.fps):
        pictures = _next(job.sources, files, mixer, number)
        for packet in _moment(composer, mixer, (video, audio), (people, pictures), number, job.fps):
            output.write(packet)
        if number % (job.fps * _MINUTE) == job.fps * _MINUTE // 2:
            memory.append(_resident_mb())
    for packet in (*video.close(), *audio.close()):
        output.write(packet)
    output.close()
    took = Took(time.process_time() - began, time.monotonic() - clock, memory)
    sys.stdout.buffer.write(msgspec.json.encode(took))


def _moment(
    composer: Composer,
    mixer: Mixer,
    encoders: tuple[VideoEncoder, AudioEncoder],
    seen: tuple[list[Person], Pictures],
    number: int,
    fps: int,
) -> Iterator[Encoded]:
    """One turn of the pipeline's clock."""
    video, audio = encoders
    position = number * RATE // fps
    yield from audio.encode(mixer.take((number + 1) * RATE // fps - position), position)
    frame = composer.compose(*seen, number / fps, _WHEN)
    if frame is not None:
        yield from video.encode(frame, number / fps)


def _next(sources: list[str], files: list[Iterator[_Moment]], mixer: Mixer, number: int) -> Pictures:
    pictures: dict[tuple[str, Source], Seen] = {}
    for path, file in zip(sources, files, strict=True):
        frame, samples = next(file)
        mixer.feed(path, samples)
        pictures[path, "camera"] = Seen(frame, number)
    return pictures


_Moment = tuple[av.VideoFrame, Samples]


def _played(path: str) -> Iterator[_Moment]:
    """A file's pictures, each with its part of the sound; both are decoded as they come."""
    heard: list[Samples] = []
    with av.open(path) as file:
        to_mono = av.AudioResampler("s16", "mono", RATE)
        for packet in file.demux():
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    yield frame, np.concatenate(heard) if heard else np.zeros(0, np.int16)
                    heard.clear()
                elif isinstance(frame, av.AudioFrame):
                    heard += [one.to_ndarray().reshape(-1).astype(np.int16) for one in to_mono.resample(frame)]


def _circle(path: str) -> Iterator[_Moment]:
    moments = [next(found) for found in [_played(path)] for _ in range(_MINUTE)]
    while True:
        yield from moments


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
