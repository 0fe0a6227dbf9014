"""The real server: its log lines hold no token, and its commands register and remove applications."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rostrum import logs
from tests.support.server import Server, running_server


def test_access_lines_without_tokens_and_applications_by_command(tmp_path: Path, database_url: str) -> None:
    with running_server(tmp_path, media="off", flags=["--log-access"], database_url=database_url) as server:
        on = ["--database-url", database_url] if database_url else []
        uri = "https://portal.example/cb"
        made = server.command("app", "create", "Phone", "--scope", "users:read", "--public", "--redirect-uri", uri, *on)
        assert made["client_secret"] is None
        secret = server.command("app", "create", "Portal", "--scope", "users:read", *on)
        body = {"grant_type": "client_credentials", **secret}
        token = server.http.post("/oauth2/v1/token", data=body).json()["access_token"]
        good = server.http.get("/api/v3.10/users", params={"access_token": token, "page_size": 5})
        assert good.status_code == 200
        assert server.call("GET", "/api/v3.10/users", token=token).status_code == 200
        page = server.http.get(
            "/oauth2/authorize",
            params={
                "client_id": made["client_id"],
                "response_type": "code",
                "code_challenge": "c" * 43,
                "code_challenge_method": "S256",
            },
        )
        assert "Sign in" in page.text
        assert "secure" not in page.headers["set-cookie"].lower()
        listed = server.command("app", "list", *on)["applications"]
        assert [(one["name"], one["public"]) for one in listed] == [("Phone", True), ("Portal", False)]
        assert server.command("app", "revoke", secret["client_id"], *on) == {"client_id": secret["client_id"]}
        assert server.call("GET", "/api/v3.10/users", token=token).status_code == 403
        text = _log_with(server, "status=403")
        assert "/api/v3.10/users" in text
        assert "/oauth2/v1/token" in text
        assert "?" not in text.replace("??", "")
        for hidden in (token, server.admin_token, secret["client_secret"], "page_size"):
            assert hidden not in text


def _log_with(server: Server, wanted: str) -> str:
    """A line is written after its answer, so it may come a moment later."""
    for _ in range(100):
        text = server.log.read_text()
        if wanted in text:
            break
        time.sleep(0.05)
    assert wanted in text
    return text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /x?access_token=abc&page=1", "GET /x?access_token=…&page=1"),
        ('{"password": "abc def"}', '{"password": "…"}'),
        ("Authorization: Bearer 0123456789abcdef", "Authorization: Bearer …"),
        ("/cb?code=abc&state=1", "/cb?code=…&state=1"),
    ],
)
def test_secrets_in_log_lines(text: str, shown: str) -> None:
    assert logs.blanked(text) == shown
