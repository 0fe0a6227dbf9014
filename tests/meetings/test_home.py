"""The home page's own API, and the join page's, without an engine."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rostrum.accounts import passwords
from rostrum.accounts.groups.rules import RIGHTS
from rostrum.accounts.users import store as users
from rostrum.ids import UserId
from rostrum.settings import Settings
from tests.support.api import Api
from tests.support.meeting import reason, run

CARDS = "/api/web/conferences"


def card(api: Api, conference_id: str, token: str | None = None) -> dict[str, Any]:
    return dict(api.get(f"{CARDS}/{conference_id}", token=token).json()["conference"])


def test_me(api: Api) -> None:
    login, token = api.new_user(admin=True)
    assert api.get("/api/web/me", token=token).json()["me"] == {
        "id": login,
        "uid": f"{login}@server.test",
        "display_name": login,
        "avatar": None,
        "is_admin": True,
        "must_change_password": False,
        "server_name": "server.test",
        "rights": [right for right in RIGHTS if right != "operator_rights"],
    }
    assert reason(api.get("/api/web/me")) == (403, "accessTokenInvalid")
    assert reason(api.get("/api/web/me", token=api.secret_key)) == (403, "forbidden")


def test_choosing_a_password(api: Api) -> None:
    login, token = api.new_user()
    path = "/api/web/me/password"
    wrong = api.put(path, token=token, json={"password": "not-this-one", "new_password": "a new password"})
    assert wrong.status_code == 400
    assert wrong.json()["error"]["errors"][0]["location"] == "password"
    short = api.put(path, token=token, json={"password": "secret-password", "new_password": "short"})
    assert short.json()["error"]["errors"][0]["location"] == "new_password"
    missing = api.put(path, token=token, json={}).json()["error"]["errors"]
    assert {one["location"] for one in missing} == {"password", "new_password"}
    good = api.put(path, token=token, json={"password": "secret-password", "new_password": "a new password"})
    assert good.json()["me"]["must_change_password"] is False
    assert api.user_token(login, "a new password")


def test_a_token_does_not_help_to_guess_the_password(api: Api) -> None:
    login, token = api.new_user()
    path = "/api/web/me/password"
    most = api.settings.sign_in.failures_per_login
    for number in range(most):
        wrong = api.put(path, token=token, json={"password": f"guess {number}", "new_password": "a new password"})
        assert reason(wrong)[0] == 400
    for password in ("one more", "secret-password"):
        waits = api.put(path, token=token, json={"password": password, "new_password": "a new password"})
        assert reason(waits) == (429, "tooManyAttempts")
        assert int(waits.headers["retry-after"]) > 0
    told = api.get("/api/v3.10/logs/events", token=api.secret_key, params={"object_name": login}).json()["list"]
    assert [event["event_type"] for event in told] == ["blocked"]


def test_two_who_choose_a_password_at_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check happens before the transaction; what changed in between is noticed in it."""
    login, token = api.new_user()
    slow = passwords.hash_given

    async def overtaken(prepared: dict[str, Any], settings: Settings) -> None:
        await slow(prepared, settings)
        other = {"password_hash": passwords.hash_now("the other's")}
        await api.app.database.run(lambda db: users.update_user(db, UserId(login), other))

    monkeypatch.setattr(passwords, "hash_given", overtaken)
    body = {"password": "secret-password", "new_password": "a new password"}
    late = api.put("/api/web/me/password", token=token, json=body)
    assert (late.status_code, late.json()["error"]["errors"][0]["location"]) == (400, "password")
    assert api.user_token(login, "the other's")


def test_the_card_of_a_conference_is_open_to_everybody(api: Api) -> None:
    owner, token = api.new_user()
    schedule = {"type": 1, "start_time": int(time.time()) + 3600, "duration": 60}
    about = {"description": "About", "meeting_room": "Blue room"}
    made = api.new_conference(owner=owner, pin="1", allow_guests=True, schedule=schedule, **about)
    shown = card(api, made["id"])
    assert shown["owner"] == {"id": f"{owner}@server.test", "display_name": owner, "avatar": None}
    assert (shown["pin_required"], shown["is_mine"]) == (True, False)
    assert (shown["next_start"], shown["finished"], shown["state"]) == (schedule["start_time"], False, "stopped")
    assert (shown["participant_count"], shown["url"]) == (None, f"http://server.test/c/{made['id']}")
    assert '"pin":' not in api.get(f"{CARDS}/{made['id']}").text
    assert (shown["description"], shown["meeting_room"]) == ("About", "Blue room")
    own = card(api, made["id"], token)
    assert (own["pin_required"], own["is_mine"]) == (False, True)
    assert reason(api.get(f"{CARDS}/unknown")) == (404, "conferenceNotFound")
    assert reason(api.get(f"{CARDS}/{made['id']}", token="expired")) == (403, "accessTokenInvalid")


def test_the_card_says_whether_its_reader_may_start_it(api: Api) -> None:
    owner, token = api.new_user()
    other, others = api.new_user()
    made = api.new_conference(owner=owner, invitations=[{"id": owner}, {"id": other}])["id"]
    assert [card(api, made, who)["may_start"] for who in (token, others, None)] == [True, False, False]
    body = {"display_name": "Guests of the house", "rights": ["make_calls"]}
    group = api.post("/api/v3.10/groups", token=api.secret_key, json=body).json()["group"]["id"]
    api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": owner})
    own = card(api, made, token)
    assert (own["is_mine"], own["may_start"]) == (True, False)
    assert reason(api.post(f"{CARDS}/{made}/run", token=token)) == (403, "forbidden")


def test_the_card_offers_a_code_where_one_leads_in(api: Api) -> None:
    def offered(**fields: Any) -> Any:
        return card(api, api.new_conference(**fields)["id"])["qr_code"]

    assert offered() is True
    assert offered(join_options_enabled=True, join_options=["webrtc", "qr_code"]) is True
    assert offered(join_options_enabled=True, join_options=["webrtc", "clients"]) is False
    assert offered(join_options_enabled=True, join_options=["qr_code"]) is False, "it would lead to a closed door"
    assert offered(multicast_enable=True) is False
    assert offered(mcu_mode=True) is False


def test_a_finished_one_says_so(api: Api) -> None:
    made = api.new_conference(schedule={"type": 1, "start_time": 1000, "duration": 60})
    shown = card(api, made["id"])
    assert (shown["finished"], shown["next_start"]) == (True, None)


def test_the_list_has_running_ones_first_then_the_next(api: Api) -> None:
    login, token = api.new_user()
    soon, late = int(time.time()) + 600, int(time.time()) + 6000
    plain = api.new_conference(owner=login)["id"]
    later = api.new_conference(owner=login, schedule={"type": 1, "start_time": late, "duration": 60})["id"]
    sooner = api.new_conference(owner=login, schedule={"type": 1, "start_time": soon, "duration": 60})["id"]
    running = api.new_conference(owner=login)["id"]
    run(api, running)
    listed = api.get(CARDS, token=token).json()["conferences"]
    assert [one["id"] for one in listed] == [running, sooner, later, plain]


def test_the_list_never_loses_the_newest(api: Api) -> None:
    """It is bounded; with more conferences than that the old ones are left out."""
    login, token = api.new_user()
    from rostrum.meetings import home  # noqa: PLC0415

    kept, home._MOST_CARDS = home._MOST_CARDS, 3
    try:
        made = [api.new_conference(owner=login)["id"] for _ in range(5)]
        listed = {one["id"] for one in api.get(CARDS, token=token).json()["conferences"]}
    finally:
        home._MOST_CARDS = kept
    assert listed == set(made[2:])


def test_a_new_meeting_runs_at_once(api: Api) -> None:
    login, token = api.new_user()
    made = api.post(CARDS, token=token, json={"topic": " Stand-up "}).json()["conference"]
    assert (made["topic"], made["state"], made["is_mine"], made["allow_guests"]) == ("Stand-up", "running", True, True)
    unnamed = api.post(CARDS, token=token).json()["conference"]
    assert unnamed["topic"] == login
    assert reason(api.post(CARDS)) == (403, "accessTokenInvalid")
    assert reason(api.post(CARDS, token=api.secret_key)) == (403, "forbidden")


def test_only_the_owner_runs_and_stops(api: Api) -> None:
    owner, token = api.new_user()
    other, other_token = api.new_user()
    made = api.new_conference(owner=owner, invitations=[owner, other])["id"]
    for word, state in (("run", "running"), ("run", "running"), ("stop", "stopped"), ("stop", "stopped")):
        assert api.post(f"{CARDS}/{made}/{word}", token=token).json()["conference"]["state"] == state
        assert reason(api.post(f"{CARDS}/{made}/{word}", token=other_token)) == (403, "forbidden")
    past = api.new_conference(owner=owner, schedule={"type": 1, "start_time": 1000, "duration": 60})["id"]
    assert reason(api.post(f"{CARDS}/{past}/run", token=token)) == (400, "conferenceIsFinished")


def test_joining_without_an_engine_tells_every_other_reason_first(api: Api) -> None:
    owner, token = api.new_user()
    user, user_token = api.new_user()
    made = api.new_conference(owner=owner, pin="1", allow_only_planned_participants=True)["id"]
    path = f"{CARDS}/{made}/join"
    guest = {"name": "Ann"}
    assert reason(api.post(path, json=guest)) == (403, "conferenceNotRunning")
    run(api, made)
    assert reason(api.post(path, json=guest)) == (403, "guestsNotAllowed")
    assert reason(api.post(path, token=user_token, json={})) == (403, "notInvited")
    body = {"invitations": [owner, user]}
    api.post(f"{CARDS}/{made}/stop", token=token)
    assert api.put(f"/api/v3.10/conferences/{made}", token=api.secret_key, json=body).status_code == 200
    run(api, made)
    assert reason(api.post(path, token=user_token, json={})) == (403, "pinRequired")
    assert reason(api.post(path, token=user_token, json={"pin": "2"})) == (403, "pinInvalid")
    assert reason(api.post(path, token=user_token, json={"pin": "1"})) == (503, "serviceUnavailable")
    assert reason(api.post(path, token=token, json={})) == (503, "serviceUnavailable")
    assert reason(api.post(f"{CARDS}/unknown/join", json=guest)) == (404, "conferenceNotFound")
    past = api.new_conference(schedule={"type": 1, "start_time": 1000, "duration": 60})["id"]
    assert reason(api.post(f"{CARDS}/{past}/join", json=guest)) == (403, "conferenceIsFinished")
    assert reason(api.post(path, token="gone", json=guest)) == (403, "accessTokenInvalid")


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 65, 5.5, ["Ann"]])
def test_a_guest_has_a_name(api: Api, name: Any) -> None:
    made = api.new_conference(allow_guests=True)["id"]
    run(api, made)
    answer = api.post(f"{CARDS}/{made}/join", json={} if name is None else {"name": name})
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == "name"
