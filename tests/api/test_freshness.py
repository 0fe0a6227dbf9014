"""Answers that are kept change with every kind of write, and with the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import time_machine

from tests.support.api import Api
from tests.support.meeting import run, stop


class Watched:
    """Answers that are asked for twice, so that the second one comes from memory."""

    def __init__(self, api: Api, *paths: str) -> None:
        self.api = api
        self.paths = paths
        self.before = self.now()

    def now(self) -> list[Any]:
        answers = [[self.api.get(path, token=self.api.secret_key).json() for path in self.paths] for _ in range(2)]
        assert answers[0] == answers[1]
        return answers[0]

    def changed(self) -> list[bool]:
        """Which of the answers are others than the last time."""
        before, self.before = self.before, self.now()
        return [one != other for one, other in zip(before, self.before, strict=True)]


def test_users(api: Api) -> None:
    login, _ = api.new_user()
    path = f"/api/v3.10/users/{login}"
    watched = Watched(api, path, f"/api/v3.10/users?login_name={login}", "/api/v3/users?page_size=1000")
    api.put(path, token=api.secret_key, json={"company": "New"})
    assert watched.changed() == [True, True, True]
    api.put("/api/v3.10/users/" + api.new_user()[0], token=api.secret_key, json={"company": "Other"})
    assert watched.changed() == [False, False, True]
    api.delete(path, token=api.secret_key)
    assert watched.changed() == [True, True, True]


def test_groups_of_users(api: Api) -> None:
    login, _ = api.new_user()
    watched = Watched(api, f"/api/v3.10/users/{login}", f"/api/v3.10/users?login_name={login}")
    body = {"display_name": f"Group of {login}"}
    group = api.post("/api/v3.10/groups", token=api.secret_key, json=body).json()["group"]["id"]
    assert watched.changed() == [False, False]
    api.post(f"/api/v3.10/groups/{group}/users", token=api.secret_key, json={"user_id": login})
    assert watched.changed() == [True, True]
    api.put(f"/api/v3.10/groups/{group}", token=api.secret_key, json={"display_name": f"Renamed {login}"})
    assert watched.changed() == [True, True]
    api.delete(f"/api/v3.10/groups/{group}", token=api.secret_key)
    assert watched.changed() == [True, True]


def test_conferences(api: Api) -> None:
    made = api.new_conference()
    path = f"/api/v3.10/conferences/{made['id']}"
    watched = Watched(api, path, "/api/v3.3/conferences?page_size=1000", "/api/v3.10/conferences?state=running")
    api.put(path, token=api.secret_key, json={"topic": "New"})
    assert watched.changed() == [True, True, False]
    run(api, made["id"])
    assert watched.changed() == [True, True, True]
    stop(api, made["id"])
    assert watched.changed() == [True, True, True]
    owner = made["owner"].partition("@")[0]
    api.put(path, token=api.secret_key, json={"invitations": [owner, "x@elsewhere.test"]})
    assert watched.changed() == [True, True, False]
    api.delete(path, token=api.secret_key)
    assert watched.changed() == [True, True, False]


def test_a_deleted_owner_stops_the_conference(api: Api) -> None:
    login, _ = api.new_user()
    made = api.new_conference(owner=login)
    run(api, made["id"])
    watched = Watched(api, f"/api/v3.10/conferences/{made['id']}", "/api/v3.10/conferences?state=running")
    api.delete(f"/api/v3.10/users/{login}", token=api.secret_key)
    assert watched.changed() == [True, True]


def test_the_next_start_follows_the_clock(fresh_api: Api) -> None:
    schedule = {"type": 0, "days": ["monday"], "time": "10:00", "duration": 60}
    with time_machine.travel(datetime(2030, 3, 4, 9, 59, 58, tzinfo=UTC), tick=False):
        made = fresh_api.new_conference(schedule=schedule)
        watched = Watched(fresh_api, f"/api/v3.10/conferences/{made['id']}", "/api/v3.10/conferences")
        shown = watched.before[0]["conference"]["schedule"]["start_time"]
        assert shown == datetime(2030, 3, 4, 10, tzinfo=UTC).timestamp()
    with time_machine.travel(datetime(2030, 3, 4, 10, 0, 0, 1, tzinfo=UTC), tick=False):
        assert watched.changed() == [True, True]
        shown = watched.before[0]["conference"]["schedule"]["start_time"]
        assert shown == datetime(2030, 3, 11, 10, tzinfo=UTC).timestamp()


def test_callers_do_not_see_each_others_answers(api: Api) -> None:
    owner, owner_token = api.new_user()
    guest, guest_token = api.new_user()
    made = api.new_conference(owner=owner, pin="4711", invitations=[owner, guest])
    path = f"/api/v3.10/conferences/{made['id']}"
    for _ in range(2):
        pins = [api.get(path, token=token).json()["conference"]["pin"] for token in (owner_token, guest_token)]
        assert pins == ["4711", None]
        assert api.get(path, token=api.secret_key).json()["conference"]["pin"] == "4711"
        assert api.get(path, token=api.new_user()[1]).status_code == 404


def test_addresses_and_versions_have_answers_of_their_own(api: Api) -> None:
    made = api.new_conference()
    for _ in range(2):
        for host in ("one.test", "two.test:8443"):
            answer = api.get(f"/api/v3.10/conferences/{made['id']}", token=api.secret_key, headers={"Host": host})
            assert answer.json()["conference"]["url"] == f"http://{host}/c/{made['id']}"
        for version, shown in (("v3.10", True), ("v3", False), ("v3.1", True)):
            answer = api.get(f"/api/{version}/conferences/{made['id']}", token=api.secret_key)
            assert ("created_at" in answer.json()["conference"]) == shown


def test_a_token_is_checked_before_memory_is_asked(api: Api) -> None:
    made = api.new_conference()
    path = f"/api/v3.10/conferences/{made['id']}"
    assert api.get(path, token=api.secret_key).status_code == 200
    assert api.get(path).status_code == 403
    assert api.get(path, token=api.token("users")).status_code == 403
