"""What moderators do: lock, mute, remove, make hosts, extend."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rostrum.media.commands import Mute, RemoveParticipant, Tell, UpdateParticipant
from rostrum.media.engine import Present
from rostrum.media.tokens import Grants
from tests.meetings.test_rights import grouped
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, reason, seen, stop
from tests.support.moderating import Moderated


@pytest.fixture
def room(hall: Api, engine: WrittenEngine) -> Moderated:
    return Moderated(hall)


def conference(room: Moderated) -> dict[str, Any]:
    answer = room.api.get(f"/api/v3.10/conferences/{room.id}", token=room.api.secret_key)
    return dict(answer.json()["conference"])


def test_a_locked_meeting_lets_nobody_in_but_those_who_are_in(room: Moderated, hall: Api) -> None:
    member = room.come(token=room.member_token)
    assert conference(room)["participants_lock_enabled"] is False
    room.do(room.host, "PUT", "lock", locked=True)
    assert room.state(member)["locked"] is True
    assert conference(room)["participants_lock_enabled"] is True
    path = f"/api/web/conferences/{room.id}/join"
    assert reason(hall.post(path, json={"name": "Ann"})) == (403, "conferenceIsLocked")
    assert join(hall, room.id, token=room.member_token, takeover=True)["participant_id"] == member["participant_id"]
    room.do(room.host, "PUT", "lock", locked=False)
    room.come(name="Ann")
    stop(hall, room.id)
    assert conference(room)["participants_lock_enabled"] is None


def test_only_moderators_may(room: Moderated) -> None:
    member = room.come(token=room.member_token)
    victim = room.host["participant_id"]
    for method, what, body in (
        ("PUT", "lock", {"locked": True}),
        ("POST", "mute", {"source": "camera"}),
        ("POST", "participants/remove", {"participant_id": victim}),
        ("POST", "role", {"participant_id": victim, "host": False}),
        ("POST", "extend", {"minutes": 5}),
    ):
        assert reason(room.ask(member, method, what, **body)) == (403, "forbidden"), what


def test_muting_one_or_everybody_else(room: Moderated, engine: WrittenEngine) -> None:
    ann, member = room.come(name="Ann"), room.come(token=room.member_token)
    engine.commands.clear()
    room.do(room.host, "POST", "mute", participant_id=ann["participant_id"], source="microphone")
    (mute,) = engine.taken(Mute)
    assert (mute.source, list(mute.grants)) == ("microphone", [ann["participant_id"]])
    (told,) = engine.taken(Tell)
    assert (told.message, told.to) == ({"type": "muted", "source": "microphone"}, [ann["participant_id"]])
    room.do(room.host, "POST", "mute", participant_id=None, source="screen_share")
    (mute,) = engine.taken(Mute)
    assert set(mute.grants) == {ann["participant_id"], member["participant_id"]}
    assert reason(room.ask(room.host, "POST", "mute", source="drum"))[0] == 400
    nobody = room.ask(room.host, "POST", "mute", source="camera", participant_id="nobody")
    assert reason(nobody) == (404, "participantNotFound")


def test_removing_anybody_but_the_owner(room: Moderated, engine: WrittenEngine) -> None:
    member = room.come(token=room.member_token)
    room.do(room.host, "POST", "role", participant_id=member["participant_id"], host=True)
    owner = room.ask(member, "POST", "participants/remove", participant_id=room.host["participant_id"])
    assert reason(owner) == (403, "forbidden")
    ann = room.come(name="Ann")
    room.do(member, "POST", "participants/remove", participant_id=ann["participant_id"])
    (command,) = engine.taken(RemoveParticipant)
    assert (command.participant_id, command.message) == (ann["participant_id"], {"type": "removed"})
    assert ann["participant_id"] not in room.roles()


def test_who_was_removed_waits_when_there_is_a_waiting_room(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall)
    member = room.come(token=room.member_token)
    room.do(room.host, "PUT", "waiting-room", enabled=True)
    room.do(room.host, "POST", "participants/remove", participant_id=member["participant_id"])
    assert room.come(token=room.member_token)["waiting"] is True


def test_a_host_for_the_rest_of_the_meeting(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall, type=3)
    member = room.come(token=room.member_token)
    room.do(room.host, "POST", "role", participant_id=member["participant_id"], host=True)
    assert room.roles()[member["participant_id"]] == 2
    assert set(room.state()["hosts"]) == {room.host["participant_id"], member["participant_id"]}
    assert engine.taken(UpdateParticipant)[-1].grants.sources
    room.do(member, "POST", "leave")
    again = room.come(token=room.member_token)
    assert again["role"] == 2
    room.do(room.host, "POST", "role", participant_id=member["participant_id"], host=False)
    assert room.roles()[member["participant_id"]] == 1
    assert engine.taken(UpdateParticipant)[-1].grants.sources == ()
    assert reason(room.ask(again, "PUT", "lock", locked=True)) == (403, "forbidden")


def test_owner_and_operators_stay_hosts(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall)
    _login, token = grouped(hall, ["make_calls", "operator_rights"])
    operator = room.come(token=token)
    assert operator["role"] == 2
    for who, victim in ((operator, room.host), (room.host, operator)):
        answer = room.ask(who, "POST", "role", participant_id=victim["participant_id"], host=False)
        assert reason(answer) == (403, "forbidden")


def planned(hall: Api, room: Moderated, kind: str) -> float:
    """When due work of the conference is due, Unix seconds."""
    row = hall.run(
        lambda db: db.exec_driver_sql(f"SELECT due_at FROM jobs WHERE key = '{kind}:{room.id}'").one_or_none()
    )
    return 0 if row is None else row[0] / 1_000_000


def test_extending_moves_the_end_and_its_warning(hall: Api, engine: WrittenEngine) -> None:
    now = int(time.time())
    schedule = {"type": 1, "start_time": now + 60, "duration": 3600}
    fields = {"schedule": schedule, "expiration_time_updating_allowed": True, "expiration_time_alert": 300}
    room = Moderated(hall, **fields)
    end = now + 3660
    state = room.state()
    assert (state["ends_at"], state["may_extend"]) == (end, True)
    member = room.come(token=room.member_token)
    assert room.state(member)["may_extend"] is False
    room.do(room.host, "POST", "extend", minutes=15)
    assert room.state(member)["ends_at"] == end + 900
    assert planned(hall, room, "conference.stop") == end + 900
    assert planned(hall, room, "conference.alert") == end + 600
    for minutes in (0, 1441):
        assert reason(room.ask(room.host, "POST", "extend", minutes=minutes))[0] == 400


def test_extending_where_it_is_not_allowed_or_nothing_ends(hall: Api, engine: WrittenEngine) -> None:
    never = Moderated(hall, expiration_time_updating_allowed=True)
    assert (never.state()["ends_at"], never.state()["may_extend"]) == (None, False)
    assert reason(never.ask(never.host, "POST", "extend", minutes=5)) == (400, "conferenceHasNoEnd")
    schedule = {"type": 1, "start_time": int(time.time()) + 60, "duration": 3600}
    fixed = Moderated(hall, schedule=schedule)
    assert fixed.state()["may_extend"] is False
    assert reason(fixed.ask(fixed.host, "POST", "extend", minutes=5)) == (403, "extensionNotAllowed")


def test_an_old_token_gives_nothing_back(hall: Api, engine: WrittenEngine) -> None:
    """Whoever comes with the engine's token from before a change is told its present rights at once."""
    room = Moderated(hall, type=3)
    ann = room.come(name="Ann")
    room.do(room.host, "POST", "podium", participant_id=ann["participant_id"], force=True)
    room.do(room.host, "DELETE", f"podium/{ann['participant_id'].replace('#', '%23')}")
    engine.commands.clear()
    seen(hall, ann, "PA_again")
    (command,) = engine.taken(UpdateParticipant)
    assert (command.participant_id, command.grants.sources) == (ann["participant_id"], ())


def test_what_the_engine_has_missed_is_told_again(hall: Api, engine: WrittenEngine, room: Moderated) -> None:
    host = room.host["participant_id"]
    sid, everything = f"PA_{host}", Grants(("camera", "microphone", "screen_share", "screen_share_audio"), True)
    for given, attributes, wrong in (
        (everything, {"role": "2", "is_owner": "1"}, False),
        (everything, {"role": "1", "is_owner": "1"}, True),
        (Grants((), True), {"role": "2", "is_owner": "1"}, True),
    ):
        engine.there = {room.session: [Present(host, sid, given, attributes)]}
        engine.commands.clear()
        hall.wait(hall.app.reconcile())
        assert bool(engine.taken(UpdateParticipant)) is wrong
