"""Calls that were missed: who reads of them, where, and until when."""

from __future__ import annotations

from typing import Any

from tests.meetings.test_calls import NOON, Person, after, call, clock, people
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, run, stop

__all__ = ["clock", "people"]  # fixtures


def missed(person: Person) -> list[dict[str, Any]]:
    return list(person.api.get("/api/web/calls/missed", token=person.token).json()["calls"])


def dismiss(person: Person, *numbers: int) -> int:
    given = {"call_ids": list(numbers)}
    return person.api.post("/api/web/calls/missed/dismiss", token=person.token, json=given).status_code


def test_a_call_in_vain_is_told_until_it_is_put_away(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    ann, bob, cid = people(), people(), people()
    made = call(hall, ann, bob).json()["conference"]
    join(hall, made["id"], token=ann.token)
    assert missed(bob) == [], "it rings"
    after(clock, hall, 31)
    (note,) = missed(bob)
    shown = (note["caller"]["id"], note["called_at"], note["opens"], note["runs"], note["is_known"])
    assert shown == (ann.uid, int(NOON.timestamp()), True, True, True)
    assert note["conference_id"] == made["id"]
    hall.post(f"/api/v3.10/conferences/{made['id']}/stop", token=hall.secret_key)
    assert [one["runs"] for one in missed(bob)] == [False], "the meeting of the call has ended"
    assert missed(ann) == missed(cid) == []
    assert dismiss(cid, note["call_id"]) == 200
    assert len(missed(bob)) == 1, "nobody puts another's away"
    assert dismiss(bob, note["call_id"]) == 200
    assert missed(bob) == []


def test_who_was_away_reads_of_it_and_who_answered_does_not(
    hall: Api, engine: WrittenEngine, people: Any, clock: Any
) -> None:
    ann, away, declines = people(), people(here=False), people()
    conference = hall.new_conference(owner=ann.login)["id"]
    run(hall, conference)
    for one in (away, declines):
        invite = {"invitations": [{"id": one.login}]}
        hall.post(f"/api/v3.10/conferences/{conference}/invite", token=hall.secret_key, json=invite)
    declines.does("decline", declines.hears()["call_id"])
    assert missed(declines) == []
    (note,) = missed(away)
    assert (note["topic"], note["opens"], note["runs"]) == ("Topic", False, True)
    join(hall, conference, token=away.token)
    assert missed(away) == [], "whoever comes after all has missed nothing"
    stop(hall, conference)
    assert missed(away) == []


def test_a_note_of_a_deleted_caller_and_an_old_one(hall: Api, engine: WrittenEngine, people: Any, clock: Any) -> None:
    ann, bob = people(), people()
    call(hall, ann, bob)
    after(clock, hall, 40)
    hall.delete(f"/api/v3.10/users/{ann.login}", token=hall.secret_key)
    assert [(one["is_known"], one["caller"]["display_name"]) for one in missed(bob)] == [(False, ann.uid)]
    clock.move_to(NOON.replace(month=4, day=9))
    assert missed(bob) == []
