"""Joining in Chromium: from the click on Join to the own picture and to the first frame of somebody else."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from bench.fleet import Say
from bench.stats import Spread


class JoinFigure(Struct):
    """One of the two times."""

    name: str
    ours_ms: Spread
    plain_ms: Spread
    ratio: Spread
    control: Spread
    """The plain client's second run of a round over its first."""
    wanted: float


class Joins(Struct):
    """All times of joining."""

    rounds: int
    figures: list[JoinFigure]


def measure(folder: Path, rounds: int, say: Say) -> Joins:
    """Interleave joins by the web app and by the plain client."""
    raise NotImplementedError
