"""A recording while it is made: parts that play by themselves, made into one file without encoding again."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from msgspec import Struct

from rostrum.recordings.part_names import begins_chapter, folder_of, part_name

__all__ = ["Part", "fit", "folder_of", "forget", "join", "next_path", "parts_of", "seconds_of"]

_MILLISECONDS = Fraction(1, 1000)
_SPARE = 16 * 1024 * 1024
_BLOCK = 1024 * 1024


class Part(Struct, frozen=True):
    """One part. Length in seconds; `chapter`: it is the first one, or follows a pause; `whole`: it ended in order."""

    path: Path
    chapter: bool
    length: float
    whole: bool = False


def next_path(folder: Path, *, after_pause: bool) -> Path:
    """The file of the next part."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = len(list(folder.glob("*.mkv"))) + 1
    return folder / part_name(number, after_pause=after_pause)


def parts_of(folder: Path) -> list[Part]:
    """The parts in their order; what holds nothing to play is left out. Raises OSError for what cannot be read."""
    found: list[Part] = []
    for path in sorted(folder.glob("*.mkv")):
        length, whole = _length(path)
        if length > 0:
            found.append(Part(path, not found or begins_chapter(path), length, whole))
    return found


def join(parts: list[Part], target: Path, title: str) -> None:
    """Make one file of parts: right duration, index and chapters. It appears under its name when it is complete; the
    parts stay. A single part that is whole is that file. Raises OSError; nothing is left of the attempt then.
    """
    if len(parts) == 1 and parts[0].whole:
        parts[0].path.replace(target)
        return
    folder = parts[0].path.parent
    for left in folder.glob("*.joining"):  # of a worker that was killed: it may be as large as all the parts
        left.unlink()
    beside = folder / f"{secrets.token_hex(4)}.joining"
    try:
        _write_joined(parts, beside, title)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)  # the room that it takes may be what the next attempt needs
        raise


def _write_joined(parts: list[Part], target: Path, title: str) -> None:
    with av.open(str(target), "w", format="matroska") as whole:
        whole.metadata["title"] = title
        whole.set_chapters(_chapters(parts))
        streams: dict[str, Any] = {}
        began = Fraction(0)
        for part in parts:
            with av.open(str(part.path)) as source:
                if not streams:
                    streams = {one.type: whole.add_stream_from_template(one) for one in source.streams}
                for packet in _packets(source, part.path):
                    kind = packet.stream.type
                    if kind in streams:
                        shift = round(began / packet.time_base)
                        packet.pts += shift
                        packet.dts = packet.pts
                        packet.stream = streams[kind]
                        whole.mux(packet)
            began += Fraction(part.length).limit_denominator(1_000_000)


def fit(parts: list[Part], folder: Path) -> bool:
    """Whether the disk has room for one file made of the parts, beside them."""
    disk = os.statvfs(folder)
    return sum(part.path.stat().st_size for part in parts) + _SPARE < disk.f_bavail * disk.f_frsize


def seconds_of(path: Path) -> float:
    """How long a file plays, in seconds: as it says itself, or by its packets where it was not ended in order."""
    with av.open(str(path)) as whole:
        if whole.duration is not None:
            return float(whole.duration / av.time_base)
    return _length(path)[0]


def forget(folder: Path) -> None:
    """Remove the parts; the whole is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _packets(source: Any, path: Path) -> Iterator[Any]:
    """All packets that are whole: somebody may have been stopped in the middle of the last one."""
    try:
        for packet in source.demux():
            if packet.pts is not None and not packet.is_corrupt:
                yield packet
    except av.FFmpegError:
        _check_readable(path)


def _check_readable(path: Path) -> None:
    """Raise OSError for a file that cannot be read: of one that ends in the middle FFmpeg says the same."""
    with path.open("rb") as file:
        while file.read(_BLOCK):
            pass


def _length(path: Path) -> tuple[float, bool]:
    """How long a part plays (0: not at all), and whether it was ended in order."""
    end, whole = 0.0, False
    try:
        with av.open(str(path)) as source:
            whole = source.duration is not None
            for packet in _packets(source, path):
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except av.FFmpegError:
        _check_readable(path)
        return 0.0, False
    return end, whole


def _chapters(parts: list[Part]) -> list[Any]:
    starts, at = [], 0.0
    for part in parts:
        if part.chapter:
            starts.append(at)
        at += part.length
    ends = [*starts[1:], at]
    return [
        {
            "id": number,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "time_base": _MILLISECONDS,
            "metadata": {"title": f"Part {number}"},
        }
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
