"""A meeting with the real engine: two native clients, the webhooks, the log."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from tests.support.postgresql import new_database
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("live"), database_url=url) as running:
        yield running


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    """A running conference with guests; the owner's token."""
    login = f"owner{time.monotonic_ns()}"
    server.call("POST", "/api/v3.10/users", json={"login_name": login, "password": "secret-password"})
    conference = server.call(
        "POST", "/api/v3.10/conferences", json={"topic": "Live", "owner": login, "allow_guests": True}
    ).json()["conference"]
    assert server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run").json() == {"state": "running"}
    grant = {
        "grant_type": "password",
        "client_id": "trueconf_server_users",
        "username": login,
        "password": "secret-password",
    }
    token = server.http.post("/oauth2/v1/token", json=grant).json()["access_token"]
    return server.call("GET", f"/api/v3.10/conferences/{conference['id']}").json()["conference"] | {"token": token}


def test_two_people_meet_and_the_log_knows_it(server: Server, meeting: dict[str, Any]) -> None:
    asyncio.run(_meet(server, meeting))
    ended = server.call("GET", f"/api/v3.10/logs/calls/{_quoted(meeting['stream_id'])}").json()
    assert ended["participant_count"] == 2
    assert ended["term_reason"] == 15
    assert ended["end_time"] is not None


async def _meet(server: Server, meeting: dict[str, Any]) -> None:
    owner, owner_place = await _join(server, meeting, token=meeting["token"])
    guest, guest_place = await _join(server, meeting, name="Ann")
    received: list[bytes] = []
    guest.on("data_received", lambda packet: received.append(packet.data))
    assert owner_place["role"] == 2
    assert guest_place["role"] == 0
    await _until(lambda: len(_participants(server, meeting)) == 2)
    listed = {one["participant_id"]: one for one in _participants(server, meeting)}
    assert listed[owner_place["participant_id"]]["role"] == 2
    assert all(one["join_time"] for one in listed.values())
    said = server.http.post(
        f"/api/web/sessions/{_quoted(meeting['stream_id'])}/messages",
        json={"message": "hello"},
        headers={"Authorization": f"Bearer {owner_place['participant_token']}"},
    )
    assert said.status_code == 200
    await _until(lambda: any(b'"hello"' in data for data in received))
    gone = asyncio.Event()
    guest.on("disconnected", lambda _reason: gone.set())
    assert server.call("POST", f"/api/v3.10/conferences/{meeting['id']}/stop").json() == {"state": "stopped"}
    await asyncio.wait_for(gone.wait(), 60)
    assert any(b'"ended"' in data for data in received)
    missing = server.call("GET", f"/api/v3.10/conference-sessions/{_quoted(meeting['stream_id'])}")
    assert missing.status_code == 404
    await owner.disconnect()


def test_who_leaves_is_gone_from_the_list(server: Server, meeting: dict[str, Any]) -> None:
    async def leave() -> None:
        guest, _place = await _join(server, meeting, name="Bob")
        await _until(lambda: len(_participants(server, meeting)) == 1)
        await guest.disconnect()
        await _until(lambda: not _participants(server, meeting))

    asyncio.run(leave())


def test_the_second_tab_is_asked_and_may_take_over(server: Server, meeting: dict[str, Any]) -> None:
    async def twice() -> None:
        first, _place = await _join(server, meeting, token=meeting["token"])
        await _until(lambda: len(_participants(server, meeting)) == 1)
        asked = _ask(server, meeting, token=meeting["token"])
        assert asked.status_code == 409
        assert asked.json()["error"]["errors"][0]["reason"] == "alreadyJoined"
        gone = asyncio.Event()
        first.on("disconnected", lambda _reason: gone.set())
        second, _place = await _join(server, meeting, token=meeting["token"], takeover=True)
        await asyncio.wait_for(gone.wait(), 60)
        await asyncio.sleep(1)
        assert len(_participants(server, meeting)) == 1
        assert second.isconnected()
        await second.disconnect()

    asyncio.run(twice())


def test_a_kicked_guest_is_out(server: Server, meeting: dict[str, Any]) -> None:
    async def kick() -> None:
        guest, place = await _join(server, meeting, name="Eve")
        await _until(lambda: len(_participants(server, meeting)) == 1)
        gone = asyncio.Event()
        guest.on("disconnected", lambda _reason: gone.set())
        path = f"/api/v3.10/conference-sessions/{_quoted(meeting['stream_id'])}/participants/"
        kicked = server.call("DELETE", path + _quoted(place["participant_id"]))
        assert kicked.json() == {"participant_id": place["participant_id"]}
        await asyncio.wait_for(gone.wait(), 60)
        assert not _participants(server, meeting)

    asyncio.run(kick())


def test_kill_9_closes_the_call_and_the_conference_runs_again(tmp_path: Path, database_url: str) -> None:
    with running_server(tmp_path / "data", database_url=database_url) as server:
        server.call("POST", "/api/v3.10/users", json={"login_name": "boss", "password": "secret-password"})
        fields = {"topic": "Kill", "owner": "boss", "id": "kill"}
        server.call("POST", "/api/v3.10/conferences", json=fields)
        server.call("POST", "/api/v3.10/conferences/kill/run")
        before = server.call("GET", "/api/v3.10/conferences/kill").json()["conference"]["stream_id"]
        server.kill()
        server.restart()
        after = server.call("GET", "/api/v3.10/conferences/kill").json()["conference"]
        assert after["state"] == "stopped"
        assert after["topic"] == "Kill"
        call = server.call("GET", f"/api/v3.10/logs/calls/{_quoted(before)}").json()
        assert call["term_reason"] == 6
        assert call["end_time"] is not None
        assert server.call("POST", "/api/v3.10/conferences/kill/run").json() == {"state": "running"}


def test_a_killed_engine_comes_back_and_the_meeting_with_it(server: Server, meeting: dict[str, Any]) -> None:
    async def survive() -> None:
        guest, _place = await _join(server, meeting, name="Zoe")
        await _until(lambda: len(_participants(server, meeting)) == 1)
        back = asyncio.Event()
        guest.on("reconnected", back.set)
        server.kill_engine()
        await asyncio.wait_for(back.wait(), 60)
        await _until(lambda: len(_participants(server, meeting)) == 1)
        await guest.disconnect()

    asyncio.run(survive())


def test_a_hung_engine_is_told_and_the_meeting_comes_back(server: Server, meeting: dict[str, Any]) -> None:
    """It neither answers nor dies: the server says so, ends it, and starts another."""

    async def survive() -> None:
        guest, _place = await _join(server, meeting, name="Uma")
        await _until(lambda: len(_participants(server, meeting)) == 1)
        back = asyncio.Event()
        guest.on("reconnected", back.set)
        server.kill_engine(signal.SIGSTOP)
        await _until(lambda: server.http.get("/health/ready").status_code == 503)
        told = server.http.get("/health/ready").json()
        assert "media engine: it has not answered for" in told["reason"], told
        assert _ask(server, meeting, name="Vera").status_code == 503
        await _until(lambda: server.http.get("/health/ready").status_code == 200)
        await asyncio.wait_for(back.wait(), 60)
        await _until(lambda: [one["display_name"] for one in _participants(server, meeting)] == ["Uma"])
        await guest.disconnect()

    asyncio.run(survive())


def _participants(server: Server, meeting: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/v3.10/conference-sessions/{_quoted(meeting['stream_id'])}/participants"
    return list(server.call("GET", path).json()["participants"])


def _ask(server: Server, meeting: dict[str, Any], token: str | None = None, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return server.http.post(f"/api/web/conferences/{meeting['id']}/join", json=body, headers=headers)


async def _join(server: Server, meeting: dict[str, Any], **given: Any) -> tuple[rtc.Room, dict[str, Any]]:
    answer = await asyncio.to_thread(_ask, server, meeting, **given)
    assert answer.status_code == 200, answer.text
    place = answer.json()["participation"]
    room = rtc.Room()
    await room.connect(place["engine_url"], place["engine_token"])
    return room, place


async def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.1)


def _quoted(text: str) -> str:
    return text.replace("#", "%23").replace("@", "%40")
