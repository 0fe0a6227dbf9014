"""The bus of several processes, over one channel of a Redis server.

A message reaches the readers of its own process at once and those of the others through Redis, so a process whose Redis
is away goes on by itself. Messages of one process arrive in their order; each carries a number, and a process that is
quiet says its last one every few seconds. Whoever finds a number missing, or was out of touch with Redis, tells all its
readers that they have missed something: nothing is lost in silence.

All processes hear one channel, instead of one channel a topic: listening to a topic then begins at once, where a
subscription at Redis would begin some time after its reader believes so.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from msgspec import Struct

from rostrum.bus.local import LocalBus, Message

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

log = structlog.get_logger()

_TIMEOUT_S = 5
_BEAT_S = 3.0
_SILENCE_S = 10.0
"""How long nothing may be heard, not even our own messages coming back, before the line counts as broken."""
_STALE_S = 10.0
"""A message that could not be sent for so long is news no more; the others find its number missing."""
_MOST_OUTGOING = 10_000
_MOST_SENDERS = 1_000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0


class _Envelope(Struct, frozen=True):
    """What goes over the channel. Without a topic: the sender is quiet, and its last number was this one."""

    sender: str
    number: int
    topic: str | None = None
    message: Message | None = None


_DECODER = msgspec.json.Decoder(_Envelope)


class RedisBus(LocalBus):
    """Topics and their readers in several processes; `run` keeps them in touch."""

    def __init__(self, url: str, channel: str) -> None:
        super().__init__()
        self.problem = "not connected yet"
        self._url = url
        self._channel = channel
        self._sender = secrets.token_hex(8)
        self._number = 0
        self._outgoing: deque[tuple[float, bytes]] = deque()
        self._woken = asyncio.Event()
        self._heard: dict[str, int] = {}
        """The last number of each of the others."""

    def publish(self, topic: str, message: Message) -> None:
        """Give a message to everybody who listens to a topic now, here and in the other processes."""
        super().publish(topic, message)
        self._number += 1
        if len(self._outgoing) < _MOST_OUTGOING:
            sealed = msgspec.json.encode(_Envelope(self._sender, self._number, topic, message))
            self._outgoing.append((time.monotonic(), sealed))
        self._woken.set()

    async def run(self) -> None:
        """Stay in touch with the other processes until cancelled."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._stay_in_touch()
            except Exception as error:  # noqa: BLE001 (whatever it is, the others must hear from us again)
                if self.problem is None:
                    pause = _FIRST_PAUSE_S
                words = f"{type(error).__name__}: {error}"
                if self.problem != words:
                    log.warning("the bus is out of touch", error=words)
                self.problem = words
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _stay_in_touch(self) -> None:
        """Connect, and pass messages on until the connection breaks. Raises RedisError, OSError, ValueError."""
        from redis.asyncio import Redis  # noqa: PLC0415 (a start without it need not wait for it)
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415

        client = Redis.from_url(
            self._url,
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),  # whether messages are missing must not be hidden from us
        )
        async with client, client.pubsub() as listening:
            await listening.subscribe(self._channel)
            await self._hear(listening)  # Redis says that it has us
            self._heard.clear()
            self.lose_touch()
            self.problem = None
            log.info("the bus is in touch")
            await _until_one_fails(self._listen(listening), self._speak(client))

    async def _listen(self, listening: PubSub) -> None:
        while True:
            data = await self._hear(listening)
            if data is not None:
                self._take(data)

    @staticmethod
    async def _hear(listening: PubSub) -> bytes | None:
        """The next message; None for Redis's own words. Raises TimeoutError when there is none: ours should be."""
        told = await listening.get_message(timeout=_SILENCE_S)
        if told is None:
            raise TimeoutError(f"nothing was heard for {_SILENCE_S:.0f} s")
        return told["data"] if told["type"] == "message" else None

    def _take(self, data: bytes) -> None:
        try:
            envelope = _DECODER.decode(data)
        except msgspec.DecodeError:
            log.warning("somebody else speaks on the bus's channel", channel=self._channel)
            return
        if envelope.sender == self._sender:
            return
        last = self._heard.get(envelope.sender)
        if last is not None and envelope.topic is not None and envelope.number <= last:
            return  # sent twice, because the answer to the first time was lost
        expected = envelope.number if envelope.topic is None else envelope.number - 1
        if last is not None and last < expected:
            log.warning("messages on the bus are missing", sender=envelope.sender, missing=expected - last)
            self.lose_touch()
        if len(self._heard) > _MOST_SENDERS:
            self._heard.clear()
        self._heard[envelope.sender] = envelope.number
        if envelope.topic is not None and envelope.message is not None:
            super().publish(envelope.topic, envelope.message)

    async def _speak(self, client: Redis) -> None:
        while True:
            while self._outgoing:
                since, sealed = self._outgoing[0]
                if time.monotonic() - since <= _STALE_S:
                    await client.publish(self._channel, sealed)
                self._outgoing.popleft()
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), _BEAT_S)
            except TimeoutError:
                beat = _Envelope(self._sender, self._number)
                await client.publish(self._channel, msgspec.json.encode(beat))


async def _until_one_fails(*works: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
