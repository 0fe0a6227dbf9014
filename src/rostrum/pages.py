"""The pages of the web app, health and metrics, and the answers where there is nothing."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rostrum.api.errors import ApiError, problem, refused

_NOT_BUILT = (
    "<!doctype html><title>Rostrum</title><p>The web app is not built. Run <code>make web</code>, "
    "or start the server with <code>make run</code>."
)
_PAGE_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class LastingFiles(StaticFiles):
    """Files whose names carry a hash of their content: a browser keeps them for ever. The build has zipped them too."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the headers of a file that never changes."""
        zipped = "gzip" in Headers(scope=scope).get("accept-encoding", "") and self.lookup_path(f"{path}.gz")[1]
        response = await super().get_response(f"{path}.gz" if zipped else path, scope)
        if response.status_code == 200:  # noqa: PLR2004 (OK)
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers["Vary"] = "Accept-Encoding"
            if zipped:
                response.headers["Content-Encoding"] = "gzip"
                response.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return response


def web_folder() -> Path | None:
    """The built web app: inside the package, or in the checkout; None where it is not built."""
    inside = Path(__file__).parent / "web"
    checkout = Path(__file__).parents[2] / "web" / "dist"
    return next((folder for folder in (inside, checkout) if (folder / "index.html").exists()), None)


def routes(trouble: Callable[[], Awaitable[str | None]], warning: Callable[[], str | None]) -> list[BaseRoute]:
    """Health, metrics, and the one page that shows every address of the web app.

    `trouble` says why the server cannot work, `warning` what somebody should look at although it does.
    """
    folder = web_folder()

    async def live(_request: Request) -> Response:
        return _health(None)

    async def ready(_request: Request) -> Response:
        return _health(await trouble(), warning())

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def page(_request: Request) -> Response:
        if folder is None:
            return Response(_NOT_BUILT, 503, _PAGE_HEADERS, "text/html")
        return FileResponse(folder / "index.html", headers=_PAGE_HEADERS)

    found: list[BaseRoute] = [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
        *(
            Route(path, page)
            for path in (
                "/",
                "/c/{conference_id}",
                "/c/{conference_id}/live",
                "/c/{conference_id}/register",
                "/webrtc/{conference_id}",
                "/recordings",
                "/recordings/{recording_id}",
            )
        ),
    ]
    if folder is not None:
        found.append(Mount("/assets", app=LastingFiles(directory=folder / "assets")))
        found += [
            Route(f"/{file.name}", _file(file))
            for file in folder.iterdir()
            if file.is_file() and file.name != "index.html"
        ]
    return found


def _file(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        return FileResponse(path, headers=_PAGE_HEADERS)

    return endpoint


def _health(trouble: str | None, warning: str | None = None) -> Response:
    body = {"status": "ok"} if trouble is None else {"status": "unavailable", "reason": trouble}
    if warning is not None:
        body["warning"] = warning
    return Response(msgspec.json.encode(body), 200 if trouble is None else 503, media_type="application/json")


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _documented(problem("routeNotFound"))


async def _wrong_method(_request: Request, _error: Exception) -> Response:
    return _documented(problem("methodNotAllowed"))


async def _failed(_request: Request, _error: Exception) -> Response:
    return _documented(refused("internalError", "Internal Server Error", 500))


def _documented(error: ApiError) -> Response:
    return Response(error.body(), error.status, error.headers, "application/json")


FAULTS: dict[Any, Any] = {404: _not_found, 405: _wrong_method, 500: _failed}
"""What is answered outside of the API where no address leads, in the API's shape."""
