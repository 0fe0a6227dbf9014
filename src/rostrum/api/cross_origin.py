"""What lets pages of other origins read our answers. Tokens travel in headers, so nobody's cookies are at stake."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response

ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def preflight(headers: Headers, methods: str = "GET, POST, PUT, DELETE, OPTIONS") -> dict[str, str]:
    """The headers of the answer to a browser that asks whether another origin's page may call."""
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": headers.get("access-control-request-headers") or "authorization, content-type",
        "Access-Control-Max-Age": "86400",
    }


def may_read(headers: Headers) -> Response:
    """The answer to a preflight about a public document."""
    return Response(status_code=204, headers=ANY_ORIGIN | preflight(headers, "GET, OPTIONS"))
