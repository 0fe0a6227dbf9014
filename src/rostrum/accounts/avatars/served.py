"""The public address of avatars. A picture's name never comes back for another one, so browsers keep it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rostrum.accounts.avatars import store
from rostrum.api.errors import problem
from rostrum.db.database import Database

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def route(database: Database) -> Route:
    """GET /avatars/{name}."""

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        tag = f'"{name}"'
        found = None
        if "\0" not in name:
            found = await database.run(lambda db: store.find(db, name), write=False)
        if found is None:
            error = problem("routeNotFound")
            return Response(error.body(), error.status, media_type="application/json")
        headers = _HEADERS | {"ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content, content_type = found
        return Response(content, headers=headers, media_type=content_type)

    return Route("/avatars/{name}", picture)
