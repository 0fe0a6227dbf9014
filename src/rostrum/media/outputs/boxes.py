"""The boxes of fragmented MP4 (ISO/IEC 14496-12), as far as cutting a stream into parts needs them."""

from __future__ import annotations

from collections.abc import Iterator

_NOT_SYNC = 0x10000
_LARGE = 8
Box = tuple[str, bytes]
"""A box's type and all its bytes, head included."""


def take(buffer: bytearray) -> Iterator[Box]:
    """The boxes that are complete at the beginning of a buffer; they are removed from it."""
    while len(buffer) >= _LARGE:
        size = int.from_bytes(buffer[:4], "big")
        if size < _LARGE or len(buffer) < size:
            return
        yield buffer[4:8].decode("latin-1"), bytes(buffer[:size])
        del buffer[:size]


def inside(box: bytes, kind: str) -> Iterator[bytes]:
    """The bodies of the boxes of one kind in a container box."""
    rest = bytearray(box[8:])
    for found, content in take(rest):
        if found == kind:
            yield content


def begins_with_keyframe(fragment: bytes) -> bool:
    """Whether the first picture of a `moof` can be shown without those before it. The picture is track 1."""
    for track in inside(fragment, "traf"):
        header = next(inside(track, "tfhd"), b"")
        if int.from_bytes(header[12:16], "big") != 1:
            continue
        flags = _first_flags(next(inside(track, "trun"), b""))
        return not (_default_flags(header) if flags is None else flags) & _NOT_SYNC
    return False


def ticks(fragment: bytes, track_id: int) -> int:
    """How long a `moof` lasts in one of its tracks, in units of that track's clock; 0: the track is not in it."""
    total = 0
    for track in inside(fragment, "traf"):
        header = next(inside(track, "tfhd"), b"")
        if int.from_bytes(header[12:16], "big") == track_id:
            default = _default_duration(header)
            total += sum(_duration(run, default) for run in inside(track, "trun"))
    return total


def _default_duration(header: bytes) -> int:
    """The duration of samples that have none of their own."""
    flags = int.from_bytes(header[9:12], "big")
    at = 16 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
    return int.from_bytes(header[at : at + 4], "big") if flags & 0x8 else 0


def _duration(run: bytes, default: int) -> int:
    flags, count = int.from_bytes(run[9:12], "big"), int.from_bytes(run[12:16], "big")
    if not flags & 0x100:
        return count * default
    first = 16 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4)
    size = 4 * sum(bool(flags & one) for one in (0x100, 0x200, 0x400, 0x800))
    return sum(int.from_bytes(run[at : at + 4], "big") for at in range(first, first + count * size, size))


def _default_flags(header: bytes) -> int:
    """The flags of samples that have none of their own; they stand behind the optional fields before them."""
    flags = int.from_bytes(header[9:12], "big")
    at = 16 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2) + 4 * bool(flags & 0x8) + 4 * bool(flags & 0x10)
    return int.from_bytes(header[at : at + 4], "big") if flags & 0x20 else 0


def _first_flags(run: bytes) -> int | None:
    """The flags of the first sample of a run; None: it has none of its own."""
    flags = int.from_bytes(run[9:12], "big")
    at = 16 + 4 * bool(flags & 0x1)
    if flags & 0x4:
        return int.from_bytes(run[at : at + 4], "big")
    if flags & 0x400:
        at += 4 * bool(flags & 0x100) + 4 * bool(flags & 0x200)
        return int.from_bytes(run[at : at + 4], "big")
    return None
