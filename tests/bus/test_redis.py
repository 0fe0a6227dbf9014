"""Two buses over a real Redis server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from rostrum.bus import Inbox, LostTouchError, RedisBus
from rostrum.bus import redis as module
from tests.support.redis import RedisServer, redis_server

pytestmark = pytest.mark.anyio
_PATIENCE_S = 30


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@asynccontextmanager
async def in_touch(*buses: RedisBus) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(bus.run()) for bus in buses]
    try:
        await until(lambda: all(bus.problem is None for bus in buses))
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not condition():  # noqa: ASYNC110 (a bus tells no Event)
            await asyncio.sleep(0.01)


async def numbers(inbox: Inbox, count: int) -> list[Any]:
    async with asyncio.timeout(_PATIENCE_S):
        return [(await inbox.get())["number"] for _time in range(count)]


async def lost_touch(inbox: Inbox) -> None:
    """Read until the reader is told that something is missing."""

    async def read_on() -> None:
        while True:
            await inbox.get()

    async with asyncio.timeout(_PATIENCE_S):
        with pytest.raises(LostTouchError):
            await read_on()


def bus(server: RedisServer, channel: str = "rostrum:test") -> RedisBus:
    return RedisBus(server.url, channel)


async def test_messages_reach_the_readers_of_both_once_and_in_order(server: RedisServer) -> None:
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with one.subscribe("a") as here, two.subscribe("a") as there, two.subscribe("b") as other:
            for number in range(50):
                one.publish("a", {"number": number})
            one.publish("b", {"number": "b"})
            assert await numbers(here, 50) == await numbers(there, 50) == list(range(50))
            assert await numbers(other, 1) == ["b"]
            two.publish("a", {"number": "back"})
            assert await numbers(here, 1) == await numbers(there, 1) == ["back"]


async def test_servers_of_other_names_hear_nothing(server: RedisServer) -> None:
    one, stranger = bus(server), bus(server, "rostrum:elsewhere")
    third = bus(server)
    async with in_touch(one, stranger, third):
        with stranger.subscribe("a") as apart, third.subscribe("a") as there:
            one.publish("a", {"number": 1})
            assert await numbers(there, 1) == [1]
            assert apart._waiting.empty()


async def test_what_others_say_on_the_channel_is_passed_over(server: RedisServer) -> None:
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with two.subscribe("a") as there:
            for said in ("no json", "[]", '{"sender": 5}'):
                server.command("PUBLISH", "rostrum:test", said)
            one.publish("a", {"number": 1})
            assert await numbers(there, 1) == [1]


async def test_a_restart_of_redis_is_told_and_overcome(server: RedisServer) -> None:
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with one.subscribe("a") as here, two.subscribe("a") as there:
            server.stop()
            await until(lambda: one.problem is not None and two.problem is not None)
            one.publish("a", {"number": "while away"})
            assert await numbers(here, 1) == ["while away"]
            server.start()
            await until(lambda: one.problem is None and two.problem is None)
            await lost_touch(there)
        with two.subscribe("a") as there:
            one.publish("a", {"number": "again"})
            async with asyncio.timeout(_PATIENCE_S):
                # What was said while Redis was away may come late: before, never after.
                while (await there.get())["number"] != "again":
                    pass


async def test_a_broken_line_loses_nothing_that_is_not_told(server: RedisServer) -> None:
    """The reader's line is cut: it is told. The speaker's is cut: the message is sent once more, and read once."""
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with two.subscribe("a") as there:
            server.command("CLIENT", "KILL", "TYPE", "pubsub")
            await lost_touch(there)
        await until(lambda: one.problem is None and two.problem is None)
        with two.subscribe("a") as there:
            one.publish("a", {"number": 1})
            assert await numbers(there, 1) == [1]


async def test_too_many_messages_are_not_lost_in_silence(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_OUTGOING", 5)
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with two.subscribe("a") as there:
            one.publish("a", {"number": -1})
            assert await numbers(there, 1) == [-1]
            for number in range(20):
                one.publish("a", {"number": number})
            await lost_touch(there)


async def test_the_loss_of_the_last_message_is_noticed_too(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BEAT_S", 0.05)
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with two.subscribe("a") as there:
            one.publish("a", {"number": 1})
            assert await numbers(there, 1) == [1]
            one._number += 1  # one that never arrives
            await lost_touch(there)


async def test_a_message_that_comes_twice_is_read_once(server: RedisServer) -> None:
    one, two = bus(server), bus(server)
    async with in_touch(one, two):
        with two.subscribe("a") as there:
            one.publish("a", {"number": 1})
            one._outgoing.append(one._outgoing[0])
            one.publish("a", {"number": 2})
            assert await numbers(there, 2) == [1, 2]
            assert there._waiting.empty()


async def test_a_redis_that_hangs_is_noticed(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SILENCE_S", 0.5)
    monkeypatch.setattr(module, "_BEAT_S", 0.1)
    one = bus(server)
    async with in_touch(one):
        server.command("CLIENT", "PAUSE", "3000", "ALL")
        await until(lambda: one.problem is not None)
        await until(lambda: one.problem is None)


async def test_without_redis_one_process_goes_on(server: RedisServer) -> None:
    server.stop()
    one = bus(server)
    task = asyncio.create_task(one.run())
    with one.subscribe("a") as here:
        one.publish("a", {"number": 1})
        assert await numbers(here, 1) == [1]
        await until(lambda: "Error" in (one.problem or ""))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
