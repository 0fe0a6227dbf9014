"""What known clients send besides correct requests is understood: types, content types, empty bodies, odd text."""

from __future__ import annotations

import pytest

from tests.wire import facts, shapes
from tests.wire.sending import new_login
from tests.wire.test_bodies import contains
from tests.wire.world import PASSWORD, World, ok


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_leniency_of_known_clients(world: World, version: str) -> None:
    """Numbers and booleans as text, unknown fields, read-only fields of the wrong type."""
    address = f"/api/{version}/conferences"
    given = {
        "topic": "Lenient",
        "owner": f"{world.owner.upper()}@server.test",
        "type": "3",
        "max_podiums": "6",
        "max_participants": "36",
        "allow_guests": "true",
        "auto_invite": "0",
        "schedule": {"type": "-1", "start_time": -1},
        "display_name": "unknown",
        "call_type": 5,
        "access_mode": {"a": 1},
    }
    made = ok(world.api.post(address, token=world.key, json=given))["conference"]
    wanted = {"type": 3, "max_podiums": 6, "max_participants": 36, "allow_guests": True, "schedule": {"type": -1}}
    assert contains(made, wanted)
    assert made["schedule"] == {"type": -1}
    user = {"login_name": new_login(), "password": PASSWORD, "is_active": "1", "id": "x", "name": 5, "type": None}
    user |= {"groups": "Operators,Sales", "avatar": "avatars/01.png", "uid": 7}
    shown = ok(world.api.post(f"/api/{version}/users", token=world.key, json=user))["user"]
    assert (shown["id"], shown["is_active"], shown["avatar"]) == (user["login_name"], 1, None)
    edited = ok(world.api.put(f"/api/{version}/users/{shown['id']}", token=world.key, json={"is_active": False} | user))
    assert edited["user"]["id"] == shown["id"]


@pytest.mark.parametrize("version", facts.VERSIONS)
@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", None, "x"]
)
def test_json_under_any_content_type(world: World, version: str, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    raw = f'{{"topic":"Sniffed","owner":"{world.owner}","type":"0"}}'.encode()
    body = ok(world.api.post(f"/api/{version}/conferences", token=world.key, content=raw, headers=headers))
    assert body["conference"]["topic"] == "Sniffed"


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_empty_and_text_bodies_of_commands(world: World, version: str) -> None:
    """JSON type with an empty body, and a JSON string, on run, stop and delete."""
    made = world.api.new_conference(owner=world.owner)
    for content in (b"", b'""', b"{}", b"null"):
        for action in ("run", "stop"):
            response = world.api.post(
                f"/api/{version}/conferences/{made['id']}/{action}/",
                token=world.key,
                content=content,
                headers={"Content-Type": "application/json"},
            )
            assert response.status_code == 200, response.text
    gone = world.api.request(
        "DELETE",
        f"/api/{version}/conferences/{made['id']}/",
        token=world.key,
        content=b"",
        headers={"Content-Type": "x"},
    )
    assert gone.json() == {"id": made["id"]}


@pytest.mark.parametrize("version", ["v3", "v3.5", "v3.10"])
def test_form_bodies(world: World, version: str) -> None:
    login = new_login()
    given = {"login_name": login, "password": PASSWORD, "first_name": "J\u00fcrgen", "is_active": "0"}
    shown = ok(world.api.post(f"/api/{version}/users", token=world.key, data=given))["user"]
    assert (shown["id"], shown["first_name"], shown["is_active"]) == (login, "J\u00fcrgen", 0)


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "\U0001f600", "\u202e", "<script>", "'; DROP TABLE users; --"]
)
def test_odd_text_is_kept_or_refused(world: World, text: str) -> None:
    """A 400 that names the field, or exactly this text in the answer; never a broken server."""
    escaped = "".join(f"\\u{ord(one):04x}" if ord(one) < 0x10000 else one for one in text)
    raw = f'{{"topic":"{escaped}","owner":"{world.owner}","tags":["{escaped}"]}}'.encode("utf-8", "surrogatepass")
    response = world.api.post("/api/v3.10/conferences", token=world.key, content=raw)
    if response.status_code == 200:
        assert response.json()["conference"]["topic"] == text
        again = world.api.get(f"/api/v3.10/conferences/{response.json()['conference']['id']}", token=world.key)
        assert again.json() == response.json()
    else:
        assert response.status_code == 400, response.text
        shapes.check_error(400, response.json())
