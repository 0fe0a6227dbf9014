"""The token endpoint, POST /oauth2/v1/token: JSON and form bodies, errors in a form that every known client reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from rostrum.accounts import passwords
from rostrum.accounts.users import store as users
from rostrum.api.requests import NUL, holds_nul
from rostrum.db.database import Database
from rostrum.ids import hashed, short_id
from rostrum.oauth import rules, store
from rostrum.oauth.grants import TokenServer, UserIsBannedError
from rostrum.settings import Settings

_MAX_BODY = 65_536
_REASONS = {
    "invalid_client": "InvalidCredentials",
    "invalid_grant": "InvalidCredentials",
    "unauthorized_client": "InvalidCredentials",
    "invalid_scope": "invalidScope",
}
_WORDS = {
    "invalid_client": "The client is not known, or its secret is wrong.",
    "invalid_grant": "Invalid credentials.",
    "invalid_scope": "The client may not ask for these scopes.",
    "unauthorized_client": "The client may not use this grant.",
    "unsupported_grant_type": "This grant type is not known.",
}
_HEADERS = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}


class TokenEndpoint:
    """Exchanges credentials for tokens."""

    def __init__(self, settings: Settings, database: Database, known_scopes: frozenset[str]) -> None:
        self._settings = settings
        self._database = database
        self._known_scopes = known_scopes

    async def answer(self, request: Request) -> Response:
        """Answer one request; errors carry `error`, `error_description` and the documented name in `reason`."""
        if request.method == "OPTIONS":
            asked = request.headers.get("access-control-request-headers") or "content-type"
            return Response(status_code=204, headers=_HEADERS | {"Access-Control-Allow-Headers": asked})
        if request.method != "POST":
            return _error(405, "invalid_request", "Use POST.", {"Allow": "POST, OPTIONS"})
        fields = await _fields(request)
        if fields is None:
            return _error(400, "invalid_request", "The body is neither JSON nor a form.")
        verified = await self._verified(fields) if fields.get("grant_type") == "password" else None
        status, body, reused = await self._database.run(lambda db: self._grant(db, fields, request.headers, verified))
        if reused:
            await self._database.run(lambda db: store.delete_family(db, reused))
        return _response(status, body)

    def _grant(
        self, db: Connection, fields: dict[str, str], headers: Mapping[str, str], verified: _Verified | None
    ) -> tuple[int, dict[str, Any], str | None]:
        now = datetime.now(UTC)
        server = TokenServer(db, now, self._settings.tokens, self._known_scopes)
        if verified is not None:
            server.verified_user, server.banned = verified.user_id, verified.banned
        if fields.get("grant_type") == "refresh_token" and "client_id" not in fields:
            known = store.find_token(db, hashed(fields.get("refresh_token", "")), (store.REFRESH,), now)
            fields["client_id"] = known.client_id if known else rules.USERS_CLIENT
        status, body = server.create_token_response((fields, headers))
        store.delete_expired(db, now)
        if "error" in body:
            reason = "userIsBanned" if server.banned else _REASONS.get(body["error"], "invalidRequest")
            if body.get("error_description") == UserIsBannedError.description:
                reason = "userIsBanned"
            body["reason"] = reason
            body.setdefault("error_description", _WORDS.get(body["error"], "The request cannot be read."))
        return status, body, server.reused_family

    async def _verified(self, fields: Mapping[str, str]) -> _Verified:
        """Check the password before the transaction: it takes a thread and some 30 ms."""
        user_id = short_id(fields.get("username", ""), self._settings.server.name)
        account = await self._database.run(lambda db: users.find_user(db, user_id), write=False)
        good = await passwords.matches(
            fields.get("password", ""), account.password_hash if account else None, self._settings
        )
        if account is None or not good:
            return _Verified()
        return _Verified(account.id, banned=not account.is_active)


class _Verified(Struct, frozen=True):
    user_id: str | None = None
    banned: bool = False


async def _fields(request: Request) -> dict[str, str] | None:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MAX_BODY:
            return None
    text = raw.strip()
    if holds_nul(text):
        return None
    if text[:1] == b"{":
        try:
            given = msgspec.json.decode(text, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return {name: str(value) for name, value in given.items() if value is not None}
    form = parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: value.replace(NUL, "") for name, value in form}


def _response(status: int, body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), status, _HEADERS, "application/json")


def _error(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response:
    body = {"error": error, "error_description": description, "reason": "invalidRequest"}
    response = _response(status, body)
    response.headers.update(headers or {})
    return response
