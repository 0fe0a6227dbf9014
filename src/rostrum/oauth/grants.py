"""Authlib's grants over our store: one authorization server per request, bound to its unit of work."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from sqlalchemy import Connection, Row

from rostrum.accounts.users import store as users
from rostrum.ids import hashed, new_secret
from rostrum.oauth import rules, store
from rostrum.oauth.clients import Client, SignedInUser, UserIsBannedError
from rostrum.oauth.code_grant import AuthorizationRequest, Challenge, CodeGrant
from rostrum.oauth.revocation import Revocation
from rostrum.settings import TokenSettings


class RefreshToken(TokenMixin):  # type: ignore[misc]
    """A refresh token as Authlib asks about it."""

    def __init__(self, row: Row[Any]) -> None:
        self.row = row

    def check_client(self, client: Client) -> bool:
        """Whether it was given to this client."""
        return bool(self.row.client_id == client.client_id)

    def get_scope(self) -> str:
        """What it may give at most."""
        return str(self.row.scope)


class _Payload(OAuth2Request):  # type: ignore[misc]
    """Authlib's request over the fields of a JSON or form body."""

    def __init__(self, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
        # The transport is checked by whoever terminates TLS; Authlib only sees the name of the endpoint.
        super().__init__("POST", "https://token.internal/", headers=dict(headers))
        self.payload = BasicOAuth2Payload(dict(fields))

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of the body."""
        return self.payload.data  # type: ignore[no-any-return]


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
    """The password of a user for tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]

    def authenticate_user(self, username: str, password: str) -> SignedInUser:  # noqa: ARG002
        """The user whose password the endpoint has verified already, off the event loop."""
        if self.server.banned:
            raise UserIsBannedError
        if self.server.verified_user is None:
            raise InvalidGrantError(description="Invalid credentials.")
        return SignedInUser(self.server.verified_user)


class ClientCredentialsGrant(grants.ClientCredentialsGrant):  # type: ignore[misc]
    """The secret of an application for an access token."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post"]


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    """A refresh token for a new pair; a used one that comes again ends the whole family (RFC 9700, 4.14)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """The kept token; None when it is unknown, expired or was used before."""
        row = store.find_token(self.server.db, hashed(refresh_token), (store.REFRESH,), self.server.now)
        if row is None:
            return None
        if row.used_at is not None:
            self.server.reused_family = row.family
            return None
        return RefreshToken(row)

    def authenticate_user(self, refresh_token: RefreshToken) -> SignedInUser:
        """The user of the token. Raises UserIsBannedError for a switched-off account."""
        if not refresh_token.row.is_active:
            raise UserIsBannedError
        self.server.family = refresh_token.row.family
        return SignedInUser(refresh_token.row.user_id)

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Mark it as used; it stays known, so that a second use is noticed, also one at the same moment."""
        if not store.mark_used(self.server.db, refresh_token.row.hash, self.server.now):
            self.server.reused_family = refresh_token.row.family
            raise InvalidGrantError


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """Answers one request of the token endpoint inside one unit of work."""

    def __init__(self, db: Connection, now: datetime, settings: TokenSettings, known_scopes: frozenset[str]) -> None:
        super().__init__()
        self.db = db
        self.now = now
        self.verified_user: str | None = None
        self.banned = False
        self.family = secrets.token_hex(16)
        self.reused_family: str | None = None
        self._settings = settings
        self._known_scopes = known_scopes
        self._client: Client | None = None
        self.register_grant(PasswordGrant)
        self.register_grant(ClientCredentialsGrant)
        self.register_grant(RefreshGrant)
        self.register_grant(CodeGrant, [Challenge(required=True)])
        self.register_endpoint(Revocation)
        self.register_token_generator("default", self._generate)

    def query_client(self, client_id: str) -> Client | None:
        """The application, or the built-in client."""
        if client_id == rules.USERS_CLIENT:
            self._client = Client(client_id, None, rules.scope_text(self._known_scopes), [])
        else:
            row = store.find_application(self.db, client_id)
            self._client = row and Client(row.client_id, row.secret_hash, row.scope, row.redirect_uris, row.name)
        return self._client

    def validate_requested_scope(self, scope: str | None) -> None:
        """Refuse unknown and excess names (decision 6)."""
        if scope and (self._client is None or not self._client.allows(scope)):
            raise InvalidScopeError

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Keep the hashes of what is given out."""
        common = {
            "client_id": request.client.client_id,
            "user_id": request.user.id if request.user else None,
            "scope": token["scope"],
            "family": self.family,
            "issued_at": self.now,
            "used_at": None,
        }
        if common["user_id"] is not None:
            users.hold_password(self.db, common["user_id"])  # a new password ends these tokens too, or is here already
        access_ends = self.now + timedelta(seconds=self._settings.access_seconds)
        rows = [common | {"hash": hashed(token["access_token"]), "kind": store.ACCESS, "expires_at": access_ends}]
        if "refresh_token" in token:
            ends = self.now + timedelta(seconds=self._settings.refresh_seconds)
            rows.append(common | {"hash": hashed(token["refresh_token"]), "kind": store.REFRESH, "expires_at": ends})
        store.insert_tokens(self.db, rows)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Authlib's signals have no listener here."""

    def create_oauth2_request(
        self, request: tuple[Mapping[str, str], Mapping[str, str]] | AuthorizationRequest
    ) -> OAuth2Request:
        """From the fields and headers that the endpoint read; the page makes its own."""
        return _Payload(*request) if isinstance(request, tuple) else request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, dict[str, Any]]:  # noqa: ARG002
        """The endpoint sends the headers itself."""
        return status, dict(body)

    def _generate(
        self,
        grant_type: str,  # noqa: ARG002
        client: Client,
        user: SignedInUser | None = None,  # noqa: ARG002
        scope: str | None = None,
        expires_in: int | None = None,  # noqa: ARG002
        include_refresh_token: bool = True,  # noqa: FBT001, FBT002
    ) -> dict[str, Any]:
        token: dict[str, Any] = {
            "access_token": new_secret(),
            "expires_in": self._settings.access_seconds,
            "token_type": "Bearer",
            "scope": client.get_allowed_scope(scope),
        }
        if include_refresh_token:
            token["refresh_token"] = new_secret()
        return token
