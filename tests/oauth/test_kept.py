"""What is a secret outside is a hash in the database: whoever reads the database can sign in as nobody."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from rostrum.cli import main
from rostrum.db.metadata import metadata
from tests.oauth.test_authorize import CALLBACK, TOKEN, Browser, asked, exchange, returned
from tests.support.api import Api
from tests.support.meeting import join, run, with_engine

PASSWORD = "a password for tests"


def command(api: Api, url: str, *words: str) -> dict[str, Any]:
    """A command of the operator, on the application's database."""
    on = ["--data-dir", str(api.data_dir), *(["--database-url", url] if url else [])]
    done = CliRunner().invoke(main, [*words, *on], catch_exceptions=False)
    return dict(json.loads(done.output))


def test_no_secret_is_kept_as_it_is(fresh_api: Api, database_url: str) -> None:
    api, found = fresh_api, {"password": PASSWORD}
    with_engine(api)
    command(api, database_url, "user", "create", "eve", "--password", PASSWORD)
    client = command(api, database_url, "app", "create", "Portal", "--all-scopes", "--redirect-uri", CALLBACK)
    found["client_secret"] = client["client_secret"]
    key = found["secret key"] = command(api, database_url, "key", "create")["access_token"]

    def tokens(of: str, body: dict[str, Any]) -> None:
        assert "access_token" in body, body
        found.update({f"{of} {kind}": body[kind] for kind in ("access_token", "refresh_token") if kind in body})

    signed_in = {"grant_type": "password", "client_id": "trueconf_server_users", "username": "eve"}
    tokens("password", api.post(TOKEN, json=signed_in | {"password": PASSWORD}).json())
    tokens("application", api.post(TOKEN, json={"grant_type": "client_credentials"} | client).json())
    browser, query = Browser(api), asked(client)
    browser.sign_in(query, "eve")
    found["cookie"] = browser.cookies["rostrum_signed_in"]
    found["code"] = returned(browser.press(query, "allow"))["code"]
    tokens("code", exchange(api, client, found["code"]).json())
    given = {"topic": "Open", "owner": "eve", "allow_guests": True}
    conference = api.post("/api/v3.10/conferences", token=key, json=given).json()["conference"]["id"]
    for user in ("eve", "2$portal*Guest"):
        link = {"call_id": conference, "user": user}
        clients = api.get("/api/v3.10/software/clients", token=key, params=link).json()["clients"]
        found[f"link of {user}"] = clients[0]["web_url"].partition("token=")[2].partition("&")[0]
    api.secret_key = key
    run(api, conference)
    found["participant"] = join(api, conference, name="Guest")["participant_token"]
    assert len(set(found.values())) == len(found) == 13
    kept = api.run(lambda db: {table.name: str(db.execute(table.select()).all()) for table in metadata.sorted_tables})
    assert "Portal" in kept["applications"]
    assert [(name, what) for what, secret in found.items() for name, rows in kept.items() if secret in rows] == []
