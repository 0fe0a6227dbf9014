"""The token endpoint: every grant in JSON and as a form, and errors that each known client can read."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
import time_machine

from rostrum.accounts import passwords
from rostrum.accounts.users import store as users
from rostrum.app import known_scopes
from rostrum.ids import UserId, hashed, new_secret
from rostrum.oauth import store
from tests.support.api import Api
from tests.wire import facts, shapes
from tests.wire.sending import new_login
from tests.wire.test_errors import raw_call
from tests.wire.test_reasons import limited
from tests.wire.world import PASSWORD, World

PATH = "/oauth2/v1/token"
USERS_CLIENT = "trueconf_server_users"
_FOUND = facts.form(facts.TOKEN, facts.NEWEST)
assert _FOUND is not None
FORM = _FOUND

BODIES = ["json", "data"]


def password(login: str, given: str = PASSWORD) -> dict[str, str]:
    return {"grant_type": "password", "client_id": USERS_CLIENT, "username": login, "password": given}


def check_refused(response: Any, reason: str) -> None:
    """`error` as text, a description, and the documented name in `reason` (D5)."""
    body = response.json()
    assert 400 <= response.status_code < 500, response.text
    assert set(body) == {"error", "error_description", "reason"}
    assert all(isinstance(value, str) and value for value in body.values())
    assert body["reason"] == reason


@pytest.mark.parametrize("kind", BODIES)
def test_password_grant(world: World, kind: str) -> None:
    response = world.api.post(PATH, **{kind: password(world.member)})
    assert response.status_code == 200, response.text
    body = response.json()
    shapes.check(FORM, body)
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 604_800
    assert body["refresh_token"]
    assert set(body["scope"].split()) <= known_scopes()
    assert "no-store" in response.headers["cache-control"]
    assert world.api.get(f"/api/v3.10/users/{world.member}", token=body["access_token"]).status_code == 200


def test_a_password_that_changes_while_it_is_checked_gives_no_token(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches, login = passwords.matches, world.member

    async def slow(*given: Any) -> bool:
        good = await matches(*given)
        change = world.api.app.database.run(lambda db: users.update_user(db, UserId(login), {"password_hash": "other"}))
        await change
        return good

    before = world.api.run(lambda db: users.find_user(db, login)).password_hash
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "matches", slow)
        refused = world.api.post(PATH, data=password(login))
    world.api.run(lambda db: users.update_user(db, UserId(login), {"password_hash": before}))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert world.api.post(PATH, data=password(login)).status_code == 200


@pytest.mark.parametrize("kind", BODIES)
def test_logins_in_any_form(world: World, kind: str) -> None:
    for login in (world.member, world.member.upper(), f"{world.member}@server.test"):
        assert world.api.post(PATH, **{kind: password(login)}).status_code == 200


@pytest.mark.parametrize("kind", BODIES)
def test_refresh_grant(world: World, kind: str) -> None:
    first = world.api.post(PATH, **{kind: password(world.member)}).json()
    given = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": USERS_CLIENT}
    response = world.api.post(PATH, **{kind: given})
    assert response.status_code == 200, response.text
    second = response.json()
    shapes.check(FORM, second)
    assert second["access_token"] != first["access_token"]
    assert world.api.get(f"/api/v3.10/users/{world.member}", token=second["access_token"]).status_code == 200


def test_kinds_of_tokens_are_not_mixed_up(world: World) -> None:
    """An access token refreshes nothing, a refresh token opens nothing (D6)."""
    tokens = world.api.post(PATH, json=password(world.member)).json()
    given = {"grant_type": "refresh_token", "refresh_token": tokens["access_token"], "client_id": USERS_CLIENT}
    check_refused(world.api.post(PATH, json=given), "InvalidCredentials")
    response = world.api.get("/api/v3.10/conferences", token=tokens["refresh_token"])
    assert response.status_code == 403
    shapes.check_error(403, response.json(), reason="accessTokenInvalid")


def basic(client_id: str, secret: str) -> dict[str, str]:
    """A header with an application's credentials, each encoded as in a form (RFC 6749, 2.3.1)."""
    given = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(given.encode()).decode()}"}


@pytest.mark.parametrize("path", [PATH, "/oauth2/v1/revoke"])
def test_credentials_of_an_application_in_a_header(world: World, path: str) -> None:
    """As the metadata offers it."""
    client_id, secret = _application(world.api, "users:read")
    asked = {"grant_type": "client_credentials"} if path == PATH else {"token": "unknown"}
    for more in ({}, {"client_id": client_id}):
        answer = world.api.post(path, data=asked | more, headers=basic(client_id, secret))
        assert answer.status_code == 200, answer.text
    for header in (basic(client_id, "wrong"), basic("unknown", secret)):
        answer = world.api.post(path, data=asked, headers=header)
        check_refused(answer, "InvalidCredentials")
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic /zpi", "Basic x", "Basic", "Bearer x", "Basic cHJveHk6c2VjcmV0"])
def test_other_headers_change_nothing(world: World, header: str) -> None:
    """Such as one for a proxy before the server."""
    answer = world.api.post(PATH, data=password(world.member), headers={"Authorization": header})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", BODIES)
def test_client_credentials_grant(world: World, kind: str) -> None:
    client_id, secret = _application(world.api, "users:read conferences:read")
    given = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    body = world.api.post(PATH, **{kind: given}).json()
    shapes.check(FORM, body)
    assert "refresh_token" not in body
    assert set(body["scope"].split()) == {"users:read", "conferences:read"}
    narrow = world.api.post(PATH, **{kind: given | {"scope": "users:read"}}).json()
    assert narrow["scope"] == "users:read"
    assert world.api.get("/api/v3.10/users", token=narrow["access_token"]).status_code == 200
    assert world.api.get("/api/v3.10/conferences", token=narrow["access_token"]).status_code == 403


@pytest.mark.parametrize("scope", ["users:write", "users:read bogus", "bogus", "users"])
def test_excess_and_unknown_scopes_are_refused(world: World, scope: str) -> None:
    client_id, secret = _application(world.api, "users:read")
    given = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": scope}
    response = world.api.post(PATH, json=given)
    assert 400 <= response.status_code < 500
    assert response.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("kind", BODIES)
def test_bad_credentials(world: World, kind: str) -> None:
    client_id, _ = _application(world.api, "users:read")
    for given in (
        password(world.member, "wrong"),
        password("nobody-has-this"),
        password(world.member, ""),
        {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "wrong"},
        {"grant_type": "client_credentials", "client_id": "unknown", "client_secret": "x"},
        {"grant_type": "refresh_token", "refresh_token": "unknown", "client_id": USERS_CLIENT},
        {"grant_type": "refresh_token", "refresh_token": "unknown"},
        password(world.member) | {"client_id": "unknown"},
    ):
        check_refused(world.api.post(PATH, **{kind: given}), "InvalidCredentials")


def test_switched_off_account(world: World) -> None:
    login = new_login()
    user = {"login_name": login, "password": PASSWORD}
    assert world.api.post("/api/v3.10/users", token=world.key, json=user).status_code == 200
    old = world.api.user_token(login, PASSWORD)
    world.api.put(f"/api/v3.10/users/{login}", token=world.key, json={"is_active": 0})
    check_refused(world.api.post(PATH, json=password(login)), "userIsBanned")
    check_refused(world.api.post(PATH, json=password(login, "wrong")), "InvalidCredentials")
    response = world.api.get("/api/v3.10/conferences", token=old)
    assert response.status_code == 403, "switching off revokes tokens (D4)"
    shapes.check_error(403, response.json(), reason="accessTokenInvalid")


def test_tokens_of_a_deleted_account(world: World) -> None:
    login = new_login()
    user = {"login_name": login, "password": PASSWORD}
    assert world.api.post("/api/v3.10/users", token=world.key, json=user).status_code == 200
    tokens = world.api.post(PATH, json=password(login)).json()
    assert world.api.delete(f"/api/v3.10/users/{login}", token=world.key).json() == {"id": login}
    response = world.api.get("/api/v3.10/conferences", token=tokens["access_token"])
    shapes.check_error(403, response.json(), reason="accessTokenInvalid")
    given = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": USERS_CLIENT}
    check_refused(world.api.post(PATH, json=given), "InvalidCredentials")


@pytest.mark.parametrize(
    "given",
    [
        {"json": {}},
        {"content": b""},
        {"content": b"{"},
        {"content": b"[]"},
        {"content": b"5"},
        {"content": b"null"},
        {"content": b"\xff\xfe"},
        {"content": b'{"grant_type":' * 20_000},
        {"content": b'{"grant_type":' * 2_000 + b"1" + b"}" * 2_000},
        {"content": b"x" * 2_000_000},
        {"json": {"grant_type": "bogus"}},
        {"json": {"grant_type": None}},
        {"json": {"grant_type": ["password"]}},
        {"json": {"grant_type": {"a": 1}}},
        {"json": {"grant_type": "password"}},
        {"json": {"grant_type": "password", "client_id": USERS_CLIENT, "username": 5, "password": [1]}},
        {"json": {"grant_type": "password", "client_id": USERS_CLIENT, "username": "a\x00b", "password": "\x00"}},
        {"json": {"grant_type": "password", "client_id": "a\x00b", "username": "a", "password": "b"}},
        {"json": {"grant_type": "client_credentials", "client_id": "\x00", "client_secret": "x"}},
        {"json": {"grant_type": "refresh_token"}},
        {"json": {"grant_type": "refresh_token", "refresh_token": "\x00", "client_id": USERS_CLIENT}},
        {"json": {"grant_type": "authorization_code", "code": "unknown", "client_id": USERS_CLIENT}},
        {"data": {"grant_type": ["password", "password"], "client_id": USERS_CLIENT}},
        {"content": b"grant_type=%ff&client_id=%00"},
    ],
    ids=lambda given: str(given)[:60],
)
def test_bad_requests(world: World, given: dict[str, Any]) -> None:
    """A 4xx in the dialect of this endpoint, never more."""
    response = world.api.post(PATH, **given)
    assert 400 <= response.status_code < 500, response.text
    body = response.json()
    assert isinstance(body["error"], str)
    assert isinstance(body["error_description"], str)
    assert isinstance(body["reason"], str)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_wrong_methods(world: World, method: str) -> None:
    status, headers, body = raw_call(world.api, method, PATH)
    assert status in {400, 404, 405}
    if method != "HEAD":
        assert headers["content-type"].startswith("application/json")
        assert isinstance(body["error"], str | dict)


def test_trailing_slash_and_odd_content_types(world: World) -> None:
    """JSON is told from a form by what it is."""
    raw = (
        f'{{"grant_type":"password","client_id":"{USERS_CLIENT}","username":"{world.member}","password":"{PASSWORD}"}}'
    )
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"):
        response = world.api.post(PATH, content=raw.encode(), headers={"Content-Type": content_type})
        assert response.status_code == 200, response.text
    slashed = world.api.post(f"{PATH}/", json=password(world.member))
    assert slashed.status_code == 200, slashed.headers


def _application(api: Api, scope: str) -> tuple[str, str]:
    """A fresh application: its id and its secret."""
    client_id, secret = secrets.token_hex(8), new_secret()
    row = {
        "client_id": client_id,
        "name": "test",
        "secret_hash": hashed(secret),
        "scope": scope,
        "redirect_uris": [],
        "created_at": datetime.now(UTC),
    }
    api.run(lambda db: store.insert_application(db, **row))
    return client_id, secret


def test_a_token_ends_when_its_time_is_over(world: World) -> None:
    """Also one that was good a moment ago."""
    address = f"/api/v3.10/conferences/{world.full}"
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        with limited(world.api, "tokens", access_seconds=1):
            tokens = world.api.post(PATH, json=password(world.member)).json()
        assert tokens["expires_in"] == 1
        assert world.api.get(address, token=tokens["access_token"]).status_code == 200
        clock.shift(1.1)
        late = world.api.get(address, token=tokens["access_token"])
    assert late.status_code == 403
    shapes.check_error(403, late.json(), reason="accessTokenInvalid")
