"""Roles with the real engine: what it lets people send and get, also when their client lies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from livekit import rtc
from livekit.rtc._proto.room_pb2 import TrackPublishOptions
from livekit.rtc._proto.track_pb2 import ParticipantTrackPermission, TrackSource
from livekit.rtc.participant import PublishTrackError

from tests.meetings.test_live import _ask, _join, _participants, _quoted, _until
from tests.support.postgresql import new_database
from tests.support.server import Server, running_server

MICROPHONE, CAMERA, SCREEN = (
    TrackSource.SOURCE_MICROPHONE,
    TrackSource.SOURCE_CAMERA,
    TrackSource.SOURCE_SCREENSHARE,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("roles"), database_url=url) as running:
        running.call("POST", "/api/v3.10/users", json={"login_name": "owner", "password": "secret-password"})
        yield running


def meeting(server: Server, **fields: Any) -> dict[str, Any]:
    """A running conference with guests, and the owner's token."""
    given = {"topic": "Live", "owner": "owner", "allow_guests": True} | fields
    made = server.call("POST", "/api/v3.10/conferences", json=given).json()["conference"]
    server.call("POST", f"/api/v3.10/conferences/{made['id']}/run")
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": "owner"}
    answer = server.http.post("/oauth2/v1/token", json=grant | {"password": "secret-password"})
    shown = server.call("GET", f"/api/v3.10/conferences/{made['id']}").json()["conference"]
    return dict(shown) | {"token": answer.json()["access_token"]}


async def do(server: Server, place: dict[str, Any], method: str, what: str, **body: Any) -> None:
    """Call an operation of the meeting, which must succeed."""
    path = f"/api/web/sessions/{_quoted(place['session_id'])}/{what}"
    headers = {"Authorization": f"Bearer {place['participant_token']}"}
    given = {} if method == "DELETE" else {"json": body}
    answer = await asyncio.to_thread(server.http.request, method, path, headers=headers, **given)
    assert answer.status_code == 200, answer.text


async def send(room: rtc.Room, source: Any, seconds: float = 5) -> rtc.LocalTrackPublication | None:
    """Publish a track; None: the engine does not take it within so many seconds."""
    if source == MICROPHONE:
        track: Any = rtc.LocalAudioTrack.create_audio_track("sound", rtc.AudioSource(48_000, 1))
    else:
        track = rtc.LocalVideoTrack.create_video_track("picture", rtc.VideoSource(64, 36))
    try:
        published = room.local_participant.publish_track(track, TrackPublishOptions(source=source))
        return await asyncio.wait_for(published, seconds)
    except (PublishTrackError, TimeoutError):
        return None


def seen(room: rtc.Room, of: dict[str, Any]) -> dict[int, bool]:
    """The sources that somebody gets of another, and whether they are muted."""
    other = room.remote_participants.get(of["participant_id"])
    if other is None:
        return {}
    return {one.source: one.muted for one in other.track_publications.values() if one.track is not None}


def attributes(room: rtc.Room, of: dict[str, Any]) -> dict[str, str]:
    """What somebody sees of another without any track."""
    other = room.remote_participants.get(of["participant_id"])
    return dict(other.attributes) if other else {}


async def hearing(server: Server, room: rtc.Room, host: dict[str, Any]) -> list[bytes]:
    """What somebody is told; from now on nothing is lost, because the way is open."""
    told: list[bytes] = []
    room.on("data_received", lambda packet: told.append(packet.data))
    for _attempt in range(50):
        await do(server, host, "PUT", "lock", locked=False)
        await asyncio.sleep(0.2)
        if told:
            return told
    raise AssertionError("nothing arrives")


async def gone(room: rtc.Room) -> None:
    """Wait until the engine has put somebody out."""
    await _until(lambda: not room.isconnected())


def test_a_listener_cannot_send_and_on_the_podium_can(server: Server) -> None:
    async def climb() -> None:
        made = meeting(server, type=3, max_podiums=1)
        host, host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        await _until(lambda: place["participant_id"] in host.remote_participants)
        assert await send(ann, CAMERA) is None
        assert await send(ann, MICROPHONE) is None
        await do(server, place, "PUT", "hand", raised=True)
        await _until(lambda: bool(attributes(host, place).get("hand")))
        await do(server, host_place, "POST", "podium", participant_id=place["participant_id"])
        await _until(lambda: attributes(host, place).get("role") == "3")
        await _until(lambda: ann.local_participant.permissions.can_publish)
        assert await send(ann, MICROPHONE, seconds=30)
        await _until(lambda: MICROPHONE in seen(host, place))
        await do(server, host_place, "DELETE", f"podium/{_quoted(place['participant_id'])}")
        await _until(lambda: seen(host, place) == {})
        assert await send(ann, MICROPHONE) is None
        assert seen(host, place) == {}
        await ann.disconnect()
        await host.disconnect()

    asyncio.run(climb())


def test_a_remark_lets_the_microphone_through_and_nothing_else(server: Server) -> None:
    async def speak() -> None:
        made = meeting(server, type=3)
        host, _host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        await _until(lambda: place["participant_id"] in host.remote_participants)
        await do(server, place, "PUT", "remark", on=True)
        await _until(lambda: ann.local_participant.permissions.can_publish)
        assert await send(ann, CAMERA) is None
        assert await send(ann, MICROPHONE, seconds=30)
        await _until(lambda: seen(host, place) == {MICROPHONE: False})
        await do(server, place, "PUT", "remark", on=False)
        await _until(lambda: seen(host, place) == {})
        await ann.disconnect()
        await host.disconnect()

    asyncio.run(speak())


def test_an_old_token_of_the_podium_gives_nothing_back(server: Server) -> None:
    async def lie() -> None:
        made = meeting(server, type=3)
        host, host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        await _until(lambda: len(_participants(server, made)) == 2)
        await do(server, host_place, "POST", "podium", participant_id=place["participant_id"], force=True)
        again = await asyncio.to_thread(_ask, server, made, token=place["participant_token"], takeover=True)
        strong = again.json()["participation"]
        assert strong["role"] == 4
        await do(server, host_place, "DELETE", f"podium/{_quoted(place['participant_id'])}")
        await ann.disconnect()
        liar = rtc.Room()
        await liar.connect(strong["engine_url"], strong["engine_token"])
        await _until(lambda: not liar.local_participant.permissions.can_publish)
        assert await send(liar, CAMERA) is None
        await liar.disconnect()
        await host.disconnect()

    asyncio.run(lie())


def test_muted_really_and_a_screen_is_taken_away(server: Server) -> None:
    async def mute() -> None:
        made = meeting(server)
        host, host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        for source in (MICROPHONE, CAMERA, SCREEN):
            assert await send(ann, source, seconds=30)
        await _until(lambda: seen(host, place) == {MICROPHONE: False, CAMERA: False, SCREEN: False})
        await do(server, host_place, "POST", "mute", participant_id=place["participant_id"], source="microphone")
        await _until(lambda: seen(host, place).get(MICROPHONE) is True)
        await do(server, host_place, "POST", "mute", source="camera")
        await _until(lambda: seen(host, place).get(CAMERA) is True)
        await do(server, host_place, "POST", "mute", source="screen_share")
        await _until(lambda: seen(host, place) == {MICROPHONE: True, CAMERA: True})
        await _until(lambda: ann.local_participant.permissions.can_publish)
        await ann.disconnect()
        await host.disconnect()

    asyncio.run(mute())


def test_who_is_put_before_the_door_is_out_and_comes_in_no_other_way(server: Server) -> None:
    async def wait() -> None:
        made = meeting(server)
        host, host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        told = await hearing(server, ann, host_place)
        await do(server, host_place, "POST", "waiting/move", participant_id=place["participant_id"])
        await gone(ann)
        assert any(b'"waiting"' in data for data in told)
        with pytest.raises(rtc.ConnectError):
            await rtc.Room().connect(place["engine_url"], place["engine_token"])
        waiting = await asyncio.to_thread(_ask, server, made, token=place["participant_token"])
        assert waiting.json()["participation"]["engine_token"] == ""
        assert [one["participant_id"] for one in _participants(server, made)] == [host_place["participant_id"]]
        await do(server, host_place, "POST", "waiting/admit")
        inside, _place = await _join(server, made, token=waiting.json()["participation"]["participant_token"])
        await _until(lambda: len(_participants(server, made)) == 2)
        await inside.disconnect()
        await host.disconnect()

    asyncio.run(wait())


def test_who_was_removed_does_not_come_back_with_the_token_and_a_locked_door_is_shut(server: Server) -> None:
    async def remove() -> None:
        made = meeting(server)
        host, host_place = await _join(server, made, token=made["token"])
        eve, place = await _join(server, made, name="Eve")
        await _until(lambda: len(_participants(server, made)) == 2)
        await do(server, host_place, "POST", "participants/remove", participant_id=place["participant_id"])
        await gone(eve)
        with pytest.raises(rtc.ConnectError):
            await rtc.Room().connect(place["engine_url"], place["engine_token"])
        await do(server, host_place, "PUT", "lock", locked=True)
        refused = await asyncio.to_thread(_ask, server, made, name="Eve")
        assert refused.json()["error"]["errors"][0]["reason"] == "conferenceIsLocked"
        await host.disconnect()

    asyncio.run(remove())


def test_listeners_of_a_lecture_are_seen_by_the_lecturer_only(server: Server) -> None:
    """The engine keeps to what the browser of whoever sends has said; the one who would like to see gets nothing."""

    async def listen() -> None:
        made = meeting(server, type=1)
        host, host_place = await _join(server, made, token=made["token"])
        ann, place = await _join(server, made, name="Ann")
        bob, _bob_place = await _join(server, made, name="Bob")
        only = ParticipantTrackPermission(participant_identity=host_place["participant_id"], allow_all=True)
        ann.local_participant.set_track_subscription_permissions(
            allow_all_participants=False, participant_permissions=[only]
        )
        assert await send(ann, SCREEN) is None
        assert await send(ann, CAMERA, seconds=30)
        assert await send(host, CAMERA, seconds=30)
        await _until(lambda: CAMERA in seen(host, place))
        await _until(lambda: CAMERA in seen(bob, host_place))
        there = bob.remote_participants[place["participant_id"]].track_publications.values()
        for publication in there:
            publication.set_subscribed(True)
        await asyncio.sleep(2)
        assert seen(bob, place) == {}
        for one in (bob, ann, host):
            await one.disconnect()

    asyncio.run(listen())


async def silence(pushes: list[float]) -> None:
    """Wait until nothing has come for a second."""
    before = -1
    while len(pushes) > before:
        before = len(pushes)
        await asyncio.sleep(1)


def test_the_state_is_pushed_once_for_a_burst(server: Server) -> None:
    """Changes wait 50 ms for those that follow."""
    state, together_s = b'{"type":"state"}', 0.05

    async def burst() -> None:
        made = meeting(server)
        host, host_place = await _join(server, made, token=made["token"])
        await hearing(server, host, host_place)
        pushes: list[float] = []
        host.on("data_received", lambda packet: pushes.append(time.monotonic()) if packet.data == state else None)
        for _attempt in range(20):
            await silence(pushes)
            pushes.clear()
            began = time.monotonic()
            changes = [do(server, host_place, "PUT", "hand", raised=bool(number % 2)) for number in range(1, 13)]
            await asyncio.gather(*changes)
            await _until(lambda: bool(pushes))
            await silence(pushes)
            most = 1 + (pushes[-1] - began) / together_s
            assert len(pushes) <= most
            if most < len(changes):  # on a busy machine the changes come one by one
                break
        await host.disconnect()

    asyncio.run(burst())
