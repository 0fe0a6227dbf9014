"""The files of recordings, read for playing: what they hold is remembered, and only what was added is read again."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

import msgspec
from msgspec import Struct

from rostrum.recordings import files, part_names
from rostrum.recordings.playback import matroska
from rostrum.recordings.playback.matroska import Cluster, Head, MatroskaError
from rostrum.recordings.playback.remux import remuxed
from rostrum.recordings.playback.timeline import Contents, Timeline, timeline

_MOST_FILES = 32
_MOST_BYTES = 16 * 1024 * 1024
_PICTURE_S = 1 / 30


class Recorded(Struct, frozen=True):
    """Which recording: its number, and the name that its file has when it is complete."""

    number: int
    conference_id: str
    name: str


class Opened(Struct, frozen=True):
    """A recording as it is now, and the files that its segments count."""

    timeline: Timeline
    paths: list[Path]
    heads: list[Head]


class Shelf:
    """Reads recordings. Its methods read files and are called from threads; they may run at the same time."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._known: OrderedDict[Path, _Known] = OrderedDict()
        self._made: OrderedDict[tuple[Path, int, float], tuple[bytes, bytes]] = OrderedDict()
        self._lock = Lock()

    def whole(self, one: Recorded) -> Path | None:
        """The file of a recording that is complete."""
        found = files.find_file(files.folder_of(self._data_dir, one.conference_id), one.name)
        return None if found is None else found.path

    def open(self, one: Recorded) -> Opened:
        """What there is of a recording. Raises FileNotFoundError when there is nothing."""
        whole = self.whole(one)
        folder = part_names.folder_of(files.folder_of(self._data_dir, one.conference_id), one.number)
        paths = sorted(folder.glob("*.mkv")) if whole is None else [whole]
        if not paths:
            raise FileNotFoundError(one.name)
        contents, heads, used = [], [], []
        for path in paths:
            try:
                known = self._read(path, ended=whole is not None or path != paths[-1])
            except MatroskaError:  # a part without a picture: its worker was killed, or has only begun
                continue
            heads.append(known.head)
            used.append(path)
            chapter = whole is None and part_names.begins_chapter(path)
            contents.append(Contents(known.clusters, known.ends, chapter))
        shown = timeline(contents, complete=whole is not None)
        if whole is not None and heads and heads[0].chapters:
            shown = msgspec.structs.replace(shown, chapters=list(heads[0].chapters))
        return Opened(shown, used, heads)

    def piece(self, opened: Opened, number: int) -> tuple[bytes, bytes]:
        """The head and the piece with a number, as fragmented MP4. Raises IndexError, FileNotFoundError, ValueError."""
        segment = opened.timeline.segments[number]
        path, head = opened.paths[segment.file], opened.heads[segment.file]
        key = (path, segment.begins, segment.at)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        with path.open("rb") as file:
            start = os.pread(file.fileno(), head.length, 0)
            clusters = os.pread(file.fileno(), segment.ends - segment.begins, segment.begins)
        made = remuxed(start, clusters, segment.shift, number)
        with self._lock:
            self._made[key] = made
            while sum(len(one) + len(other) for one, other in self._made.values()) > _MOST_BYTES:
                self._made.popitem(last=False)
        return made

    def _read(self, path: Path, *, ended: bool) -> _Known:
        with self._lock:
            known = self._known.get(path)
            if known is None or known.ends is None:
                known = self._known[path] = _read_on(path, known, ended=ended)
            self._known.move_to_end(path)
            while len(self._known) > _MOST_FILES:
                self._known.popitem(last=False)
            return known


class _Known(Struct, frozen=True):
    head: Head
    clusters: list[Cluster]
    ends: float | None


def _read_on(path: Path, before: _Known | None, *, ended: bool) -> _Known:
    """Read what a file holds, behind what is known of it."""
    with path.open("rb") as file:

        def read(begins: int, count: int) -> bytes:
            return os.pread(file.fileno(), count, begins)

        head = matroska.head(read)
        found = list(before.clusters) if before is not None else []
        found += matroska.clusters(read, head, found[-1].ends if found else head.length)
        # A duration stands in the head as soon as the file was ended in order.
        over = (ended or head.seconds is not None) and bool(found)
        ends = matroska.last_moment(read, head, found[-1]) + _PICTURE_S if over else None
    return _Known(head, found, ends)
