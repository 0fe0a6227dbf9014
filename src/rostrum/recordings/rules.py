"""Decisions about recordings: values in, values out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import count
from pathlib import PurePath

_MOST_DIGITS = 18


def file_name(conference_id: str, now: datetime, taken: Collection[str]) -> str:
    """The name of a new recording's file: the conference and the moment (UTC), and a number where that is taken."""
    return free_name(f"{conference_id}_{now:%Y-%m-%d_%H-%M-%S}.mkv", taken)


def free_name(name: str, taken: Collection[str]) -> str:
    """A name that no other recording has: the name itself, or with the first number that is free."""
    path = PurePath(name)
    numbered = (f"{path.stem}_{number}{path.suffix}" for number in count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def number_of(recording_id: str) -> int | None:
    """The number that an id in a path means; None: no recording can have it."""
    return (
        int(recording_id)
        if recording_id.isascii() and recording_id.isdecimal() and len(recording_id) <= _MOST_DIGITS
        else None
    )
