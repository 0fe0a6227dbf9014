"""What the unseen member of a real room receives: what is shown, in the size in which it is shown, and no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from livekit import rtc
from livekit.rtc import _ffi_client

from rostrum.media.composition.layout import Rect
from rostrum.media.composition.scene import Scene, Spot
from rostrum.media.production.member import Member
from rostrum.media.supervisor import EngineSupervisor
from rostrum.media.tokens import unseen_token
from tests.media.production.test_pipeline import ROOM
from tests.support.senders import Sender

pytestmark = pytest.mark.anyio


async def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def showing(member: Member, **heights: int) -> Scene:
    """A scene with some of the people, in rectangles of these heights."""
    people = {one.name: one for one in member.people()}
    return Scene(tuple(Spot(people[name], "camera", Rect(0, 0, 2 * high, high)) for name, high in heights.items()))


async def test_only_what_is_shown_is_received_and_in_the_size_in_which_it_is_shown(
    supervisor: EngineSupervisor,
) -> None:
    url, stirred = str(supervisor.http_url).replace("http", "ws", 1), [0]

    def stirs() -> None:
        stirred[0] += 1

    member = Member(lambda *_given: None, lambda _name: None, stirs)
    senders = [Sender("Ann", size=(1280, 720)), Sender("Bob")]
    for one in senders:
        await one.enter(url, supervisor.keys, ROOM)
    await member.enter(url, unseen_token(supervisor.keys, ROOM, "#recorder"))

    def subscribed() -> dict[str, bool]:
        cameras = {}
        for one in member._room.remote_participants.values():
            for publication in one.track_publications.values():
                if publication.source == rtc.TrackSource.SOURCE_CAMERA:
                    cameras[one.name] = publication.subscribed
        return cameras

    def height(name: str) -> int:
        seen = member.pictures(time.monotonic()).get((f"{name}@server.test", "camera"))
        return seen.frame.height if seen else 0

    try:
        await until(lambda: len(subscribed()) == 2)
        assert subscribed() == {"Ann": False, "Bob": False}
        member.look_at(showing(member, Ann=180))
        await until(lambda: height("Ann") == 180)
        before = stirred[0]
        await until(lambda: stirred[0] > before + 5)  # each picture that comes is told
        assert subscribed() == {"Ann": True, "Bob": False}
        member.look_at(showing(member, Ann=720))
        await until(lambda: height("Ann") == 720, 30)
        member.look_at(showing(member, Ann=180, Bob=180))
        await until(lambda: height("Ann") == 180 and height("Bob") > 0)
        member.look_at(showing(member, Bob=180))
        await until(lambda: subscribed() == {"Ann": False, "Bob": True})
        await until(lambda: height("Ann") == 0)
    finally:
        for one in senders:
            await one.leave()
        await member.leave()


async def test_people_stand_in_the_order_in_which_they_joined_whoever_looks(supervisor: EngineSupervisor) -> None:
    url = str(supervisor.http_url).replace("http", "ws", 1)
    names = [*"DBECA"]
    senders = [Sender(name, size=(160, 90)) for name in names]
    for one in senders:
        await one.enter(url, supervisor.keys, ROOM)
    try:
        for number in range(2):
            member = Member(lambda *_given: None, lambda _name: None, lambda: None)
            await member.enter(url, unseen_token(supervisor.keys, ROOM, f"#recorder{number}"))
            await until(lambda member=member: len(member.people()) == len(names))
            assert [one.name for one in sorted(member.people(), key=lambda one: one.joined_at)] == names
            await member.leave()
    finally:
        for one in senders:
            await one.leave()


async def test_the_log_of_the_engines_library_is_not_carried_to_python(
    supervisor: EngineSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [0]

    def count(_level: object) -> None:
        lines[0] += 1

    monkeypatch.setattr(_ffi_client, "to_python_level", count)
    member = Member(lambda *_given: None, lambda _name: None, lambda: None)
    url = str(supervisor.http_url).replace("http", "ws", 1)
    await member.enter(url, unseen_token(supervisor.keys, ROOM, "#recorder"))
    await asyncio.sleep(1)
    await member.leave()
    assert lines[0] == 0
