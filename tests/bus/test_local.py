"""The bus of one process."""

from __future__ import annotations

import asyncio

import pytest

from rostrum.bus import LocalBus, LostTouchError


def test_messages_reach_everybody_who_listens_now_in_their_order() -> None:
    async def scene() -> None:
        bus = LocalBus()
        bus.publish("a", {"type": "before"})
        with bus.subscribe("a") as one, bus.subscribe("a") as two, bus.subscribe("b") as other:
            bus.publish("a", {"type": "1"})
            bus.publish("a", {"type": "2"})
            bus.publish("b", {"type": "3"})
            for inbox in (one, two):
                assert [(await inbox.get())["type"] for _time in range(2)] == ["1", "2"]
            assert await other.get() == {"type": "3"}
        bus.publish("a", {"type": "after"})
        assert not bus._readers

    asyncio.run(scene())


def test_a_reader_that_is_too_slow_is_told() -> None:
    async def scene() -> None:
        bus = LocalBus(size=2)
        with bus.subscribe("a") as slow, bus.subscribe("a") as quick:
            for number in range(3):
                bus.publish("a", {"number": number})
                if number == 0:
                    assert await quick.get() == {"number": 0}
            assert await quick.get() == {"number": 1}
            with pytest.raises(LostTouchError):
                await slow.get()

    asyncio.run(scene())
