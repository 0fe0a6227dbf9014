"""The bus of one process. It belongs to the event loop; units of work, in whatever thread, record a `Publish`."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rostrum.api.work import Deferred

Message = dict[str, Any]
_MOST_WAITING = 100
"""How many messages wait for one reader; one that is slower than that has lost touch."""


class Publish(Deferred):
    """Publish a message after the commit."""

    topic: str
    message: Message


class LostTouchError(Exception):
    """A reader has missed messages: what it must know it has to look up."""


class Inbox:
    """What was published to a topic since somebody began to listen, in its order."""

    def __init__(self, size: int) -> None:
        self._waiting: asyncio.Queue[Message | None] = asyncio.Queue(size)
        self._lost_touch = False

    def put(self, message: Message) -> None:
        """Add a message; a full inbox loses it, and its reader is told."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._lost_touch = True

    def lose_touch(self) -> None:
        """Tell the reader that messages are missing, also one that waits right now."""
        self._lost_touch = True
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)

    async def get(self) -> Message:
        """The next message, when there is one. Raises LostTouchError after the first lost one."""
        message = None if self._lost_touch else await self._waiting.get()
        if message is None:
            raise LostTouchError
        return message


class LocalBus:
    """Topics and their readers."""

    problem: str | None = None
    """Why messages do not reach other processes; None: they do, or there are none."""

    def __init__(self, size: int = _MOST_WAITING) -> None:
        self._size = size
        self._readers: defaultdict[str, set[Inbox]] = defaultdict(set)

    async def run(self) -> None:
        """Stay in touch with other processes until cancelled; one process has none."""

    def publish(self, topic: str, message: Message) -> None:
        """Give a message to everybody who listens to a topic now."""
        for inbox in tuple(self._readers.get(topic, ())):
            inbox.put(message)

    def lose_touch(self) -> None:
        """Tell every reader that messages may be missing."""
        for readers in tuple(self._readers.values()):
            for inbox in tuple(readers):
                inbox.lose_touch()

    @contextlib.contextmanager
    def subscribe(self, topic: str) -> Iterator[Inbox]:
        """Listen to a topic as long as the block lasts."""
        inbox = Inbox(self._size)
        self._readers[topic].add(inbox)
        try:
            yield inbox
        finally:
            self._readers[topic].discard(inbox)
            if not self._readers[topic]:
                del self._readers[topic]
