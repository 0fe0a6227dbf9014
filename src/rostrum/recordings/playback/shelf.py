"""The files of recordings, read for playing: what they hold is remembered, and only what was added is read again."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

import msgspec
from msgspec import Struct

from rostrum.recordings import files, part_names
from rostrum.recordings.playback import matroska
from rostrum.recordings.playback.matroska import Cluster, Head, MatroskaError
from rostrum.recordings.playback.remux import remuxed
from rostrum.recordings.playback.sources import LocalFile, Source, StoredFile
from rostrum.recordings.playback.timeline import Contents, Timeline, timeline
from rostrum.storage import Storage
from rostrum.storage.store import name_of

_MOST_FILES = 32
_MOST_BYTES = 16 * 1024 * 1024
_PICTURE_S = 1 / 30


class Recorded(Struct, frozen=True):
    """Which recording: its number, and the name that its file has when it is complete. `size` in bytes."""

    number: int
    conference_id: str
    name: str
    is_stored: bool = False
    size: int = 0


class Opened(Struct, frozen=True):
    """A recording as it is now, and the files that its segments count."""

    timeline: Timeline
    sources: list[Source]
    heads: list[Head]


class Shelf:
    """Reads recordings. Its methods wait for files and are called from threads; they may run at the same time."""

    def __init__(self, data_dir: Path, storage: Storage | None = None) -> None:
        self._data_dir, self._storage = data_dir, storage
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._made: OrderedDict[tuple[str, int, float], tuple[bytes, bytes]] = OrderedDict()
        self._lock = Lock()

    def whole(self, one: Recorded) -> Source | None:
        """The file of a recording that is complete."""
        found = files.find_file(files.folder_of(self._data_dir, one.conference_id), one.name)
        if found is not None:
            return LocalFile(found.path)
        if one.is_stored and self._storage is not None:
            return StoredFile(self._storage, name_of(one.conference_id, one.name), one.size)
        return None

    def open(self, one: Recorded) -> Opened:
        """What there is of a recording. Raises FileNotFoundError when there is nothing."""
        whole = self.whole(one)
        sources = [whole] if whole is not None else self._parts(one)
        if not sources:
            raise FileNotFoundError(one.name)
        contents, heads, used = [], [], []
        for source in sources:
            try:
                known = self._read(source, ended=whole is not None or source is not sources[-1])
            except MatroskaError:  # a part without a picture: its worker was killed, or has only begun
                continue
            heads.append(known.head)
            used.append(source)
            contents.append(Contents(known.clusters, known.ends, part_names.begins_chapter(Path(source.name))))
        shown = timeline(contents, complete=whole is not None)
        if whole is not None and heads and heads[0].chapters:
            shown = msgspec.structs.replace(shown, chapters=list(heads[0].chapters))
        return Opened(shown, used, heads)

    def piece(self, opened: Opened, number: int) -> tuple[bytes, bytes]:
        """The head and the piece with a number, as fragmented MP4. Raises IndexError, FileNotFoundError, ValueError."""
        segment = opened.timeline.segments[number]
        source, head = opened.sources[segment.file], opened.heads[segment.file]
        key = (source.name, segment.begins, segment.at)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        start, clusters = source.read(0, head.length), source.read(segment.begins, segment.ends - segment.begins)
        made = remuxed(start, clusters, segment.shift, number)
        with self._lock:
            self._made[key] = made
            while sum(len(one) + len(other) for one, other in self._made.values()) > _MOST_BYTES:
                self._made.popitem(last=False)
        return made

    def _parts(self, one: Recorded) -> list[Source]:
        folder = part_names.folder_of(files.folder_of(self._data_dir, one.conference_id), one.number)
        return [LocalFile(path) for path in sorted(folder.glob("*.mkv"))]

    def _read(self, source: Source, *, ended: bool) -> _Known:
        with self._lock:
            known = self._known.get(source.name)
        if known is None or known.ends is None:
            known = _read_on(source, known, ended=ended)  # two who read at once find the same
        with self._lock:
            self._known[source.name] = known
            self._known.move_to_end(source.name)
            while len(self._known) > _MOST_FILES:
                self._known.popitem(last=False)
        return known


class _Known(Struct, frozen=True):
    head: Head
    clusters: list[Cluster]
    ends: float | None


def _read_on(source: Source, before: _Known | None, *, ended: bool) -> _Known:
    """Read what a file holds, behind what is known of it. One with an index need not be walked through."""
    head = matroska.head(source.read)
    found = matroska.indexed(source.read, head) if head.seconds is not None else []
    if found:
        return _Known(head, found, head.seconds)
    found = list(before.clusters) if before is not None else []
    found += matroska.clusters(source.read, head, found[-1].ends if found else head.length)
    # A duration stands in the head as soon as the file was ended in order.
    over = (ended or head.seconds is not None) and bool(found)
    ends = matroska.last_moment(source.read, head, found[-1]) + _PICTURE_S if over else None
    return _Known(head, found, ends)
