"""Taking tokens back (RFC 7009)."""

from __future__ import annotations

from typing import Any, ClassVar

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from sqlalchemy import Row

from rostrum.ids import hashed
from rostrum.oauth import store
from rostrum.oauth.clients import Client


class KnownToken:
    """A kept token as Authlib asks about it."""

    def __init__(self, row: Row[Any]) -> None:
        self.row = row

    def check_client(self, client: Client) -> bool:
        """Whether it was given to this client."""
        return bool(self.row.client_id == client.client_id)


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """An access token ends alone, a refresh token with everything that came from the same sign-in."""

    CLIENT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]

    def check_params(self, request: OAuth2Request, client: Client) -> None:  # noqa: ARG002
        """Only the token has to be there: a hint that is wrong or unknown changes nothing (RFC 7009, 2.1)."""
        if "token" not in request.form:
            raise InvalidRequestError

    def query_token(self, token_string: str, token_type_hint: str | None) -> KnownToken | None:  # noqa: ARG002
        """The token, whatever the hint says; an unknown one is as good as revoked."""
        row = store.find_token(self.server.db, hashed(token_string), (store.ACCESS, store.REFRESH), self.server.now)
        return None if row is None else KnownToken(row)

    def revoke_token(self, token: KnownToken, request: OAuth2Request) -> None:  # noqa: ARG002
        """End it."""
        if token.row.kind == store.REFRESH:
            store.delete_family(self.server.db, token.row.family)
        else:
            store.delete_token(self.server.db, token.row.hash)
