"""Guessing a conference's PIN is slowed by conference and by address, answered with 429, and told in the event log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import update

from rostrum.oauth.tables import attempts
from tests.support.api import Api
from tests.support.meeting import reason, run, with_engine

PIN = "2468"


@pytest.fixture
def guarded(fresh_api: Api) -> Api:
    """Few guesses are allowed: three from one address, five of one conference."""
    with_engine(fresh_api)
    fresh_api.settings.sign_in.failures_per_login = 3
    fresh_api.settings.sign_in.failures_per_address = 5
    return fresh_api


def meeting(api: Api, **fields: Any) -> str:
    """A running conference with a PIN."""
    conference = str(api.new_conference(allow_guests=True, pin=PIN, **fields)["id"])
    run(api, conference)
    return conference


def knock(api: Api, conference: str, pin: str, *, token: str | None = None, address: str = "192.0.2.1") -> Any:
    """Try to join from an address."""

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=api.app, client=(address, 4000))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://server.test") as client:
            path = f"/api/web/conferences/{conference}/join"
            return await client.post(path, json={"name": "Ann", "pin": pin}, headers=headers)

    return api.wait(go())


def later(api: Api) -> None:
    """As if every pause had passed."""
    moved = {"blocked_until": datetime.now(UTC) - timedelta(seconds=1)}
    api.run(lambda db: db.execute(update(attempts).values(**moved)))


def test_an_address_has_to_wait(guarded: Api) -> None:
    api = guarded
    conference, other = meeting(api), meeting(api)
    assert [reason(knock(api, conference, "0000")) for _ in range(3)] == [(403, "pinInvalid")] * 3
    refused = knock(api, conference, PIN)
    assert reason(refused) == (429, "tooManyAttempts"), "the right PIN does not help either"
    assert 25 <= int(refused.headers["retry-after"]) <= 30
    assert reason(knock(api, conference, "0000")) == (429, "tooManyAttempts")
    assert knock(api, other, PIN).status_code == 200, "another conference"
    assert knock(api, conference, PIN, address="192.0.2.2").status_code == 200, "another address"
    assert reason(knock(api, conference, "")) == (403, "pinRequired"), "that is no guess"
    later(api)
    assert reason(knock(api, conference, "0000")) == (403, "pinInvalid")
    assert 55 <= int(knock(api, conference, PIN).headers["retry-after"]) <= 60, "the pause doubles"
    later(api)
    assert knock(api, conference, PIN).status_code == 200
    assert reason(knock(api, conference, "0000")) == (403, "pinInvalid"), "success forgets what was before"
    events = api.get("/api/v3.10/logs/events?event_type=blocked", token=api.secret_key).json()["list"]
    first = events[-1]
    assert (first["object_type"], first["object_name"], first["severity"]) == ("conference", conference, "high")
    assert first["payload"] == {"error": "tooManyAttempts", "failures": 3, "seconds": 30, "by": "nobody"}


def test_many_addresses_at_one_conference(guarded: Api) -> None:
    """Then newcomers wait, but nobody who is known: guessing must not lock the meeting up."""
    api = guarded
    login, invited = api.new_user()
    owner, owners = api.new_user()
    conference = meeting(api, owner=owner, invitations=[{"id": owner}, {"id": login}])
    for n in range(5):
        assert reason(knock(api, conference, "0000", address=f"198.51.100.{n}")) == (403, "pinInvalid")
    assert reason(knock(api, conference, PIN, address="203.0.113.9")) == (429, "tooManyAttempts")
    assert knock(api, conference, PIN, token=invited, address="203.0.113.9").status_code == 200
    assert knock(api, conference, "", token=owners, address="203.0.113.9").status_code == 200


def test_many_conferences_from_one_address(guarded: Api) -> None:
    api = guarded
    for _ in range(5):
        assert reason(knock(api, meeting(api), "0000")) == (403, "pinInvalid")
    assert reason(knock(api, meeting(api), PIN)) == (429, "tooManyAttempts")


def test_what_is_no_guess_is_not_counted(guarded: Api) -> None:
    """Without a PIN to guess, before the start, and by the owner."""
    api = guarded
    without = str(api.new_conference(allow_guests=True)["id"])
    run(api, without)
    waiting = str(api.new_conference(allow_guests=True, pin=PIN)["id"])
    for conference in (without, waiting):
        for _ in range(4):
            assert knock(api, conference, "0000").status_code in {200, 403}
    assert api.run(lambda db: db.execute(attempts.select()).all()) == []
