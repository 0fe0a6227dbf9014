"""From runs to figures: per-round ratios, their median and spread, and whether what was wanted is reached."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from msgspec import Struct

from bench.load import Run


class Spread(Struct):
    """Median and extremes of a figure over the rounds."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """Like `21.3 [18.0..24.9]`."""
        return f"{_short(self.median)} [{_short(self.low)}..{_short(self.high)}]"


class Row(Struct, kw_only=True):
    """One thing that is measured, and what is wanted of it."""

    name: str
    script: str = "get"
    kind: str = "user"
    hot: bool = False
    writes_per_second: int = 0
    """Accounts that are created meanwhile, so that kept answers grow old."""
    cheap_hash: bool = False
    seconds: int = 1
    """Length of a run of Rostrum and of the limit."""
    peer_seconds: int = 2
    """Length of a run of the peer: long enough that the 16 requests under way at its end do not count."""
    wanted_peer: float | None = None
    """Times the requests a second of the peer."""
    wanted_limit: float | None = None
    """Share of the requests a second of the limit."""


class Figures(Struct):
    """What a row came to."""

    row: Row
    runs: dict[str, list[Run]]
    """By server; one run a round."""
    to_peer: Spread
    to_limit: Spread
    cpu_to_peer: Spread
    """CPU time for a request of the peer over that of Rostrum."""
    cpu_to_limit: Spread
    control: Spread
    """Rostrum's second run of the round over its first: what a difference means nothing below."""
    control_cpu: Spread
    p99_to_peer: Spread
    failures: int

    def verdict(self, wanted: float | None, got: Spread) -> str:
        """`ok`, `miss`, `failed` when a request failed, or nothing when nothing is wanted."""
        if self.failures:
            return "failed"
        if wanted is None:
            return ""
        return "ok" if got.median >= wanted else "miss"


def spread(values: list[float]) -> Spread:
    """Median and extremes."""
    return Spread(median(values), min(values), max(values))


def figures(row: Row, runs: dict[str, list[Run]]) -> Figures:
    """The ratios of a row; `runs` has rostrum, again, peer and limit, in the order of rounds."""

    def ratio(one: str, other: str, value: Callable[[Run], float]) -> Spread:
        pairs = zip(runs[one], runs[other], strict=True)
        return spread([value(a) / max(value(b), 1e-9) for a, b in pairs])

    return Figures(
        row=row,
        runs=runs,
        to_peer=ratio("rostrum", "peer", _rps),
        to_limit=ratio("rostrum", "limit", _rps),
        cpu_to_peer=ratio("peer", "rostrum", _cpu),
        cpu_to_limit=ratio("limit", "rostrum", _cpu),
        control=ratio("again", "rostrum", _rps),
        control_cpu=ratio("again", "rostrum", _cpu),
        p99_to_peer=ratio("rostrum", "peer", _p99),
        failures=sum(run.failures for several in runs.values() for run in several),
    )


def _rps(run: Run) -> float:
    return run.rps


def _cpu(run: Run) -> float:
    return run.cpu_us


def _p99(run: Run) -> float:
    return run.p99_ms


def _short(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"
