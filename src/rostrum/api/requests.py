"""Reading a request: token, query, path and body, in every form that clients send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from rostrum.api import errors
from rostrum.api.errors import ErrorDetail, problem
from rostrum.api.inputs import Changes, read_fields, read_value
from rostrum.api.routes import Route

_MAX_FORM_FIELDS = 100
NUL = "\0"
"""PostgreSQL keeps no text that holds it, so it is refused on every database."""


def token_of(query: Mapping[str, str], authorization: str | None) -> str | None:
    """The access token of a request: `Authorization: Bearer` or `?access_token=`; both forms may meet in one client."""
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    return query.get("access_token") or None


def query_of(query_string: bytes) -> dict[str, str]:
    """The query parameters that have a value: an empty one counts as absent. The last of a repeated name wins."""
    given = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=False))
    wrong = [errors.invalid(name, "The value holds a NUL character") for name, value in given.items() if NUL in value]
    if wrong:
        raise errors.wrong(wrong)
    return given


async def body_of(request: Request, route: Route, max_bytes: int) -> dict[str, Any]:
    """The fields of a request body: JSON under any content type, a form, or a multipart form with files.

    Raises `requestTooLarge` and `invalidJson`. An empty body and a JSON string are a body without fields.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        return await _multipart(request, max(max_bytes, route.upload.max_bytes if route.upload else 0))
    raw = await _read(request, max_bytes)
    text = raw.strip()
    if not text:
        return {}
    if holds_nul(text):
        raise problem("invalidRequest")
    if content_type == "application/x-www-form-urlencoded" and text[:1] not in b'{["':
        form = dict(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True))
        return {name: value.replace(NUL, "") for name, value in form.items()}
    try:
        given = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise problem("invalidJson") from error
    return given if isinstance(given, dict) else {}


def holds_nul(text: bytes) -> bool:
    """Whether a body carries a NUL character, as it is or escaped."""
    return b"\0" in text or b"\\u0000" in text


def arguments(route: Route, path: list[str], query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    """What the operation's function is called with. Raises one error that names every wrong parameter."""
    given: dict[str, Any] = dict(zip((parameter.name for parameter in route.path), path, strict=True))
    wrong: list[ErrorDetail] = []
    for parameter in route.query:
        if parameter.key not in query:
            if parameter.required:
                wrong.append(errors.missing(parameter.key))
            continue
        try:
            given[parameter.name] = read_value(query[parameter.key], parameter.type)
        except msgspec.ValidationError as error:
            wrong.append(errors.invalid(parameter.key, str(error)))
    fields, wrong_fields = read_fields(route.body, body)
    wrong.extend(wrong_fields)
    if route.upload is not None:
        file = body.get(route.upload.key)
        if isinstance(file, bytes):
            given[route.upload.name] = file
        else:
            wrong.append(errors.missing(route.upload.key))
    if wrong:
        raise errors.wrong(wrong)
    if route.object_name is not None:
        own = {parameter.name for parameter in route.operation.parameters if parameter.source == "body"}
        given |= {name: value for name, value in fields.items() if name in own}
        given[route.object_name] = Changes({name: value for name, value in fields.items() if name not in own})
        return given
    return given | fields


async def _read(request: Request, max_bytes: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise problem("requestTooLarge", limit=max_bytes)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise problem("requestTooLarge", limit=max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


async def _multipart(request: Request, max_bytes: int) -> dict[str, Any]:
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > max_bytes:
        raise problem("requestTooLarge", limit=max_bytes)
    fields: dict[str, Any] = {}
    try:
        async with request.form(max_files=4, max_fields=_MAX_FORM_FIELDS, max_part_size=max_bytes) as form:
            for name, value in form.multi_items():
                fields[name] = await value.read() if isinstance(value, UploadFile) else value
    except (HTTPException, MultiPartException) as error:
        raise problem("invalidRequest") from error
    return fields
