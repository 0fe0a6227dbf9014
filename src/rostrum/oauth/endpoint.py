"""The token endpoint, POST /oauth2/v1/token: JSON and form bodies, errors in a form that every known client reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from rostrum.api.requests import NUL, holds_nul
from rostrum.api.work import Recorded
from rostrum.db.database import Database
from rostrum.ids import hashed
from rostrum.oauth import rules, store
from rostrum.oauth.clients import UserIsBannedError
from rostrum.oauth.grants import TokenServer
from rostrum.oauth.sign_in import SignIn, TooManyAttemptsError, Verified
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

    def __init__(self, settings: Settings, database: Database, known_scopes: frozenset[str], sign_in: SignIn) -> None:
        self._settings = settings
        self._database = database
        self._known_scopes = known_scopes
        self._sign_in = sign_in

    async def answer(self, request: Request) -> Response:
        """Answer one request; errors carry `error`, `error_description` and the documented name in `reason`."""
        fields = await _fields(request)
        if isinstance(fields, Response):
            return fields
        address = request.client.host if request.client else ""
        try:
            verified = await self._verified(fields, address)
        except TooManyAttemptsError as error:
            return too_many_attempts(error)
        status, body, reused = await self._database.run(
            lambda db: self._grant(db, fields, request.headers, verified, address)
        )
        if reused:
            await self._database.run(lambda db: store.delete_family(db, reused))
        return _response(status, body, request)

    async def revoke(self, request: Request) -> Response:
        """Take a token back (RFC 7009); an unknown one is answered like a known one."""
        fields = await _fields(request)
        if isinstance(fields, Response):
            return fields
        address = request.client.host if request.client else ""
        try:
            await self._sign_in.check(address)
        except TooManyAttemptsError as error:
            return too_many_attempts(error)
        status, body = await self._database.run(lambda db: self._revoke(db, fields, request.headers, address))
        return _response(status, body, request)

    def new_server(self, db: Connection, now: datetime) -> TokenServer:
        """Authlib's server for one unit of work."""
        return TokenServer(db, now, self._settings.tokens, self._known_scopes)

    def _revoke(
        self, db: Connection, fields: dict[str, str], headers: Mapping[str, str], address: str
    ) -> tuple[int, dict[str, Any]]:
        now = datetime.now(UTC)
        if "client_id" not in fields and "authorization" not in headers:
            known = store.find_token(db, hashed(fields.get("token", "")), (store.ACCESS, store.REFRESH), now)
            fields["client_id"] = (known.client_id if known else None) or rules.USERS_CLIENT
        status, body = self.new_server(db, now).create_endpoint_response("revocation", (fields, headers))
        if "error" in body:
            if body["error"] == "invalid_client":
                self._tell_wrong_secret(db, fields, body["error"], address)
            _explain(body, banned=False)
        return status, body

    def _grant(
        self,
        db: Connection,
        fields: dict[str, str],
        headers: Mapping[str, str],
        verified: Verified | None,
        address: str,
    ) -> tuple[int, dict[str, Any], str | None]:
        now = datetime.now(UTC)
        server = self.new_server(db, now)
        if verified is not None and verified.still_holds(db):
            server.verified_user, server.banned = verified.user_id, verified.banned
        if fields.get("grant_type") == "refresh_token" and "client_id" not in fields:
            known = store.find_token(db, hashed(fields.get("refresh_token", "")), (store.REFRESH,), now)
            fields["client_id"] = known.client_id if known else rules.USERS_CLIENT
        status, body = server.create_token_response((fields, headers))
        store.delete_expired(db, now)
        if "error" in body:
            if verified is None and body["error"] in {"invalid_client", "invalid_grant"}:
                self._tell_wrong_secret(db, fields, body["error"], address)
            _explain(body, banned=server.banned)
        return status, body, server.reused_family

    async def _verified(self, fields: Mapping[str, str], address: str) -> Verified | None:
        """Check the password before the transaction; other grants only whether somebody guesses."""
        if fields.get("grant_type") == "password":
            return await self._sign_in.verified(fields.get("username", ""), fields.get("password", ""), address)
        await self._sign_in.check(address)
        return None

    def _tell_wrong_secret(self, db: Connection, fields: Mapping[str, str], error: str, address: str) -> None:
        client_id = fields.get("client_id", "")
        known = store.find_application(db, client_id)
        told = {"client_id": client_id, "error": error, "grant_type": fields.get("grant_type", "")}
        event = Recorded("login", "application", known.name if known else client_id, told, "middle")
        self._sign_in.failed(db, event, address)


def too_many_attempts(error: TooManyAttemptsError) -> Response:
    """The answer to somebody who guesses."""
    body = {
        "error": "too_many_attempts",
        "error_description": f"Too many wrong attempts. Try again in {error.seconds} s.",
        "reason": "tooManyAttempts",
    }
    response = _response(429, body)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _explain(body: dict[str, Any], *, banned: bool) -> None:
    """Add to an error what every known client reads (decision 5)."""
    banned = banned or body.get("error_description") == UserIsBannedError.description
    body["reason"] = "userIsBanned" if banned else _REASONS.get(body["error"], "invalidRequest")
    body.setdefault("error_description", _WORDS.get(body["error"], "The request cannot be read."))


async def _fields(request: Request) -> dict[str, str] | Response:
    """The fields of a request, JSON or form; or the answer to one that cannot be read."""
    if request.method == "OPTIONS":
        asked = request.headers.get("access-control-request-headers") or "content-type"
        return Response(status_code=204, headers=_HEADERS | {"Access-Control-Allow-Headers": asked})
    if request.method != "POST":
        return _error(405, "invalid_request", "Use POST.", {"Allow": "POST, OPTIONS"})
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MAX_BODY:
            break
    fields = None if len(raw) > _MAX_BODY else _parsed(raw.strip())
    if fields is None:
        return _error(400, "invalid_request", "The body is neither JSON nor a form.")
    client = _client_of(request)
    if fields.get("client_id") in {None, client.get("client_id")}:  # else it is meant for a proxy before us
        fields = client | fields
    if "auth_code" in fields:  # newer clients of the vendor call it so
        fields.setdefault("code", fields.pop("auth_code"))
    if not fields.get("grant_type", "").isascii():
        return _error(400, "unsupported_grant_type", _WORDS["unsupported_grant_type"])
    return fields


def _client_of(request: Request) -> dict[str, str]:
    """Who asks, and its secret, where a header says it (RFC 6749, 2.3.1)."""
    try:
        given = extract_basic_authorization({"Authorization": request.headers.get("authorization", "")})
    except UnicodeDecodeError:
        return {}
    named = zip(("client_id", "client_secret"), given, strict=True)
    return {name: text.replace(NUL, "") for name, text in named if text is not None}


def _parsed(text: bytes) -> dict[str, str] | None:
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


def _response(status: int, body: dict[str, Any], request: Request | None = None) -> Response:
    headers = dict(_HEADERS)
    if body.get("error") == "invalid_client" and request is not None and _client_of(request):  # RFC 6749, 5.2
        status = HTTPStatus.UNAUTHORIZED
        headers["WWW-Authenticate"] = 'Basic realm="rostrum"'
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def _error(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response:
    body = {"error": error, "error_description": description, "reason": "invalidRequest"}
    response = _response(status, body)
    response.headers.update(headers or {})
    return response
