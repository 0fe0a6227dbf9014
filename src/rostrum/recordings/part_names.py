"""How the parts of a recording are named while it is being made. The server reads them too, without any codec."""

from __future__ import annotations

from pathlib import Path

LATER = "later"
"""Marks a part that begins after a pause, and so a chapter."""


def folder_of(recordings: Path, recording_id: int) -> Path:
    """Where the parts of a recording lie: a hidden folder beside the finished ones."""
    return recordings / f".{recording_id}"


def part_name(number: int, *, after_pause: bool) -> str:
    """The name of a part; the first one is 1."""
    return f"{number:04d}-{LATER}.mkv" if after_pause and number > 1 else f"{number:04d}.mkv"


def begins_chapter(path: Path) -> bool:
    """Whether a part follows a pause."""
    return path.stem.endswith(LATER)
