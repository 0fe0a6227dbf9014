"""The recorder: CPU time for a second of recording, against the ffmpeg command that makes the same of the same sources.

Both decode the same files (VP8, 640x360 at 30 pictures a second, Opus), set them side by side, encode 720p30 with
x264's preset superfast and AAC, and write Matroska, as fast as they can. Ours draws the names too, and levels the
voices. What is counted: all CPU time of ffmpeg's process; of ours without loading its modules, which happens once in a
meeting.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.fleet import Say
from bench.recorder_ours import Took
from bench.stats import Spread, spread
from rostrum.media.composition import layout

WANTED = 1.15
WANTED_GROWTH_MB = 8.0
_SOURCES = (1, 4, 9)
_WIDTH, _HEIGHT = 1280, 720
_HOUR_S = 3600


class Recorded(Struct, kw_only=True):
    """So many sources: CPU seconds for a second of output."""

    sources: int
    ours: Spread
    ffmpeg: Spread
    ratio: Spread
    """Ours over ffmpeg's of the same round."""


class Recorder(Struct, kw_only=True):
    """What recording came to."""

    seconds: int
    """Of output in a run."""
    rows: list[Recorded]
    hour_mb: list[float]
    """Memory after each minute of one hour of output: two sources, 320x180 at 10 pictures a second."""
    hour_took_s: float


def measure(folder: Path, rounds: int, seconds: int, say: Say) -> Recorder:
    """Everything, the two sides in turn."""
    folder.mkdir(parents=True)
    sources = _made(folder, max(_SOURCES), seconds)
    rows = [_row(folder, sources[:count], rounds, seconds, say) for count in _SOURCES]
    hour = _ours(sources[:2], folder / "hour.mkv", seconds=_HOUR_S, again=True, width=320, height=180, fps=10)
    say(f"recorder, an hour in {hour.wall_s:.0f} s: {hour.memory_mb[0]:.0f} to {hour.memory_mb[-1]:.0f} MB")
    return Recorder(seconds=seconds, rows=rows, hour_mb=hour.memory_mb, hour_took_s=hour.wall_s)


def _row(folder: Path, sources: list[Path], rounds: int, seconds: int, say: Say) -> Recorded:
    sides: dict[str, Callable[[], float]] = {
        "ours": lambda: _ours(sources, folder / "ours.mkv", seconds=seconds).cpu_s / seconds,
        "ffmpeg": lambda: _ffmpeg(sources, folder / "ffmpeg.mkv", seconds) / seconds,
    }
    found: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides) if number % 2 == 0 else reversed(list(sides)):
            found[name].append(sides[name]())
    ratio = spread([ours / other for ours, other in zip(found["ours"], found["ffmpeg"], strict=True)])
    row = Recorded(sources=len(sources), ours=spread(found["ours"]), ffmpeg=spread(found["ffmpeg"]), ratio=ratio)
    say(f"recorder, {row.sources} sources: {row.ours} CPU s a second, ffmpeg {row.ffmpeg}, ratio {row.ratio}")
    return row


def _made(folder: Path, count: int, seconds: int) -> list[Path]:
    """Moving test pictures with a tone. They look alike, which changes nothing of the work."""
    paths = [folder / f"source {number}.mkv" for number in range(count)]
    pictures = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-f", "lavfi", "-i", "sine=f=300:r=48000"]
    coded = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", "60"]
    sound = ["-c:a", "libopus", "-b:a", "32k"]
    command = ["ffmpeg", "-v", "error", *pictures, "-t", str(seconds + 2), *coded, *sound, str(paths[0])]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    for path in paths[1:]:
        shutil.copyfile(paths[0], path)
    return paths


def _ours(sources: list[Path], target: Path, **job: int) -> Took:
    given = json.dumps({"sources": [str(path) for path in sources], "target": str(target), **job})
    command = [sys.executable, "-m", "bench.recorder_ours", given]
    return msgspec.json.decode(subprocess.run(command, check=True, capture_output=True).stdout, type=Took)


def _ffmpeg(sources: list[Path], target: Path, seconds: int) -> float:
    rects = layout.grid(len(sources), _WIDTH, _HEIGHT)
    scaled = [f"[{at}:v]scale={one.width}:{one.height}:flags=area[v{at}]" for at, one in enumerate(rects)]
    if len(sources) == 1:
        graph = [*scaled, "[v0]null[v]", "[0:a]anull[a]"]
    else:
        places = "|".join(f"{one.x}_{one.y}" for one in rects)
        together = "".join(f"[v{at}]" for at in range(len(rects)))
        heard = "".join(f"[{at}:a]" for at in range(len(rects)))
        graph = [
            *scaled,
            f"{together}xstack=inputs={len(rects)}:layout={places}:fill=0x101820,pad={_WIDTH}:{_HEIGHT}[v]",
            f"{heard}amix=inputs={len(rects)}[a]",
        ]
    inputs = [given for path in sources for given in ("-i", str(path))]
    x264 = ["-c:v", "libx264", "-preset", "superfast", "-bf", "0", "-g", "60", "-sc_threshold", "0"]
    rate = ["-b:v", "1500k", "-maxrate", "2250k", "-bufsize", "3000k", "-r", "30"]
    aac = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
    mapped = ["-filter_complex", ";".join(graph), "-map", "[v]", "-map", "[a]", "-t", str(seconds)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["ffmpeg", "-v", "error", "-y", *inputs, *mapped, *x264, *rate, *aac, str(target)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
