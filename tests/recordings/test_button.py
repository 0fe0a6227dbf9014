"""Recording from inside the meeting: who may, what everybody sees, and what a worker is asked to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rostrum.media.commands import TellChanged
from rostrum.media.production import store as productions
from rostrum.media.production.store import OutputRow, OutputState
from rostrum.recordings.rules import file_name, free_name
from tests.meetings.test_room import People, call
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, reason, stop

V = "/api/v3.10/conferences"


def record(hall: Api, place: dict[str, Any], state: str) -> Any:
    return call(hall, place, "POST", "recording", json={"state": state})


def state(hall: Api, place: dict[str, Any]) -> dict[str, Any]:
    return dict(call(hall, place, "GET", "state").json()["state"])


def outputs(hall: Api, session: str) -> list[OutputRow]:
    return list(hall.run(lambda db: productions.outputs_of(db, session, "recording")))


def report(hall: Api, session: str, how: OutputState) -> None:
    """What a worker writes down."""
    (output,) = [one for one in outputs(hall, session) if one.is_open]
    hall.run(lambda db: productions.report(db, output.id, how, "", datetime.now(UTC)))


def test_everybody_sees_what_is_really_so(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, _user, guest = people.all_in()
    engine.commands.clear()
    for place in (owner, guest):
        assert state(hall, place)["recording"] == "off"
    assert record(hall, owner, "on").status_code == 200
    assert engine.taken(TellChanged)
    assert state(hall, guest)["recording"] == "starting"
    report(hall, people.session, "on")
    assert state(hall, guest)["recording"] == "on"
    record(hall, owner, "paused")
    assert state(hall, guest)["recording"] == "on"  # what is said now is still in the file
    report(hall, people.session, "paused")
    assert state(hall, guest)["recording"] == "paused"
    record(hall, owner, "on")
    assert state(hall, guest)["recording"] == "starting"
    report(hall, people.session, "on")
    assert record(hall, owner, "off").status_code == 200
    assert engine.taken(TellChanged)
    assert state(hall, guest)["recording"] == "off"
    assert len(outputs(hall, people.session)) == 1


def test_who_may_record(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall, rights={"guest": {"recording": False}, "user": {"recording": True}})
    owner, user, guest = people.all_in()
    assert [state(hall, one)["may_record"] for one in (owner, user, guest)] == [True, True, False]
    assert reason(record(hall, guest, "on")) == (403, "forbidden")
    assert outputs(hall, people.session) == []
    assert record(hall, user, "on").status_code == 200
    assert record(hall, owner, "off").status_code == 200


def test_whom_no_group_lets_record_does_not(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    rights = ["create_group_conference"]
    group = hall.post("/api/v3.10/groups", token=hall.secret_key, json={"display_name": "Quiet", "rights": rights})
    member = {"user_id": people.owner}
    hall.post(f"/api/v3.10/groups/{group.json()['group']['id']}/users", token=hall.secret_key, json=member)
    place = join(hall, people.id, token=people.owner_token)
    assert state(hall, place)["may_record"] is False
    assert reason(record(hall, place, "on")) == (403, "forbidden")
    asked = hall.post(f"{V}/{people.id}/start-record", token=people.owner_token)
    assert reason(asked) == (403, "forbidden")


def test_an_owner_records_by_the_api(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    for action in ("start-record", "start-record", "pause-record", "stop-record", "stop-record"):
        assert hall.post(f"{V}/{people.id}/{action}", token=people.owner_token).status_code == 202
    assert reason(hall.post(f"{V}/{people.id}/start-record", token=people.user_token)) == (403, "forbidden")
    (only,) = outputs(hall, people.session)
    assert only.wanted == "off"


def test_the_log_keeps_whether_guests_were_allowed(hall: Api, engine: WrittenEngine) -> None:
    """Whatever becomes of the conference."""
    told = {}
    for public in (True, False):
        people = People(hall, allow_guests=public)
        assert hall.post(f"{V}/{people.id}/start-record", token=people.owner_token).status_code == 202
        told[people] = public
    for people, public in told.items():
        stop(hall, people.id)
        address = f"{V}/{people.id}"
        assert hall.put(address, token=hall.secret_key, json={"allow_guests": not public}).status_code == 200
        assert is_public(hall, people) is public
        assert hall.delete(address, token=hall.secret_key).status_code == 200
        assert is_public(hall, people) is public


def is_public(hall: Api, people: People) -> bool:
    answer = hall.get(f"/api/v3.10/logs/records/{quoted(people.session)}", token=hall.secret_key)
    return bool(answer.json()["is_public"])


def test_pause_and_end_without_a_recording(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    place = join(hall, people.id, token=people.owner_token)
    for wanted in ("paused", "off"):
        assert record(hall, place, wanted).status_code == 200
    assert outputs(hall, people.session) == []
    assert reason(record(hall, place, "loud"))[0] == 400


def test_a_stopped_conference_records_no_more(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    place = join(hall, people.id, token=people.owner_token)
    record(hall, place, "on")
    hall.post(f"{V}/{people.id}/stop", token=hall.secret_key)
    assert [one.wanted for one in outputs(hall, people.session)] == ["off"]
    assert record(hall, place, "on").status_code in {403, 404}
    assert reason(hall.post(f"{V}/{people.id}/start-record", token=hall.secret_key)) == (400, "conferenceIsNotRunning")


def test_two_recordings_of_one_second_have_two_names(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    place = join(hall, people.id, token=people.owner_token)
    for wanted in ("on", "off") * 3:
        record(hall, place, wanted)
    names = [one.settings["name"] for one in outputs(hall, people.session)]
    assert len(names) == len(set(names)) == 3


def test_names_of_files() -> None:
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    first = file_name("plan", now, ())
    assert first == "plan_2026-03-04_05-06-07.mkv"
    assert file_name("plan", now, {first}) == "plan_2026-03-04_05-06-07_2.mkv"
    assert free_name("a.mkv", {"a.mkv", "a_2.mkv"}) == "a_3.mkv"
