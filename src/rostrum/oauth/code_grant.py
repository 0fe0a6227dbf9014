"""The authorization code: a person's consent on our page, exchanged once, within a minute, for tokens (RFC 6749, 4.1).

PKCE (RFC 7636) with S256 holds for everybody who begins with it, and public clients have to begin with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, OAuth2Request, grants
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from sqlalchemy import Row

from rostrum.ids import hashed, new_secret
from rostrum.oauth import store
from rostrum.oauth.clients import Client, SignedInUser, UserIsBannedError

CODE_LIFE = timedelta(seconds=60)


class AuthorizationRequest(OAuth2Request):  # type: ignore[misc]
    """Authlib's request over the query of the page's address, where no name may stand twice."""

    def __init__(self, query: Mapping[str, str], repeated: Mapping[str, list[str]]) -> None:
        super().__init__("GET", "https://authorize.internal/")
        self.payload = BasicOAuth2Payload(dict(query))
        self.payload.datalist.update(repeated)


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A kept code as Authlib asks about it."""

    def __init__(self, row: Row[Any]) -> None:
        self.row = row
        self.code_challenge = row.code_challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str | None:
        """Where the code was sent to, if the request said it."""
        return self.row.redirect_uri  # type: ignore[no-any-return]

    def get_scope(self) -> str:
        """What the person agreed to."""
        return str(self.row.scope)


class Challenge(CodeChallenge):  # type: ignore[misc]
    """S256 only; the plain method protects from nobody who reads the request."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = ["S256"]

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse a challenge without S256, and a public client without a challenge."""
        given = grant.request.payload.data
        if given.get("code_challenge") and given.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Only 'code_challenge_method=S256' is supported.")
        if grant.request.client.is_public and not given.get("code_challenge"):
            raise InvalidRequestError("A public client has to send a 'code_challenge'.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Gives codes on consent and takes them for tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuth2Request, client: Client) -> str:
        """The registered address, compared character by character; may be left out where there is only one."""
        given = request.payload.redirect_uri
        found = given or client.get_default_redirect_uri()
        if not found or not client.check_redirect_uri(found):
            raise InvalidRequestError("This 'redirect_uri' is not registered.")
        return str(found)

    def authenticate_token_endpoint_client(self) -> Client:
        """Who has a secret must show it."""
        client: Client = super().authenticate_token_endpoint_client()
        if self.request.auth_method == "none" and not client.is_public:
            raise InvalidClientError(status_code=401, description="The client has to authenticate.")
        return client

    def generate_authorization_code(self) -> str:
        """A secret like every other."""
        return new_secret()

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep its hash, and what it stands for."""
        store.insert_code(
            self.server.db,
            hash=hashed(code),
            client_id=request.client.client_id,
            user_id=request.user.id,
            redirect_uri=request.payload.redirect_uri or None,
            scope=request.scope,
            code_challenge=request.payload.data.get("code_challenge") or None,
            family=secrets.token_hex(16),
            expires_at=self.server.now + CODE_LIFE,
            used_at=None,
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """The code if it is good; a used one that comes again ends everything that it gave."""
        row = store.find_code(self.server.db, hashed(code), client.client_id)
        if row is None:
            return None
        if row.used_at is not None:
            self.server.reused_family = row.family
            return None
        return Code(row) if row.expires_at > self.server.now else None

    def authenticate_user(self, authorization_code: Code) -> SignedInUser:
        """The person who agreed. Raises UserIsBannedError for a switched-off account."""
        if not authorization_code.row.is_active:
            raise UserIsBannedError
        self.server.family = authorization_code.row.family
        return SignedInUser(authorization_code.row.user_id)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Mark it as used; of two exchanges at the same moment one finds it used."""
        if not store.use_code(self.server.db, authorization_code.row.hash, self.server.now):
            self.server.reused_family = authorization_code.row.family
            raise InvalidGrantError(description="Invalid code.")
