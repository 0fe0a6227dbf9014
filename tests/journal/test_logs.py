"""The logs tell what really happened, page by page, in every order, and let go of it after the time that is set."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from rostrum.journal import lists, retention, start
from rostrum.journal.events.store import EVENTS, EventFilter
from rostrum.journal.lists import Page
from rostrum.journal.tables import events
from rostrum.meetings.tables import call_invites, messages, participations, sessions
from rostrum.recordings.store import insert_recording
from tests.support.api import Api
from tests.support.meeting import join, quoted, run, seen, stop, with_engine

PASSWORD = "a password for tests"


def listed(api: Api, path: str, **query: Any) -> dict[str, Any]:
    answer = api.get(f"/api/v3.10/logs/{path}", token=api.secret_key, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def person(api: Api, login: str) -> str:
    body = {"login_name": login, "password": PASSWORD}
    assert api.post("/api/v3.10/users", token=api.secret_key, json=body).status_code == 200
    return api.user_token(login, PASSWORD)


def test_a_meeting_in_the_logs(fresh_api: Api) -> None:
    """Who came when, with the averages that the browser told, and what was written to whom."""
    api = fresh_api
    with_engine(api)
    ann = person(api, "ann")
    conference = api.new_conference(owner="ann", allow_guests=True)
    session = run(api, conference["id"])
    host, guest = join(api, conference["id"], token=ann), join(api, conference["id"], name="Bob")
    for place in (host, guest):
        seen(api, place, f"PA_{place['participant_id']}")
    address = f"/api/web/sessions/{quoted(session)}"
    for fps in (10, 20):
        report = {"app_id": "A" * 32, "fps_sent": fps, "bitrate_in": 100, "bitrate_out": 50, "video_w": 640}
        sent = api.post(f"{address}/stats", token=guest["participant_token"], json=report | {"video_h": 360})
        assert sent.status_code == 200, sent.text
    said = {"message": "Hello ПРИВЕТ 100%"}, {"message": "psst", "to_id": host["participant_id"]}
    for one in said:
        assert api.post(f"{address}/messages", token=guest["participant_token"], json=one).status_code == 200

    people = listed(api, f"calls/{quoted(session)}/participants", sort_field="display_name", sort_order=0)
    assert people["cnt"] == 2
    there = next(one for one in people["list"] if one["display_name"] == "Bob")
    assert (there["call_id"], there["leave_time"], there["leave_reason"]) == (guest["participant_id"], None, 0)
    stop(api, conference["id"])
    left = listed(api, f"calls/{quoted(session)}/participants", call_id="#GUEST")
    assert left["cnt"] == 1
    bob = left["list"][0]
    assert bob | {"join_time": 0, "leave_time": 0} == {
        "app_id": "A" * 32,
        "avg_cpu_load": 0,
        "avg_sent_fps": 15,
        "bitrate_in": 100,
        "bitrate_out": 50,
        "call_id": guest["participant_id"],
        "display_name": "Bob",
        "duration": 0,
        "join_time": 0,
        "leave_reason": 4,
        "leave_time": 0,
        "video_h": 360,
        "video_w": 640,
    }
    assert bob["leave_time"]["timezone"] == "UTC"
    assert listed(api, "calls")["list"][0]["participant_count"] == 2

    public, private = reversed(listed(api, "messages")["list"])
    assert (public["to_call_id"], public["message"]) == ("", "Hello ПРИВЕТ 100%")
    assert (private["to_call_id"], private["from_display_name"]) == (host["participant_id"], "Bob")
    assert public["conference_id"] == session
    for part, wanted in (("привет", 1), ("HELLO", 1), ("%", 1), ("_", 0), ("o п", 1), ("psst", 1), ("", 2)):
        assert listed(api, "messages", message=part)["cnt"] == wanted, part
    assert listed(api, "messages", to_call_id="ann")["cnt"] == 1
    assert listed(api, "messages", from_call_id="ann")["cnt"] == 0
    assert listed(api, "messages", conference_id=session)["cnt"] == 2
    assert listed(api, "messages", conference_id="elsewhere")["cnt"] == 0


def test_calls_are_found_by_conference_owner_and_class(fresh_api: Api) -> None:
    api = fresh_api
    for login, topic in (("ann", "One"), ("bob", "Two"), ("Иван", "Три")):
        person(api, login)
        identity = f"room_of_{login}" if login.isascii() else "room"
        run(api, api.new_conference(owner=login, id=identity, topic=topic)["id"])
    for query, topics in (
        ({"named_conf_id": "room_of_ann"}, ["One"]),
        ({"named_conf_id": "elsewhere"}, []),
        ({"owner": "bob"}, ["Two"]),
        ({"named_conf_id": "room_of_an"}, []),
        ({"named_conf_id": "ROOM_OF_ANN"}, []),
        ({"owner": "BOB@server.test"}, ["Two"]),
        ({"owner": "OB@"}, ["Two"]),
        ({"owner": "nn"}, ["One"]),
        ({"owner": "server.test"}, ["One", "Two", "Три"]),
        ({"owner": "ИВА"}, ["Три"]),
        ({"owner": "%"}, []),
        ({"class": 10}, ["One", "Two", "Три"]),
        ({"class": 1}, []),
        ({"class": 10, "owner": "ann"}, ["One"]),
    ):
        assert sorted(one["topic"] for one in listed(api, "calls", **query)["list"]) == topics, query


def test_invites(api: Api) -> None:
    conference = api.new_conference()
    session = run(api, conference["id"])
    start_ = datetime(2026, 5, 1, 12, tzinfo=UTC)
    rows = [
        {
            "session_id": session,
            "call_id": "ann@server.test",
            "invited_call_id": f"u{n}@server.test",
            "invite_time": start_ + timedelta(minutes=n),
            "expires_at": start_ + timedelta(minutes=n),
            "state": "accepted" if n == 1 else "declined",
        }
        for n in range(3)
    ]
    api.run(lambda db: db.execute(insert(call_invites), rows))
    path = f"calls/{quoted(session)}/invites"
    found = listed(api, path)
    assert found["cnt"] == 3
    assert [one["invited_call_id"][:2] for one in found["list"]] == ["u2", "u1", "u0"]
    assert found["list"][1] == {
        "call_id": "ann@server.test",
        "invited_call_id": "u1@server.test",
        "invite_time": {"date": "2026-05-01 12:01:00.000000", "timezone_type": 3, "timezone": "UTC"},
        "is_accepted": True,
    }
    # An hour east the same minute is called 13:01.
    assert listed(api, path, date_from="2026-05-01 13:01:00", timezone=60)["cnt"] == 2
    assert listed(api, path, date_to="2026-05-01+12:01:00")["cnt"] == 2
    assert listed(api, path, **{"class": 10})["cnt"] == 3
    assert listed(api, path, **{"class": 1}) == {"cnt": 0, "list": []}
    assert listed(api, path, call_id="ANN")["cnt"] == 3
    assert listed(api, path, call_id="u1")["cnt"] == 0
    for unknown in ("participants", "invites"):
        answer = api.get(f"/api/v3.10/logs/calls/unknown/{unknown}", token=api.secret_key)
        assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (404, "conferenceNotFound")


def test_changes_through_the_api_are_events(fresh_api: Api) -> None:
    api = fresh_api
    body = {"login_name": "Carol", "password": PASSWORD, "first_name": "Carol"}
    for method, path, given in (
        ("POST", "users", body),
        ("PUT", "users/carol", {"last_name": "Smith", "password": "another password"}),
        ("POST", "conferences", {"topic": "T", "owner": "carol", "id": "room", "pin": "1357"}),
        ("PUT", "conferences/room", {"topic": "U"}),
        ("DELETE", "conferences/room", None),
        ("DELETE", "users/carol", None),
    ):
        answer = api.request(method, f"/api/v3.10/{path}", token=api.secret_key, json=given)
        assert answer.status_code == 200, answer.text
    failed = api.post("/api/v3.10/users", token=api.secret_key, json=body | {"login_name": "a b"})
    assert failed.status_code == 400
    found = listed(api, "events", sort_field="id", sort_order=0)["list"]
    told = [(one["event_type"], one["object_type"], one["object_name"], one["severity"]) for one in found]
    assert told == [
        ("create", "user", "carol@server.test", "low"),
        ("edit", "user", "carol@server.test", "low"),
        ("create", "conference", "room", "low"),
        ("edit", "conference", "room", "low"),
        ("delete", "conference", "room", "middle"),
        ("delete", "user", "carol@server.test", "middle"),
    ]
    assert found[1]["payload"] == {"changes": {"last_name": "Smith", "password": "***"}, "by": "application"}
    assert found[2]["payload"]["changes"]["pin"] == "***"
    for query, count in (
        ({"event_type": "edit"}, 2),
        ({"object_type": "conference"}, 3),
        ({"object_type": "USER", "event_type": "Edit"}, 1),
        ({"object_type": "conf"}, 0),
        ({"event_type": "edi"}, 0),
        ({"object_name": "CAROL"}, 3),
        ({"severity": "middle"}, 2),
        ({"severity": "high"}, 0),
        ({"invoker_ip": "127.0.0.1", "event_type": "delete"}, 2),
        ({"invoker_ip": "10.9.8.7"}, 0),
    ):
        assert listed(api, "events", **query)["cnt"] == count, query
    old = api.get("/api/v3.6/logs/events", token=api.secret_key, params={"severity": "high", "invoker_ip": "x"})
    assert old.json()["cnt"] == 6, "v3.6 knows neither filter"
    assert "severity" not in old.json()["list"][0]


def test_changes_of_groups_are_events(fresh_api: Api) -> None:
    api = fresh_api
    made = api.post("/api/v3.10/groups", token=api.secret_key, json={"display_name": "Sales"}).json()["group"]["id"]
    address = f"/api/v3.10/groups/{made}"
    assert api.put(address, token=api.secret_key, json={"rights": []}).status_code == 200
    person(api, "olga")
    assert api.post(f"{address}/users", token=api.secret_key, json={"user_id": "Olga"}).status_code == 200
    assert api.delete(f"{address}/users/olga", token=api.secret_key).status_code == 200
    assert api.delete(address, token=api.secret_key).status_code == 200
    found = listed(api, "events", object_type="group", object_name="sales")["list"]
    assert [one["event_type"] for one in found] == ["delete", "edit", "edit", "edit", "create"]
    assert {(one["object_name"], one["payload"]["id"]) for one in found} == {("Sales", made)}
    assert [one["payload"].get("removed") for one in found[1:3]] == ["olga", None]
    assert found[2]["payload"] == {"id": made, "added": "olga", "by": "application"}


def test_a_changed_invitation_is_an_event(fresh_api: Api) -> None:
    api = fresh_api
    person(api, "pia")
    api.post("/api/v3.10/conferences", token=api.secret_key, json={"topic": "T", "owner": "pia", "id": "room"})
    address = "/api/v3.10/conferences/room/invitations/pia"
    assert api.put(address, token=api.secret_key, json={"display_name": "Chair"}).status_code == 200
    (told,) = listed(api, "events", event_type="edit", object_type="conference")["list"]
    assert told["payload"] == {"invited": "pia", "changes": {"display_name": "Chair"}, "by": "application"}


@pytest.mark.parametrize("admin", [False, True])
def test_sign_ins_are_events(fresh_api: Api, admin: bool) -> None:
    api = fresh_api
    person(api, "dora")
    if admin:
        api.run(lambda db: db.exec_driver_sql("UPDATE users SET is_admin = TRUE"))
    body = {"grant_type": "password", "client_id": "trueconf_server_users", "username": "DORA"}
    assert api.post("/oauth2/v1/token", json=body | {"password": PASSWORD}).status_code == 200
    assert api.post("/oauth2/v1/token", json=body | {"password": "wrong"}).status_code == 400
    kind = "admin" if admin else "user"
    failed, good = listed(api, "events", event_type="login", object_type=kind)["list"][:2]
    assert (good["object_name"], good["payload"]["result"]) == ("dora@server.test", "0")
    assert "error" not in good["payload"]
    assert failed["payload"] == {"error": "InvalidCredentials"}
    assert failed["severity"] == "middle"
    api.post("/oauth2/v1/token", json=body | {"username": "nobody", "password": "x"})
    assert listed(api, "events", object_name="nobody")["list"][0]["payload"]["error"] == "InvalidCredentials"


def test_settings_that_differ_from_the_last_start(fresh_api: Api) -> None:
    api, settings = fresh_api, fresh_api.settings
    settings.media.api_secret = "very secret"
    settings.database.url = settings.database.url or "postgresql://me:hidden@db/rostrum"

    def begin() -> None:
        api.run(lambda db: start.started(db, settings, datetime.now(UTC)))

    begin()
    first = listed(api, "settings")
    assert first["cnt"] == len(settings.__struct_fields__)
    assert {one["action_type"] for one in first["list"]} == {"new"}
    assert "very secret" not in str(first)
    assert "hidden" not in str(first)
    begin()
    assert listed(api, "settings")["cnt"] == first["cnt"], "nothing changed"
    settings.limits.users = 7
    begin()
    changed = listed(api, "settings", page_size=1)
    assert changed["cnt"] == first["cnt"] + 1
    row = changed["list"][0]
    assert (row["object_type"], row["object_id"], row["action_type"]) == ("limits", 0, "edit")
    assert '"users":1000000,' in row["old_value"]
    assert '"users":7,' in row["new_value"]
    assert listed(api, "settings", new_value='"users":7,')["cnt"] == 1
    assert listed(api, "settings", object_type="limits", comment="START", object_id=0)["cnt"] == 2
    assert listed(api, "settings", object_id=5)["cnt"] == 0
    assert listed(api, "events", event_type="start", object_type="server")["cnt"] == 3


def test_settings_are_found_by_their_value_before(fresh_api: Api) -> None:
    api, settings = fresh_api, fresh_api.settings
    for users in (7, 8):
        settings.limits.users = users
        api.run(lambda db: start.started(db, settings, datetime.now(UTC)))
    found = listed(api, "settings", old_value='"users":7,')
    assert (found["cnt"], found["list"][0]["action_type"]) == (1, "edit")
    assert listed(api, "settings", old_value='"users":8,')["cnt"] == 0


def filled(db: Connection, count: int, first: datetime) -> None:
    rows = [
        {
            "event_type": "test",
            "object_type": f"t{n % 7}",
            "object_name": f"n{n % 11}",
            "payload": {"n": n},
            "severity": ("low", "middle", "high", None)[n % 4],
            "created_at": first + timedelta(seconds=n // 3),  # three at the same moment
        }
        for n in range(count)
    ]
    db.execute(insert(events), rows)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("sort", ["created_at", "object_name", "severity", "id", "payload"])
def test_pages_neither_repeat_nor_skip(fresh_api: Api, sort: str, order: int) -> None:
    api = fresh_api
    api.run(lambda db: filled(db, 53, datetime(2026, 1, 1, tzinfo=UTC)))
    query = {"sort_field": sort, "sort_order": order}
    whole = listed(api, "events", page_size=1000, **query)
    assert whole["cnt"] == len(whole["list"]) == 53
    pages = [listed(api, "events", page_size=10, page_id=page, **query) for page in range(1, 8)]
    assert [len(page["list"]) for page in pages] == [10, 10, 10, 10, 10, 3, 0]
    assert [one["id"] for page in pages for one in page["list"]] == [one["id"] for one in whole["list"]]
    assert {page["cnt"] for page in pages} == {53}
    if sort == "created_at":
        times = [one["created_at"]["date"] for one in whole["list"]]
        assert times == sorted(times, reverse=order == 1)


@pytest.mark.parametrize("order", [0, 1])
def test_running_calls_are_a_page_of_their_own_kind(fresh_api: Api, order: int) -> None:
    """Sorted by their end, running calls stand together at the later side, on whichever page that is."""
    api = fresh_api
    base = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "id": f"s{n}",
            "conference_id": f"c{n}",
            "topic": "T",
            "owner": "o@server.test",
            "mode": 0,
            "start_time": base + timedelta(minutes=n),
            "end_time": None if n % 4 == 0 else base + timedelta(hours=n),
        }
        for n in range(21)
    ]
    api.run(lambda db: db.execute(insert(sessions), rows))
    pages = [listed(api, "calls", sort_order=order, page_size=4, page_id=page) for page in range(1, 7)]
    ids = [one["conference_id"] for page in pages for one in page["list"]]
    running, over = [n for n in range(21) if n % 4 == 0], [n for n in range(21) if n % 4]
    wanted = [*reversed(running), *reversed(over)] if order else [*over, *running]
    assert ids == [f"s{n}" for n in wanted]


def test_counting_once_and_only_what_came_since(fresh_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count stays right when rows come, and when rows go."""
    api = fresh_api
    monkeypatch.setattr(lists, "_WORTH_KEEPING", 10)
    now = datetime.now(UTC)
    page = Page("created_at", True, 5, 1)

    def count(wanted: EventFilter, at: datetime) -> int:
        return int(api.run(lambda db: lists.read(db, EVENTS, wanted, page, at))[0])

    every, some = EventFilter(), EventFilter(object_type="t1")
    api.run(lambda db: filled(db, 50, now - timedelta(hours=1)))
    for _ in range(3):
        assert count(every, now) == 50
    api.run(lambda db: filled(db, 21, now + timedelta(seconds=1)))
    later = now + timedelta(minutes=5)
    for _ in range(3):
        assert count(every, later) == 71
        assert count(some, later) == 10
    assert api.wait(retention.forget(api.app.database, 0)) == 0
    api.run(lambda db: db.execute(update(events).where(events.c.id <= 30).values(created_at=now - timedelta(days=40))))
    assert api.wait(retention.forget(api.app.database, 30)) == 30
    for _ in range(3):
        assert count(every, later) == 41


def test_old_calls_go_with_all_that_belongs_to_them(fresh_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api = fresh_api
    monkeypatch.setattr(retention, "_STEP", 3)
    monkeypatch.setattr(retention, "_PAUSE_S", 0)
    now = datetime.now(UTC)
    for name, end in (("old", now - timedelta(days=11)), ("new", now - timedelta(days=9)), ("running", None)):
        started = now - timedelta(days=30)
        row = {"id": name, "conference_id": name, "topic": "T", "owner": "o", "mode": 0, "start_time": started}
        api.run(lambda db, row=row, end=end: db.execute(insert(sessions).values(**row, end_time=end)))
        said = {"session_id": name, "from_call_id": "a", "from_display_name": "A", "message": "m"}
        api.run(
            lambda db, said=said: db.execute(insert(messages), [said | {"time_stamp": now - timedelta(days=12)}] * 7)
        )
    api.run(lambda db: start.started(db, api.settings, now - timedelta(days=50)))
    settings_before = listed(api, "settings")["cnt"]
    assert api.wait(retention.forget(api.app.database, 10)) == 9, "a call, its 7 messages, and one event"
    assert {one["conference_id"] for one in listed(api, "calls")["list"]} == {"new", "running"}
    assert listed(api, "messages")["cnt"] == 14
    assert listed(api, "settings")["cnt"] == settings_before, "the next start compares with them"
    assert api.run(lambda db: db.execute(select(func.count()).select_from(participations)).scalar()) == 0


def test_recordings_go_when_their_files_have_been_gone_for_long(fresh_api: Api) -> None:
    now = datetime.now(UTC)
    row = {"stream_id": "s", "conference_id": "c", "topic": "T", "owner": "o", "created_at": now - timedelta(days=90)}
    for name, days in (("there", None), ("lately", 5), ("long ago", 40)):
        gone = None if days is None else now - timedelta(days=days)
        fresh_api.run(
            lambda db, name=name, gone=gone: insert_recording(db, name=name, stopped_at=now, deleted_at=gone, **row)
        )
    assert fresh_api.wait(retention.forget(fresh_api.app.database, 30)) == 1
    left = listed(fresh_api, "recordings", show_deleted="1", sort_field="name")["list"]
    assert [one["name"] for one in left] == ["there", "lately"]


def test_large_payloads_are_shortened(fresh_api: Api) -> None:
    api = fresh_api
    owner, _ = api.new_user()
    people = [
        {"id": owner},
        *({"id": f"p{n}@elsewhere.test", "display_name": secrets.token_hex(20)} for n in range(48)),
    ]
    api.new_conference(owner=owner, description="d" * 19_000, invitations=people)
    payload = listed(api, "events")["list"][0]["payload"]
    assert {"topic", "description", "invitations"} <= set(payload["changes"])
    assert len(str(payload)) < 1000


def test_the_server_forgets_what_is_older_than_the_setting_says(fresh_api: Api) -> None:
    now = datetime.now(UTC)
    for days in (10, 40):
        fresh_api.run(lambda db, days=days: start.started(db, fresh_api.settings, now - timedelta(days=days)))
    for keep_days, left in ((0, 2), (30, 1), (5, 0)):
        fresh_api.settings.logs.keep_days = keep_days
        fresh_api.wait(fresh_api.app._forget())
        assert listed(fresh_api, "events", event_type="start")["cnt"] == left
