"""HTTP as browsers and scripts speak it, on every part of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rostrum.slices import tables
from tests.support.api import Api
from tests.support.meeting import reason
from tests.support.server import running_server

METADATA = "/.well-known/oauth-authorization-server"
JSON_ROUTES = [
    *("/api/v3.10/users", "/api/v3/conferences", "/api/web/me", "/api/web/conferences/x"),
    *("/oauth2/v1/token", "/oauth2/v1/revoke"),
]


@pytest.mark.parametrize("path", JSON_ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_preflight(api: Api, path: str, method: str) -> None:
    """Pages of other origins may call; whoever asks is told without a token."""
    headers = {
        "Origin": "https://portal.test",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = api.request("OPTIONS", path, headers=headers)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type"


@pytest.mark.parametrize("version", tables())
def test_every_route_of_the_api_answers_a_preflight(api: Api, version: str) -> None:
    for route in tables()[version].routes:
        method = route.operation.method
        headers = {"Origin": "https://portal.test", "Access-Control-Request-Method": method}
        answer = api.request("OPTIONS", f"/api/{version}{route.operation.path}", headers=headers)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
        assert method in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/api/v3/openapi.json", "/api/web/openapi.json", METADATA])
def test_public_documents_answer_a_preflight(api: Api, path: str) -> None:
    headers = {"Origin": "https://portal.test", "Access-Control-Request-Headers": "x-requested-with"}
    asked = api.request("OPTIONS", path, headers=headers)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-headers"] == "x-requested-with"
    assert asked.headers["access-control-allow-methods"] == "GET, OPTIONS"
    for answer in (asked, api.get(path), api.request("HEAD", path)):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert api.request("POST", path).status_code == 405


@pytest.mark.parametrize("path", JSON_ROUTES)
def test_every_answer_may_be_read_by_other_origins(api: Api, path: str) -> None:
    for answer in (api.get(path), api.post(path, content=b"{"), api.get(path, token=api.secret_key)):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-type"].startswith("application/json")
        assert "no-store" in answer.headers["cache-control"]


def test_head_is_get_without_the_body(api: Api) -> None:
    for path, token in (("/api/v3.10/users?page_size=2", api.secret_key), ("/api/v3.10/users", None)):
        got, head = api.get(path, token=token), api.request("HEAD", path, token=token)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/api/v3.10/users", {"GET", "POST"}),
        ("DELETE", "/api/v3.10/users", {"GET", "POST"}),
        ("POST", "/api/v3.10/users/x", {"DELETE", "GET", "PUT"}),
        ("GET", "/api/v3.10/conferences/x/run", {"POST"}),
        ("GET", "/api/web/conferences/x/join", {"POST"}),
        ("TRACE", "/api/web/me", {"GET"}),
    ],
)
def test_the_wrong_method_is_told_the_right_ones(api: Api, method: str, path: str, allowed: set[str]) -> None:
    answer = api.request(method, path, token=api.secret_key)
    assert reason(answer) == (405, "methodNotAllowed")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= allowed


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v3.10",
        "/api/v3.11/users",
        "/api/v4/users",
        "/api/V3/users",
        "/api/web",
        "/api/web/nothing",
        "/api/v3.10/users/x/y/z",
        "/nowhere/at/all",
        "/oauth2/v2/token",
    ],
)
def test_unknown_routes(api: Api, path: str) -> None:
    answer = api.get(path, token=api.secret_key)
    assert reason(answer) == (404, "routeNotFound")
    assert answer.json()["error"]["message"] == "Not Found"


def test_sizes_are_bounded_everywhere(api: Api) -> None:
    big = b'{"message":"' + b"x" * 2_000_000 + b'"}'
    for path in ("/api/v3.10/users", "/api/web/conferences/x/join", "/api/web/me/password"):
        method = "PUT" if path.endswith("password") else "POST"
        assert reason(api.request(method, path, token=api.secret_key, content=big)) == (413, "requestTooLarge")
    assert 400 <= api.post("/oauth2/v1/token", content=big).status_code < 500
    assert 400 <= api.post("/engine/webhook", content=big).status_code <= 503


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"name":"\\u0000"}', b"[" * 50_000, b'{"name":NaN}'])
def test_malformed_bodies_on_the_web_surface(api: Api, content: bytes) -> None:
    made = api.new_conference(allow_guests=True)["id"]
    answer = api.post(f"/api/web/conferences/{made}/join", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["reason"] in {"invalidJson", "invalidRequest"}


@pytest.mark.parametrize("odd", ["%40", "%23", "%2F", "a%2Fb", "%2e%2e", "%00", "%ff", "x" * 3000, "%0A", "'", "%25"])
def test_odd_ids_on_the_web_surface(api: Api, odd: str) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/api/web/conferences/{odd}", None),
        ("POST", f"/api/web/conferences/{odd}/join", {"name": "Ann"}),
        ("POST", f"/api/web/conferences/{odd}/run", None),
        ("GET", f"/api/web/sessions/{odd}/participants", None),
    ]
    for method, path, body in calls:
        given = {} if body is None else {"json": body}
        answer = api.request(method, path, **given)
        assert answer.status_code in {403, 404}, (path, answer.text)
        assert answer.json()["error"]["errors"][0]["reason"]


def test_odd_hosts_stand_in_no_link(api: Api) -> None:
    made = api.new_conference()["id"]
    for host in ('x"><script>', "a b", "", "x" * 300, "evil.test/path", "user@evil.test"):
        url = api.get(f"/api/web/conferences/{made}", headers={"Host": host}).json()["conference"]["url"]
        assert url == f"http://localhost/c/{made}", host
    for host in ("meet.test", "10.0.0.1:8443", "[::1]:8443"):
        url = api.get(f"/api/web/conferences/{made}", headers={"Host": host}).json()["conference"]["url"]
        assert url == f"http://{host}/c/{made}"


def test_an_address_from_the_settings(fresh_api: Api) -> None:
    fresh_api.settings.server.public_url = "https://meet.example.org"
    made = fresh_api.new_conference()["id"]
    path = f"/api/v3.10/conferences/{made}"
    for url_type, root in (("dynamic", "http://server.test"), ("fixed", "https://meet.example.org")):
        shown = fresh_api.get(f"{path}?url_type={url_type}", token=fresh_api.secret_key).json()["conference"]
        assert shown["url"] == f"{root}/c/{made}"


@pytest.mark.parametrize(("trusted", "scheme"), [("127.0.0.1", "https"), ("192.0.2.1", "http")])
def test_only_trusted_proxies_say_how_the_server_is_reached(tmp_path: Path, trusted: str, scheme: str) -> None:
    with running_server(tmp_path, "off", ["--trusted-proxies", trusted]) as server:
        server.call("POST", "/api/v3.10/users", json={"login_name": "ann", "password": "secret-password"})
        made = {"topic": "T", "owner": "ann"}
        answer = server.http.post(
            "/api/v3.10/conferences",
            json=made,
            headers={"Authorization": f"Bearer {server.admin_token}", "X-Forwarded-Proto": "https"},
        )
        assert answer.json()["conference"]["url"].startswith(f"{scheme}://")
