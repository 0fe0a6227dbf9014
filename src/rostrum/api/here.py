"""Sending files of this machine: whole, in parts, or not again to whoever has them already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Message, Receive, Scope, Send

from rostrum.api.answers import FileAnswer
from rostrum.api.elsewhere import range_of
from rostrum.api.errors import ApiError, ErrorDetail

_CONDITIONS = StaticFiles()
"""Knows what `If-None-Match` and `If-Modified-Since` mean; it serves nothing."""


async def send_here(answer: FileAnswer, own: Mapping[str, str], scope: Scope, receive: Receive, send: Send) -> None:
    """Send a file or a part of it; `own` are headers of every answer. Raises ApiError for a range that is none."""
    asked = Headers(scope=scope)
    known = await to_thread.run_sync(os.stat, answer.path)
    response = FileResponse(
        answer.path, headers=own, media_type=answer.content_type, filename=answer.name, stat_result=known
    )
    if _CONDITIONS.is_not_modified(response.headers, asked):
        unchanged = NotModifiedResponse(response.headers)
        unchanged.headers.update(own)
        await unchanged(scope, receive, send)
        return
    if range_of(asked) is None:
        scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"range"]}
    await _sent(response, scope, receive, send)


async def _sent(response: FileResponse, scope: Scope, receive: Receive, send: Send) -> None:
    refused: list[ApiError] = []

    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.BAD_REQUEST:
            size = Headers(raw=message["headers"]).get("content-range")
            detail = ErrorDetail("invalidRange", "The file has no such range.")
            refused.append(ApiError(message["status"], [detail], {"Content-Range": size} if size else {}))
        elif not refused:
            await send(message)

    await response(scope, receive, watched)
    if refused:
        raise refused[0]
