"""What the groups of an account allow it: conferences of its own, rights in meetings, moderating."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from rostrum.accounts.groups.rules import RIGHTS
from rostrum.media.commands import Tell, UpdateParticipant
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, quoted, reason, run, seen

VERSIONS = ("v3", "v3.3", "v3.4", "v3.10")
ALL_SHORT = ["make_calls", "collaboration_tools", "create_group_conference", "address_book_editing"]


def grouped(api: Api, *groups: list[str], version: str = "v3.10") -> tuple[str, str]:
    """A fresh account in groups with these rights: its login and its token."""
    login, token = api.new_user()
    for rights in groups:
        body = {"display_name": f"Group {secrets.token_hex(6)}", "rights": rights}
        group = api.post(f"/api/{version}/groups", token=api.secret_key, json=body).json()["group"]["id"]
        api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": login})
    return login, token


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plain_user_makes_edits_runs_stops_and_deletes_own_conferences(hall: Api, version: str) -> None:
    login, token = hall.new_user()
    other, _token = hall.new_user()
    base = f"/api/{version}/conferences"
    made = hall.post(base, token=token, json={"topic": "Mine", "owner": other})
    assert made.status_code == 200, made.text
    conference = made.json()["conference"]
    assert conference["owner"] == f"{login}@server.test"
    address = f"{base}/{conference['id']}"
    edited = hall.put(address, token=token, json={"topic": "Still mine", "owner": other}).json()["conference"]
    assert (edited["topic"], edited["owner"]) == ("Still mine", f"{login}@server.test")
    assert hall.post(f"{address}/run", token=token).json() == {"state": "running"}
    assert hall.post(f"{address}/stop", token=token).json() == {"state": "stopped"}
    assert hall.delete(address, token=token).json() == {"id": conference["id"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_of_others_conferences_a_plain_user_changes_none(hall: Api, version: str) -> None:
    """404 for one that the user is not invited to, 403 for one that is visible (decision 8)."""
    invited, token = hall.new_user()
    _login, strange = hall.new_user()
    owner, _token = hall.new_user()
    made = hall.new_conference(owner=owner, invitations=[{"id": owner}, {"id": invited}])
    address = f"/api/{version}/conferences/{made['id']}"
    for who, wanted in ((token, (403, "forbidden")), (strange, (404, "conferenceNotFound"))):
        answers = (
            hall.put(address, token=who, json={"topic": "Theirs"}),
            hall.post(f"{address}/run", token=who),
            hall.post(f"{address}/stop", token=who),
            hall.delete(address, token=who),
        )
        assert [reason(answer) for answer in answers] == [wanted] * 4


@pytest.mark.parametrize("version", VERSIONS)
def test_making_and_starting_conferences_needs_the_right(hall: Api, version: str) -> None:
    login, token = grouped(hall, ["make_calls"])
    owned = hall.new_conference(owner=login)["id"]
    answers = (
        hall.post(f"/api/{version}/conferences", token=token, json={"topic": "T", "owner": login}),
        hall.post(f"/api/{version}/conferences/{owned}/run", token=token),
        hall.post("/api/web/conferences", token=token, json={}),
        hall.post(f"/api/web/conferences/{owned}/run", token=token),
    )
    assert [reason(answer) for answer in answers] == [(403, "forbidden")] * 4
    assert hall.put(f"/api/{version}/conferences/{owned}", token=token, json={"topic": "Mine"}).status_code == 200


def test_what_any_group_allows_is_allowed_at_once(hall: Api) -> None:
    login, token = grouped(hall, ["make_calls"], ["create_group_conference"])
    assert hall.post("/api/web/conferences", token=token, json={}).status_code == 200
    groups = hall.get(f"/api/v3.10/users/{login}", token=hall.secret_key).json()["user"]["groups"]
    for group in groups:
        hall.put(f"/api/v3.10/groups/{group['id']}", token=hall.secret_key, json={"rights": []})
    assert reason(hall.post("/api/web/conferences", token=token, json={})) == (403, "forbidden")


def test_an_administrator_is_never_held_back(hall: Api) -> None:
    login, token = hall.new_user(admin=True)
    body = {"display_name": f"Group {secrets.token_hex(6)}", "rights": []}
    group = hall.post("/api/v3.10/groups", token=hall.secret_key, json=body).json()["group"]["id"]
    hall.post(f"/api/v3.10/groups/{group}/users", token=hall.secret_key, json={"user_id": login})
    assert hall.post("/api/web/conferences", token=token, json={}).status_code == 200


@pytest.mark.parametrize(
    ("groups", "allowed"),
    [([], set(RIGHTS) - {"operator_rights"}), ([[]], set()), ([["screen_sharing"], ["make_calls"]], None)],
    ids=["no group", "a group without rights", "two groups"],
)
def test_the_web_app_is_told(hall: Api, groups: list[list[str]], allowed: set[str] | None) -> None:
    _login, token = grouped(hall, *groups, version="v3.5")
    wanted = {"screen_sharing", "make_calls"} if allowed is None else allowed
    assert set(hall.get("/api/web/me", token=token).json()["me"]["rights"]) == wanted


def joined_with(hall: Api, rights: list[str], *, as_owner: bool = False) -> dict[str, Any]:
    login, token = grouped(hall, rights, version="v3.5")
    made = hall.new_conference(**({"owner": login} if as_owner else {}))
    run(hall, made["id"])
    return join(hall, made["id"], token=token)


@pytest.mark.parametrize("as_owner", [False, True], ids=["participant", "owner"])
@pytest.mark.parametrize(
    ("right", "fields"),
    [
        ("screen_sharing", {"desktop_sharing"}),
        ("slideshow", {"slide_show_send", "white_board_send"}),
        ("file_sharing", {"file_transfer_send"}),
        ("conference_recording", {"recording"}),
    ],
)
def test_tools_in_a_meeting(hall: Api, engine: WrittenEngine, right: str, fields: set[str], as_owner: bool) -> None:
    everything = [one for one in RIGHTS if one != "operator_rights"]
    with_it = joined_with(hall, everything, as_owner=as_owner)["rights"]
    without = joined_with(hall, [one for one in everything if one != right], as_owner=as_owner)["rights"]
    assert {name for name, value in with_it.items() if value and not without[name]} == fields


def test_a_guest_is_held_back_by_no_group(hall: Api, engine: WrittenEngine) -> None:
    made = hall.new_conference(allow_guests=True)
    run(hall, made["id"])
    assert join(hall, made["id"], name="Ann")["rights"]["desktop_sharing"] is True


@pytest.mark.parametrize("mode", [0, 1, 3])
def test_an_operator_moderates_whatever_conference_is_joined(hall: Api, engine: WrittenEngine, mode: int) -> None:
    login, token = grouped(hall, [*ALL_SHORT, "operator_rights"])
    _login, plain_token = hall.new_user()
    made = hall.new_conference(type=mode)
    session = run(hall, made["id"])
    operator = join(hall, made["id"], token=token)
    plain = join(hall, made["id"], token=plain_token)
    for sid, place in enumerate((operator, plain)):
        seen(hall, place, f"PA_{sid}")
    assert (operator["role"], operator["is_owner"]) == (2, False)
    assert operator["rights"]["audio_send"]
    victim = f"/api/v3.10/conference-sessions/{quoted(session)}/participants/{quoted(plain['participant_id'])}"
    assert reason(hall.delete(victim.replace(quoted(plain["participant_id"]), login), token=plain_token)) == (
        403,
        "forbidden",
    )
    assert hall.delete(victim, token=token).json() == {"participant_id": plain["participant_id"]}
    web = f"/api/web/sessions/{quoted(session)}"
    assert hall.post(f"{web}/end", token=operator["participant_token"]).status_code == 200
    call = hall.get(f"/api/v3.10/logs/calls/{quoted(session)}", token=hall.secret_key).json()
    assert call["term_reason"] == 10


def test_an_operator_elsewhere_moderates_nothing(hall: Api, engine: WrittenEngine) -> None:
    _login, token = grouped(hall, ["operator_rights"])
    made = hall.new_conference()
    session = run(hall, made["id"])
    address = f"/api/v3.10/conference-sessions/{quoted(session)}/participants/somebody"
    assert reason(hall.delete(address, token=token)) == (404, "conferenceSessionNotFound")


def test_the_owner_kicks(hall: Api, engine: WrittenEngine) -> None:
    owner, token = hall.new_user()
    made = hall.new_conference(owner=owner, allow_guests=True)
    session = run(hall, made["id"])
    guest = join(hall, made["id"], name="Ann")
    seen(hall, guest)
    address = f"/api/v3.10/conference-sessions/{quoted(session)}/participants/{quoted(guest['participant_id'])}"
    assert hall.delete(address, token=token).status_code == 200
    assert reason(hall.delete(address, token=token)) == (404, "participantNotFound")


@pytest.mark.parametrize("way", ["rights", "deletion", "leaving", "entering"])
def test_groups_that_change_during_a_meeting_count_at_once(hall: Api, engine: WrittenEngine, way: str) -> None:
    key = hall.secret_key
    login, token = grouped(hall, ["make_calls"])
    body = {"display_name": f"Wide {secrets.token_hex(6)}", "rights": ["make_calls", "collaboration_tools"]}
    wide = "/api/v3.10/groups/" + hall.post("/api/v3.10/groups", token=key, json=body).json()["group"]["id"]
    if way != "entering":
        hall.post(f"{wide}/users", token=key, json={"user_id": login})
    made = hall.new_conference()
    run(hall, made["id"])
    place = join(hall, made["id"], token=token)
    seen(hall, place)
    assert place["rights"]["desktop_sharing"] == (way != "entering")
    engine.commands.clear()
    answer = {
        "rights": lambda: hall.put(wide, token=key, json={"rights": ["make_calls"]}),
        "deletion": lambda: hall.delete(wide, token=key),
        "leaving": lambda: hall.delete(f"{wide}/users/{login}", token=key),
        "entering": lambda: hall.post(f"{wide}/users", token=key, json={"user_id": login}),
    }[way]()
    assert answer.status_code == 200, answer.text
    (told,) = engine.taken(Tell)
    (mirrored,) = engine.taken(UpdateParticipant)
    assert (told.message["type"], told.message["role"]) == ("role", place["role"])
    given = ("desktop_sharing", "slide_show_send", "white_board_send", "file_transfer_send", "recording")
    assert told.message["rights"] == place["rights"] | dict.fromkeys(given, way == "entering")
    assert ("screen_share" in mirrored.grants.sources) == (way == "entering")


def test_groups_that_change_leave_others_alone(hall: Api, engine: WrittenEngine) -> None:
    _login, token = grouped(hall, ["make_calls"])
    other, _token = grouped(hall, ["make_calls"])
    made = hall.new_conference()
    run(hall, made["id"])
    seen(hall, join(hall, made["id"], token=token))
    engine.commands.clear()
    (theirs,) = hall.get(f"/api/v3.10/users/{other}", token=hall.secret_key).json()["user"]["groups"]
    for rights in (["make_calls", "collaboration_tools"], []):
        address = f"/api/v3.10/groups/{theirs['id']}"
        assert hall.put(address, token=hall.secret_key, json={"rights": rights}).status_code == 200
    assert not engine.taken(UpdateParticipant)
