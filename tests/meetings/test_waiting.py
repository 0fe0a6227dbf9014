"""The waiting room: who waits, what they get, and how they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rostrum.media.commands import RemoveParticipant
from rostrum.media.engine import Present
from rostrum.meetings import attendance, exchange, store
from rostrum.meetings.attendance import Missing
from rostrum.meetings.waiting import line
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, reason, seen, stop
from tests.support.moderating import Moderated
from tests.support.sockets import Socket


@pytest.fixture
def room(hall: Api, engine: WrittenEngine) -> Moderated:
    """A meeting with a waiting room for everybody."""
    return Moderated(hall, waiting_room_enabled=True)


def knock(room: Moderated) -> tuple[dict[str, Any], Socket]:
    """A guest before the door, whose page is there."""
    guest = room.come(name="Ann")
    return guest, Socket(room.api, guest["participant_token"])


def ids(room: Moderated) -> list[str]:
    return [one["participant_id"] for one in room.state()["waiting"]]


def rounds(
    hall: Api, after: float, rooms: dict[str, list[Present]] | None = None, since: datetime | None = None
) -> list[Any]:
    """What is put in order so many seconds after a moment, or after now."""
    now = (since or datetime.now(UTC)) + timedelta(seconds=after)
    return list(
        hall.run(
            lambda db: attendance.reconcile(
                db, rooms or {}, attendance.places(db), Missing({}), now, hall.settings.server.name
            )
        )
    )


def test_who_waits_gets_nothing(room: Moderated, hall: Api) -> None:
    guest = room.come(name="Ann")
    assert (guest["waiting"], guest["engine_token"]) == (True, "")
    for method, what in (
        ("GET", "state"),
        ("GET", "participants"),
        ("GET", "messages"),
        ("POST", "messages"),
        ("PUT", "hand"),
        ("PUT", "remark"),
        ("POST", "stats"),
    ):
        body = {"POST messages": {"message": "x"}, "PUT hand": {"raised": True}, "PUT remark": {"on": True}}
        answer = room.ask(guest, method, what, **body.get(f"{method} {what}", {}))
        assert reason(answer) == (403, "forbidden"), what
    shown = hall.get(f"/api/v3.10/conferences/{room.id}/participants", token=hall.secret_key).json()["participants"]
    assert [one["id"] for one in shown] == [room.host["participant_id"]]
    assert list(room.roles()) == [room.host["participant_id"]]
    (waiting,) = room.state()["waiting"]
    assert (waiting["participant_id"], waiting["display_name"]) == (guest["participant_id"], "Ann")
    assert (waiting["is_guest"], waiting["avatar"]) == (True, None)


def test_only_moderators_see_and_let_in(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall, waiting_room_enabled=True, waiting_room_scope="guests")
    member = room.come(token=room.member_token)
    guest = room.come(name="Ann")
    assert (member["waiting"], guest["waiting"]) == (False, True)
    assert room.state(member)["waiting"] == []
    for what, body in (
        ("waiting/admit", {}),
        ("waiting/refuse", {"participant_ids": []}),
        ("waiting/move", {"participant_id": room.host["participant_id"]}),
    ):
        assert reason(room.ask(member, "POST", what, **body)) == (403, "forbidden")
    assert reason(room.ask(member, "PUT", "waiting-room", enabled=False)) == (403, "forbidden")


def test_who_is_let_in_joins_again_and_never_waits_again(room: Moderated, hall: Api) -> None:
    guest, page = knock(room)
    room.do(room.host, "POST", "waiting/admit", participant_ids=[guest["participant_id"]])
    assert page.read() == {"type": "admitted"}
    assert page.read() == {"closed": exchange.OVER}
    inside = join(hall, room.id, token=guest["participant_token"])
    assert (inside["waiting"], inside["participant_id"]) == (False, guest["participant_id"])
    assert inside["engine_token"]
    assert inside["display_name"] == "Ann"
    seen(hall, inside)
    assert room.state()["waiting"] == []
    room.do(inside, "POST", "leave")
    back = join(hall, room.id, token=inside["participant_token"])
    assert (back["waiting"], back["participant_id"]) == (False, guest["participant_id"])


def test_an_account_waits_and_comes_in_with_its_own_token(room: Moderated, hall: Api) -> None:
    member = room.come(token=room.member_token)
    assert member["waiting"] is True
    room.do(room.host, "POST", "waiting/admit")
    assert join(hall, room.id, token=room.member_token)["waiting"] is False


def test_refused(room: Moderated, hall: Api) -> None:
    guest, page = knock(room)
    member = room.come(token=room.member_token)
    both = [guest["participant_id"], member["participant_id"]]
    assert reason(room.ask(room.host, "POST", "waiting/refuse", participant_ids=[*both, "x"])) == (
        400,
        "participantNotFound",
    )
    room.do(room.host, "POST", "waiting/refuse", participant_ids=both)
    assert page.read() == {"type": "refused"}
    assert ids(room) == []
    path = f"/api/web/conferences/{room.id}/join"
    assert reason(hall.post(path, token=room.member_token, json={})) == (403, "refusedByHost")
    assert reason(hall.post(path, token=guest["participant_token"], json={})) == (403, "accessTokenInvalid")


def test_the_end_is_told_to_those_who_wait(room: Moderated, hall: Api) -> None:
    _guest, page = knock(room)
    stop(hall, room.id)
    assert page.read() == {"type": "ended"}
    assert page.read() == {"closed": exchange.OVER}


def test_a_page_that_comes_too_late_is_told_at_once(room: Moderated, hall: Api) -> None:
    guest = room.come(name="Ann")
    room.do(room.host, "POST", "waiting/admit")
    assert Socket(hall, guest["participant_token"]).read() == {"type": "admitted"}


def test_what_another_process_did_is_found_by_the_heartbeat(
    room: Moderated, hall: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "BEAT_S", 0.05)
    guest, page = knock(room)
    assert page.read() == {"type": "ping"}
    place = hall.run(lambda db: store.find_present(db, room.session, guest["participant_id"]))
    hall.run(lambda db: store.renew_participation(db, place, waiting_since=None))
    while (message := page.read()) == {"type": "ping"}:
        pass
    assert message == {"type": "admitted"}


def test_a_reload_keeps_the_place_a_closed_page_does_not(room: Moderated, hall: Api) -> None:
    guest, page = knock(room)
    before_bob = datetime.now(UTC)
    other = room.come(name="Bob")
    before = datetime.now(UTC)
    page.close()
    for seconds in (0, 24):
        rounds(hall, seconds, since=before)
        assert guest["participant_id"] in ids(room)
    again = join(hall, room.id, token=guest["participant_token"])
    page = Socket(hall, again["participant_token"])
    assert again["participant_id"] == guest["participant_id"]
    rounds(hall, 40, since=before_bob)
    assert ids(room) == [guest["participant_id"], other["participant_id"]], "Bob's page has its time to come"
    page.close()
    after = datetime.now(UTC)
    rounds(hall, 26, since=after)
    assert ids(room) == [other["participant_id"]]
    rounds(hall, 50, since=after)
    assert ids(room) == []


def test_waiting_people_take_no_place_but_being_let_in_does(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall, waiting_room_enabled=True, max_participants=3)
    people = [room.come(name=name) for name in ("Ann", "Bob", "Cid")]
    full = hall.post(f"/api/web/conferences/{room.id}/join", json={"name": "Dan"})
    assert reason(full) == (403, "waitingRoomIsFull")
    room.do(room.host, "POST", "waiting/admit")
    assert ids(room) == [people[2]["participant_id"]]
    last = room.ask(room.host, "POST", "waiting/admit", participant_ids=[people[2]["participant_id"]])
    assert reason(last) == (400, "conferenceIsFull")


def test_switching_it_off_lets_everybody_in_and_on_again_makes_newcomers_wait(room: Moderated) -> None:
    _guest, page = knock(room)
    assert room.state()["waiting_room_enabled"] is True
    room.do(room.host, "PUT", "waiting-room", enabled=False)
    assert page.read() == {"type": "admitted"}
    assert room.state()["waiting_room_enabled"] is False
    inside = room.come(name="Bob")
    assert inside["waiting"] is False
    room.do(room.host, "PUT", "waiting-room", enabled=True)
    assert room.come(name="Cid")["waiting"] is True
    assert inside["participant_id"] in room.roles()


def test_somebody_who_is_in_is_put_before_the_door(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall)
    guest = room.come(name="Ann")
    room.do(room.host, "POST", "waiting/move", participant_id=guest["participant_id"])
    (command,) = engine.taken(RemoveParticipant)
    assert (command.participant_id, command.message) == (guest["participant_id"], {"type": "waiting"})
    seen(hall, guest, f"PA_{guest['participant_id']}", "participant_left")
    assert ids(room) == [guest["participant_id"]]
    assert reason(room.ask(guest, "GET", "participants")) == (403, "forbidden")
    seen(hall, guest, "PA_old_token")
    assert engine.taken(RemoveParticipant), "a token from before opens nothing"
    there = {room.session: [Present(guest["participant_id"], "PA_old_token")]}
    assert [one for one in rounds(hall, 0, there) if isinstance(one, RemoveParticipant)]
    again = join(hall, room.id, token=guest["participant_token"])
    assert again["waiting"] is True
    page = Socket(hall, again["participant_token"])
    room.do(room.host, "POST", "waiting/admit")
    assert page.read() == {"type": "admitted"}
    assert join(hall, room.id, token=again["participant_token"])["waiting"] is False


def test_moderators_are_never_put_there(room: Moderated) -> None:
    answer = room.ask(room.host, "POST", "waiting/move", participant_id=room.host["participant_id"])
    assert reason(answer) == (403, "forbidden")


def test_who_was_never_let_in_was_never_in_the_call(room: Moderated, hall: Api) -> None:
    room.come(name="Ann")
    stop(hall, room.id)
    path = f"/api/v3.10/logs/calls/{quoted(room.session)}"
    assert hall.get(path, token=hall.secret_key).json()["participant_count"] == 1
    listed = hall.get(f"{path}/participants", token=hall.secret_key).json()
    assert [one["call_id"] for one in listed["list"]] == [room.host["participant_id"]]


def test_leaving_gives_the_waiting_place_back(room: Moderated) -> None:
    guest, page = knock(room)
    room.do(guest, "POST", "leave")
    assert ids(room) == []
    page.close()


def test_disconnecting_a_user_ends_the_waiting_too(room: Moderated, hall: Api) -> None:
    member = room.come(token=room.member_token)
    page = Socket(hall, member["participant_token"])
    hall.post(f"/api/v3.10/users/{room.member}/disconnect", token=hall.secret_key)
    assert page.read() == {"type": "refused"}
    assert ids(room) == []


def test_the_token_of_somebody_who_is_in_holds_no_line(hall: Api, engine: WrittenEngine) -> None:
    room = Moderated(hall)
    page = Socket(hall, room.host["participant_token"])
    assert page.read() == {"type": "admitted"}
    assert page.read() == {"closed": exchange.OVER}
