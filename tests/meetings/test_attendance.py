"""Webhooks and reconciling keep our participants true to what the engine sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from rostrum.api.work import EngineKeys
from rostrum.ids import SessionId
from rostrum.media.commands import EndRoom, RemoveParticipant
from rostrum.media.engine import Present
from rostrum.media.webhooks import ParticipantEvent
from rostrum.meetings import attendance, control, store
from rostrum.meetings.attendance import Missing
from tests.support.api import Api
from tests.support.meeting import KEYS, WrittenEngine, join, quoted, reason, run, seen, webhook

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own now: a slow run must not age it."""
    monkeypatch.setattr(f"{__name__}.NOW", datetime.now(UTC))


@pytest.fixture
def place(hall: Api, engine: WrittenEngine) -> Iterator[dict[str, Any]]:
    """A guest who was let in and has not connected yet."""
    made = hall.new_conference(allow_guests=True)
    run(hall, made["id"])
    yield join(hall, made["id"], name="Ann")
    hall.post(f"/api/v3.10/conferences/{made['id']}/stop", token=hall.secret_key)


def kept(hall: Api, place: dict[str, Any]) -> Any:
    """Somebody's open place; None: gone."""
    return hall.run(lambda db: store.find_present(db, place["session_id"], place["participant_id"]))


def event(hall: Api, place: dict[str, Any], sid: str, kind: str = "participant_joined", **other: str) -> list[Any]:
    ids = {"session_id": place["session_id"], "participant_id": place["participant_id"]} | other
    made = ParticipantEvent(kind, ids["session_id"], ids["participant_id"], sid, NOW)
    return list(hall.run(lambda db: attendance.on_event(db, made, NOW, "server.test")))


def reconciled(
    hall: Api,
    rooms: dict[str, list[Present]],
    missing: Missing | None = None,
    at: datetime | None = None,
    before: attendance.Before | None = None,
) -> list[Any]:
    """Only this file's sessions are in the hall, so all others of these rooms are strangers."""

    def unit(db: Connection) -> list[Any]:
        known = attendance.places(db) if before is None else before
        return attendance.reconcile(db, rooms, known, missing or Missing({}), at or NOW, "server.test")

    return list(hall.run(unit))


def test_who_joins_is_there(hall: Api, place: dict[str, Any]) -> None:
    assert kept(hall, place).join_time is None
    assert event(hall, place, "PA_1") == []
    row = kept(hall, place)
    assert (row.join_time, row.engine_sid) == (NOW, "PA_1")


def test_who_comes_back_keeps_the_first_join_time(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    first = kept(hall, place).join_time
    event(hall, place, "PA_2")
    row = kept(hall, place)
    assert (row.join_time, row.engine_sid) == (first, "PA_2")


@pytest.mark.parametrize("kind", ["participant_left", "participant_connection_aborted"])
def test_who_leaves_is_gone(hall: Api, place: dict[str, Any], kind: str) -> None:
    event(hall, place, "PA_1")
    assert event(hall, place, "PA_1", kind) == []
    assert kept(hall, place) is None


def test_the_end_of_an_older_connection_ends_nothing(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    event(hall, place, "PA_2")
    event(hall, place, "PA_1", "participant_left")
    assert kept(hall, place).engine_sid == "PA_2"


def test_leaving_before_joining_ends_nothing(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_0", "participant_left")
    assert kept(hall, place) is not None


def test_an_event_of_a_kind_that_we_do_not_know_ends_nothing(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    event(hall, place, "PA_1", "participant_active")
    assert kept(hall, place) is not None


def test_a_stranger_is_put_out(hall: Api, place: dict[str, Any]) -> None:
    (command,) = event(hall, place, "PA_1", participant_id="#guest:x@server.test")
    assert isinstance(command, RemoveParticipant)
    assert (command.session_id, command.participant_id) == (place["session_id"], "#guest:x@server.test")


def test_a_room_of_no_session_is_closed(hall: Api, place: dict[str, Any]) -> None:
    (command,) = event(hall, place, "PA_1", session_id="0000@server.test#vcs")
    assert isinstance(command, EndRoom)
    assert command.session_id == "0000@server.test#vcs"
    assert event(hall, place, "PA_1", "participant_left", session_id="0000@server.test#vcs") == []


def test_reconcile_finds_who_joined_unnoticed(hall: Api, place: dict[str, Any]) -> None:
    rooms = {place["session_id"]: [Present(place["participant_id"], "PA_9")]}
    assert reconciled(hall, rooms) == []
    assert kept(hall, place).engine_sid == "PA_9"


@pytest.mark.parametrize(("after", "stays"), [(80, True), (100, False)])
def test_an_admitted_browser_has_its_time_to_connect(hall: Api, place: dict[str, Any], after: int, stays: bool) -> None:
    """Counted from the moment when it was let in, however long that took."""
    reconciled(hall, {}, at=kept(hall, place).admitted_at + timedelta(seconds=after))
    assert (kept(hall, place) is not None) == stays


def test_a_broken_connection_keeps_its_place_for_a_while(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    missing = Missing({})
    for seconds, stays in ((0, True), (10, True), (24, True), (26, False)):
        reconciled(hall, {}, missing, NOW + timedelta(seconds=seconds))
        assert (kept(hall, place) is not None) == stays, seconds


def test_who_comes_back_in_time_starts_anew(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    missing = Missing({})
    there = {place["session_id"]: [Present(place["participant_id"], "PA_1")]}
    for seconds, rooms in ((0, {}), (20, there), (30, {}), (50, {})):
        reconciled(hall, rooms, missing, NOW + timedelta(seconds=seconds))
        assert kept(hall, place) is not None
    reconciled(hall, {}, missing, NOW + timedelta(seconds=56))
    assert kept(hall, place) is None


def test_reconcile_puts_strangers_out_and_closes_rooms(hall: Api, place: dict[str, Any]) -> None:
    event(hall, place, "PA_1")
    rooms = {
        place["session_id"]: [Present(place["participant_id"], "PA_1"), Present("#guest:x@server.test", "PA_2")],
        "0000@server.test#vcs": [],
    }
    commands = reconciled(hall, rooms)
    assert {(type(one), one.session_id) for one in commands} == {
        (EndRoom, "0000@server.test#vcs"),
        (RemoveParticipant, place["session_id"]),
    }
    assert kept(hall, place) is not None


@pytest.mark.parametrize("theirs", ["their-room", "0000@other.test#vcs", "0000@other-server.test#vcs"])
def test_rooms_of_others_on_the_same_engine_are_left_alone(hall: Api, place: dict[str, Any], theirs: str) -> None:
    """An engine that runs elsewhere may serve other programs too, and other Rostrum servers."""
    event(hall, place, "PA_1")
    rooms = {
        theirs: [Present("them", "PA_3")],
        place["session_id"]: [Present(place["participant_id"], "PA_1")],
    }
    assert reconciled(hall, rooms) == []
    assert event(hall, place, "PA_1", session_id=theirs) == []


def test_two_processes_may_reconcile_at_once(hall: Api, place: dict[str, Any]) -> None:
    """Each has its own idea of who is missing since when; together they do what one would."""
    event(hall, place, "PA_1")
    rooms = {place["session_id"]: [Present(place["participant_id"], "PA_1")], "0000@server.test#vcs": []}
    one, two = Missing({}), Missing({})
    for missing in (one, two):
        (command,) = reconciled(hall, rooms, missing)
        assert isinstance(command, EndRoom)
    reconciled(hall, {}, one, NOW)
    reconciled(hall, {}, two, NOW + timedelta(seconds=9))
    reconciled(hall, {}, one, NOW + timedelta(seconds=26))
    assert kept(hall, place) is None
    assert reconciled(hall, {}, two, NOW + timedelta(seconds=40)) == []
    rows = hall.run(lambda db: store.find_last(db, place["session_id"], place["participant_id"]))
    assert rows.leave_time == NOW + timedelta(seconds=26)


def test_what_changed_while_the_engine_was_asked_is_newer_than_its_answer(hall: Api, place: dict[str, Any]) -> None:
    """A webhook told of a new connection, and that somebody left, after the engine had listed its rooms."""
    event(hall, place, "PA_1")
    before = hall.run(attendance.places)
    rooms = {place["session_id"]: [Present(place["participant_id"], "PA_1")]}
    event(hall, place, "PA_2")
    assert reconciled(hall, rooms, before=before) == []
    assert kept(hall, place).engine_sid == "PA_2"
    event(hall, place, "PA_2", "participant_left")
    assert reconciled(hall, rooms, before=before) == []
    assert kept(hall, place) is None


def test_after_a_crash_nothing_stays_open(hall: Api, place: dict[str, Any]) -> None:
    """The call ends when the server was last alive, but nobody leaves before joining."""
    event(hall, place, "PA_1")
    early = NOW - timedelta(hours=1)
    closed = hall.run(lambda db: control.close_after_restart(db, early))
    assert place["session_id"] in closed
    assert kept(hall, place) is None
    call = hall.get(f"/api/v3.10/logs/calls/{quoted(place['session_id'])}", token=hall.secret_key).json()
    assert call["term_reason"] == 6
    assert call["duration"] >= 0
    assert call["end_time"]["date"] >= call["start_time"]["date"]
    rows = hall.run(lambda db: db.exec_driver_sql("SELECT join_time, leave_time FROM participations").fetchall())
    assert all(leave is None or join is None or leave >= join for join, leave in rows)
    assert hall.run(lambda db: store.find_session(db, SessionId(place["session_id"]))) is None
    assert run(hall, place["conference_id"]) != place["session_id"]


JOINED = {"event": "participant_joined", "createdAt": "1", "id": "EV_1"}


def about(place: dict[str, Any], **fields: Any) -> dict[str, Any]:
    participant = {"identity": place["participant_id"], "sid": "PA_1"}
    return JOINED | {"room": {"name": place["session_id"]}, "participant": participant} | fields


def test_a_good_webhook_joins_and_leaves(hall: Api, place: dict[str, Any]) -> None:
    assert webhook(hall, about(place)).status_code == 200
    assert kept(hall, place).engine_sid == "PA_1"
    assert webhook(hall, about(place, event="participant_left")).status_code == 200
    assert kept(hall, place) is None


@pytest.mark.parametrize(
    "forged",
    [
        {"keys": EngineKeys(KEYS.api_key, "another secret, just as long as the real")},
        {"keys": EngineKeys("another-key", KEYS.api_secret)},
        {"sent": b'{"event":"participant_joined"}'},
        {"sent": b""},
        {"expires_in": -60},
        {"exp": None},
        {"sha256": None},
        {"sha256": ""},
    ],
    ids=str,
)
def test_a_forged_webhook_changes_nothing(hall: Api, place: dict[str, Any], forged: dict[str, Any]) -> None:
    answer = webhook(hall, about(place), **forged)
    assert reason(answer) == (403, "forbidden")
    assert kept(hall, place).join_time is None


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "a.b.c", "Bearer a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_an_unsigned_webhook_changes_nothing(hall: Api, place: dict[str, Any], authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = hall.post("/engine/webhook", json=about(place), headers=headers)
    assert reason(answer) == (403, "forbidden")
    assert kept(hall, place).join_time is None


@pytest.mark.parametrize("body", [[], "text", {}, {"event": "room_started"}, {"event": "participant_joined"}])
def test_signed_nonsense_does_no_harm(hall: Api, place: dict[str, Any], body: Any) -> None:
    assert webhook(hall, body).status_code in {200, 403}
    assert kept(hall, place).join_time is None


def test_hidden_participants_are_not_people(hall: Api, place: dict[str, Any]) -> None:
    """The recorder joins as one; it has no place, and is not put out for that."""
    hidden = {"identity": "recorder", "sid": "PA_8", "permission": {"hidden": True}}
    assert webhook(hall, about(place, participant=hidden)).status_code == 200
    assert isinstance(hall.app.engine, WrittenEngine)
    assert hall.app.engine.commands == []


def test_without_an_engine_there_are_no_webhooks(api: Api) -> None:
    assert reason(webhook(api, JOINED)) == (503, "serviceUnavailable")


def test_the_background_round_mends_too(hall: Api, place: dict[str, Any], engine: WrittenEngine) -> None:
    engine.there = {place["session_id"]: [Present(place["participant_id"], "PA_7"), Present("x@server.test", "PA_8")]}
    hall.wait(hall.app.reconcile())
    assert kept(hall, place).engine_sid == "PA_7"
    (command,) = engine.taken(RemoveParticipant)
    assert command.participant_id == "x@server.test"


def test_presence_follows(hall: Api, engine: WrittenEngine) -> None:
    owner, owner_token = hall.new_user()
    user, user_token = hall.new_user()
    made = hall.new_conference(owner=owner)
    run(hall, made["id"])
    places = {one: join(hall, made["id"], token=token) for one, token in ((owner, owner_token), (user, user_token))}

    def statuses() -> list[int]:
        return [
            hall.get(f"/api/v3.10/users/{one}", token=hall.secret_key).json()["user"]["status"] for one in (owner, user)
        ]

    assert statuses() == [0, 0]
    for one in places.values():
        seen(hall, one)
    assert statuses() == [5, 2]
    seen(hall, places[user], kind="participant_left")
    assert statuses() == [5, 0]
    hall.post(f"/api/v3.10/conferences/{made['id']}/stop", token=hall.secret_key)
    assert statuses() == [0, 0]
