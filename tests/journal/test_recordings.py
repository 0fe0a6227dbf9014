"""The logs of recordings: by file and by call, with what each version can ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete

from rostrum.meetings.tables import sessions
from rostrum.recordings.store import insert_recording
from tests.support.api import Api
from tests.support.meeting import quoted, run, stop

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def listed(api: Api, path: str, version: str = "v3.10", **query: Any) -> dict[str, Any]:
    answer = api.get(f"/api/{version}/logs/{path}", token=api.secret_key, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def filled(db: Connection, session: str, conference: str) -> list[int]:
    """Three recordings of a session: one is gone, one is still being made."""
    common = {"stream_id": session, "conference_id": conference, "size": 3_000_000_000, "is_public": True}
    people = ("ann@server.test", "Привет"), ("bob@server.test", "Weekly"), ("ann@server.test", "Daily")
    return [
        insert_recording(
            db,
            name=f"{n} ü.mkv",
            owner=owner,
            topic=topic,
            created_at=DAY + timedelta(days=n),
            stopped_at=None if n == 2 else DAY + timedelta(days=n, hours=1),
            deleted_at=DAY + timedelta(days=9) if n == 1 else None,
            **common,
        )
        for n, (owner, topic) in enumerate(people)
    ]


def test_recordings_and_records(fresh_api: Api) -> None:
    api = fresh_api
    conference = api.new_conference(allow_guests=True)["id"]
    session = run(api, conference)
    numbers = api.run(lambda db: filled(db, session, conference))
    assert [one["id"] for one in listed(api, "recordings")["list"]] == [str(numbers[2]), str(numbers[0])]
    everything = listed(api, "recordings", show_deleted="true", sort_order=0)
    assert everything["cnt"] == 3
    first, gone, running = everything["list"]
    assert first == {
        "id": str(numbers[0]),
        "name": "0 ü.mkv",
        "stream_id": session,
        "conference_id": conference,
        "topic": "Привет",
        "owner": "ann@server.test",
        "started_at": int(DAY.timestamp()),
        "stopped_at": int(DAY.timestamp()) + 3600,
        "deleted_at": None,
        "size": "3000000000",
        "download_url": f"http://server.test/api/v3.10/conferences/{conference}/records/0%20%C3%BC.mkv/download",
    }
    assert gone["deleted_at"] == int((DAY + timedelta(days=9)).timestamp())
    assert running["stopped_at"] == 0
    for query, count in (
        ({"owner": "ANN"}, 2),
        ({"topic": "привет"}, 1),
        ({"topic": "week"}, 1),
        ({"named_conf_id": conference}, 3),
        ({"named_conf_id": "other"}, 0),
        ({"class": "10"}, 3),
        ({"class": "1"}, 0),
        ({"date_from": "2026-03-02 12:00:00"}, 2),
        ({"date_to": "2026-03-02 15:00:00", "timezone": "180"}, 2),
        ({"stream_id": "unknown"}, 3),
    ):
        assert listed(api, "recordings", show_deleted="1", **query)["cnt"] == count, query
    assert listed(api, "recordings", "v3.4", stream_id="unknown")["cnt"] == 0, "only v3.4 knows this filter"
    assert listed(api, "recordings", "v3.4", stream_id=session)["cnt"] == 2
    assert listed(api, "recordings", "v3.6", topic="week", show_deleted="true")["cnt"] == 3
    one = api.get(f"/api/v3.10/logs/recordings/{numbers[1]}", token=api.secret_key).json()
    assert one == gone

    records = listed(api, "records", sort_field="name", sort_order=0)
    assert records["cnt"] == 3, "records whose file is gone are listed with a mark"
    assert [one["is_deleted"] for one in records["list"]] == [False, True, False]
    record = records["list"][0]
    assert (record["conference_id"], record["named_conf_id"], record["class"]) == (session, conference, 10)
    assert (record["is_public"], record["end_time"], record["file_size"]) == (True, None, "3000000000")
    assert listed(api, "records", owner="bob")["cnt"] == 1
    stop(api, conference)
    by_call = listed(api, f"records/{quoted(session)}", timezone=60)
    assert by_call["name"] == "2 ü.mkv"
    assert by_call["end_time"]["timezone"] == "+01:00"
    api.delete(f"/api/v3.10/conferences/{conference}", token=api.secret_key)
    api.run(lambda db: db.execute(delete(sessions)))
    left = listed(api, "records", sort_field="duration")["list"]
    assert len(left) == 3, "the log of recordings outlives the call and the conference"
    assert {one["is_public"] for one in left} == {True}


def test_records_are_found_by_conference_and_class(fresh_api: Api) -> None:
    api = fresh_api
    for _ in range(2):
        conference = api.new_conference()["id"]
        session = run(api, conference)
        api.run(lambda db, session=session, conference=conference: filled(db, session, conference))
    for query, count in (
        ({}, 6),
        ({"named_conf_id": conference}, 3),
        ({"named_conf_id": "other"}, 0),
        ({"class": "10"}, 6),
        ({"class": "1"}, 0),
    ):
        assert listed(api, "records", **query)["cnt"] == count, query


def test_odd_numbers(api: Api) -> None:
    for odd in ("0", "-1", "abc", "٣", "9" * 30, "1.0", "999999999999999999"):
        answer = api.get(f"/api/v3.10/logs/recordings/{odd}", token=api.secret_key)
        assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (404, "recordingNotFound")
