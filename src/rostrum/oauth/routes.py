"""The addresses of OAuth 2: tokens, their revocation, the page of consent, and the document that names them all."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rostrum.api.cross_origin import ANY_ORIGIN, may_read
from rostrum.db.database import Database
from rostrum.oauth.endpoint import TokenEndpoint
from rostrum.oauth.page import PATH, AuthorizePage
from rostrum.oauth.sign_in import Record, SignIn
from rostrum.settings import Settings

TOKEN, REVOKE = "/oauth2/v1/token", "/oauth2/v1/revoke"
_ANY = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]


def routes(settings: Settings, database: Database, known_scopes: frozenset[str], record: Record) -> list[BaseRoute]:
    """All of them; `record` tells the event log."""
    sign_in = SignIn(settings, database, record)
    tokens = TokenEndpoint(settings, database, known_scopes, sign_in)
    page = AuthorizePage(database, tokens.new_server, sign_in, record)

    async def metadata(request: Request) -> Response:
        if request.method == "OPTIONS":
            return may_read(request.headers)
        base = settings.server.public_url or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
        content = msgspec.json.encode(_metadata(base, known_scopes))
        return Response(content, media_type="application/json", headers=ANY_ORIGIN)

    return [
        *(Route(path, tokens.answer, methods=_ANY) for path in (TOKEN, f"{TOKEN}/")),
        *(Route(path, tokens.revoke, methods=_ANY) for path in (REVOKE, f"{REVOKE}/")),
        Route(PATH, page.answer, methods=["GET", "POST"]),
        Route("/.well-known/oauth-authorization-server", metadata, methods=["GET", "OPTIONS"]),
    ]


def _metadata(base: str, known_scopes: frozenset[str]) -> dict[str, object]:
    """What a program needs to know of this server (RFC 8414)."""
    authentication = ["client_secret_basic", "client_secret_post", "none"]
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}{PATH}",
        "token_endpoint": f"{base}{TOKEN}",
        "revocation_endpoint": f"{base}{REVOKE}",
        "scopes_supported": sorted(known_scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", "password", "refresh_token"],
        "token_endpoint_auth_methods_supported": authentication,
        "revocation_endpoint_auth_methods_supported": authentication,
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": ["en", "ru"],
        "service_documentation": f"{base}/api/docs",
    }
