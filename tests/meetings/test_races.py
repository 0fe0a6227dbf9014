"""Requests that meet: nothing is half done, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.meeting import quoted, reason, run

TIMES = 6


def at_once(*calls: Any) -> list[Any]:
    """The answers to calls that are made at the same moment."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@pytest.mark.parametrize("_round", range(3))
def test_two_runs_make_one_session(hall: Api, _round: int) -> None:
    made = hall.new_conference()
    path = f"/api/v3.10/conferences/{made['id']}/run"
    answers = at_once(*[lambda: hall.post(path, token=hall.secret_key)] * TIMES)
    assert sorted(one.status_code for one in answers) == [200, *[400] * (TIMES - 1)]
    assert {reason(one) for one in answers if one.status_code != 200} == {(400, "conferenceAlreadyRunning")}
    listed = hall.get(f"/api/v3.10/logs/calls?named_conf_id={made['id']}", token=hall.secret_key).json()
    assert listed["cnt"] == 1


@pytest.mark.parametrize("_round", range(3))
def test_run_and_edit_do_not_lose_each_other(hall: Api, _round: int) -> None:
    """A conference that shows as stopped while its session is open could never be run again."""
    made = hall.new_conference()
    path = f"/api/v3.3/conferences/{made['id']}"
    edits = [lambda: hall.put(path, token=hall.secret_key, json={"topic": "Edited"})] * 3
    runs = [lambda: hall.post(f"{path}/run", token=hall.secret_key)] * 2
    answers = at_once(*edits, *runs)
    assert sorted(one.status_code for one in answers[3:]) == [200, 400]
    assert {one.status_code for one in answers[:3]} <= {200, 400}
    shown = hall.get(path, token=hall.secret_key).json()["conference"]
    assert shown["state"] == "running"
    session = hall.get(f"/api/v3.3/conference-sessions/{quoted(shown['stream_id'])}", token=hall.secret_key)
    assert session.status_code == 200
    assert hall.post(f"{path}/stop", token=hall.secret_key).json() == {"state": "stopped"}


@pytest.mark.parametrize("_round", range(3))
def test_run_and_delete_leave_no_orphan(hall: Api, _round: int) -> None:
    made = hall.new_conference()
    path = f"/api/v3.10/conferences/{made['id']}"
    ran, deleted = at_once(
        lambda: hall.post(f"{path}/run", token=hall.secret_key), lambda: hall.delete(path, token=hall.secret_key)
    )
    calls = hall.get(f"/api/v3.10/logs/calls?named_conf_id={made['id']}", token=hall.secret_key).json()
    if deleted.status_code == 200:
        assert reason(ran) == (404, "conferenceNotFound") if ran.status_code != 200 else calls["list"][0]["end_time"]
        assert calls["cnt"] == 0
    else:
        assert reason(deleted) == (400, "conferenceUnavailableForChange")
        assert ran.status_code == 200
        assert calls["cnt"] == 1


def test_conferences_made_at_once_all_exist(hall: Api) -> None:
    owner, _ = hall.new_user()
    body = {"topic": "One of many", "owner": owner}
    answers = at_once(
        *[lambda: hall.post("/api/v3.10/conferences", token=hall.secret_key, json=body)] * TIMES,
    )
    assert [one.status_code for one in answers] == [200] * TIMES, [one.text for one in answers]
    assert hall.get(f"/api/v3.10/conferences?owner={owner}", token=hall.secret_key).json()["cnt"] == TIMES


def test_the_same_id_is_taken_once(hall: Api) -> None:
    owner, _ = hall.new_user()
    body = {"topic": "Wanted", "owner": owner, "id": f"wanted_{owner}"}
    answers = at_once(*[lambda: hall.post("/api/v3.10/conferences", token=hall.secret_key, json=body)] * TIMES)
    assert sorted(one.status_code for one in answers) == [200] + [400] * (TIMES - 1)
    assert {reason(one) for one in answers if one.status_code != 200} == {(400, "uniqueValueAlreadyInUse")}


def test_the_same_login_and_address_are_taken_once(hall: Api) -> None:
    bodies = [{"login_name": f"race{n}", "password": "secret-password", "email": "race@x.test"} for n in range(TIMES)]
    answers = at_once(
        *[lambda body=body: hall.post("/api/v3.10/users", token=hall.secret_key, json=body) for body in bodies]
    )
    assert sorted(one.status_code for one in answers) == [200] + [400] * (TIMES - 1), [one.text for one in answers]
    refused = [one.json()["error"]["errors"][0] for one in answers if one.status_code != 200]
    assert {(one["reason"], one["location"]) for one in refused} == {("uniqueValueAlreadyInUse", "email")}


def test_two_accounts_cannot_take_one_address(hall: Api) -> None:
    logins = [hall.new_user()[0] for _ in range(TIMES)]
    given = {"email": f"{logins[0]}@x.test"}
    answers = at_once(
        *[lambda one=one: hall.put(f"/api/v3.10/users/{one}", token=hall.secret_key, json=given) for one in logins]
    )
    assert sorted(one.status_code for one in answers) == [200] + [400] * (TIMES - 1), [one.text for one in answers]


def test_new_meetings_and_runs_do_not_wait_for_each_other_for_ever(hall: Api) -> None:
    """Both change conferences and sessions; taking the two in different orders would be a deadlock."""
    owner, token = hall.new_user()
    made = [hall.new_conference(owner=owner)["id"] for _ in range(TIMES)]
    calls: list[Any] = []
    for one in made:
        calls += [
            lambda one=one: hall.post(f"/api/v3.10/conferences/{one}/run", token=hall.secret_key),
            lambda: hall.post("/api/web/conferences", token=token),
            lambda: hall.put(f"/api/v3.10/users/{owner}", token=hall.secret_key, json={"company": "X"}),
        ]
    answers = at_once(*calls)
    assert [one.status_code for one in answers] == [200] * len(calls), [one.text for one in answers]


def test_two_tabs_get_one_place(hall: Api) -> None:
    owner, token = hall.new_user()
    made = hall.new_conference(owner=owner)
    session = run(hall, made["id"])
    path = f"/api/web/conferences/{made['id']}/join"
    answers = at_once(*[lambda: hall.post(path, token=token, json={})] * TIMES)
    assert {one.status_code for one in answers} <= {200, 409}
    good = [one for one in answers if one.status_code == 200]
    assert good
    assert {one.json()["participation"]["session_id"] for one in good} == {session}
    # Who got in last holds the place; the tokens of the others ended.
    path = f"/api/web/sessions/{quoted(session)}/participants"
    alive = [hall.get(path, token=one.json()["participation"]["participant_token"]).status_code for one in good]
    assert sorted(alive) == [200] + [403] * (len(good) - 1)
