"""A person lets an application act for them: the page, the code, PKCE, and everything that must not work."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from sqlalchemy import update

from rostrum.app import known_scopes
from rostrum.ids import hashed, new_secret
from rostrum.oauth import store
from rostrum.oauth.tables import codes
from tests.support.api import BASE, Api

PASSWORD = "a password for tests"
CALLBACK = "https://portal.example/cb?x=1"
TOKEN, REVOKE = "/oauth2/v1/token", "/oauth2/v1/revoke"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


class Browser:
    """Keeps cookies and fills the form that it sees."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.cookies: dict[str, str] = {}

    def open(self, query: dict[str, str], **headers: str) -> httpx.Response:
        return self._sent("GET", query, headers)

    def press(self, query: dict[str, str], action: str, *, csrf: str | None = None, **fields: str) -> httpx.Response:
        page = self.open(query)
        found = re.search(r'name="csrf" value="(\w+)"', page.text)
        given = fields | {"action": action, "csrf": csrf if csrf is not None else found[1] if found else ""}
        return self._sent("POST", query, {"Origin": BASE}, data=given)

    def sign_in(self, query: dict[str, str], login: str, password: str = PASSWORD) -> httpx.Response:
        return self.press(query, "sign_in", username=login, password=password)

    def _sent(self, method: str, query: dict[str, str], headers: dict[str, str], **more: Any) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.api.request(
            method, "/oauth2/authorize", params=query, headers={"Cookie": cookie} | headers, **more
        )
        for line in answer.headers.get_list("set-cookie"):
            assert "HttpOnly" in line
            assert "SameSite=lax" in line
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        self.api.wait(_clear(self.api))
        return answer


async def _clear(api: Api) -> None:
    api._http.cookies.clear()


@pytest.fixture
def login(api: Api) -> str:
    name = f"eve{secrets.token_hex(3)}"
    body = {"login_name": name, "password": PASSWORD, "display_name": "Eve <b>"}
    assert api.post("/api/v3.10/users", token=api.secret_key, json=body).status_code == 200
    return name


def application(
    api: Api, *, public: bool = False, uris: tuple[str, ...] = (CALLBACK,), scope: str = ""
) -> dict[str, str]:
    client_id, secret = secrets.token_hex(8), new_secret()
    row = {
        "client_id": client_id,
        "name": "Portal <i>",
        "secret_hash": None if public else hashed(secret),
        "scope": scope or " ".join(known_scopes()),
        "redirect_uris": list(uris),
        "created_at": datetime.now(UTC),
    }
    api.run(lambda db: store.insert_application(db, **row))
    return {"client_id": client_id} | ({} if public else {"client_secret": secret})


def asked(client: dict[str, str], **more: str) -> dict[str, str]:
    given = {"client_id": client["client_id"], "response_type": "code", "redirect_uri": CALLBACK, "state": "s t&=é"}
    return {name: value for name, value in (given | {"scope": "conferences users:read"} | more).items() if value}


def returned(answer: httpx.Response) -> dict[str, str]:
    """What the browser carries back to the application."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    assert address.startswith("https://portal.example/cb?x=1&"), address
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def a_code(api: Api, client: dict[str, str], login: str, **more: str) -> str:
    browser, query = Browser(api), asked(client, **more)
    assert browser.sign_in(query, login).status_code == 303
    back = returned(browser.press(query, "allow"))
    assert back["state"] == "s t&=é"
    return back["code"]


def exchange(api: Api, client: dict[str, str], good_code: str, /, **more: str) -> httpx.Response:
    given = {"grant_type": "authorization_code", "code": good_code, "redirect_uri": CALLBACK}
    return api.post(TOKEN, data={name: value for name, value in (given | client | more).items() if value})


def opens(api: Api, token: str) -> bool:
    return api.get("/api/v3.10/conferences", token=token).status_code == 200


def test_from_the_page_to_the_tokens(api: Api, login: str) -> None:
    client, browser = application(api), Browser(api)
    query = asked(client)
    first = browser.open(query, **{"Accept-Language": "de, ru;q=0.8"})
    assert first.status_code == 200
    assert "Вход" in first.text
    assert "Portal &lt;i&gt;" in first.text
    assert first.headers["cache-control"] == "no-store"
    policy = first.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://portal.example;" in policy
    signed_in = browser.sign_in(query, login)
    assert signed_in.status_code == 303
    assert urlsplit(signed_in.headers["location"]).path == "/oauth2/authorize"
    page = browser.open(query, **{"Accept-Language": "en"})
    assert "Allow Portal &lt;i&gt;?" in page.text
    assert "Eve &lt;b&gt;" in page.text
    assert "See and change: your conferences" in page.text
    assert "See: your account" in page.text
    code = returned(browser.press(query, "allow"))["code"]
    body = exchange(api, client, code).json()
    assert set(body["scope"].split()) == {"conferences", "users:read"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 604_800)
    assert opens(api, body["access_token"])
    assert api.get(f"/api/v3.10/users/{login}", token=body["access_token"]).status_code == 200
    assert api.get("/api/v3.10/groups", token=body["access_token"]).status_code == 403, "not asked for"
    assert api.post("/api/v3.10/users", token=body["access_token"], json={}).status_code == 403
    fresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], **client}
    again = api.post(TOKEN, json=fresh)
    assert again.status_code == 200, again.text
    assert opens(api, again.json()["access_token"])
    told = api.get("/api/v3.10/logs/events", token=api.secret_key, params={"object_name": "Portal <i>"}).json()["list"]
    mine = [one for one in told if one["payload"]["client_id"] == client["client_id"]]
    assert [one["event_type"] for one in mine] == ["consent"]


def test_a_code_is_good_once_and_a_second_use_ends_what_it_gave(api: Api, login: str) -> None:
    client = application(api)
    code = a_code(api, client, login)
    body = exchange(api, client, code).json()
    assert opens(api, body["access_token"])
    assert exchange(api, client, code).json()["error"] == "invalid_grant"
    assert not opens(api, body["access_token"])
    fresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], **client}
    assert api.post(TOKEN, json=fresh).status_code == 400


def test_a_code_lives_a_minute(api: Api, login: str) -> None:
    client = application(api)
    code = a_code(api, client, login)
    kept = codes.c.hash == hashed(code)
    life = api.run(lambda db: db.execute(codes.select().where(kept)).one().expires_at) - datetime.now(UTC)
    assert timedelta(seconds=50) < life <= timedelta(seconds=60)
    past = datetime.now(UTC) - timedelta(seconds=1)
    api.run(lambda db: db.execute(update(codes).where(kept).values(expires_at=past)))
    assert exchange(api, client, code).json()["error"] == "invalid_grant"


def test_who_may_exchange_a_code(api: Api, login: str) -> None:
    """The client with its secret, the same address, and nobody else; each failure leaves the code good."""
    client, other = application(api), application(api)
    code = a_code(api, client, login)
    for wrong in (
        {"client_secret": ""},
        {"client_secret": "wrong"},
        other,
        {"redirect_uri": "https://portal.example/cb"},
        {"redirect_uri": ""},
        {"code": f"{code}x"},
        {"code_verifier": VERIFIER},
    ):
        answer = exchange(api, client, code, **wrong)
        assert answer.status_code in {400, 401}, wrong
        assert set(answer.json()) == {"error", "error_description", "reason"}
    assert exchange(api, client, "", auth_code=code).status_code == 200, "newer clients say auth_code"


def test_pkce(api: Api, login: str) -> None:
    client = application(api, public=True)
    code = a_code(api, client, login, **PKCE)
    for verifier in ("", "w" * 50, CHALLENGE, "v" * 20):
        assert exchange(api, client, code, code_verifier=verifier).status_code == 400
    body = exchange(api, client, code, code_verifier=VERIFIER).json()
    assert opens(api, body["access_token"])
    fresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], **client}
    assert api.post(TOKEN, json=fresh).status_code == 200
    for grant in ("client_credentials", "password"):
        given = {"grant_type": grant, "username": login, "password": PASSWORD, **client}
        assert api.post(TOKEN, json=given).status_code in {400, 401}


def test_a_confidential_client_that_begins_with_pkce_ends_with_it(api: Api, login: str) -> None:
    client = application(api)
    code = a_code(api, client, login, **PKCE)
    assert exchange(api, client, code).status_code == 400
    assert exchange(api, client, code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    ("public", "more", "error"),
    [
        (True, {}, "invalid_request"),
        (True, {"code_challenge": CHALLENGE}, "invalid_request"),
        (True, {"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        (False, {"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        (False, {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        (False, {"scope": "bogus"}, "invalid_scope"),
        (False, {"scope": "groups:write"}, "invalid_scope"),
        (False, {"response_type": "token"}, "unsupported_response_type"),
        (False, {"response_type": ""}, "unsupported_response_type"),
        (False, {"response_type": 'é"\\'}, "unsupported_response_type"),
    ],
)
def test_mistakes_that_the_application_learns_of(api: Api, public: bool, more: dict[str, str], error: str) -> None:
    client = application(api, public=public, scope="conferences users:read")
    back = returned(Browser(api).open(asked(client, **more)))
    assert (back["error"], back["state"]) == (error, "s t&=é")
    assert "code" not in back


@pytest.mark.parametrize(
    "more",
    [
        {"client_id": "unknown"},
        {"client_id": 'é"\\'},
        {"redirect_uri": "https://portal.example/cb"},
        {"redirect_uri": "https://portal.example/cb?x=1#"},
        {"redirect_uri": "https://portal.example/cb?x=1&y=2"},
        {"redirect_uri": "HTTPS://portal.example/cb?x=1"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": 'javascript:alert("é\\")'},
        {"redirect_uri": "https://evil.example/", "response_type": "token"},
        {"redirect_uri": "https://evil.example/", "scope": "bogus"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(api: Api, more: dict[str, str]) -> None:
    client = application(api)
    answer = Browser(api).open(asked(client, **more))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "This link does not work" in answer.text


def test_the_address_may_be_left_out_where_there_is_one(api: Api, login: str) -> None:
    client = application(api)
    code = a_code(api, client, login, redirect_uri="")
    assert exchange(api, client, code, redirect_uri="").status_code == 200
    two = application(api, uris=(CALLBACK, "myapp://done"))
    assert Browser(api).open(asked(two, redirect_uri="")).status_code == 400
    own = Browser(api).open(asked(two, redirect_uri="myapp://done"))
    assert "form-action 'self' myapp:;" in own.headers["content-security-policy"]


def test_repeated_parameters(api: Api) -> None:
    client = application(api)
    answer = api.get("/oauth2/authorize", params=[*asked(client).items(), ("scope", "users:read")])
    assert answer.status_code in {303, 400}
    assert "csrf" not in answer.text


def test_refusing(api: Api, login: str) -> None:
    client, browser = application(api), Browser(api)
    query = asked(client)
    assert returned(browser.press(query, "deny"))["error"] == "access_denied"
    browser.sign_in(query, login)
    back = returned(browser.press(query, "deny"))
    assert (back["error"], back["state"]) == ("access_denied", "s t&=é")


def test_forms_of_other_pages_are_refused(api: Api, login: str) -> None:
    """Neither a sign-in nor a consent can be sent by a page that is not ours."""
    client, browser = application(api), Browser(api)
    query = asked(client)
    for csrf in ("", "0" * 64):
        answer = browser.press(query, "sign_in", csrf=csrf, username=login, password=PASSWORD)
        assert answer.status_code == 403
        assert "rostrum_signed_in" not in browser.cookies
    stranger = Browser(api)
    page = stranger.open(query)
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert found
    assert browser.press(query, "sign_in", csrf=found[1], username=login, password=PASSWORD).status_code == 403
    browser.sign_in(query, login)
    assert browser.press(query, "allow", csrf=found[1]).status_code == 403
    evil = browser._sent("POST", query, {"Origin": "https://evil.example"}, data={"action": "allow", "csrf": found[1]})
    assert evil.status_code == 403


def test_signing_in_as_somebody_else(api: Api, login: str) -> None:
    client, browser = application(api), Browser(api)
    query = asked(client)
    browser.sign_in(query, login)
    cookie = browser.cookies["rostrum_signed_in"]
    assert not opens(api, cookie), "the cookie opens nothing of the API"
    browser.press(query, "sign_out")
    browser.cookies["rostrum_signed_in"] = cookie
    assert "Sign in" in browser.open(query).text, "the old cookie is worth nothing"


def test_wrong_passwords_and_switched_off_accounts(api: Api, login: str) -> None:
    client, browser = application(api), Browser(api)
    query = asked(client)
    wrong = browser.sign_in(query, login, "wrong")
    assert wrong.status_code == 400
    assert "do not belong together" in wrong.text
    assert f'value="{login}"' in wrong.text
    code = a_code(api, client, login)
    browser.sign_in(query, login)
    api.put(f"/api/v3.10/users/{login}", token=api.secret_key, json={"is_active": 0})
    assert exchange(api, client, code).json()["reason"] == "userIsBanned"
    assert "Sign in" in browser.open(query).text
    assert "switched off" in browser.sign_in(query, login).text


def test_revocation(api: Api, login: str) -> None:
    client, other = application(api), application(api)
    body = exchange(api, client, a_code(api, client, login)).json()
    assert api.post(REVOKE, data={"token": body["access_token"], **other}).status_code == 400
    assert opens(api, body["access_token"])
    assert api.post(REVOKE, data={"token": body["access_token"], **client} | {"client_secret": "x"}).status_code == 401
    assert api.post(REVOKE, data=client).status_code == 400
    done = api.post(REVOKE, data={"token": body["access_token"], "token_type_hint": "refresh_token", **client})
    assert (done.status_code, done.json()) == (200, {})
    assert not opens(api, body["access_token"])
    fresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], **client}
    second = api.post(TOKEN, json=fresh).json()
    assert opens(api, second["access_token"]), "only the access token ended"
    assert api.post(f"{REVOKE}/", json={"token": second["refresh_token"], **client}).status_code == 200
    assert not opens(api, second["access_token"]), "with the refresh token all of them end"
    assert api.post(REVOKE, data={"token": "unknown", **client}).status_code == 200
    for odd in ("id_token", "é", ""):
        again = exchange(api, client, a_code(api, client, login)).json()["access_token"]
        done = api.post(REVOKE, data={"token": again, "token_type_hint": odd, **client})
        assert (done.status_code, done.json(), opens(api, again)) == (200, {}, False), "a hint is only a hint"
    mine = api.user_token(login, PASSWORD)
    assert api.post(REVOKE, json={"token": mine}).status_code == 200
    assert not opens(api, mine)
    assert api.post(REVOKE, json={"token": api.secret_key}).status_code == 200
    assert opens(api, api.secret_key), "the secret key ends by a new one only"


def test_metadata(api: Api) -> None:
    shown = api.get("/.well-known/oauth-authorization-server").json()
    assert shown["issuer"] == BASE
    assert shown["authorization_endpoint"] == f"{BASE}/oauth2/authorize"
    assert shown["code_challenge_methods_supported"] == ["S256"]
    assert set(shown["scopes_supported"]) == known_scopes()


def test_grant_types_in_any_letters(api: Api) -> None:
    for odd in ('é"\\', "\u0430uthorization_code"):
        answer = api.post(TOKEN, json={"grant_type": odd, "client_id": "x"})
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
