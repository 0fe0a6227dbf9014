"""Encoded answers that are given again as long as nothing they show has changed.

The proof is the revision of the topics, read before the answer was made: a change that commits in between makes the
kept answer look older than it is, never newer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable


class AnswerCache:
    """The least recently used answers fall out when `max_bytes` is reached; 0 keeps none."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = threading.Lock()  # on PostgreSQL units of work run in several threads
        self._kept: OrderedDict[Hashable, tuple[tuple[int, ...], bytes]] = OrderedDict()

    def get(self, key: Hashable, stamp: tuple[int, ...]) -> bytes | None:
        """The answer kept under `key`, if it was made at exactly these revisions."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is None:
                return None
            if entry[0] != stamp:
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return entry[1]

    def put(self, key: Hashable, stamp: tuple[int, ...], body: bytes) -> None:
        """Keep an answer made at these revisions."""
        with self._lock:
            self._drop(key)
            if len(body) > self._max_bytes // 4:
                return
            self._kept[key] = (stamp, body)
            self._bytes += len(body)
            while self._bytes > self._max_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        entry = self._kept.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry[1])
