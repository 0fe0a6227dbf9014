"""Answers that were recorded from a real server, as a public client keeps them: the same keys and types as ours.

The client speaks v3.1 and v3.2. Values are shortened and changed; only keys and JSON types count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.wire.sending import new_login
from tests.wire.world import PASSWORD, World, ok

RECORDED_IN = ("v3.1", "v3.2")
DATE_TIME = {"date": "2020-10-31 23:37:55.000000", "timezone_type": 3, "timezone": "Europe/London"}
USER = {
    "id": "admin",
    "uid": "admin@host",
    "avatar": None,
    "login_name": "admin",
    "email": "admin@host",
    "display_name": "Admin",
    "first_name": "Admin",
    "last_name": "",
    "company": "",
    "groups": [{"id": "@no_group", "display_name": "Users without group", "rights": []}],
    "mobile_phone": "",
    "work_phone": "",
    "home_phone": "",
    "is_active": 1,
    "status": 0,
}
CALL = {
    "conference_id": "0000001c@host#vcs",
    "named_conf_id": "8169600686",
    "topic": "first conf",
    "class": 10,
    "type": 5,
    "subtype": 0,
    "owner": "admin@host",
    "participant_count": 1,
    "start_time": DATE_TIME,
    "duration": 4,
    "end_time": DATE_TIME,
}
RIGHTS = dict.fromkeys(
    [
        "chat_send",
        "chat_rcv",
        "slide_show_send",
        "slide_show_rcv",
        "white_board_send",
        "white_board_rcv",
        "file_transfer_send",
        "file_transfer_rcv",
        "desktop_sharing",
        "recording",
        "audio_send",
        "audio_rcv",
        "video_send",
        "video_rcv",
    ],
    True,
)
CONFERENCE = {
    "id": "webinar",
    "type": 0,
    "topic": "Topic",
    "owner": "user@host",
    "description": "",
    "max_podiums": 25,
    "max_participants": 25,
    "url": "https://host/c/webinar",
    "webclient_url": "https://host/webrtc/webinar",
    "allow_guests": True,
    "rights": {"guest": RIGHTS, "user": RIGHTS},
    "auto_invite": 0,
    "state": "stopped",
    "tags": ["tag"],
    "recording": 0,
}


def differences(recorded: Any, ours: Any, at: str = "") -> list[str]:
    """Where keys or JSON types differ; a null of either side fits everything, an empty list any list."""
    if recorded is None or ours is None:
        return []
    if type(recorded) is not type(ours):
        return [f"{at}: recorded {recorded!r}, ours {ours!r}"]
    if isinstance(recorded, dict):
        keys = [f"{at}: only one side has {key}" for key in sorted(set(recorded) ^ set(ours))]
        shared = [key for key in recorded if key in ours]
        return keys + [one for key in shared for one in differences(recorded[key], ours[key], f"{at}.{key}")]
    if isinstance(recorded, list) and recorded:
        return [one for index, value in enumerate(ours) for one in differences(recorded[0], value, f"{at}[{index}]")]
    return []


def test_differences_are_found() -> None:
    assert differences({"a": 1}, {"a": "1"}) == [".a: recorded 1, ours '1'"]
    assert differences({"a": 1}, {"a": True}) == [".a: recorded 1, ours True"]
    assert differences([{"a": 1}], [{"a": 1}, {"b": 1}]) == ["[1]: only one side has a", "[1]: only one side has b"]


@pytest.mark.parametrize("version", RECORDED_IN)
def test_users(world: World, version: str) -> None:
    listed = ok(world.api.get(f"/api/{version}/users", token=world.key))
    assert differences({"next_page_id": -1, "users": [USER]}, listed) == []
    one = ok(world.api.get(f"/api/{version}/users/{world.member}", token=world.key))
    assert differences({"user": USER}, one) == []
    assert one["user"]["groups"] == USER["groups"]


@pytest.mark.parametrize("version", RECORDED_IN)
def test_deleting_a_user(world: World, version: str) -> None:
    login = new_login()
    ok(world.api.post(f"/api/{version}/users", token=world.key, json={"login_name": login, "password": PASSWORD}))
    assert ok(world.api.delete(f"/api/{version}/users/{login}", token=world.key)) == {"id": login}


@pytest.mark.parametrize("version", RECORDED_IN)
def test_calls(world: World, version: str) -> None:
    listed = ok(world.api.get(f"/api/{version}/logs/calls", token=world.key))
    assert differences({"cnt": 3, "list": [CALL]}, listed) == []
    path = f"/api/{version}/logs/calls/{world.ended_session}".replace("#", "%23")
    one = ok(world.api.get(path, token=world.key))
    assert differences(CALL, one) == []
    assert (one["class"], one["type"], one["subtype"]) == (10, 5, 0)


def test_times_of_a_call(world: World) -> None:
    """The start is a whole second, the end keeps microseconds, the duration is their difference, rounded."""
    path = f"/api/v3.1/logs/calls/{world.ended_session}".replace("#", "%23")
    one = ok(world.api.get(path, token=world.key))
    start, end = (datetime.strptime(one[name]["date"], "%Y-%m-%d %H:%M:%S.%f") for name in ("start_time", "end_time"))
    assert start.microsecond == 0
    assert end.microsecond != 0
    assert one["duration"] == round((end - start).total_seconds())
    assert one["start_time"]["timezone_type"] == 3


@pytest.mark.parametrize("version", RECORDED_IN)
def test_conference(world: World, version: str) -> None:
    """The recorded object is trimmed: what it has, ours has with the same type."""
    made = world.api.new_conference(owner=world.owner, tags=["tag"])
    one = ok(world.api.get(f"/api/{version}/conferences/{made['id']}", token=world.key))["conference"]
    shown = {name: one[name] for name in CONFERENCE}
    assert differences(CONFERENCE, shown) == []
    assert one["url"].endswith(f"/c/{made['id']}")
    assert one["webclient_url"].endswith(f"/webrtc/{made['id']}")
    assert len(made["id"]) == 10
    assert made["id"].isdigit()


@pytest.mark.parametrize("version", RECORDED_IN)
def test_run_stop_and_delete(world: World, version: str) -> None:
    made = world.api.new_conference(owner=world.owner)
    address = f"/api/{version}/conferences/{made['id']}"
    assert ok(world.api.post(f"{address}/run", token=world.key)) == {"state": "running"}
    assert ok(world.api.post(f"{address}/stop", token=world.key)) == {"state": "stopped"}
    assert ok(world.api.delete(address, token=world.key)) == {"id": made["id"]}


@pytest.mark.parametrize("version", RECORDED_IN)
def test_errors(world: World, version: str) -> None:
    """Word for word, but for the id."""
    missing = world.api.get(f"/api/{version}/conferences/55765028992", token=world.key)
    assert missing.json() == {
        "error": {
            "code": 404,
            "message": "Not Found",
            "errors": [
                {
                    "reason": "conferenceNotFound",
                    "message": "Conference '55765028992' is not found.",
                    "locationType": "path",
                    "location": "conference_id",
                }
            ],
        }
    }
    given = {"login_name": world.member, "password": PASSWORD}
    taken = world.api.post(f"/api/{version}/users", token=world.key, json=given)
    assert taken.json() == {
        "error": {
            "code": 400,
            "message": "Bad Request",
            "errors": [
                {
                    "reason": "uniqueValueAlreadyInUse",
                    "message": "Value is already in use. Please try another.",
                    "locationType": "parameter",
                    "location": "login_name",
                }
            ],
        }
    }
    forbidden = world.api.get(f"/api/{version}/users", token=world.api.token("conferences:read"))
    assert forbidden.json() == {
        "error": {"code": 403, "message": "Forbidden", "errors": [{"reason": "forbidden", "message": "Forbidden"}]}
    }
    nobody = world.api.get(f"/api/{version}/users/user-unknown", token=world.key).json()["error"]["errors"][0]
    assert (nobody["reason"], nobody["location"]) == ("userNotFound", "user_id")
    assert nobody["message"].rstrip(".") == "User 'user-unknown' is not found"


@pytest.mark.parametrize("version", ["v3", *RECORDED_IN, "v3.10"])
def test_web_client_of_a_guest(world: World, version: str) -> None:
    """Portals open `web_url` in a frame: `/webrtc/<id>#login=*guest*<name>&token=…&lang=…`."""
    user = "2$portal7*Ann Example" if version != "v3" else "$portal7*Ann Example"
    query = {"call_id": world.running, "user": user, "lang": "ru", "case": "join_conference_button"}
    body = ok(world.api.get(f"/api/{version}/software/clients", token=world.key, params=query))
    web = next(one for one in body["clients"] if one["type"] == "web")
    assert (web["name"], web["platform"]) == ("TrueConf Web", "webrtc")
    address, _, fragment = web["web_url"].partition("#")
    assert address.endswith(f"/webrtc/{world.running}")
    given = dict(part.split("=", 1) for part in fragment.split("&"))
    assert set(given) == {"login", "token", "lang"}
    assert given["login"] == "*guest*Ann%20Example"
    assert given["lang"] == ("en" if version == "v3" else "ru")
    assert world.key not in str(body)
    if version != "v3":
        assert web["iframe"].startswith("<iframe ")
        assert web["iframe"].endswith("</iframe>")
        assert web["web_url"] in web["iframe"].replace("&amp;", "&")
    assert "login=" in body["deeplinks"]["default"]
