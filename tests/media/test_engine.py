"""Commands to the real engine: carried out where somebody is, and no burden where nobody is."""

from __future__ import annotations

import asyncio
import time

import pytest
import structlog
from livekit import rtc

from rostrum.api.work import Deferred
from rostrum.ids import ParticipantId, SessionId
from rostrum.media.commands import EndRoom, RemoveParticipant, Tell
from rostrum.media.engine import Engine
from rostrum.media.supervisor import EngineSupervisor
from rostrum.media.tokens import Grants, participant_token

pytestmark = pytest.mark.anyio

HERE, EMPTY = SessionId("00000001aaaaaaaa@server.test#vcs"), SessionId("00000002bbbbbbbb@server.test#vcs")
ANN = ParticipantId("ann@server.test")


@pytest.mark.parametrize(
    "command",
    [
        Tell(EMPTY, {"type": "calls"}),
        EndRoom(EMPTY, {"type": "ended"}),
        RemoveParticipant(EMPTY, ANN, {"type": "removed"}),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_a_session_without_anybody_costs_no_time_and_no_warning(
    supervisor: EngineSupervisor, command: Deferred
) -> None:
    """The engine itself looks 3 s for a room that is not there, and the session's next command waits behind it."""
    engine = Engine(supervisor.http_url, supervisor.keys)
    assert await engine.rooms() == {}, "what the client has to load counts no more"
    took = []
    with structlog.testing.capture_logs() as told:
        for _try in range(3):
            began = time.monotonic()
            await engine.carry_out(command)
            took.append(time.monotonic() - began)
    await engine.close()
    assert [one for one in told if one["log_level"] != "debug"] == []
    assert min(took) < 2


async def test_whoever_is_there_is_told_and_put_out(supervisor: EngineSupervisor) -> None:
    engine, room = Engine(supervisor.http_url, supervisor.keys), rtc.Room()
    heard: list[bytes] = []
    gone = asyncio.Event()
    room.on("data_received", lambda packet: heard.append(packet.data))
    room.on("disconnected", lambda _reason: gone.set())
    token = participant_token(
        supervisor.keys,
        session_id=HERE,
        participant_id=ANN,
        display_name="Ann",
        attributes={},
        grants=Grants((), subscribe=True),
    )
    await room.connect(supervisor.http_url.replace("http", "ws", 1), token)
    deadline = time.monotonic() + 20
    while not heard and time.monotonic() < deadline:  # the way to a newcomer opens a moment after the connection
        await engine.carry_out(Tell(HERE, {"type": "hello"}))
        await asyncio.sleep(0.2)
    assert set(heard) == {b'{"type":"hello"}'}
    await engine.carry_out(EndRoom(HERE, {"type": "ended"}))
    await asyncio.wait_for(gone.wait(), 30)
    assert heard[-1] == b'{"type":"ended"}'
    await engine.close()
