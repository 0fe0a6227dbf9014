"""What one thing takes against another, measured in turn: a row of the parts `logs`, `users` and `conferences`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bench import probe
from bench.probe import Probe, Timed
from bench.stats import Spread


class Compared(Struct, kw_only=True):
    """One thing against another."""

    name: str
    against: str
    ours: Timed
    other: Timed
    ratio: Spread
    """How many times the other's time it takes: less is better."""
    cpu_ratio: Spread
    wanted: float | None = None
    """At most so many times."""


class Part(Struct, kw_only=True):
    """What a part of the measurement came to."""

    at: str
    load: float
    """Processes that wanted a core before it began: above 0.5, other work disturbed it."""
    load_after: float
    """The same at its end, when the servers and the measurement itself count one."""
    rounds: int
    rows: list[Compared]
    notes: list[str]


class Pair(Struct, frozen=True, kw_only=True):
    """Which two probes make a row."""

    name: str
    ours: str
    against: str
    other: str
    wanted: float | None = None


def measured(probes: Mapping[str, Probe], pairs: list[Pair], rounds: int) -> list[Compared]:
    """Measure all probes in turn and compare what the pairs name."""
    with probe.on_load_core():
        timed = probe.in_turn(probes, rounds)
    return [
        Compared(
            name=pair.name,
            against=pair.against,
            ours=timed[pair.ours],
            other=timed[pair.other],
            ratio=probe.ratio(timed[pair.ours], timed[pair.other]),
            cpu_ratio=probe.cpu_ratio(timed[pair.ours], timed[pair.other]),
            wanted=pair.wanted,
        )
        for pair in pairs
    ]
