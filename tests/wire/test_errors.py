"""Bad input gets a clear 4xx in the documented shape, on every API route; nothing breaks and nothing is half done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from tests.support.api import Api
from tests.wire import facts, shapes
from tests.wire.calls import IMPLEMENTED, least_body, not_found_reason, with_path_ids
from tests.wire.facts import Form
from tests.wire.sending import send
from tests.wire.world import World, ok

ODD_IDS = [
    "%40",
    "%23",
    "%2F",
    "..",
    "%2e%2e",
    "%2E%2E%2Fusers",
    "a%2Fb",
    "%00",
    "%ff",
    "%",
    "%zz",
    "%20",
    "a%20b",
    "%D0%B6",
    "-1",
    "0",
    "null",
    "*",
    "%25",
    "'",
    "%22",
    "%7B%7D",
    "user@",
    "@server.test",
    "a@b@c",
    "%23guest:x@server.test",
    "x" * 3000,
    "99999999999999999999999999",
    ";",
    "a;b=c",
    "%5C",
    "%0A",
    "+",
]


def raw_call(
    api: Api, method: str, raw_path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], Any]:
    """One request with exactly this path: clients take `..` out before they send it."""
    sent: list[dict[str, Any]] = []
    path, _, query = raw_path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 5),
        "server": ("server.test", 80),
    }
    incoming: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not incoming:
            await asyncio.Event().wait()  # the client stays and sends no more
        return incoming.pop()

    async def send_(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    api.wait(api.app(scope, receive, send_))
    answer_headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], answer_headers, json.loads(content) if content else None


@pytest.mark.parametrize("form", with_path_ids(), ids=str)
def test_unknown_id(api: Api, form: Form) -> None:
    """404 with the documented reason; the place is the path, and the parameter is named."""
    response = send(api, form, token=api.secret_key, **least_body(form))
    assert response.status_code == 404, response.text
    shapes.check_error(404, response.json(), reason=not_found_reason(form))
    detail = response.json()["error"]["errors"][0]
    assert detail["locationType"] == "path"
    assert detail["location"] in {one.name for one in form.named("path")} | {"conference_id"}
    assert "unknown_" in detail["message"]


@pytest.mark.parametrize("form", [form for form in with_path_ids() if form.version in {"v3", "v3.10"}], ids=str)
def test_odd_ids(api: Api, form: Form) -> None:
    """`@`, `#`, `/`, dots and worse stand for unknown ids or for no route: 404 or 400, never more."""
    first = form.named("path")[0].name
    wrong = []
    for odd in ODD_IDS:
        path = f"/api/{form.version}{form.path}".replace(f"{{{first}}}", odd).replace("{participant_id}", "x")
        status, headers, body = raw_call(api, form.method, path, authorization=f"Bearer {api.secret_key}")
        if status not in {400, 404} or not headers["content-type"].startswith("application/json"):
            wrong.append(f"{form.method} {path[:80]} gets {status} {str(body)[:100]}")
        elif shapes.error_faults(status, body):
            wrong.append(f"{form.method} {path[:80]}: {shapes.error_faults(status, body)}")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_a_path_does_not_climb_out(world: World) -> None:
    """`/users/../conferences` is not `/conferences`, and an id is never read as a file."""
    for path in ("/api/v3.10/users/../conferences", "/api/v3.10/users/%2e%2e/conferences", "/api/v3.10/../web/me"):
        status, _, body = raw_call(world.api, "GET", path, authorization=f"Bearer {world.key}")
        assert status == 404
        shapes.check_error(404, body, reason="routeNotFound")


@pytest.mark.parametrize("form", facts.pairs(["conference-sessions-get-conference-session", "logs-get-call"]), ids=str)
def test_session_ids_are_percent_encoded(world: World, form: Form) -> None:
    """`00000001@host#vcs` comes as `00000001%40host%23vcs` (slip A8), in either case of the hex digits."""
    encoded = world.session.replace("@", "%40").replace("#", "%23")
    for name in (encoded, encoded.replace("%40", "@"), encoded.replace("%23", "%23".lower())):
        path = f"/api/{form.version}{form.path}".replace("{session_id}", name)
        status, _, body = raw_call(world.api, "GET", path, authorization=f"Bearer {world.key}")
        assert status == 200, body


def test_users_by_id_and_uid_in_any_case(world: World) -> None:
    """Look-ups ignore case and take `id` and `uid` (D14)."""
    shown = [
        ok(world.api.get(f"/api/v3.10/users/{name}", token=world.key))
        for name in (world.plain, world.plain.upper(), f"{world.plain}%40server.test", f"{world.plain}@SERVER.TEST")
    ]
    assert all(one == shown[0] for one in shown)
    elsewhere = world.api.get(f"/api/v3.10/users/{world.plain}@elsewhere.test", token=world.key)
    assert elsewhere.status_code == 404


_MALFORMED = [
    b"{",
    b'{"topic":}',
    b'{"topic":"a"',
    b"{'topic':'a'}",
    b'{"topic":"a"}x',
    b'{"a":1,}',
    b"\xff\xfe{}",
    b'{"topic":"\xff"}',
    b'{"topic":NaN}',
    b"nonsense",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"rights":' * 5_000 + b"1" + b"}" * 5_000,
]


@pytest.mark.parametrize("raw", _MALFORMED, ids=lambda raw: repr(raw[:24]))
@pytest.mark.parametrize("path", ["/users", "/conferences"])
def test_malformed_json(world: World, path: str, raw: bytes) -> None:
    before = ok(world.api.get(f"/api/v3.10{path}?page_size=1000", token=world.key))
    headers = {"Content-Type": "application/json"}
    response = world.api.post(f"/api/v3.10{path}", token=world.key, content=raw, headers=headers)
    assert response.status_code == 400, response.text
    shapes.check_error(400, response.json())
    assert ok(world.api.get(f"/api/v3.10{path}?page_size=1000", token=world.key)) == before


@pytest.mark.parametrize("raw", [b"[]", b"5", b"true", b"null", b'"text"', b'[{"topic":"a"}]'], ids=repr)
@pytest.mark.parametrize("path", ["/users", "/conferences"])
def test_json_that_is_no_object(world: World, path: str, raw: bytes) -> None:
    """It carries no fields, so the required ones are missing."""
    response = world.api.post(f"/api/v3.10{path}", token=world.key, content=raw)
    assert response.status_code == 400
    shapes.check_error(400, response.json())


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_malformed_json_in_every_version(world: World, version: str) -> None:
    for form in facts.forms(version):
        if form.id in IMPLEMENTED and form.method in {"POST", "PUT"} and form.body_object:
            ids = {"user_id": world.plain, "conference_id": world.once}
            response = send(world.api, form, ids, token=world.key, content=b'{"topic":')
            assert response.status_code == 400, form
            shapes.check_error(400, response.json())


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_ten_megabytes(world: World, declared: bool) -> None:
    """Refused by its length, or as soon as too much has come; a token does not matter for that."""
    body = f'{{"topic":"T","owner":"{world.owner}","unknown":"{"x" * 10_000_000}"}}'.encode()
    length = {"content_length": str(len(body))} if declared else {}
    status, headers, answer = raw_call(
        world.api, "POST", "/api/v3.10/conferences", body, authorization=f"Bearer {world.key}", **length
    )
    assert status in {400, 413}
    assert headers["content-type"].startswith("application/json")
    shapes.check_error(status, answer)


def test_broken_lengths_and_types_of_bodies(world: World) -> None:
    for extra in (
        {"content_length": "abc"},
        {"content_length": "-5"},
        {"content_type": "multipart/form-data"},
        {"content_type": "multipart/form-data; boundary=x", "content_length": "2"},
        {"content_type": "multipart/form-data; boundary=" + "y" * 300, "content_length": "2"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_encoding": "gzip"},
        {"transfer_encoding": "chunked"},
    ):
        bearer = {"authorization": f"Bearer {world.key}"}
        status, headers, body = raw_call(world.api, "POST", "/api/v3.10/users", b"{}", **bearer, **extra)
        assert status in {400, 411, 413, 415}, (extra, status, body)
        assert headers["content-type"].startswith("application/json")
        shapes.check_error(status, body)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpw", "Token x", "Bearer a b", "Bearer \xff", "Bearer " + "x" * 9000],
)
def test_odd_authorization_headers(world: World, authorization: str) -> None:
    status, _, body = raw_call(world.api, "GET", "/api/v3.10/users", authorization=authorization)
    assert status == 403
    shapes.check_error(403, body, reason="accessTokenInvalid")


def test_every_api_answer_is_json_without_secrets(world: World) -> None:
    """Also the answers that never reach an operation; no answer repeats the token."""
    for method, path in (
        ("GET", "/api"),
        ("GET", "/api/"),
        ("GET", "/api/v3.10"),
        ("GET", "/api/v99/users"),
        ("GET", "/api/v3.10/nothing"),
        ("POST", "/api/v3.10/users/x/y/z"),
        ("PATCH", "/api/v3.10/users"),
        ("GET", "/api/web/nothing"),
        ("GET", f"/api/v3.10/users/x?access_token={world.key}"),
    ):
        status, headers, body = raw_call(world.api, method, path, authorization=f"Bearer {world.key}")
        assert 400 <= status < 500, path
        assert headers["content-type"].startswith("application/json"), path
        shapes.check_error(status, body)
        assert world.key not in str(body)


def test_head_and_options(world: World) -> None:
    """HEAD is GET without a body; a preflight is answered without a token."""
    status, headers, body = raw_call(world.api, "HEAD", "/api/v3.10/users", authorization=f"Bearer {world.key}")
    assert (status, body) == (200, None)
    assert int(headers["content-length"]) > 100
    status, headers, _ = raw_call(
        world.api,
        "OPTIONS",
        "/api/v3.10/users",
        origin="https://portal.example",
        access_control_request_method="DELETE",
        access_control_request_headers="authorization,content-type",
    )
    assert status in {200, 204}
    assert headers["access-control-allow-origin"] in {"*", "https://portal.example"}
    assert "DELETE" in headers["access-control-allow-methods"]
    assert "authorization" in headers["access-control-allow-headers"].lower()
