"""Running and stopping through the API: sessions, calls, limits, for whom it is allowed."""

from __future__ import annotations

import pytest

from rostrum.api.versions import VERSIONS
from tests.support.api import Api
from tests.support.meeting import quoted, reason, run, stop


@pytest.mark.parametrize("version", VERSIONS)
def test_run_and_stop_in_every_version(api: Api, version: str) -> None:
    made = api.new_conference()
    path = f"/api/{version}/conferences/{made['id']}"
    steps = [("run", "running", "conferenceAlreadyRunning"), ("stop", "stopped", "conferenceIsNotRunning")]
    for word, state, again in steps:
        answer = api.post(f"{path}/{word}/", token=api.secret_key, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (200, {"state": state})
        assert reason(api.post(f"{path}/{word}", token=api.secret_key)) == (400, again)
        assert api.get(path, token=api.secret_key).json()["conference"]["state"] == state
    assert reason(api.post(f"/api/{version}/conferences/none/run", token=api.secret_key)) == (404, "conferenceNotFound")
    assert reason(api.post(f"/api/{version}/conferences/none/stop", token=api.secret_key)) == (
        404,
        "conferenceNotFound",
    )


def test_each_run_is_a_session_and_a_call(api: Api) -> None:
    made = api.new_conference(topic="Daily", type=3)
    first = run(api, made["id"])
    refused = api.post(f"/api/v3.10/conferences/{made['id']}/run", token=api.secret_key)
    assert reason(refused) == (400, "conferenceAlreadyRunning")
    session = api.get(f"/api/v3.10/conference-sessions/{quoted(first)}", token=api.secret_key).json()["session"]
    assert (session["stream_id"], session["conference_id"], session["mode"]) == (first, made["id"], 3)
    running = api.get(f"/api/v3.10/logs/calls/{quoted(first)}", token=api.secret_key).json()
    assert (running["end_time"], running["participant_count"]) == (None, 0)
    stop(api, made["id"])
    gone = api.get(f"/api/v3.10/conference-sessions/{quoted(first)}", token=api.secret_key)
    assert reason(gone) == (404, "conferenceSessionNotFound")
    second = run(api, made["id"])
    assert second != first
    stop(api, made["id"])
    calls = api.get(f"/api/v3.10/logs/calls?named_conf_id={made['id']}", token=api.secret_key).json()
    assert [one["conference_id"] for one in calls["list"]] == [second, first]
    for one in calls["list"]:
        assert (one["class"], one["type"], one["subtype"], one["term_reason"]) == (10, 5, 3, 15)
        assert one["topic"] == "Daily"
        assert one["start_time"]["date"].endswith(".000000")
        assert 0 <= one["duration"] <= 5


def test_the_call_outlives_its_conference(api: Api) -> None:
    made = api.new_conference()
    session = run(api, made["id"])
    stop(api, made["id"])
    api.delete(f"/api/v3.10/conferences/{made['id']}", token=api.secret_key)
    call = api.get(f"/api/v3.10/logs/calls/{quoted(session)}", token=api.secret_key).json()
    assert (call["named_conf_id"], call["owner"]) == (made["id"], made["owner"])


def test_the_limit_of_ongoing_conferences(fresh_api: Api) -> None:
    fresh_api.settings.limits.ongoing_conferences = 1
    one, other = fresh_api.new_conference()["id"], fresh_api.new_conference()["id"]
    run(fresh_api, one)
    refused = fresh_api.post(f"/api/v3.10/conferences/{other}/run", token=fresh_api.secret_key)
    assert reason(refused) == (400, "ongoingConferencesLimit")
    assert fresh_api.get(f"/api/v3.10/logs/calls?named_conf_id={other}", token=fresh_api.secret_key).json()["cnt"] == 0
    stop(fresh_api, one)
    run(fresh_api, other)


def test_sessions_are_for_those_who_see_the_conference(api: Api) -> None:
    owner, token = api.new_user()
    _, stranger = api.new_user()
    _, admin = api.new_user(admin=True)
    made = api.new_conference(owner=owner)
    session = run(api, made["id"])
    for path in (session, session.upper()):
        known = path == session
        url = f"/api/v3.10/conference-sessions/{quoted(path)}"
        for caller in (token, admin, api.token("conferences.sessions:read")):
            assert api.get(url, token=caller).status_code == (200 if known else 404)
        assert reason(api.get(url, token=stranger)) == (404, "conferenceSessionNotFound")
    assert reason(api.get(f"/api/v3.10/logs/calls/{quoted(session)}", token=token)) == (403, "forbidden")
