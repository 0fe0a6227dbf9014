"""Every log by every sort key that it declares, both ways: pages follow what they show, and none repeats or skips."""

from __future__ import annotations

import secrets
import typing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from rostrum.journal.calls import operations as calls
from rostrum.journal.events import operations as events
from rostrum.journal.recordings import operations as recordings
from rostrum.journal.tables import events as event_table
from rostrum.journal.tables import settings as setting_table
from rostrum.meetings.tables import call_invites, messages, participations, sessions
from rostrum.recordings.tables import recordings as recording_table
from tests.conftest import make_settings
from tests.support.api import Api
from tests.support.meeting import quoted
from tests.support.postgresql import new_database

CALL = "00000001@server.test#vcs"
START = datetime(2026, 3, 1, 12, 0, 8, 670_000, tzinfo=UTC)
COUNT = 23
LOGS = {
    "calls": calls.list_calls,
    f"calls/{quoted(CALL)}/participants": calls.list_call_participants,
    f"calls/{quoted(CALL)}/invites": calls.list_call_invites,
    "messages": events.list_messages,
    "events": events.list_events,
    "settings": events.list_settings,
    "records": recordings.list_call_records,
    "recordings": recordings.list_recordings,
}
TIMES = {  # what date_from and date_to look at
    "calls": "start_time",
    f"calls/{quoted(CALL)}/invites": "invite_time",
    "messages": "time_stamp",
    "events": "created_at",
    "settings": "created_at",
}


def keys() -> Iterator[Any]:
    for path, declared in LOGS.items():
        parameter = next(one for one in declared.parameters if one.name == "sort_field")
        for key in typing.get_args(parameter.type):
            yield pytest.param(path, key, id=f"{declared.name}-{key}")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Api]:
    """Logs with rows of every kind, many of them alike."""
    url = new_database(database_server) if database_server else ""
    api = Api(make_settings(url), tmp_path_factory.mktemp("full"))
    api.run(fill)
    yield api
    api.close()


def fill(db: Connection) -> None:
    for number in range(COUNT):
        few, at = number % 3, START + timedelta(minutes=number // 2)
        session = CALL if number == 0 else f"{number + 16:08x}@server.test#vcs"
        end = at + timedelta(seconds=60 * few + number) if number % 4 else None
        conference = f"c{few}" if end else f"running{number}"
        call = {"id": session, "conference_id": conference, "topic": f"T{few}", "owner": f"o{few}@server.test"}
        call |= {"mode": (0, 1, 3)[few], "start_time": at, "end_time": end, "participant_count": few}
        db.execute(insert(sessions).values(**call, term_reason=5 if end else None))
        stay = {"session_id": CALL, "participant_id": f"p{few}@server.test", "display_name": f"P{few}", "role": 0}
        stay |= {"is_owner": False, "rights": {}, "token_hash": secrets.token_hex(8), "admitted_at": at}
        gone = {"leave_time": at + timedelta(seconds=number), "leave_reason": 1 + few}
        quality = {"app_id": "AB"[few % 2] * 32, "avg_cpu_load": few, "avg_sent_fps": few / 2, "bitrate_in": few}
        quality |= {"bitrate_out": 9 - few, "video_h": few, "video_w": few}
        db.execute(insert(participations).values(**stay, join_time=at, **gone, **quality))
        rung = {"session_id": CALL, "call_id": f"a{few}@server.test", "invited_call_id": f"i{number % 5}@server.test"}
        rung |= {"invite_time": at, "expires_at": at, "state": "accepted" if few else "declined"}
        db.execute(insert(call_invites).values(**rung))
        said = {"session_id": session, "from_call_id": f"f{few}", "from_display_name": f"F{few}", "time_stamp": at}
        to = f"t{few}@server.test" if few else None
        db.execute(insert(messages).values(**said, to_call_id=to, message=f"m{number % 5}"))
        told = {"event_type": f"e{few}", "object_type": f"o{few}", "object_name": f"n{few}", "created_at": at}
        severity = ("low", "high", None)[few]
        db.execute(insert(event_table).values(**told, payload={"n": few}, severity=severity, invoker_ip=""))
        kept = {"user_name": f"u{few}", "created_at": at, "object_type": f"s{few}", "object_id": few, "comment": "c"}
        kept |= {"action_type": ("new", "edit", "delete")[few], "old_value": f"o{few}", "new_value": f"n{few}"}
        db.execute(insert(setting_table).values(**kept))
        made = {"stream_id": session, "conference_id": f"c{few}", "name": f"{few}.mkv", "topic": f"T{few}"}
        made |= {"owner": f"o{few}@server.test", "created_at": at, "size": 10**few}
        stopped = {"stopped_at": end, "deleted_at": at if few == 2 else None}
        db.execute(insert(recording_table).values(**made, **stopped))


def listed(api: Api, path: str, **query: Any) -> dict[str, Any]:
    more = {"show_deleted": "1"} if path == "recordings" else {}
    answer = api.get(f"/api/v3.10/logs/{path}", token=api.secret_key, params=query | more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(("path", "key"), list(keys()))
@pytest.mark.parametrize("order", [0, 1])
def test_pages_follow_what_they_show(full: Api, path: str, key: str, order: int) -> None:
    query = {"sort_field": key, "sort_order": order}
    whole = listed(full, path, page_size=1000, **query)
    assert whole["cnt"] == len(whole["list"]) == COUNT
    pages = [listed(full, path, page_size=5, page_id=page, **query)["list"] for page in range(1, 7)]
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3, 0]
    assert [still(one) for page in pages for one in page] == [still(one) for one in whole["list"]]
    shown = [sortable(one, key) for one in whole["list"]]
    there = [value for value in shown if value is not None]
    assert there == sorted(there, reverse=order == 1)
    # What has no value (yet) stands together at the later end.
    assert [value for value in shown if value is None] == (
        shown[: len(shown) - len(there)] if order else shown[len(there) :]
    )


def still(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what grows while it is looked at: the duration of a call that runs."""
    return {name: value for name, value in row.items() if name != "duration"}


def sortable(row: dict[str, Any], key: str) -> Any:
    """What a row shows under a key, so that it can be compared."""
    value = row.get({"started_at": "started_at", "created_at": "started_at"}.get(key, key), row.get(key))
    if isinstance(value, dict):
        return value.get("date") or str(value)
    if key in {"id", "size", "file_size"} and value is not None:
        return int(value)
    if key == "stopped_at":
        return value or None  # 0: it is still being made
    if key in {"download_url", "is_offline", "class", "type"}:
        return 0 if key != "download_url" else row["name"]
    return value


@pytest.mark.parametrize(("path", "shown"), list(TIMES.items()))
@pytest.mark.parametrize("zone", [0, 180, -90])
def test_dates_select_and_are_shown_in_the_zone(full: Api, path: str, shown: str, zone: int) -> None:
    def local(minutes: int) -> str:
        return (START + timedelta(minutes=minutes + zone)).strftime("%Y-%m-%d %H:%M:%S")

    found = listed(full, path, timezone=zone, date_from=local(2), date_to=local(4), page_size=100)
    dates = sorted({one[shown]["date"][:19] for one in found["list"]})
    assert dates == [local(2), local(3), local(4)]
    assert found["cnt"] == 6


@pytest.mark.parametrize("path", [path for path, declared in LOGS.items() if declared.name != "list_call_participants"])
def test_a_date_means_its_whole_second_unless_it_has_a_fraction(full: Api, path: str) -> None:
    begins, day = "2026-03-01 12:02:00", "2026-03-01"
    for ends, count in (
        (f"{day} 12:04:08", 6),
        (f"{day}+12:04:07", 4),
        (f"{day} 12:04:08.670000", 6),
        (f"{day} 12:04:08.669999", 4),
        (f"{day}T12:04:08,0Z", 4),
        (f"{day} 23:59:59", COUNT - 4),
        ("9999-12-31 23:59:59", COUNT - 4),
    ):
        assert listed(full, path, date_from=begins, date_to=ends)["cnt"] == count, ends
