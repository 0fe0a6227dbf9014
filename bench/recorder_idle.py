"""What the worker takes of a recorded meeting in which nothing happens: two people, all cameras and microphones off."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from msgspec import Struct

from bench import join
from bench.fleet import Say
from bench.meeting import cpu_s, quiet_guest, worker_of
from bench.servers import Server
from bench.stats import Spread, spread

WANTED = 0.03
_SETTLES_S = 8.0
_ROUND_S = 10.0


class Idle(Struct, kw_only=True):
    """Share of a core, over rounds of so many seconds."""

    seconds: float
    rounds: int
    percent: Spread


def measure(folder: Path, rounds: int, say: Say) -> Idle:
    """Record such a meeting, and look what the worker takes."""
    with join.running(folder, recording=1) as server:
        shares = asyncio.run(_shares(server, rounds))
    found = Idle(seconds=_ROUND_S, rounds=rounds, percent=spread([share * 100 for share in shares]))
    say(f"recorder, an idle meeting: {found.percent} % of a core")
    return found


async def _shares(server: Server, rounds: int) -> list[float]:
    shares = []
    async with quiet_guest(server, "Ann"), quiet_guest(server, "Bob"):
        await asyncio.sleep(_SETTLES_S)
        worker = worker_of(server)
        for _ in range(rounds):
            before, began = cpu_s(worker), time.monotonic()
            await asyncio.sleep(_ROUND_S)
            shares.append((cpu_s(worker) - before) / (time.monotonic() - began))
    return shares
