"""Sending files that are kept elsewhere: through us with ranges, or by sending the reader there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import Scope, Send

from rostrum.api.answers import Elsewhere, Redirect
from rostrum.api.errors import ApiError, ErrorDetail

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


async def send_redirect(answer: Redirect, own: Mapping[str, str], send: Send) -> None:
    """Send the reader to another address."""
    await _start(send, 302, {**own, "location": answer.url, "content-length": "0"})
    await send({"type": "http.response.body", "body": b""})


async def send_elsewhere(answer: Elsewhere, own: Mapping[str, str], scope: Scope, send: Send) -> None:
    """Send a file or a part of it; `own` are headers of every answer. Raises ApiError for a range that is none,
    and where the file cannot be had.
    """
    headers = Headers(scope=scope)
    # Nothing is known by which If-Range could find the file unchanged.
    asked = None if "if-range" in headers else range_of(headers)
    part = wanted(asked, answer.size) if asked and "," not in asked else None
    start, end = part or (0, answer.size)
    fields = {
        **own,
        "content-type": answer.content_type,
        "content-length": str(end - start),
        "content-disposition": f"attachment; filename*=utf-8''{quote(answer.name, safe='')}",
        "accept-ranges": "bytes",
    }
    if part is not None:
        fields["content-range"] = f"bytes {start}-{end - 1}/{answer.size}"
    pieces = answer.read(start, start if scope["method"] == "HEAD" else end)
    first = await anext(pieces, b"")  # before anything is promised
    await _start(send, 200 if part is None else 206, fields)
    await send({"type": "http.response.body", "body": first, "more_body": True})
    with contextlib.suppress(ApiError):  # a body that ends too early is all that can be said by now
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def range_of(headers: Headers) -> str | None:
    """The Range header, if it is about bytes; one of another unit is as good as none (RFC 9110, 14.2)."""
    asked = headers.get("range")
    unit, given, _range = (asked or "").partition("=")
    return asked if given and unit.strip().lower() == "bytes" else None


def wanted(asked: str, size: int) -> tuple[int, int]:
    """The part of a file that a Range header asks for, from the first byte up to one behind the last.

    Raises ApiError: 400 for what is no range, 416 for one behind the end.
    """
    read = _RANGE.fullmatch(asked.replace(" ", ""))
    first, last = (read[1], read[2]) if read else ("", "")
    if not (first or last) or (first and last and int(first) > int(last)):
        raise _refused(400, size)
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise _refused(416, size)
    return start, end


def _refused(status: int, size: int) -> ApiError:
    extra = {"Content-Range": f"bytes */{size}"} if status == 416 else {}  # noqa: PLR2004 (the status just given)
    return ApiError(status, [ErrorDetail("invalidRange", "The file has no such range.")], extra)


async def _start(send: Send, status: int, fields: Mapping[str, str]) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
