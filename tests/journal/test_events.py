"""What the log of events tells of a change: what was really changed, under the names that people know."""

from __future__ import annotations

from typing import Any

import pytest

from rostrum.oauth import store as applications
from tests.support.api import Api
from tests.support.meeting import quoted
from tests.support.pictures import image_file
from tests.wire.world import ok

V = "/api/v3.10"
PRESET = {"name": "P1", "type": "manualPush", "payload": {"url_publish": "rtmp://198.51.100.7/live"}}


def told(api: Api, **query: Any) -> list[dict[str, Any]]:
    """The events, oldest first."""
    query |= {"sort_field": "id", "sort_order": 0, "page_size": 100}
    return list(ok(api.get(f"{V}/logs/events", token=api.secret_key, params=query))["list"])


def call(api: Api, method: str, path: str, body: Any = None) -> dict[str, Any]:
    return ok(api.request(method, f"{V}/{path}", token=api.secret_key, json=body))


@pytest.fixture
def filled(fresh_api: Api) -> tuple[Api, dict[str, str]]:
    """One of everything that can be changed, by its path."""
    api = fresh_api
    call(api, "POST", "users", {"login_name": "anna", "password": "a password", "email": "anna@a.test"})
    call(api, "POST", "users", {"login_name": "ben", "password": "a password"})
    call(api, "POST", "conferences", {"topic": "T", "owner": "anna", "id": "room", "invitations": ["anna", "ben"]})
    group = call(api, "POST", "groups", {"display_name": "G1"})["group"]["id"]
    call(api, "POST", f"groups/{group}/users", {"user_id": "ben"})
    content = {"topic": "T", "owner": "anna", "pin": "1357"}
    template = call(api, "POST", "templates/conferences", {"name": "T1", "object": content})["template"]["id"]
    preset = call(api, "POST", "broadcast/presets", PRESET)["preset"]["id"]
    paths = {
        "user": "users/anna",
        "conference": "conferences/room",
        "invitation": "conferences/room/invitations/ben",
        "group": f"groups/{group}",
        "template": f"templates/conferences/{template}",
        "preset": f"broadcast/presets/{preset}",
    }
    return api, paths


SAME: list[tuple[str, str, str, Any]] = [
    *(("PUT", kind, "", {}) for kind in ("user", "conference", "invitation", "group", "template", "preset")),
    ("PUT", "user", "", {"email": "anna@a.test", "is_active": True, "company": ""}),
    ("PUT", "conference", "", {"topic": "T", "invitations": [{"id": "anna"}, {"id": "ben"}], "rights": {}}),
    ("PUT", "invitation", "", {"display_name": "ben"}),
    ("PUT", "group", "", {"display_name": " G1 "}),
    ("PUT", "template", "", {"name": "T1", "object": {"topic": "T", "pin": "1357"}}),
    ("PUT", "preset", "", {"payload": PRESET["payload"]}),
    ("POST", "group", "/users", {"user_id": "BEN"}),
    ("DELETE", "user", "/avatar", None),
]


@pytest.mark.parametrize(("method", "kind", "more", "body"), SAME)
def test_where_nothing_changed_there_is_no_event(
    filled: tuple[Api, dict[str, str]], method: str, kind: str, more: str, body: Any
) -> None:
    api, paths = filled
    before = told(api)
    call(api, method, paths[kind] + more, body)
    assert told(api) == before


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("user", {"password": "another one", "company": "", "last_name": "B"}, {"password": "***", "last_name": "B"}),
    ("conference", {"topic": "U", "owner": "anna", "pin": "1", "tags": []}, {"topic": "U", "pin": "***"}),
    ("conference", {"topic": "T", "invitations": ["anna"]}, {"invitations": ["anna"]}),
    ("invitation", {"display_name": "Chair"}, {"display_name": "Chair"}),
    ("group", {"display_name": "G1", "rights": []}, {"rights": []}),
]


@pytest.mark.parametrize(("kind", "body", "changes"), CHANGES)
def test_an_event_tells_what_is_different_now(
    filled: tuple[Api, dict[str, str]], kind: str, body: dict[str, Any], changes: dict[str, Any]
) -> None:
    api, paths = filled
    call(api, "PUT", paths[kind], body)
    newest = told(api)[-1]
    assert (newest["event_type"], newest["payload"]["changes"]) == ("edit", changes)


@pytest.mark.parametrize("kind", ["template", "preset"])
def test_a_new_name_or_content_is_an_event(filled: tuple[Api, dict[str, str]], kind: str) -> None:
    api, paths = filled
    before = len(told(api))
    call(api, "PUT", paths[kind], {"name": "Another"})
    content = {"object": {"topic": "U"}} if kind == "template" else {"payload": {"retries": 3}}
    call(api, "PUT", paths[kind], content)
    assert [one["event_type"] for one in told(api)[before:]] == ["edit", "edit"]


def test_a_picture_that_is_taken_away_is_an_event_once(filled: tuple[Api, dict[str, str]]) -> None:
    api, paths = filled
    ok(api.post(f"{V}/{paths['user']}/avatar", token=api.secret_key, files=image_file()))
    for _ in range(2):
        call(api, "DELETE", f"{paths['user']}/avatar")
    assert len(told(api, object_name="anna", event_type="edit")) == 2


@pytest.mark.parametrize(
    ("kind", "named", "word"),
    [
        ("group", "display_name", "group"),
        ("template", "name", "conference_template"),
        ("preset", "name", "broadcast_preset"),
    ],
)
def test_events_are_found_by_the_name_of_their_object(
    filled: tuple[Api, dict[str, str]], kind: str, named: str, word: str
) -> None:
    """The id, by which they belong together after a new name too, stands in the payload."""
    api, paths = filled
    path, name = paths[kind], {"group": "G1", "template": "T1", "preset": "P1"}[kind]
    call(api, "PUT", path, {named: "The new one"})
    call(api, "DELETE", path)
    first, *_ = told(api, object_name=name.lower(), object_type=word)
    renamed, gone = told(api, object_name="THE NEW", object_type=word)
    assert [one["event_type"] for one in (first, renamed, gone)] == ["create", "edit", "delete"]
    assert [one["object_name"] for one in (first, renamed, gone)] == [name, "The new one", "The new one"]
    assert {one["payload"]["id"] for one in (first, renamed, gone)} == {path.rpartition("/")[2]}


def test_a_wrong_secret_is_told_under_the_name_of_the_application(fresh_api: Api) -> None:
    api = fresh_api
    api.token()  # makes an application called test
    (known,) = api.run(applications.list_applications)
    for client_id, name in ((known.client_id, "test"), ("unknown", "unknown")):
        wrong = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "x"}
        assert api.post("/oauth2/v1/token", json=wrong).status_code in {400, 401}
        (one,) = told(api, object_type="application", object_name=name)
        assert (one["object_name"], one["payload"]["client_id"]) == (name, client_id)


def test_what_is_done_to_an_address_book_is_told(filled: tuple[Api, dict[str, str]]) -> None:
    api, _paths = filled
    book, room = "users/anna/addressbook", quoted("#tel:100")
    for method, path, body in (
        ("POST", book, {"contact_id": "BEN"}),
        ("POST", book, {"contact_id": "ben@server.test"}),  # changes nothing
        ("POST", book, {"contact_id": "ben", "display_name": " Benny "}),
        ("PUT", f"{book}/ben", {}),
        ("PUT", f"{book}/ben", {"display_name": "Benny"}),
        ("PUT", f"{book}/ben", {"display_name": ""}),
        ("DELETE", f"{book}/ben", None),
        ("POST", book, {"contact_id": "#tel:100", "display_name": "The room"}),
        ("PUT", f"{book}/{room}", {"contact_id": "#tel:200"}),
        ("DELETE", f"{book}/{quoted('#tel:200')}", None),
    ):
        call(api, method, path, body)
    events = told(api, object_type="contact")
    assert [(one["event_type"], one["object_name"], one["payload"]["id"]) for one in events] == [
        ("create", "ben", "ben"),
        ("edit", "Benny", "ben"),
        ("edit", "ben", "ben"),
        ("delete", "ben", "ben"),
        ("create", "The room", "#tel:100"),
        ("edit", "The room", "#tel:100"),
        ("delete", "The room", "#tel:200"),
    ]
    assert [one["payload"].get("changes") for one in events] == [
        {},
        {"display_name": "Benny"},
        {"display_name": None},
        None,
        {"display_name": "The room"},
        {"contact_id": "#tel:200"},
        None,
    ]
    assert {(one["payload"]["owner"], one["payload"]["by"]) for one in events} == {("anna@server.test", "application")}


def test_an_own_contact_made_of_a_mate_is_told(filled: tuple[Api, dict[str, str]]) -> None:
    """Who shares a group is a contact without anybody's doing; one with a name of one's own is made."""
    api, paths = filled
    call(api, "POST", f"{paths['group']}/users", {"user_id": "anna"})
    refused = api.delete(f"{V}/users/anna/addressbook/ben", token=api.secret_key)
    assert refused.status_code == 400
    assert told(api, object_type="contact") == []
    call(api, "PUT", "users/anna/addressbook/ben", {"display_name": "Benny"})
    (made,) = told(api, object_type="contact")
    assert (made["event_type"], made["object_name"]) == ("create", "Benny")
