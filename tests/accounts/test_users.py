"""Accounts through the API, as the behaviour beyond the wire's shapes has it."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.meeting import reason, run

USERS = "/api/v3.10/users"
NUL = "a\x00b"


def made(api: Api, **fields: Any) -> dict[str, Any]:
    body = {"login_name": f"u{secrets.token_hex(5)}", "password": "secret-password"} | fields
    answer = api.post(USERS, token=api.secret_key, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["user"])


def found(api: Api, **filters: Any) -> list[str]:
    answer = api.get(USERS, token=api.secret_key, params=filters | {"page_size": 1000})
    assert answer.status_code == 200, answer.text
    return [user["id"] for user in answer.json()["users"]]


def test_what_is_left_out_has_a_plain_value(api: Api) -> None:
    user = made(api, login_name="Plain.User")
    assert user["id"] == user["login_name"] == user["display_name"] == "plain.user"
    assert user["uid"] == "plain.user@server.test"
    assert user["email"] == user["first_name"] == user["company"] == user["mobile_phone"] == ""
    assert (user["is_active"], user["status"], user["avatar"]) == (1, 0, None)
    assert user["groups"] == [{"id": "@no_group", "display_name": "Users without group", "rights": []}]


def test_the_password_is_never_shown(api: Api) -> None:
    login = made(api)["id"]
    for answer in (
        api.get(f"{USERS}/{login}", token=api.secret_key),
        api.put(f"{USERS}/{login}", token=api.secret_key, json={"password": "another-password"}),
        api.get(f"{USERS}?login_name={login}", token=api.secret_key),
    ):
        assert "password" not in answer.text
        assert "argon2" not in answer.text


def test_a_new_password_is_the_one_that_counts(api: Api) -> None:
    login = made(api, password="first-password")["id"]
    api.put(f"{USERS}/{login}", token=api.secret_key, json={"password": "second-password"})
    assert api.user_token(login, "second-password")
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login}
    assert api.post("/oauth2/v1/token", json=grant | {"password": "first-password"}).status_code >= 400


def test_filters_join_with_and(api: Api) -> None:
    company = secrets.token_hex(4)
    one = made(api, first_name=f"Ann{company}", last_name="Smith")["id"]
    made(api, first_name=f"Ann{company}", last_name="Jones")
    assert found(api, first_name=f"ann{company}", last_name="SMITH") == [one]
    assert found(api, first_name=f"ann{company}", last_name="") == sorted(
        found(api, first_name=f"ann{company}"),
    )


def test_pages_hold_everybody_once(fresh_api: Api) -> None:
    logins = sorted(fresh_api.new_user()[0] for _ in range(7))
    listed, page = [], 0
    while page != -1:
        answer = fresh_api.get(f"{USERS}?page_size=3&page_id={page}", token=fresh_api.secret_key).json()
        listed += [user["id"] for user in answer["users"]]
        page = answer["next_page_id"]
    assert listed == logins
    exact = fresh_api.get(f"{USERS}?page_size=7", token=fresh_api.secret_key).json()
    assert exact["next_page_id"] == -1
    first, absent = (
        fresh_api.get(f"{USERS}?page_size=3{one}", token=fresh_api.secret_key) for one in ("&page_id=1", "")
    )
    assert first.json() == absent.json()
    beyond = fresh_api.get(f"{USERS}?page_id=99", token=fresh_api.secret_key).json()
    assert beyond == {"next_page_id": -1, "users": []}


@pytest.mark.parametrize("login", ["a b", "a@b@c", "#guest", "a/b", "a?b", "a%b", "a:b", " ", "", "x" * 33, "@x", "x@"])
def test_logins_that_an_id_cannot_carry(api: Api, login: str) -> None:
    answer = api.post(USERS, token=api.secret_key, json={"login_name": login, "password": "secret-password"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["errors"][0]["location"] == "login_name"


def test_the_refusal_of_a_login_says_what_is_allowed(api: Api) -> None:
    """One @ is: directories have such logins, and their ids stay whole."""
    body = {"login_name": "a@b@c", "password": "secret-password"}
    (told,) = api.post(USERS, token=api.secret_key, json=body).json()["error"]["errors"]
    assert told["message"] == "A login holds no spaces, none of # / ? % : and one @ at most, between two parts."


@pytest.mark.parametrize("login", ["user.name-1_x", "sub.domain\\user", "иван", "somebody@elsewhere.test", "UPPER"])
def test_logins_that_can_be_found_again(api: Api, login: str) -> None:
    user = made(api, login_name=login)
    assert user["id"] == login.lower()
    again = api.get(f"{USERS}/{login}", token=api.secret_key)
    assert again.status_code == 200
    assert again.json()["user"] == user
    assert api.delete(f"{USERS}/{login}", token=api.secret_key).json() == {"id": user["id"]}


def test_a_login_with_our_server_name_is_the_short_one(api: Api) -> None:
    """Otherwise the account could never be looked up: `x@server.test` means `x` everywhere."""
    login = f"full{secrets.token_hex(3)}"
    assert made(api, login_name=f"{login}@server.test")["id"] == login
    assert api.get(f"{USERS}/{login}@server.test", token=api.secret_key).status_code == 200
    twice = {"login_name": f"{login[-4:]}@server.test@server.test", "password": "secret-password"}
    assert reason(api.post(USERS, token=api.secret_key, json=twice)) == (400, "invalidParameter")


@pytest.mark.parametrize("field", ["login_name", "display_name", "first_name", "password", "unknown"])
def test_text_that_no_database_keeps_is_refused(api: Api, field: str) -> None:
    login = made(api)["id"]
    answer = api.put(f"{USERS}/{login}", token=api.secret_key, json={field: NUL})
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("query", ["display_name=%00", "email=a%00b", "login_name=%00", "page_id=%00"])
def test_such_text_in_a_filter_is_refused_by_name(api: Api, query: str) -> None:
    answer = api.get(f"{USERS}?{query}", token=api.secret_key)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["errors"][0]["location"] == query.partition("=")[0]


def test_text_that_grows_in_lower_case_is_refused_by_name(api: Api) -> None:
    """İ is two characters then, and columns hold what is kept."""
    fits = {"login_name": f"{'İ' * 14}{secrets.token_hex(2)}", "email": f"{'İ' * 100}@{secrets.token_hex(4)}.test"}
    user = made(api, **fits)
    assert (user["id"], user["email"]) == (fits["login_name"].lower(), fits["email"])
    assert api.get(f"{USERS}/{fits['login_name']}", token=api.secret_key).json()["user"] == user
    assert api.get(f"{USERS}/{'İ' * 3000}", token=api.secret_key).status_code == 404
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": "İ" * 3000, "password": "x"}
    assert api.post("/oauth2/v1/token", json=grant).json()["reason"] == "InvalidCredentials"
    grown = {"login_name": f"{'İ' * 31}x", "email": f"{'İ' * 244}@x.org"}
    for field, text in grown.items():
        body = {"login_name": f"u{secrets.token_hex(4)}", "password": "secret-password", field: text}
        answers = [api.post(USERS, token=api.secret_key, json=body)]
        if field == "email":
            answers.append(api.put(f"{USERS}/{user['id']}", token=api.secret_key, json={field: text}))
        for answer in answers:
            assert reason(answer) == (400, "invalidParameter"), answer.text
            assert [one["location"] for one in answer.json()["error"]["errors"]] == [field]


def test_every_wrong_field_is_named(api: Api) -> None:
    body = {"login_name": "x" * 40, "email": "nobody", "is_active": 7, "mobile_phone": "1" * 51}
    errors = api.post(USERS, token=api.secret_key, json=body).json()["error"]["errors"]
    assert {one["location"]: one["reason"] for one in errors} == {
        "login_name": "invalidParameter",
        "email": "invalidParameter",
        "is_active": "invalidParameter",
        "mobile_phone": "invalidParameter",
        "password": "missingRequiredField",
    }
    assert {one["locationType"] for one in errors} == {"parameter"}


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0\n", "\u202e"])
def test_a_name_can_be_seen(api: Api, blank: str) -> None:
    login = made(api)["id"]
    given = {"login_name": f"u{secrets.token_hex(5)}", "password": "secret-password", "display_name": blank}
    for answer in (
        api.post(USERS, token=api.secret_key, json=given),
        api.put(f"{USERS}/{login}", token=api.secret_key, json={"display_name": blank}),
        api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": blank}),
    ):
        assert reason(answer) == (400, "invalidParameter"), answer.text
        (told,) = answer.json()["error"]["errors"]
        assert told["location"] == "display_name"
        assert blank == "" or told["message"] == "Nothing of this text can be seen."


def test_lenient_input(api: Api) -> None:
    """Known clients send such (compatibility facts 3.5)."""
    user = made(api, is_active="1", groups="Operators,Sales", avatar="avatars/01.png", id="other", uid="u", type=1)
    assert user["is_active"] == 1
    assert user["groups"][0]["id"] == "@no_group"
    for off in (False, "0", 0):
        answer = api.put(f"{USERS}/{user['id']}", token=api.secret_key, json={"is_active": off})
        assert answer.json()["user"]["is_active"] == 0
        answer = api.put(f"{USERS}/{user['id']}", token=api.secret_key, json={"is_active": True})
        assert answer.json()["user"]["is_active"] == 1


def test_an_address_is_taken_in_any_case_and_free_again_afterwards(api: Api) -> None:
    address = f"{secrets.token_hex(4)}@X.test"
    first = made(api, email=address)["id"]
    body = {"login_name": f"u{secrets.token_hex(4)}", "password": "secret-password", "email": address.lower()}
    assert reason(api.post(USERS, token=api.secret_key, json=body)) == (400, "uniqueValueAlreadyInUse")
    assert api.put(f"{USERS}/{first}", token=api.secret_key, json={"email": address.upper()}).status_code == 200
    assert api.put(f"{USERS}/{first}", token=api.secret_key, json={"email": ""}).status_code == 200
    assert api.post(USERS, token=api.secret_key, json=body).status_code == 200


def test_the_server_is_full(fresh_api: Api) -> None:
    fresh_api.settings.limits.users = 2
    fresh_api.new_user()
    made(fresh_api)
    body = {"login_name": "third", "password": "secret-password"}
    assert reason(fresh_api.post(USERS, token=fresh_api.secret_key, json=body)) == (400, "maxUsers")
    assert len(found(fresh_api)) == 2


def test_a_plain_user_sees_nobody_else(api: Api) -> None:
    login, token = api.new_user()
    other, _ = api.new_user()
    assert api.get(f"{USERS}/{login.upper()}", token=token).json()["user"]["id"] == login
    assert reason(api.get(f"{USERS}/{other}", token=token)) == (404, "userNotFound")
    assert reason(api.get(f"{USERS}/nobody-at-all", token=token)) == (404, "userNotFound")
    for method, path in (("GET", USERS), ("PUT", f"{USERS}/{login}"), ("DELETE", f"{USERS}/{login}")):
        assert reason(api.request(method, path, token=token)) == (403, "forbidden")


def test_an_administrator_reaches_what_an_application_does(api: Api) -> None:
    _, admin = api.new_user(admin=True)
    login, _ = api.new_user()
    body = {"login_name": f"by{secrets.token_hex(4)}", "password": "secret-password"}
    assert api.post(USERS, token=admin, json=body).status_code == 200
    assert api.get(f"{USERS}/{login}", token=admin).status_code == 200
    assert api.delete(f"{USERS}/{login}", token=admin).json() == {"id": login}


def test_deleting_takes_the_conferences_along_and_the_log_stays(api: Api) -> None:
    login, token = api.new_user()
    mine, planned, others = api.new_conference(owner=login), api.new_conference(owner=login), api.new_conference()
    session, other_session = run(api, mine["id"]), run(api, others["id"])
    assert api.delete(f"{USERS}/{login}", token=api.secret_key).json() == {"id": login}
    assert reason(api.get("/api/v3.10/conferences", token=token)) == (403, "accessTokenInvalid")
    for one in (mine, planned):
        gone = api.get(f"/api/v3.10/conferences/{one['id']}", token=api.secret_key)
        assert reason(gone) == (404, "conferenceNotFound")
    calls = {
        call["conference_id"]: call
        for call in api.get("/api/v3.10/logs/calls?page_size=1000", token=api.secret_key).json()["list"]
    }
    assert calls[session]["term_reason"] == 3
    assert calls[session]["owner"] == f"{login}@server.test"
    assert calls[other_session]["end_time"] is None
    told = api.get("/api/v3.10/logs/events", token=api.secret_key, params={"object_name": planned["id"]}).json()
    assert [event["event_type"] for event in told["list"]] == ["delete", "create"]


def test_a_new_account_of_a_deleted_login_inherits_nothing(api: Api) -> None:
    first = made(api)
    login = first["id"]
    friend, _ = api.new_user()
    group = api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": secrets.token_hex(4)})
    group_id = group.json()["group"]["id"]
    contacts = f"{USERS}/{login}/addressbook"
    schedule = {"type": 1, "start_time": int(time.time()) + 3600, "duration": 60}
    own = api.new_conference(owner=login, schedule=schedule)
    invited = api.new_conference(invitations=[friend, login], schedule=schedule)
    template = api.post(
        "/api/v3.10/templates/conferences",
        token=api.secret_key,
        json={"name": "T", "object": {"topic": "T", "owner": f"{login}@server.test", "invitations": [login, friend]}},
    ).json()["template"]["id"]
    for answer in (
        api.post(f"/api/v3.10/groups/{group_id}/users", token=api.secret_key, json={"user_id": login}),
        api.post(contacts, token=api.secret_key, json={"contact_id": friend}),
        api.post(f"{USERS}/{friend}/addressbook", token=api.secret_key, json={"contact_id": login}),
    ):
        assert answer.status_code == 200, answer.text
    wrong = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login, "password": "wrong"}
    for _attempt in range(api.settings.sign_in.failures_per_login):
        api.post("/oauth2/v1/token", json=wrong)
    assert api.post("/oauth2/v1/token", json=wrong).status_code == 429

    assert api.delete(f"{USERS}/{login}", token=api.secret_key).status_code == 200
    body = {"login_name": first["login_name"], "password": "another password"}
    second = api.post(USERS, token=api.secret_key, json=body).json()["user"]
    assert second["id"] == login
    assert [one["id"] for one in second["groups"]] == ["@no_group"]
    assert (second["avatar"], second["status"], second["email"]) == (None, 0, "")
    assert api.get(contacts, token=api.secret_key).json()["contacts"] == []
    kept = api.get(f"{USERS}/{friend}/addressbook", token=api.secret_key).json()["contacts"]
    assert [one["id"] for one in kept] == []
    token = api.user_token(login, "another password")
    assert api.get("/api/v3.10/conferences", token=token).json()["conferences"] == []
    for one in (own, invited):
        assert api.get(f"/api/v3.10/conferences/{one['id']}", token=token).status_code == 404
    left = api.get(f"/api/v3.10/conferences/{invited['id']}/invitations", token=api.secret_key).json()["invitations"]
    assert login not in {one["id"] for one in left}
    shown = api.get(f"/api/v3.10/templates/conferences/{template}", token=api.secret_key).json()["template"]["object"]
    assert shown["owner"] == ""
    assert [one["id"] for one in shown["invitations"]] == [friend]
    body = {"topic": "T", "owner": login, "schedule": schedule}
    assert api.post("/api/v3.10/conferences", token=token, json=body).status_code == 200


@pytest.mark.parametrize("by", ["application", "administrator", "the person"])
def test_a_new_password_ends_the_other_sign_ins(api: Api, by: str) -> None:
    login = made(api)["id"]
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login}
    here, there = (
        api.post("/oauth2/v1/token", json=grant | {"password": "secret-password"}).json() for _time in range(2)
    )
    assert api.get("/api/web/me", token=there["access_token"]).status_code == 200
    if by == "the person":
        body = {"password": "secret-password", "new_password": "another password"}
        changed = api.put("/api/web/me/password", token=here["access_token"], json=body)
    else:
        token = api.secret_key if by == "application" else api.new_user(admin=True)[1]
        changed = api.put(f"{USERS}/{login}", token=token, json={"password": "another password"})
    assert changed.status_code == 200, changed.text

    def alive(tokens: dict[str, str]) -> list[bool]:
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        reads = api.get("/api/web/me", token=tokens["access_token"]).status_code == 200
        return [reads, api.post("/oauth2/v1/token", json=refresh).status_code == 200]

    assert alive(there) == [False, False]
    assert alive(here) == ([True, True] if by == "the person" else [False, False])
    assert api.user_token(login, "another password")


def test_switching_off_revokes_for_good(api: Api) -> None:
    """Decision 4: who is switched on again has to sign in again."""
    login = made(api)["id"]
    grant = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login}
    tokens = api.post("/oauth2/v1/token", json=grant | {"password": "secret-password"}).json()
    assert api.get("/api/web/me", token=tokens["access_token"]).status_code == 200
    for is_active in (0, 1):
        api.put(f"{USERS}/{login}", token=api.secret_key, json={"is_active": is_active})
        me = api.get("/api/web/me", token=tokens["access_token"])
        assert reason(me) == (403, "accessTokenInvalid")
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        assert api.post("/oauth2/v1/token", json=refresh).status_code >= 400
    assert api.user_token(login, "secret-password")


def test_editing_something_else_keeps_the_tokens(api: Api) -> None:
    login = made(api)["id"]
    token = api.user_token(login, "secret-password")
    api.put(f"{USERS}/{login}", token=api.secret_key, json={"company": "X", "is_active": 1})
    assert api.get("/api/web/me", token=token).status_code == 200
