"""A synchronous client of the whole application, in process, with a database of its own."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2 as httpx

from rostrum.accounts import passwords
from rostrum.accounts.users import rules as user_rules
from rostrum.accounts.users import store as user_store
from rostrum.app import Rostrum, known_scopes
from rostrum.db import nodes, schema
from rostrum.ids import hashed, new_secret
from rostrum.oauth import store as token_store
from rostrum.settings import Settings

T = TypeVar("T")
BASE = "http://server.test"
_PASSWORD_HASH = passwords.hash_now("secret-password")


class Api:
    """Calls the application as a client would; every method is synchronous."""

    def __init__(self, settings: Settings, data_dir: Path) -> None:
        self.settings = settings
        self.data_dir = data_dir
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.app = Rostrum(settings, data_dir)
        if self.app.database.run_here(schema.version, write=False) != schema.HEAD:
            schema.upgrade(self.app.database.engine.url.render_as_string(hide_password=False))
        self.run(lambda db: nodes.arrive(db, self.app.node.id, datetime.now(UTC)))
        self._http = self.wait(self._client())
        self.secret_key = self._keep_token(kind=token_store.SECRET_KEY, scope="", expires_at=None)

    async def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=BASE)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the application's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def request(self, method: str, path: str, *, token: str | None = None, **given: Any) -> httpx.Response:
        """One request; `token` goes into the Authorization header."""
        headers = dict(given.pop("headers", None) or {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.wait(self._http.request(method, path, headers=headers, **given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **given)

    def put(self, path: str, **given: Any) -> httpx.Response:
        """PUT."""
        return self.request("PUT", path, **given)

    def delete(self, path: str, **given: Any) -> httpx.Response:
        """DELETE."""
        return self.request("DELETE", path, **given)

    def token(self, scopes: str | None = None) -> str:
        """A fresh application's access token with exactly these scopes; all of them without a choice."""
        client_id, secret = secrets.token_hex(8), new_secret()
        scope = " ".join(sorted(known_scopes())) if scopes is None else scopes
        row = {
            "client_id": client_id,
            "name": "test",
            "secret_hash": hashed(secret),
            "scope": scope,
            "redirect_uris": [],
            "created_at": datetime.now(UTC),
        }
        self.run(lambda db: token_store.insert_application(db, **row))
        body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return str(self.post("/oauth2/v1/token", json=body).json()["access_token"])

    def user_token(self, login: str, password: str) -> str:
        """A user's access token."""
        body = {
            "grant_type": "password",
            "client_id": "trueconf_server_users",
            "username": login,
            "password": password,
        }
        return str(self.post("/oauth2/v1/token", json=body).json()["access_token"])

    def expired_token(self) -> str:
        """A token that was good once."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        return self._keep_token(kind=token_store.ACCESS, scope=" ".join(known_scopes()), expires_at=past)

    def new_user(self, login: str | None = None, *, admin: bool = False) -> tuple[str, str]:
        """A fresh account: its login and its access token."""
        login = login or f"user{secrets.token_hex(4)}"
        row = user_rules.new_user(
            {"login_name": login, "password_hash": _PASSWORD_HASH}, datetime.now(UTC), self.settings.server.name
        )
        row.is_admin = admin
        self.run(lambda db: user_store.insert_user(db, row))
        return row.id, self._keep_token(
            kind=token_store.ACCESS, scope=" ".join(known_scopes()), expires_at=None, user_id=row.id
        )

    def new_conference(self, version: str = "v3.10", **fields: Any) -> dict[str, Any]:
        """A conference made through the API; its owner is a fresh account unless one is given."""
        if "owner" not in fields:
            fields["owner"] = self.new_user()[0]
        answer = self.post(f"/api/{version}/conferences", token=self.secret_key, json={"topic": "Topic", **fields})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["conference"])

    def run(self, unit: Any) -> Any:
        """A unit of work on the application's database, on its own thread."""

        async def go() -> Any:
            return await self.app.database.run(unit)

        return self.wait(go())

    def close(self) -> None:
        """End the application."""
        self.wait(self._http.aclose())
        self.wait(self._leave_nothing())
        self._loop.call_soon_threadsafe(self.app.database.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @staticmethod
    async def _leave_nothing() -> None:
        """What is still under way ends: a connection of its own would be found open in some later test."""
        going_on = asyncio.all_tasks() - {asyncio.current_task()}
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)

    def _keep_token(self, *, kind: str, scope: str, expires_at: datetime | None, user_id: str | None = None) -> str:
        token = new_secret()
        row = {
            "hash": hashed(token),
            "kind": kind,
            "client_id": None,
            "user_id": user_id,
            "scope": scope,
            "family": secrets.token_hex(16),
            "issued_at": datetime.now(UTC),
            "expires_at": expires_at,
            "used_at": None,
        }
        self.run(lambda db: token_store.insert_tokens(db, [row]))
        return token
