"""Who asks for tokens: applications, the public client of the users, and the person behind a request."""

from __future__ import annotations

import secrets

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.errors import InvalidGrantError

from rostrum.ids import hashed
from rostrum.oauth import rules


class UserIsBannedError(InvalidGrantError):  # type: ignore[misc]
    """The account is switched off."""

    description = "User is banned."


class Client(ClientMixin):  # type: ignore[misc]
    """An application, or the public client of the users."""

    def __init__(
        self, client_id: str, secret_hash: str | None, scope: str, redirect_uris: list[str], name: str = ""
    ) -> None:
        self.client_id = client_id
        self.name = name
        self._secret_hash = secret_hash
        self._scope = scope
        self._redirect_uris = redirect_uris

    @property
    def is_public(self) -> bool:
        """Whether it runs where nothing can be kept secret."""
        return self._secret_hash is None

    def get_client_id(self) -> str:
        """The client id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """The registered address where there is only one."""
        return self._redirect_uris[0] if len(self._redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str:
        """The requested names; all of the client's without a request."""
        return scope or self._scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether this very address is registered."""
        return redirect_uri in self._redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return self._secret_hash is not None and secrets.compare_digest(hashed(client_secret), self._secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        """Users sign in without the secret of the client: the page asks for it with client_credentials only."""
        return method == "none" or self._secret_hash is not None

    def check_grant_type(self, grant_type: str) -> bool:
        """Users sign in through their built-in client or a known application; codes go to registered addresses only."""
        known = not self.is_public or self.client_id == rules.USERS_CLIENT
        return {
            "client_credentials": not self.is_public,
            "password": known,
            "refresh_token": True,
            "authorization_code": bool(self._redirect_uris),
        }.get(grant_type, False)

    def check_response_type(self, response_type: str) -> bool:
        """Codes are given to who has a registered address."""
        return response_type == "code" and bool(self._redirect_uris)

    def allows(self, scope: str) -> bool:
        """Whether every requested name is the client's."""
        return rules.scope_set(scope) <= rules.scope_set(self._scope)


class SignedInUser:
    """The user whose password was verified before the unit of work began."""

    def __init__(self, user_id: str) -> None:
        self.id = user_id
