"""The command line as other programs use it: exactly these words, JSON alone on standard output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rostrum import __version__
from rostrum.app import known_scopes
from rostrum.db import schema
from rostrum.settings import options
from tests.support.postgresql import new_database
from tests.support.server import Server, running_server

ROSTRUM = Path(sys.executable).with_name("rostrum")


def run(*words: str, data_dir: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    where = [] if data_dir is None else ["--data-dir", str(data_dir)]
    given = os.environ | env
    return subprocess.run([ROSTRUM, *words, *where], capture_output=True, text=True, env=given, timeout=60, check=False)


def printed(*words: str, data_dir: Path, **env: str) -> dict[str, Any]:
    """The one JSON object on standard output of a command that must work."""
    ran = run(*words, data_dir=data_dir, **env)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    with running_server(tmp_path_factory.mktemp("cli"), media="off", database_url=url) as running:
        yield running


@pytest.fixture(scope="module")
def used_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose first start, which prints a password, is past."""
    folder = tmp_path_factory.mktemp("used")
    assert run("user", "create", "first", "--password", "x", data_dir=folder).returncode == 0
    return folder


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    return {"ROSTRUM_DATABASE_URL": database_url} if database_url else {}


def grant(server: Server, **body: str) -> Any:
    return server.http.post("/oauth2/v1/token", json=body)


def test_applications_while_the_server_runs(server: Server) -> None:
    made = server.command("app", "create", "Portal", "--all-scopes")
    assert set(made) == {"client_id", "client_secret"}
    token = grant(server, grant_type="client_credentials", **made).json()
    assert set(token["scope"].split()) == known_scopes()
    assert server.call("GET", "/api/v3.10/users", token=token["access_token"]).status_code == 200


def test_applications_with_some_scopes(server: Server) -> None:
    words = ("app", "create", "Reader", "--scope", "users:read conferences:read")
    uris = ("--redirect-uri", "https://a.test/cb", "--redirect-uri", "https://b.test/cb")
    made = server.command(*words, *uris)
    token = grant(server, grant_type="client_credentials", **made).json()
    assert token["scope"] == "conferences:read users:read"


def test_users_while_the_server_runs(server: Server) -> None:
    made = server.command("user", "create", "Some.Body", "--password", "a password")
    assert made == {"id": "some.body"}
    token = grant(
        server, grant_type="password", client_id="trueconf_server_users", username="some.body", password="a password"
    ).json()["access_token"]
    me = server.call("GET", "/api/web/me", token=token).json()["me"]
    assert (me["id"], me["is_admin"]) == ("some.body", False)
    admin = server.command("user", "create", "boss", "--password", "a password", "--admin")
    assert server.call("GET", f"/api/v3.10/users/{admin['id']}").status_code == 200


def test_a_new_key_ends_the_one_before_at_once(server: Server) -> None:
    old = server.command("key", "create")["access_token"]
    assert server.call("GET", "/api/v3.10/users", token=old).status_code == 200
    new = server.command("key", "create")["access_token"]
    assert server.call("GET", "/api/v3.10/users", token=old).status_code == 403
    assert server.call("GET", "/api/v3.10/users", token=new).status_code == 200


def test_what_an_operator_does_is_an_event(server: Server) -> None:
    made = server.command("app", "create", "Audited", "--scope", "users:read")
    server.command("user", "create", "auditor", "--password", "a password", "--admin")
    server.command("app", "revoke", made["client_id"])
    server.admin_token = server.command("key", "create")["access_token"]
    found = server.call("GET", "/api/v3.10/logs/events", params={"page_size": 4}).json()["list"]
    told = [(one["event_type"], one["object_type"], one["object_name"], one["severity"]) for one in found]
    assert told == [
        ("create", "secret_key", "secret_key", "high"),
        ("delete", "application", "Audited", "middle"),
        ("create", "user", "auditor@server.test", "middle"),
        ("create", "application", "Audited", "middle"),
    ]
    assert found[1]["payload"] == {"client_id": made["client_id"], "by": "command line"}
    wanted = {"client_id": made["client_id"], "scope": "users:read", "redirect_uris": [], "by": "command line"}
    assert found[-1]["payload"] == wanted
    for secret in (made["client_secret"], server.admin_token, "a password"):
        assert secret not in str(found)


def test_the_first_start_prints_the_administrator_once(server: Server) -> None:
    text = server.log.read_text()
    (password,) = re.findall(r"one-time password (\S+)", text)
    token = grant(
        server, grant_type="password", client_id="trueconf_server_users", username="admin", password=password
    ).json()
    me = server.call("GET", "/api/web/me", token=token["access_token"]).json()["me"]
    assert (me["is_admin"], me["must_change_password"]) == (True, True)
    server.kill()
    server.restart()
    assert server.log.read_text().count("one-time password") == 1


def test_everything_works_without_a_server(tmp_path: Path, env: dict[str, str]) -> None:
    folder = tmp_path / "deep" / "data"
    assert set(printed("key", "create", data_dir=folder, **env)) == {"access_token"}
    assert set(printed("app", "create", "x", "--all-scopes", data_dir=folder, **env)) == {"client_id", "client_secret"}
    assert printed("user", "create", "x", "--password", "y", data_dir=folder, **env) == {"id": "x"}
    upgraded = run("db", "upgrade", data_dir=folder, **env)
    assert upgraded.returncode == 0
    assert schema.HEAD in upgraded.stdout
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0, "nobody else may read the data"
    again = run("user", "create", "X", "--password", "y", data_dir=folder, **env)
    assert one_line(again) == "Error: Value is already in use. Please try another."


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """The complaint of a command that must fail: no traceback, nothing on standard output."""
    assert ran.returncode in {1, 2}, ran
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    return ran.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("app", "create", "x"), "--all-scopes or --scope"),
        (("app", "create", "x", "--all-scopes", "--scope", "users"), "--all-scopes or --scope"),
        (("app", "create", "x", "--scope", "users nonsense"), "nonsense"),
        (("app", "create", "x" * 200, "--all-scopes"), "name"),
        (("user", "create", "a b", "--password", "x"), "login"),
        (("user", "create", "x" * 40, "--password", "x"), "login"),
        (("user", "create", "x", "--password", ""), "password"),
        (("user", "create", "x"), "--password"),
        (("nonsense",), "nonsense"),
        (("serve", "--port", "many"), "port"),
        (("serve", "--port", "70000", "--media", "off"), "port"),
        (("serve", "--media", "somewhere"), "media"),
        (("serve", "--port", "0", "--media", "ws://engine.test"), "api_key"),
        (("serve", "--media", "off", "--tls-cert", "x"), "--tls-key"),
        (("serve", "--port", "0", "--media", "off", "--tls-cert", "/no/c", "--tls-key", "/no/k"), "/no/c"),
        (("serve", "--media", "off", "--host", "192.0.2.1"), "192.0.2.1"),
        (("db", "upgrade", "--database-url", "postgresql://nobody@127.0.0.1:1/x"), "database"),
        (("db", "upgrade", "--database-url", "mysql://x"), "database"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "",
)
def test_mistakes_give_one_clear_line(used_folder: Path, words: tuple[str, ...], said: str) -> None:
    data_dir = None if words == ("nonsense",) else used_folder
    assert said.lower() in one_line(run(*words, data_dir=data_dir)).lower()


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert "file" in one_line(run("key", "create", data_dir=folder))


def test_wrong_settings_give_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "rostrum.toml").write_text("[server]\nprot = 1\n")
    assert "prot" in one_line(run("serve", data_dir=tmp_path))
    (tmp_path / "rostrum.toml").write_text("")
    assert "server.port" in one_line(run("serve", data_dir=tmp_path, ROSTRUM_SERVER_PORT="x"))


def test_help_lists_every_setting_with_its_default() -> None:
    text = " ".join(run("serve", "--help").stdout.split())
    for one in options():
        assert f"--{one.flag}" in text
        assert one.variable in text
        default = one.default if one.default != "" else "none"
        assert f"[default: {default}; {one.variable}]" in text, one


def test_version() -> None:
    assert run("--version").stdout.split()[-1] == __version__


def test_health(server: Server) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = server.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
