"""Refresh tokens: each is used once, and a second use ends everything that came from the sign-in."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.api import Api

TOKEN = "/oauth2/v1/token"
CLIENT = "trueconf_server_users"


def sign_in(api: Api, login: str | None = None) -> dict[str, Any]:
    login = login or api.new_user()[0]
    body = {"grant_type": "password", "client_id": CLIENT, "username": login, "password": "secret-password"}
    return dict(api.post(TOKEN, json=body).json())


def refresh(api: Api, token: str, **given: str) -> Any:
    return api.post(TOKEN, json={"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT} | given)


def works(api: Api, tokens: dict[str, Any]) -> bool:
    return bool(api.get("/api/web/me", token=tokens["access_token"]).status_code == 200)


def test_rotation(api: Api) -> None:
    first = sign_in(api)
    second = refresh(api, first["refresh_token"]).json()
    third = refresh(api, second["refresh_token"]).json()
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert all(works(api, one) for one in (first, second, third))
    assert first["scope"] == third["scope"]


def test_a_second_use_ends_the_family_and_no_other(api: Api) -> None:
    login, _ = api.new_user()
    first, elsewhere = sign_in(api, login), sign_in(api, login)
    second = refresh(api, first["refresh_token"]).json()
    again = refresh(api, first["refresh_token"])
    assert again.status_code == 400
    assert again.json()["reason"] == "InvalidCredentials"
    assert not works(api, first)
    assert not works(api, second)
    assert refresh(api, second["refresh_token"]).status_code == 400
    assert works(api, elsewhere)
    assert refresh(api, elsewhere["refresh_token"]).status_code == 200


def test_uses_at_once_give_one_pair_at_most(api: Api) -> None:
    """Two thieves, or a thief and the owner: whoever is second ends the family."""
    first = sign_in(api)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: refresh(api, first["refresh_token"]), range(6)))
    good = [one.json() for one in answers if one.status_code == 200]
    assert len(good) <= 1
    assert not works(api, first)
    assert not any(works(api, one) for one in good)


def test_a_narrower_scope_may_be_asked_for(api: Api) -> None:
    first = sign_in(api)
    narrow = refresh(api, first["refresh_token"], scope="conferences:read").json()
    assert narrow["scope"] == "conferences:read"
    assert api.get("/api/v3.10/conferences", token=narrow["access_token"]).status_code == 200
    assert api.get(f"/api/v3.10/users/{secrets.token_hex(3)}", token=narrow["access_token"]).status_code == 403


@pytest.mark.parametrize("scope", ["nonsense", "conferences:read nonsense"])
def test_a_refused_scope_does_not_use_the_token_up(api: Api, scope: str) -> None:
    first = sign_in(api)
    assert refresh(api, first["refresh_token"], scope=scope).json()["error"] == "invalid_scope"
    assert refresh(api, first["refresh_token"]).status_code == 200


def test_a_token_belongs_to_its_client(api: Api) -> None:
    first = sign_in(api)
    api.token()  # another application
    other = refresh(api, first["refresh_token"], client_id="unknown")
    assert other.status_code >= 400
    assert refresh(api, first["refresh_token"]).status_code == 200


def test_it_lives_as_long_as_the_setting_says(fresh_api: Api) -> None:
    lasting = sign_in(fresh_api)
    fresh_api.settings.tokens.refresh_seconds = 1
    short = sign_in(fresh_api)
    time.sleep(1.2)
    assert refresh(fresh_api, short["refresh_token"]).status_code == 400
    assert refresh(fresh_api, lasting["refresh_token"]).status_code == 200
