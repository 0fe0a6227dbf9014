"""The lists of live streams, for players that wait for the next part: one look at a file serves all who wait."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

from rostrum.broadcasts.live import rules
from rostrum.broadcasts.live.rules import Place

_LOOK_S = 0.04
_MOST_WAIT_S = 9.0
"""Three times the longest segment."""
_FIRST_WAIT_S = 5.0
"""How long a list that is being begun may take."""
_SEQUENCE = re.compile(r"^#EXT-X-MEDIA-SEQUENCE:(\d+)$", re.MULTILINE)
_HINT = re.compile(r'^#EXT-X-PRELOAD-HINT:TYPE=PART,URI="([^"]+)"$', re.MULTILINE)


class LiveList:
    """One stream's list as it is now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = 0
        self._changed = asyncio.Event()
        self._waiting = 0
        self._looking: asyncio.Task[None] | None = None
        self.text: str | None = None
        self.newest: Place = (0, 0)
        self.over = False
        self.hint = ""
        self.used_at = time.monotonic()

    async def with_place(self, wanted: Place | None) -> str | None:
        """The list as soon as it shows a part, or has waited long enough for it; None: there is none.

        Raises a refusal for a part that is too far ahead.
        """
        self._look()
        if self.text is None:
            await self._wait(lambda: self.text is not None, _FIRST_WAIT_S)
        if self.text is not None and not self.over:
            rules.check_wanted(wanted, self.newest)
            await self._wait(lambda: self.over or rules.is_there(wanted, self.newest), _MOST_WAIT_S)
        return self.text

    async def until_past(self, name: str) -> None:
        """Wait for a part, if the list announces it as the next one."""
        self._look()
        if self.hint == name:
            await self._wait(lambda: self.over or self.hint != name, _MOST_WAIT_S)

    async def _wait(self, holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self.used_at = time.monotonic()
        self._waiting += 1
        try:
            while not holds() and (left := deadline - time.monotonic()) > 0:
                if self._looking is None:
                    self._looking = asyncio.create_task(self._keep_looking())
                try:
                    async with asyncio.timeout(left):
                        await self._changed.wait()
                except TimeoutError:
                    return
        finally:
            self._waiting -= 1

    async def _keep_looking(self) -> None:
        """Look as long as somebody waits."""
        try:
            while self._waiting:
                await asyncio.sleep(_LOOK_S)
                self._look()
        finally:
            self._looking = None

    def _look(self) -> None:
        """Read the list if it is another one, and wake who waits."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp == self._stamp:
                return
            text = self._path.read_text()
        except OSError:
            return
        self._stamp, self.text = stamp, text
        self.newest, self.over = newest_place(text), "#EXT-X-ENDLIST" in text
        found = _HINT.search(text)
        self.hint = found[1] if found else ""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def newest_place(text: str) -> Place:
    """The segment that a list is in, and how many of its parts it shows."""
    first = _SEQUENCE.search(text)
    complete = text.count("#EXTINF:")
    running = text.rpartition("#EXTINF:")[2]
    return (int(first[1]) if first else 0) + complete, running.count("#EXT-X-PART:")
