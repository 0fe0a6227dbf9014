"""What an account says of a person, where others see it."""

from __future__ import annotations

import secrets
from typing import Any

from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, run, seen

V = "/api/v3.10"
REACH = {
    "first_name": "Ann",
    "last_name": "Lee",
    "company": "Example Ltd",
    "mobile_phone": "+1 555 0001",
    "work_phone": "+1 555 0002",
    "home_phone": "+1 555 0003",
}


def got(hall: Api, path: str, token: str | None = None) -> Any:
    answer = hall.get(path, token=token or hall.secret_key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(hall: Api, login: str, **fields: Any) -> None:
    assert hall.put(f"{V}/users/{login}", token=hall.secret_key, json=fields).status_code == 200


def test_how_to_reach_somebody_stands_wherever_they_are_listed(hall: Api, engine: WrittenEngine) -> None:
    """As invited person, participant, member of a group and, without the numbers, as contact."""
    login, token = hall.new_user()
    friend, _token = hall.new_user()
    put(hall, login, **REACH)
    group = hall.post(f"{V}/groups", token=hall.secret_key, json={"display_name": secrets.token_hex(6)}).json()["group"]
    for member in (login, friend):
        hall.post(f"{V}/groups/{group['id']}/users", token=hall.secret_key, json={"user_id": member})
    conference = hall.new_conference(owner=login)["id"]
    run(hall, conference)
    seen(hall, join(hall, conference, token=token))
    listed = {
        "member": got(hall, f"{V}/groups/{group['id']}/users/{login}")["user"],
        "invited": got(hall, f"{V}/conferences/{conference}/invitations/{login}")["invitation"],
        "participant": got(hall, f"{V}/conferences/{conference}/participants")["participants"][0],
        "account": got(hall, f"{V}/users/{login}", token)["user"],
    }
    for where, shown in listed.items():
        assert {name: shown[name] for name in REACH} == REACH, where
    contact = got(hall, f"{V}/users/{friend}/addressbook/{login}")["contact"]
    assert [contact[name] for name in ("first_name", "last_name", "company")] == ["Ann", "Lee", "Example Ltd"]


def test_a_new_name_is_seen_everywhere(hall: Api, engine: WrittenEngine) -> None:
    login, token = hall.new_user()
    other, other_token = hall.new_user()
    people = [{"id": login}, {"id": other}]
    conference = hall.new_conference(owner=login, invitations=people)["id"]
    hall.post(f"{V}/users/{other}/addressbook", token=hall.secret_key, json={"contact_id": login})
    put(hall, login, display_name="Ann Lee")
    assert got(hall, "/api/web/me", token)["me"]["display_name"] == "Ann Lee"
    assert got(hall, f"/api/web/conferences/{conference}")["conference"]["owner"]["display_name"] == "Ann Lee"
    assert got(hall, f"{V}/users/{other}/addressbook/{login}")["contact"]["display_name"] == "Ann Lee"
    session = run(hall, conference)
    for sid, place in enumerate((join(hall, conference, token=token), join(hall, conference, token=other_token))):
        seen(hall, place, f"PA_{sid}")
    listed = hall.get(f"/api/web/sessions/{quoted(session)}/participants", token=place["participant_token"]).json()
    assert listed["participants"][0]["display_name"] == "Ann Lee"
    calendar = hall.get(f"{V}/conferences/{conference}/ics", token=hall.secret_key)
    assert calendar.status_code == 200


def test_a_participant_has_two_ids(hall: Api, engine: WrittenEngine) -> None:
    login, token = hall.new_user()
    conference = hall.new_conference(owner=login)["id"]
    run(hall, conference)
    seen(hall, join(hall, conference, token=token))
    for name in (login, login.upper(), f"{login}@server.test"):
        found = got(hall, f"{V}/conferences/{conference}/participants/{quoted(name)}")["participant"]
        assert (found["login_name"], found["is_owner"]) == (login, True)
    unknown = hall.get(f"{V}/conferences/{conference}/participants/nobody", token=hall.secret_key)
    assert unknown.status_code == 404
