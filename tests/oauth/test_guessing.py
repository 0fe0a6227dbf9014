"""Guessing is slowed by login and by address, answered with 429, and told in the event log."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from rostrum.oauth import rules
from rostrum.oauth.tables import attempts
from rostrum.settings import SignInSettings
from tests.support.api import Api

PASSWORD = "secret-password"


def sign_in(api: Api, login: str, password: str) -> httpx.Response:
    given = {"grant_type": "password", "client_id": "trueconf_server_users", "username": login, "password": password}
    return api.post("/oauth2/v1/token", json=given)


def after(api: Api, seconds: int) -> None:
    """As if this much time had passed."""
    moved = {"blocked_until": datetime.now(UTC) - timedelta(seconds=1)}
    assert seconds
    api.run(lambda db: db.execute(update(attempts).values(**moved)))


def test_a_login_has_to_wait(fresh_api: Api) -> None:
    api = fresh_api
    api.settings.sign_in.failures_per_login = 3
    login, _ = api.new_user()
    other, _ = api.new_user()
    assert [sign_in(api, login.upper(), "wrong").status_code for _ in range(3)] == [400] * 3
    began = time.perf_counter()
    refused = sign_in(api, f"{login}@server.test", PASSWORD)
    assert time.perf_counter() - began < 0.5
    assert refused.status_code == 429, "the right password does not help either"
    assert 25 <= int(refused.headers["retry-after"]) <= 30
    assert refused.json()["reason"] == "tooManyAttempts"
    assert sign_in(api, other, PASSWORD).status_code == 200
    after(api, 30)
    assert sign_in(api, login, "wrong").status_code == 400
    assert 55 <= int(sign_in(api, login, PASSWORD).headers["retry-after"]) <= 60, "the pause doubles"
    after(api, 60)
    assert sign_in(api, login, PASSWORD).status_code == 200
    assert sign_in(api, login, "wrong").status_code == 400
    assert sign_in(api, login, PASSWORD).status_code == 200, "success forgets what was before"
    events = api.get("/api/v3.10/logs/events", token=api.secret_key, params={"severity": "high"}).json()["list"]
    assert [one["event_type"] for one in events] == ["blocked", "blocked"]
    assert events[1]["payload"] == {"error": "tooManyAttempts", "failures": 3, "seconds": 30}
    assert events[0]["object_name"] == f"{login}@server.test"


def test_an_address_has_to_wait(fresh_api: Api) -> None:
    """Many logins, few passwords each; wrong secrets of applications count as well."""
    api = fresh_api
    api.settings.sign_in.failures_per_address = 4
    login, _ = api.new_user()
    for n in range(3):
        assert sign_in(api, f"nobody{n}", "x").status_code == 400
    wrong = {"grant_type": "client_credentials", "client_id": "unknown", "client_secret": "x"}
    assert api.post("/oauth2/v1/token", json=wrong).status_code in {400, 401}
    assert sign_in(api, login, PASSWORD).status_code == 429
    assert api.post("/oauth2/v1/token", json=wrong).status_code == 429
    assert api.post("/oauth2/v1/revoke", json={"token": "x"}).status_code == 429
    after(api, 30)
    assert sign_in(api, login, PASSWORD).status_code == 200
    api.run(lambda db: db.execute(update(attempts).values(last_at=datetime.now(UTC) - timedelta(hours=2))))
    assert sign_in(api, "nobody", "x").status_code == 400
    left = api.run(lambda db: db.execute(attempts.select()).all())
    assert {row.failures for row in left} == {1}, "old failures are forgotten"


def test_zero_is_never(fresh_api: Api) -> None:
    api = fresh_api
    api.settings.sign_in.failures_per_login = api.settings.sign_in.failures_per_address = 0
    assert {sign_in(api, "nobody", "x").status_code for _ in range(12)} == {400}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_networks(address: str, counted: str) -> None:
    assert rules.network(address) == counted


@given(st.integers(0, 10_000), st.integers(1, 100), st.integers(1, 600), st.integers(1, 10_000))
def test_pauses_grow_up_to_a_bound(failures: int, most: int, first: int, longest: int) -> None:
    limits = SignInSettings(pause_seconds=first, longest_pause_seconds=longest)
    now, then = rules.pause(failures, most, limits), rules.pause(failures + 1, most, limits)
    assert 0 <= now <= then <= longest
    assert (now == 0) == (failures < most)
