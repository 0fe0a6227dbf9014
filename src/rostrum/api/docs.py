"""Each version's OpenAPI document, and a page to try it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from rostrum.api import docs_page
from rostrum.api.cross_origin import ANY_ORIGIN, may_read
from rostrum.api.errors import problem
from rostrum.api.openapi import document
from rostrum.api.routes import RouteTable

_DOCUMENT = re.compile(r"/api/(docs|[^/]+/openapi\.json)/?")


def is_document(path: str) -> bool:
    """Whether a path below /api/ is documentation and no operation."""
    return _DOCUMENT.fullmatch(path) is not None


def routes(tables: dict[str, RouteTable]) -> list[BaseRoute]:
    """The addresses of the documents and of the page."""

    @cache
    def encoded(version: str) -> bytes:
        return msgspec.json.format(msgspec.json.encode(document(tables[version])), indent=1)

    async def openapi(request: Request) -> Response:
        if request.method == "OPTIONS":
            return may_read(request.headers)
        version = request.path_params["version"]
        if version not in tables:
            error = problem("routeNotFound")
            return Response(error.body(), error.status, media_type="application/json")
        return Response(encoded(version), media_type="application/json", headers=ANY_ORIGIN)

    async def page(_request: Request) -> Response:
        return HTMLResponse(docs_page.html(list(tables)))

    endpoint: Callable[[Request], Awaitable[Response]] = page
    return [Route("/api/{version}/openapi.json", openapi, methods=["GET", "OPTIONS"]), Route("/api/docs", endpoint)]
