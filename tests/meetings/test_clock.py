"""The clock: conferences start and end by their schedule, once, whatever happens to the servers meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from rostrum.api.work import Deferred, EngineKeys
from rostrum.db import schema
from rostrum.db.database import Database
from rostrum.jobs import store
from rostrum.jobs.runner import Inside, Runner
from rostrum.jobs.tables import jobs
from rostrum.media.commands import EndRoom, Tell
from tests.conftest import ON_POSTGRESQL, make_settings
from tests.support.api import Api
from tests.support.server import Server, running_server

V = "/api/v3.10"
NOON = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def at(clock: Any, api: Api, minutes: float) -> None:
    """Move to so many minutes after noon and do what is due."""
    clock.move_to(NOON + timedelta(minutes=minutes))
    while api.wait(api.app.jobs.step()):
        pass


def once(start: float, minutes: float, **more: Any) -> dict[str, Any]:
    given = {"type": 1, "start_time": int(NOON.timestamp() + start * 60), "duration": int(minutes * 60)}
    return {"schedule": given, **more}


def calls(api: Api, conference: dict[str, Any]) -> list[dict[str, Any]]:
    """The calls of a conference, oldest first."""
    query = {"named_conf_id": conference["id"], "sort_field": "start_time", "sort_order": "0"}
    listed = api.get(f"{V}/logs/calls", token=api.secret_key, params=query)
    return list(listed.json()["list"])


def state(api: Api, conference: dict[str, Any]) -> str:
    shown = api.get(f"{V}/conferences/{conference['id']}", token=api.secret_key).json()["conference"]
    return str(shown["state"])


def put(api: Api, conference: dict[str, Any], **fields: Any) -> None:
    answer = api.put(f"{V}/conferences/{conference['id']}", token=api.secret_key, json=fields)
    assert answer.status_code == 200, answer.text


def do(api: Api, conference: dict[str, Any], what: str) -> Any:
    return api.post(f"{V}/conferences/{conference['id']}/{what}", token=api.secret_key)


def due(api: Api) -> set[str]:
    return {row.key for row in api.run(lambda db: db.execute(select(jobs.c.key)).all())}


def test_a_one_time_conference(fresh_api: Api, clock: Any) -> None:
    made = fresh_api.new_conference(**once(10, 30))
    seen = []
    for minute in (0, 9.9, 10, 11, 39.9, 40, 41, 2000):
        at(clock, fresh_api, minute)
        seen.append(state(fresh_api, made))
    assert seen == ["stopped"] * 2 + ["running"] * 3 + ["stopped"] * 3
    (call,) = calls(fresh_api, made)
    assert (call["term_reason"], call["duration"]) == (5, 1800)
    refused = do(fresh_api, made, "run")
    assert refused.json()["error"]["errors"][0]["reason"] == "conferenceIsFinished"
    assert due(fresh_api) == set()


def test_a_weekly_conference(fresh_api: Api, clock: Any) -> None:
    weekly = {"type": 0, "days": ["wednesday", "thursday"], "time": "13:00", "duration": 1800}
    made = fresh_api.new_conference(schedule=weekly)
    day = 24 * 60
    for minute in (60, 90, day + 60, day + 90, 7 * day + 60, 7 * day + 90):
        at(clock, fresh_api, minute)
    starts = [one["start_time"]["date"][:16] for one in calls(fresh_api, made)]
    assert starts == ["2026-03-25 13:00", "2026-03-26 13:00", "2026-04-01 13:00"]
    assert {one["term_reason"] for one in calls(fresh_api, made)} == {5}
    assert due(fresh_api) == {f"conference.start:{made['id']}"}


def test_what_was_missed(fresh_api: Api, clock: Any) -> None:
    """Nobody worked for a while: what should run runs, what is over does not begin, weekly ones go on."""
    late = fresh_api.new_conference(**once(10, 60))
    over = fresh_api.new_conference(**once(10, 5))
    weekly = fresh_api.new_conference(schedule={"type": 0, "days": ["wednesday"], "time": "12:10", "duration": 60})
    at(clock, fresh_api, 30)
    assert [state(fresh_api, one) for one in (late, over, weekly)] == ["running", "stopped", "stopped"]
    assert calls(fresh_api, over) == calls(fresh_api, weekly) == []
    at(clock, fresh_api, 70)
    assert state(fresh_api, late) == "stopped"
    at(clock, fresh_api, 7 * 24 * 60 + 10)
    assert state(fresh_api, weekly) == "running"
    assert len(calls(fresh_api, late)) == 1


def test_changes_change_the_plan(fresh_api: Api, clock: Any) -> None:
    made = fresh_api.new_conference(**once(10, 30))
    put(fresh_api, made, **once(20, 30))
    at(clock, fresh_api, 15)
    assert state(fresh_api, made) == "stopped"
    put(fresh_api, made, topic="Only the topic")
    at(clock, fresh_api, 20)
    assert state(fresh_api, made) == "running"
    other = fresh_api.new_conference(**once(30, 30))
    put(fresh_api, other, schedule={"type": -1})
    gone = fresh_api.new_conference(**once(30, 30))
    fresh_api.delete(f"{V}/conferences/{gone['id']}", token=fresh_api.secret_key)
    at(clock, fresh_api, 35)
    assert state(fresh_api, other) == "stopped"
    assert not any(gone["id"] in one or other["id"] in one for one in due(fresh_api))


def test_by_hand_and_by_the_clock(fresh_api: Api, clock: Any) -> None:
    """Started early it goes on and ends in time; stopped early it stays so; started again it ends in time."""
    made = fresh_api.new_conference(**once(10, 30))
    do(fresh_api, made, "run")
    at(clock, fresh_api, 12)
    assert state(fresh_api, made) == "running"
    do(fresh_api, made, "stop")
    at(clock, fresh_api, 15)
    assert state(fresh_api, made) == "stopped"
    put(fresh_api, made, topic="A change that is none of the schedule's")
    at(clock, fresh_api, 16)
    assert state(fresh_api, made) == "stopped"
    do(fresh_api, made, "run")
    at(clock, fresh_api, 40)
    assert state(fresh_api, made) == "stopped"
    assert [one["term_reason"] for one in calls(fresh_api, made)] == [15, 5]


def test_a_weekly_one_started_outside_its_hours_has_no_end(fresh_api: Api, clock: Any) -> None:
    weekly = {"type": 0, "days": ["wednesday"], "time": "13:00", "duration": 1800}
    made = fresh_api.new_conference(schedule=weekly)
    do(fresh_api, made, "run")
    assert due(fresh_api) == {f"conference.start:{made['id']}"}
    at(clock, fresh_api, 60)
    at(clock, fresh_api, 90)
    assert state(fresh_api, made) == "stopped"
    assert [one["term_reason"] for one in calls(fresh_api, made)] == [5]


def test_the_warning_and_the_end_reach_the_meeting(fresh_api: Api, clock: Any, monkeypatch: Any) -> None:
    sent: list[Deferred] = []
    monkeypatch.setattr(fresh_api.app, "_engine_keys", lambda: EngineKeys("key", "secret"))
    monkeypatch.setattr(fresh_api.app, "_defer", sent.extend)
    fresh_api.new_conference(**once(10, 30, expiration_time_alert=300))
    for minute in (10, 34, 35, 36, 40):
        at(clock, fresh_api, minute)
    told, ended = sent
    assert isinstance(told, Tell)
    assert isinstance(ended, EndRoom)
    assert told.message == {"type": "expires", "seconds": 300}
    assert ended.message == {"type": "ended", "reason": "schedule"}
    assert told.session_id == ended.session_id
    short = fresh_api.new_conference(**once(50, 1, expiration_time_alert=300))
    at(clock, fresh_api, 50)
    assert state(fresh_api, short) == "running"
    assert sent[-1].message == {"type": "expires", "seconds": 60}  # type: ignore[attr-defined]


def test_a_full_server_tries_again(fresh_api: Api, clock: Any) -> None:
    made = fresh_api.new_conference(**once(10, 30))
    fresh_api.settings.limits.ongoing_conferences = 0
    at(clock, fresh_api, 10)
    assert state(fresh_api, made) == "stopped"
    fresh_api.settings.limits.ongoing_conferences = 10
    at(clock, fresh_api, 11)
    assert state(fresh_api, made) == "running"
    at(clock, fresh_api, 40)
    assert calls(fresh_api, made)[0]["term_reason"] == 5


def test_another_time_zone_moves_what_is_planned(tmp_path: Path, database_url: str, clock: Any) -> None:
    """Weekly ones keep their time of day, reminders go with them; one-time ones keep their moment."""

    def started_in(zone: str) -> Api:
        settings = make_settings(database_url)
        settings.server.timezone = zone
        api = Api(settings, tmp_path)
        api.wait(api.app.node.depart())
        api.wait(api.app.node.arrive())  # as a server that starts
        at(clock, api, 0)
        return api

    def plans(api: Api) -> dict[str, float]:
        """In how many hours what is done, by the beginning of its key."""
        rows = api.run(lambda db: db.execute(select(jobs.c.kind, jobs.c.due_at)).all())
        return {kind: (due_at - NOON).total_seconds() / 3600 for kind, due_at in rows}

    weekly = {"type": 0, "days": ["wednesday"], "time": "20:30", "duration": 1800}
    remind = {"reminders_enabled": True, "reminders": [{"before_start": 60}]}
    here = started_in("UTC")
    here.new_conference(schedule=weekly, **remind)
    assert plans(here) == {"conference.start": 8.5, "reminder": 7.5}
    here.close()
    there = started_in("America/New_York")
    assert plans(there) == {"conference.start": 12.5, "reminder": 11.5}
    for row in there.run(lambda db: db.execute(select(jobs.c.id)).all()):
        there.run(lambda db, row=row: db.execute(jobs.delete().where(jobs.c.id == row.id)))
    there.new_conference(**once(60, 30, **remind))
    assert plans(there) == {"conference.start": 1}
    there.close()
    again = started_in("Asia/Tokyo")
    assert plans(again) == {"conference.start": 1}
    again.close()


def soon(server: Server, start: float, seconds: int) -> str:
    """A conference that begins in so many seconds; its id."""
    server.call("POST", f"{V}/users", json={"login_name": "owner", "password": "secret-password"})
    schedule = {"type": 1, "start_time": int(time.time() + start), "duration": seconds}
    body = {"topic": "T", "owner": "owner", "schedule": schedule}
    answer = server.call("POST", f"{V}/conferences", json=body)
    assert answer.status_code == 200, answer.text + server.log.read_text()
    return str(answer.json()["conference"]["id"])


def logged(server: Server, conference: str) -> list[Any]:
    query = {"named_conf_id": conference}
    return list(server.call("GET", f"{V}/logs/calls", params=query).json()["list"])


def test_a_killed_server_catches_up(tmp_path: Path, database_url: str) -> None:
    with running_server(tmp_path, media="off", database_url=database_url) as server:
        on_time = soon(server, 0, 600)
        deadline = time.monotonic() + 60
        while not logged(server, on_time) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert logged(server, on_time)[0]["end_time"] is None
        due_meanwhile, over_meanwhile = soon(server, 8, 600), soon(server, 8, 1)
        begun = time.time() + 8  # both, at the latest
        server.kill()
        time.sleep(max(0, begun + 1.5 - time.time()))
        server.restart()
        deadline = time.monotonic() + 60
        while not logged(server, due_meanwhile) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.5)
        assert len(logged(server, due_meanwhile)) == 1
        assert logged(server, over_meanwhile) == []
        assert [one["term_reason"] for one in logged(server, on_time)] == [6]


@pytest.mark.skipif(not ON_POSTGRESQL, reason="two processes share PostgreSQL")
def test_two_servers_start_each_conference_once(tmp_path: Path, database_url: str) -> None:
    with (
        running_server(tmp_path / "a", media="off", database_url=database_url),
        running_server(tmp_path / "b", media="off", database_url=database_url) as server,
    ):
        conferences = [soon(server, 3, 10) for _ in range(12)]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = [logged(server, conference) for conference in conferences]
            if all(each and all(call["end_time"] for call in each) for each in found):
                break
            time.sleep(0.5)
        time.sleep(1)  # what is done twice is done by now
        found = [logged(server, conference) for conference in conferences]
        assert [len(each) for each in found] == [1] * 12
        assert {each[0]["term_reason"] for each in found} == {5}


@pytest.mark.skipif(not ON_POSTGRESQL, reason="two processes share PostgreSQL")
def test_no_job_is_done_twice(tmp_path: Path, database_url: str) -> None:
    """Four runners on one table: each job is done once, also those that fail at first."""
    database = Database(make_settings(database_url).database.url, tmp_path)
    schema.upgrade(database.engine.url.render_as_string(hide_password=False))
    past = datetime.now(UTC) - timedelta(seconds=1)
    count = 300

    def fill(db: Any) -> None:
        for n in range(count):
            store.enqueue(db, "count", {"n": n}, past, key=f"count:{n}")

    database.run_here(fill)
    done: Counter[int] = Counter()
    lock = threading.Lock()

    def tally(_db: Any, payload: Any) -> None:
        with lock:
            done[payload["n"]] += 1

    def work() -> None:
        own = Database(make_settings(database_url).database.url, tmp_path)

        async def all_of_it() -> None:
            runner = Runner(own, {"count": Inside(tally)})
            while await runner.step():
                pass

        asyncio.run(all_of_it())
        own.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    database.close()
    assert done == Counter(dict.fromkeys(range(count), 1))
