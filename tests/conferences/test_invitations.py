"""Who is invited: the account behind an invitation, guests, the limits, and what a running conference allows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from rostrum.conferences.tables import invitations
from rostrum.db import revisions
from tests.support.api import Api
from tests.wire.test_reasons import limited

V = "/api/v3.10"


@pytest.fixture
def meeting(api: Api) -> dict[str, Any]:
    """A conference of a fresh owner."""
    return api.new_conference(topic="Invited")


def call(api: Api, method: str, conference: dict[str, Any], more: str = "", **given: Any) -> Any:
    version = given.pop("version", V)
    return api.request(
        method, f"{version}/conferences/{conference['id']}/invitations{more}", token=api.secret_key, **given
    )


def reason(response: Any, status: int = 400) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["error"]["errors"][0]["reason"])


def test_an_invited_account(api: Api, meeting: dict[str, Any]) -> None:
    login, _ = api.new_user()
    api.put(f"{V}/users/{login}", token=api.secret_key, json={"email": f"{login}@mail.test", "company": "ACME"})
    added = call(api, "POST", meeting, json={"id": f"{login.upper()}@server.test"}).json()["invitation"]
    assert (added["id"], added["uid"]) == (login, f"{login}@server.test")
    assert (added["type"], added["is_owner"], added["translator"]) == ("user", 0, None)
    assert (added["email"], added["company"], added["is_active"]) == (f"{login}@mail.test", "ACME", 1)
    assert call(api, "GET", meeting, f"/{login}").json()["invitation"] == added
    assert call(api, "GET", meeting, f"/{login}%40server.test").json()["invitation"] == added
    listed = call(api, "GET", meeting).json()["invitations"]
    assert [(one["is_owner"], one["id"]) for one in listed] == [(1, meeting["owner"].partition("@")[0]), (0, login)]
    shown = api.get(f"{V}/conferences/{meeting['id']}", token=api.secret_key).json()["conference"]
    assert [one["id"] for one in shown["invitations"]] == [one["id"] for one in listed]


@pytest.mark.parametrize("name", ["friend@elsewhere.test", "#sip:100@10.0.0.9", "#tel:+15550100", "nobody"])
def test_everybody_else_is_a_guest(api: Api, meeting: dict[str, Any], name: str) -> None:
    added = call(api, "POST", meeting, json={"id": name, "display_name": "Friend"}).json()["invitation"]
    assert (added["id"], added["display_name"], added["type"]) == (name, "Friend", "custom")
    path = f"/{name.replace('#', '%23').replace('@', '%40').replace('+', '%2B').replace(':', '%3A')}"
    assert call(api, "GET", meeting, path).json()["invitation"] == added
    assert call(api, "DELETE", meeting, path).json() == {"id": name}
    assert reason(call(api, "GET", meeting, path), 404) == "invitationNotFound"


def test_a_person_is_invited_once(api: Api, meeting: dict[str, Any]) -> None:
    login, _ = api.new_user()
    assert call(api, "POST", meeting, json={"id": login}).status_code == 200
    again = call(api, "POST", meeting, json={"id": login.upper()})
    assert reason(again) == "uniqueValueAlreadyInUse"
    assert again.json()["error"]["errors"][0]["location"] == "id"


def test_the_name_belongs_to_the_conference(api: Api, meeting: dict[str, Any]) -> None:
    login, _ = api.new_user()
    call(api, "POST", meeting, json={"id": login})
    edited = call(api, "PUT", meeting, f"/{login}", json={"display_name": "Interpreter"}).json()["invitation"]
    assert edited["display_name"] == "Interpreter"
    languages = {"translator": {"languages": ["ru", "en"]}}
    edited = call(api, "PUT", meeting, f"/{login}", json=languages).json()["invitation"]
    assert (edited["display_name"], edited["translator"]) == ("Interpreter", languages["translator"])
    account = api.get(f"{V}/users/{login}", token=api.secret_key).json()["user"]
    assert account["display_name"] == login
    assert call(api, "PUT", meeting, f"/{login}", json={"translator": None}).json()["invitation"]["translator"] is None
    assert reason(call(api, "PUT", meeting, f"/{login}", json={"translator": {}})) == "missingRequiredField"
    assert reason(call(api, "PUT", meeting, "/nobody", json={}), 404) == "invitationNotFound"


@pytest.mark.parametrize("languages", [[], ["en"], ["en", "de", "fr"]])
def test_a_translator_has_two_languages(api: Api, meeting: dict[str, Any], languages: list[str]) -> None:
    login, _ = api.new_user()
    call(api, "POST", meeting, json={"id": login, "translator": {"languages": ["en", "de"]}})
    given = {"translator": {"languages": languages}}
    for answer in (
        call(api, "PUT", meeting, f"/{login}", json=given),
        call(api, "POST", meeting, json={"id": "guest"} | given),
    ):
        assert reason(answer) == "invalidParameter"
        assert answer.json()["error"]["errors"][0]["location"] == "translator.languages"
    listed = {"invitations": [{"id": meeting["owner"]}, {"id": "guest"} | given]}
    answer = api.put(f"{V}/conferences/{meeting['id']}", token=api.secret_key, json=listed)
    assert reason(answer) == "invalidParameter"
    assert answer.json()["error"]["errors"][0]["location"] == "invitations"
    kept = update(invitations).where(invitations.c.id == login).values(translator={"languages": languages})
    api.run(lambda db: (db.execute(kept), revisions.touch(db, "conferences")))
    assert call(api, "GET", meeting, f"/{login}").json()["invitation"]["translator"] == {"languages": languages}


def test_a_blank_name_is_none(api: Api, meeting: dict[str, Any]) -> None:
    """In a list, where a name may be left out, the account has its own; else it is refused."""
    login, _ = api.new_user()
    for method, more, given in (("POST", "", {"id": login}), ("PUT", f"/{meeting['owner'].partition('@')[0]}", {})):
        answer = call(api, method, meeting, more, json=given | {"display_name": "  "})
        assert reason(answer) == "invalidParameter"
        assert answer.json()["error"]["errors"][0]["location"] == "display_name"
    listed = [{"id": meeting["owner"]}, {"id": login, "display_name": "  "}]
    changed = api.put(f"{V}/conferences/{meeting['id']}", token=api.secret_key, json={"invitations": listed})
    assert [one["display_name"] for one in changed.json()["conference"]["invitations"]][1] == login


def test_the_owner_stays_invited(api: Api, meeting: dict[str, Any]) -> None:
    refused = call(api, "DELETE", meeting, f"/{meeting['owner'].partition('@')[0]}")
    assert reason(refused) == "conferenceOwnerNotInInvitationsList"


def test_a_running_conference(api: Api, meeting: dict[str, Any]) -> None:
    login, _ = api.new_user()
    other, _ = api.new_user()
    call(api, "POST", meeting, json={"id": login})
    api.post(f"{V}/conferences/{meeting['id']}/run", token=api.secret_key)
    assert call(api, "POST", meeting, json={"id": other}).status_code == 200
    for method in ("PUT", "DELETE"):
        given = {"json": {"display_name": "X"}} if method == "PUT" else {}
        assert reason(call(api, method, meeting, f"/{login}", **given)) == "conferenceUnavailableForChange"


def test_limits(api: Api) -> None:
    meeting = api.new_conference(max_participants=2, max_guests=1)
    assert call(api, "POST", meeting, json={"id": "a@elsewhere.test"}).status_code == 200
    assert reason(call(api, "POST", meeting, json={"id": "b@elsewhere.test"})) == "conferenceMaxInvitationsLimit"
    wide = api.new_conference(max_guests=1)
    call(api, "POST", wide, json={"id": "a@elsewhere.test"})
    assert reason(call(api, "POST", wide, json={"id": "b@elsewhere.test"})) == "maxGuestsLimitReached"
    with limited(api, guests=0):
        refused = call(api, "POST", api.new_conference(max_guests=0), json={"id": "b@elsewhere.test"})
    assert reason(refused) == "maxGuestsLimitReached"


def test_lower_limits_of_the_server_leave_the_list_alone(api: Api) -> None:
    """What is refused is more of it, and a list or a limit that is given."""
    owner, member = api.new_user()[0], api.new_user()[0]
    listed = [{"id": owner}, *({"id": f"{name}@elsewhere.test"} for name in "abc")]
    meeting = api.new_conference(owner=owner, invitations=listed)
    address = f"{V}/conferences/{meeting['id']}"

    def change(**given: Any) -> Any:
        return api.put(address, token=api.secret_key, json=given)

    with limited(api, guests=1):
        for given in ({}, {"topic": "Other"}, {"owner": member}, {"owner": owner}):
            assert change(**given).status_code == 200, given
        for given in ({"invitations": listed}, {"max_guests": 1}, {"type": 3}):
            assert reason(change(**given)) == "maxGuestsLimitReached"
        assert reason(call(api, "POST", meeting, json={"id": "d@elsewhere.test"})) == "maxGuestsLimitReached"
        assert call(api, "POST", meeting, json={"id": api.new_user()[0]}).status_code == 200
        assert change(invitations=listed[:2]).status_code == 200
    assert change(invitations=listed, max_guests=3).status_code == 200
    with limited(api, participants_all_on_screen=2):
        assert change(topic="Again").status_code == 200
        assert reason(change(invitations=listed)) == "conferenceMaxInvitationsLimit"


@pytest.mark.parametrize("wrong", ["", "  ", "@server.test", "g" * 65, "İ" * 33, "g" * 300])
def test_an_id_is_refused_wherever_it_is_given(api: Api, meeting: dict[str, Any], wrong: str) -> None:
    """It has 1 to 64 characters as it is kept."""
    owner = meeting["owner"]

    def places(identity: str) -> list[tuple[str, Any]]:
        address, key = f"{V}/conferences/{meeting['id']}", api.secret_key
        conference = {"topic": "T", "owner": owner}
        found = [("id", call(api, "POST", meeting, json={"id": identity}))]
        for listed in ([owner, identity], [{"id": owner}, {"id": identity}]):
            given = {"name": "T", "object": {"invitations": listed}}
            found += [
                ("invitations", api.post(f"{V}/conferences", token=key, json=conference | {"invitations": listed})),
                ("invitations", api.put(address, token=key, json={"invitations": listed})),
                ("object.invitations", api.post(f"{V}/templates/conferences", token=key, json=given)),
            ]
        return found

    for location, answer in places(wrong):
        assert reason(answer) == "invalidParameter"
        assert answer.json()["error"]["errors"][0]["location"] == location
    for identity in ("g" * 64, f"{'u' * 60}@server.test", "İ" * 32):
        assert {answer.status_code for _, answer in places(identity)} == {200}, identity


def test_who_sees_the_list(api: Api) -> None:
    owner, owners_token = api.new_user()
    member, members_token = api.new_user()
    _, strangers_token = api.new_user()
    meeting = api.new_conference(owner=owner, invitations=[{"id": owner}, {"id": member}])
    address = f"{V}/conferences/{meeting['id']}/invitations"
    assert [api.get(address, token=one).status_code for one in (owners_token, members_token)] == [200, 200]
    assert reason(api.get(address, token=strangers_token), 404) == "conferenceNotFound"
    assert reason(api.post(address, token=members_token, json={"id": "x"}), 403) == "forbidden"


def test_an_invitation_ends_with_the_account(api: Api, meeting: dict[str, Any]) -> None:
    """Calendars learn that the list is another one; a new account of that login is somebody else."""
    login, _ = api.new_user()
    call(api, "POST", meeting, json={"id": login})
    ics = f"{V}/conferences/{meeting['id']}/ics"

    def sequence() -> int:
        lines = api.get(ics, token=api.secret_key).text.split()
        return int(next(line for line in lines if line.startswith("SEQUENCE:")).partition(":")[2])

    before = sequence()
    api.delete(f"{V}/users/{login}", token=api.secret_key)
    assert reason(call(api, "GET", meeting, f"/{login}"), 404) == "invitationNotFound"
    api.new_user(login)
    assert reason(call(api, "GET", meeting, f"/{login}"), 404) == "invitationNotFound"
    assert sequence() == before + 1
