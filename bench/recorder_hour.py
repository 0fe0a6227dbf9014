"""Memory of a real worker that records a real meeting for an hour, in which people come and go.

Two people stay, with small moving pictures and voices; every minute a third one comes for twenty seconds, and one of
the two turns the camera and the microphone off and on again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from statistics import median

import numpy as np
from msgspec import Struct

from bench import join
from bench.fleet import Say
from bench.meeting import Tracks, cpu_s, moving_guest, worker_of
from bench.servers import Server, tree

WANTED_GROWTH_MB = 8.0
"""In an hour, after the first ten minutes."""
_PICTURE = {"use_local_mixer_config": True, "record_video_quality": "360p", "mixer_max_framerate": 15}
_HOUR_S = 3610.0
_LOOK_S = 30.0
_TURN_S = 60.0
_VISIT_S = 20.0
_TENTH_S = 600.0


class Look(Struct, frozen=True, kw_only=True):
    """Memory of the worker and its children at one moment, MB of 10^6 bytes; `cpu_s`: what it took so far."""

    at_s: float
    rss_mb: float
    pss_mb: float
    cpu_s: float
    written_mb: float


class Hour(Struct, kw_only=True):
    """An hour of recording, looked at twice a minute."""

    looks: list[Look]

    def resident_mb(self, since_s: float, until_s: float) -> float:
        """The median between two moments."""
        began = self.looks[0].at_s
        return median(one.rss_mb for one in self.looks if since_s <= one.at_s - began <= until_s)

    @property
    def took_s(self) -> float:
        """How long it was watched, seconds."""
        return self.looks[-1].at_s - self.looks[0].at_s

    @property
    def tenths_mb(self) -> list[float]:
        """Resident memory in each ten minutes."""
        starts = np.arange(0, self.took_s - _LOOK_S, _TENTH_S)
        return [self.resident_mb(start, start + _TENTH_S) for start in starts]

    @property
    def slope_mb_hour(self) -> float:
        """How fast it grows after the first ten minutes, MB an hour: a straight line through all looks."""
        later = [one for one in self.looks if one.at_s - self.looks[0].at_s >= _TENTH_S] or self.looks
        return float(np.polyfit([one.at_s / 3600 for one in later], [one.rss_mb for one in later], 1)[0])

    @property
    def cpu_share(self) -> float:
        """Share of a core that the worker took."""
        return (self.looks[-1].cpu_s - self.looks[0].cpu_s) / self.took_s


def measure(folder: Path, say: Say, seconds: float = _HOUR_S) -> Hour:
    """Record for so long, and look at the worker twice a minute."""
    with join.running(folder, recording=1, transcoding=_PICTURE) as server:
        return asyncio.run(_watched(server, folder, seconds, say))


async def _watched(server: Server, folder: Path, seconds: float, say: Say) -> Hour:
    looks: list[Look] = []
    async with moving_guest(server, "Ann"), moving_guest(server, "Bob") as bob:
        await asyncio.sleep(10)
        worker = worker_of(server)
        coming = asyncio.create_task(_come_and_go(server, bob))
        began = time.monotonic()
        while time.monotonic() - began <= seconds:
            looks.append(_look(worker, folder, time.monotonic() - began))
            one = looks[-1]
            say(f"recorder, {one.at_s:.0f} s: {one.rss_mb:.1f} MB resident, {one.pss_mb:.1f} MB proportional")
            await asyncio.sleep(_LOOK_S)
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await coming
    return Hour(looks=looks)


def _look(worker: int, folder: Path, at: float) -> Look:
    processes = list(tree(worker))
    found = [_memory(pid) for pid in processes]
    written = sum(path.stat().st_size for path in (folder / "recordings").rglob("*.mkv"))
    taken = sum(cpu_s(pid) for pid in processes)
    rss, pss = sum(one for one, _ in found), sum(one for _, one in found)
    return Look(at_s=at, rss_mb=rss, pss_mb=pss, cpu_s=taken, written_mb=written / 1e6)


def _memory(pid: int) -> tuple[float, float]:
    """Resident and proportional memory of one process, MB; nothing of one that is gone."""
    with contextlib.suppress(OSError):
        lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]]
        found = {line[0]: int(line[1]) * 1024 / 1e6 for line in lines}
        return found["Rss:"], found["Pss:"]
    return 0, 0


async def _come_and_go(server: Server, bob: Tracks) -> None:
    number = 0
    while True:
        number += 1
        async with moving_guest(server, f"Guest {number}"):
            await asyncio.sleep(_VISIT_S)
        for track in bob:
            track.mute()
        await asyncio.sleep(_TURN_S - 2 * _VISIT_S)
        for track in bob:
            track.unmute()
        await asyncio.sleep(_VISIT_S)
