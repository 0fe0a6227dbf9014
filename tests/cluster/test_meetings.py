"""A meeting that two processes hold together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from livekit import rtc

from tests.cluster.conftest import Pair
from tests.support.meeting import quoted
from tests.support.server import Server

V = "/api/v3.10"


def people(server: Server, meeting: str) -> list[str]:
    listed = server.call("GET", f"{V}/conferences/{meeting}/participants").json()["participants"]
    return sorted(one["display_name"] for one in listed)


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.1)


async def join(server: Server, meeting: str, name: str) -> tuple[rtc.Room, dict[str, Any]]:
    answer = await asyncio.to_thread(server.http.post, f"/api/web/conferences/{meeting}/join", json={"name": name})
    assert answer.status_code == 200, answer.text
    place = answer.json()["participation"]
    room = rtc.Room()
    await room.connect(place["engine_url"], place["engine_token"])
    return room, place


def test_a_meeting_over_two_processes(meeting_pair: Pair) -> None:
    """Both look at the engine's rooms every ten seconds: nobody is put out, and the log has everybody once."""
    a, b = meeting_pair
    a.call("POST", f"{V}/users", json={"login_name": "host", "password": "secret-password"})
    made = a.call("POST", f"{V}/conferences", json={"topic": "T", "owner": "host", "allow_guests": True})
    meeting = made.json()["conference"]["id"]
    assert b.call("POST", f"{V}/conferences/{meeting}/run").json() == {"state": "running"}
    session = a.call("GET", f"{V}/conferences/{meeting}").json()["conference"]["stream_id"]

    async def meet() -> None:
        over = asyncio.Event()
        (ann, place), (bob, _place) = await join(a, meeting, "Ann"), await join(b, meeting, "Bob")
        bob.on("disconnected", lambda _reason: over.set())
        heard: list[bytes] = []
        bob.on("data_received", lambda packet: heard.append(packet.data))
        for one in (a, b):
            await until(lambda one=one: people(one, meeting) == ["Ann", "Bob"])  # type: ignore[misc]
        mine = {"Authorization": f"Bearer {place['participant_token']}"}
        said = await asyncio.to_thread(
            b.http.post, f"/api/web/sessions/{quoted(session)}/messages", json={"message": "hello"}, headers=mine
        )
        assert said.status_code == 200
        await until(lambda: any(b"hello" in data for data in heard))
        await asyncio.sleep(22)  # two rounds of both
        assert people(a, meeting) == people(b, meeting) == ["Ann", "Bob"]
        await ann.disconnect()
        await until(lambda: people(b, meeting) == ["Bob"])
        await asyncio.to_thread(b.call, "POST", f"{V}/conferences/{meeting}/stop")
        await asyncio.wait_for(over.wait(), 20)

    asyncio.run(meet())
    logged = a.call("GET", f"{V}/logs/calls/{quoted(session)}/participants").json()
    assert sorted(one["display_name"] for one in logged["list"]) == ["Ann", "Bob"]
    call = b.call("GET", f"{V}/logs/calls/{quoted(session)}").json()
    assert (call["participant_count"], call["term_reason"]) == (2, 15)
