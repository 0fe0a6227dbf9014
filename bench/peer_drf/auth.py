"""Tokens and scopes."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

import hashlib
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bench.peer_drf.models import AccessToken


class TokenAuthentication(BaseAuthentication):
    """Takes `?access_token=` and `Authorization: Bearer`; one query a request."""

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        """The account (none for an application) and the token."""
        given = request.query_params.get("access_token") or _bearer(request)
        if not given:
            return None
        digest = hashlib.sha256(given.encode()).hexdigest()
        token = AccessToken.objects.select_related("user").filter(hash=digest).first()
        if token is None or (token.expires_at is not None and token.expires_at <= timezone.now()):
            message = "Access token is invalid."
            raise AuthenticationFailed(message, code="accessTokenInvalid")
        return token.user, token


class HasScope(BasePermission):
    """Asks that the token has one of the scopes that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the call is allowed."""
        if request.auth is None:
            return False
        return not view.scopes[request.method].isdisjoint(request.auth.scope.split())


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
