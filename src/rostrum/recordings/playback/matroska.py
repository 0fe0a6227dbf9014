"""Reading Matroska (RFC 9559) as far as finding its clusters needs: the whole ones, also of a file that grows."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from msgspec import Struct

SEGMENT, CLUSTER, INFO, TRACKS, CHAPTERS = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0x1043A770
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK, _REFERENCE = 0xE7, 0xA3, 0xA0, 0xA1, 0xFB
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_CUES, _CUE, _CUE_TIME, _CUE_PLACE, _CUE_TRACK, _CUE_CLUSTER = 0x1C53BB6B, 0xBB, 0xB3, 0xB7, 0xF7, 0xF1
_TRACK, _TRACK_NUMBER, _TRACK_TYPE = 0xAE, 0xD7, 0x83
_EDITION, _CHAPTER, _CHAPTER_START = 0x45B9, 0xB6, 0x91
_VIDEO, _KEYFRAME = 1, 0x80
_HEAD_BYTES = 1 << 18
"""What stands before the first cluster is never larger."""
_ELEMENT_BYTES, _BLOCK_HEAD = 12, 11
_NANOSECONDS = 1_000_000_000

Read = Callable[[int, int], bytes]
"""Bytes of a file: from where, how many. Fewer come back at its end."""


class MatroskaError(Exception):
    """The file is no Matroska file with a picture, or not yet."""


class Head(Struct, frozen=True):
    """What stands before the first cluster. Times in seconds; `tick` is the length of a timestamp's unit. `body` is
    where the file counts its positions from, `cues` where its index is.
    """

    length: int
    tick: float
    video_track: int
    seconds: float | None
    chapters: tuple[float, ...]
    body: int
    cues: int | None


class Cluster(Struct, frozen=True):
    """A whole cluster: first byte and byte behind it. `keyframe` is when its picture can be shown without those before
    it, in seconds; None: it goes on from the cluster before.
    """

    begins: int
    ends: int
    keyframe: float | None


class _Element(Struct):
    kind: int
    body: int
    ends: int | None


def head(read: Read) -> Head:
    """What a file says of itself. Raises MatroskaError."""
    start = read(0, _HEAD_BYTES)
    whole = _at(start, 0)
    segment = None if whole is None or whole.ends is None else _at(start, whole.ends)
    if segment is None or segment.kind != SEGMENT:
        raise MatroskaError("this is no Matroska file")
    found: dict[int, _Element] = {}
    at = segment.body
    while True:
        one = _at(start, at)
        if one is None or (one.kind != CLUSTER and one.ends is None):
            raise MatroskaError("no picture has been recorded yet")
        if one.kind == CLUSTER:
            break
        found[one.kind] = one
        at = one.ends or at
    tick = _unsigned(start, found.get(INFO), _SCALE, 1_000_000) / _NANOSECONDS
    duration = _float(start, found.get(INFO), _DURATION)
    return Head(
        length=at,
        tick=tick,
        video_track=_video_track(start, found.get(TRACKS)),
        seconds=duration * tick if duration else None,
        chapters=tuple(_chapters(start, found.get(CHAPTERS))),
        body=segment.body,
        cues=_cues_position(start, found.get(_SEEK_HEAD), segment.body),
    )


def indexed(read: Read, known: Head) -> list[Cluster]:
    """The clusters that begin with a keyframe, each up to the next one, by the index of a file that ended in order.
    Empty when it has none: then its clusters have to be looked at.
    """
    start = b"" if known.cues is None else read(known.cues, _ELEMENT_BYTES)
    one = _at(start, 0)
    if known.cues is None or one is None or one.kind != _CUES or one.ends is None:
        return []
    content = read(known.cues, one.ends)
    moments: dict[int, float] = {}
    for cue in _children(content, one):
        place = _child(content, cue, _CUE_PLACE) if cue.kind == _CUE else None
        if place is not None and _unsigned(content, place, _CUE_TRACK, 0) == known.video_track:
            at = known.body + _unsigned(content, place, _CUE_CLUSTER, 0)
            moments.setdefault(at, _unsigned(content, cue, _CUE_TIME, 0) * known.tick)
    begins = sorted(moments)
    return [Cluster(at, ends, moments[at]) for at, ends in zip(begins, [*begins[1:], known.cues], strict=False)]


def clusters(read: Read, known: Head, begins: int) -> Iterator[Cluster]:
    """The whole clusters from a byte on, at which one begins. A torn or unfinished one ends the search."""
    while True:
        one = _element(read(begins, _ELEMENT_BYTES), begins)
        if one is None or one.kind != CLUSTER or one.ends is None or not read(one.ends - 1, 1):
            return
        yield Cluster(begins, one.ends, _first_keyframe(read, known, one))
        begins = one.ends


def last_moment(read: Read, known: Head, cluster: Cluster) -> float:
    """When the last block of a cluster begins, in seconds."""
    content = read(cluster.begins, cluster.ends - cluster.begins)
    whole = _at(content, 0)
    at = 0 if whole is None else whole.body
    base, last = 0, 0
    while (one := _at(content, at)) is not None and one.ends is not None:
        if one.kind == _TIMESTAMP:
            base = int.from_bytes(content[one.body : one.ends], "big")
        elif one.kind in {_SIMPLE_BLOCK, _BLOCK_GROUP}:
            block = one if one.kind == _SIMPLE_BLOCK else _child(content, one, _BLOCK)
            last = max(last, _block(content[block.body : block.body + _BLOCK_HEAD])[1]) if block else last
        at = one.ends
    return (base + last) * known.tick


def _first_keyframe(read: Read, known: Head, cluster: _Element) -> float | None:
    """When the first picture of a cluster is shown, if it is a keyframe."""
    base = 0
    for one in _walk(read, cluster):
        if one.kind == _TIMESTAMP and one.ends is not None:
            base = int.from_bytes(read(one.body, one.ends - one.body), "big")
        elif one.kind in {_SIMPLE_BLOCK, _BLOCK_GROUP}:
            inside = [one] if one.kind == _SIMPLE_BLOCK else list(_walk(read, one))
            block = next((part for part in inside if part.kind in {_SIMPLE_BLOCK, _BLOCK}), None)
            track, moment, flags = (0, 0, 0) if block is None else _block(read(block.body, _BLOCK_HEAD))
            if track == known.video_track:
                alone = flags & _KEYFRAME or not (inside == [one] or any(part.kind == _REFERENCE for part in inside))
                return (base + moment) * known.tick if alone else None
    return None


def _walk(read: Read, parent: _Element) -> Iterator[_Element]:
    """The elements in another one, of which only the heads are read."""
    at = parent.body
    while at < (parent.ends or 0):
        one = _element(read(at, _ELEMENT_BYTES), at)
        if one is None or one.ends is None:
            return
        yield one
        at = one.ends


def _block(content: bytes) -> tuple[int, int, int]:
    """A block's track, its moment relative to the cluster, and its flags."""
    size = _width(content[0])
    track = int.from_bytes(content[:size], "big") & ((1 << 7 * size) - 1)
    moment = int.from_bytes(content[size : size + 2], "big", signed=True)
    return track, moment, content[size + 2]


def _video_track(content: bytes, tracks: _Element | None) -> int:
    for one in _children(content, tracks):
        if one.kind == _TRACK and _unsigned(content, one, _TRACK_TYPE, 0) == _VIDEO:
            return _unsigned(content, one, _TRACK_NUMBER, 0)
    raise MatroskaError("there is no picture in this file")


def _cues_position(content: bytes, seek_head: _Element | None, body: int) -> int | None:
    for one in _children(content, seek_head):
        if one.kind == _SEEK and _unsigned(content, one, _SEEK_ID, 0) == _CUES:
            return body + _unsigned(content, one, _SEEK_POSITION, 0)
    return None


def _chapters(content: bytes, chapters: _Element | None) -> Iterator[float]:
    for edition in _children(content, chapters):
        for one in _children(content, edition) if edition.kind == _EDITION else ():
            if one.kind == _CHAPTER:
                yield _unsigned(content, one, _CHAPTER_START, 0) / _NANOSECONDS


def _unsigned(content: bytes, parent: _Element | None, kind: int, default: int) -> int:
    one = _child(content, parent, kind)
    return default if one is None else int.from_bytes(content[one.body : one.ends], "big")


def _float(content: bytes, parent: _Element | None, kind: int) -> float | None:
    one = _child(content, parent, kind)
    if one is None or one.ends is None:
        return None
    raw = content[one.body : one.ends]
    return float(struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0])  # noqa: PLR2004 (bytes of a single)


def _child(content: bytes, parent: _Element | None, kind: int) -> _Element | None:
    return next((one for one in _children(content, parent) if one.kind == kind), None)


def _children(content: bytes, parent: _Element | None) -> Iterator[_Element]:
    if parent is None or parent.ends is None:
        return
    at = parent.body
    while at < parent.ends and (one := _at(content, at)) is not None and one.ends is not None:
        yield one
        at = one.ends


def _at(content: bytes, at: int) -> _Element | None:
    return _element(content[at : at + _ELEMENT_BYTES], at)


def _element(start: bytes, at: int) -> _Element | None:
    """The element whose first bytes these are; None: they are too few. `ends` is None where the size is not known."""
    if not start or not start[0]:
        return None
    size = _width(start[0])
    if len(start) <= size or not start[size]:
        return None
    width = _width(start[size])
    if len(start) < size + width:
        return None
    kind = int.from_bytes(start[:size], "big")
    most = (1 << 7 * width) - 1
    length = int.from_bytes(start[size : size + width], "big") & most
    body = at + size + width
    return _Element(kind, body, None if length == most else body + length)


def _width(first: int) -> int:
    """How many bytes a number of variable length has, by its first byte."""
    return 9 - first.bit_length()
