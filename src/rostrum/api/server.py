"""The ASGI application of the API: find the route, run the operation in its unit of work, answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import structlog
from msgspec import Struct
from sqlalchemy import Connection
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from rostrum.api import requests
from rostrum.api.answers import Body, Download, Elsewhere, FileAnswer, Plain, Redirect
from rostrum.api.cache import AnswerCache
from rostrum.api.cross_origin import preflight
from rostrum.api.elsewhere import send_elsewhere, send_redirect
from rostrum.api.errors import ApiError, ErrorDetail, problem
from rostrum.api.here import send_here
from rostrum.api.routes import Route, RouteTable, encode
from rostrum.api.work import Caller, Deferred, EngineKeys, Happening, Links, Work
from rostrum.db import revisions
from rostrum.db.database import Database
from rostrum.settings import Settings

log = structlog.get_logger()

MINUTE = "minute"
"""A topic that changes with the clock: for answers that show the next start of a weekly schedule."""
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


class Authenticator(Protocol):
    """Tells who stands behind a token."""

    def caller(self, db: Connection, token: str | None, now: datetime, revision: int) -> Caller:
        """The caller of a token; `nobody` for none, an unknown or an expired one."""


class Services(Struct):
    """What the API needs of the rest of the server."""

    settings: Settings
    database: Database
    authenticator: Authenticator
    defer: Callable[[list[Deferred]], None]
    """Takes what a committed unit of work wants done."""
    engine_keys: Callable[[], EngineKeys | None]
    data_dir: Path
    listeners: Mapping[type[Happening], Sequence[Callable[[Work, Any], None]]]


class ApiServer:
    """Serves `/{version}/…` for every version and `/web/…`."""

    def __init__(self, tables: dict[str, RouteTable], services: Services) -> None:
        self._tables = tables
        self._services = services
        self._cache = AnswerCache(services.settings.limits.answer_cache)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; `scope["raw_path"]` starts with `/api/`."""
        headers = Headers(scope=scope)
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, b"", preflight(headers))
                return
            status, answer = await self._answer(scope, receive, headers)
            if isinstance(answer, Download):
                await send_file(answer, scope, receive, send)
                return
            body, extra = (answer, {}) if isinstance(answer, bytes) else _plain(answer)
        except ApiError as error:
            status, body, extra = error.status, error.body(), error.headers
        except ClientDisconnect:
            return
        except Exception:
            log.exception("request failed", method=scope["method"], path=scope["path"])
            failure = ApiError(500, [ErrorDetail("internalError", "Internal Server Error")])
            status, body, extra = failure.status, failure.body(), {}
        await respond(send, status, b"" if scope["method"] == "HEAD" else body, extra, length=len(body))

    async def _answer(self, scope: Scope, receive: Receive, headers: Headers) -> tuple[int, Body]:
        raw_path: str = scope["raw_path"].decode("latin-1")
        version, _, path = raw_path.removeprefix("/api/").partition("/")
        table = self._tables.get(version)
        if table is None:
            raise problem("routeNotFound")
        route, values = table.find(scope["method"], path)
        query = requests.query_of(scope["query_string"])
        token = requests.token_of(query, headers.get("authorization"))
        body: Mapping[str, Any] = {}
        if scope["method"] in {"POST", "PUT"}:
            body = await requests.body_of(Request(scope, receive), route, self._services.settings.server.max_body)
        client = scope.get("client")
        given = Given(values, query, body, token, self._links(scope, headers), client[0] if client else "")
        return route.operation.status, await Call(route, given, self._services, self._cache).run()

    def _links(self, scope: Scope, headers: Headers) -> Links:
        host = headers.get("host", "")
        if not _HOST.fullmatch(host):
            host = "localhost"  # it stands in links and frames that we make
        base = f"{scope['scheme']}://{host}"
        return Links(base, self._services.settings.server.public_url or base)


class Given(Struct, frozen=True):
    """What a request carries."""

    path: list[str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    token: str | None
    links: Links
    client: str


class Call:
    """One call of one operation."""

    def __init__(self, route: Route, given: Given, services: Services, cache: AnswerCache) -> None:
        self._route = route
        self._given = given
        self._services = services
        self._cache = cache
        self._work: Work | None = None

    async def run(self) -> Body:
        """The encoded answer. What the unit of work wants done afterwards is handed on once it is committed."""
        try:
            answer = await self._carry_out()
        except ApiError:
            if self._work is not None and self._work.if_refused:
                units = self._work.if_refused
                await self._services.database.run(lambda db: self._keep(db, units))
            raise
        if self._work is not None and self._work.after_commit:
            self._services.defer(self._work.after_commit)
        return answer

    async def _carry_out(self) -> Body:
        operation = self._route.operation
        run = self._services.database.run
        if operation.prepare is not None:
            prepared = await run(self._check, write=False)
            await operation.prepare(prepared, self._services.settings)
            return await run(lambda db: self._perform(self._begin(db), prepared))
        if not operation.writes:
            return await run(self._read, write=False)
        return await run(lambda db: self._perform(self._begin(db), None))

    def _keep(self, db: Connection, units: list[Callable[[Work], None]]) -> None:
        work = self._begin(db)
        for unit in units:
            unit(work)

    def _begin(self, db: Connection, stamps: dict[str, int] | None = None) -> Work:
        now = datetime.fromtimestamp(time.time(), UTC)
        numbers = revisions.read(db) if stamps is None else stamps
        caller = self._services.authenticator.caller(db, self._given.token, now, numbers.get("tokens", 0))
        caller.check(self._route.permission, self._route.operation.reach)
        self._work = Work(
            db,
            now,
            self._services.settings,
            caller,
            self._given.links,
            invoker_ip=self._given.client,
            engine_keys=self._services.engine_keys(),
            data_dir=self._services.data_dir,
            listeners=self._services.listeners,
        )
        return self._work

    def _check(self, db: Connection) -> dict[str, Any]:
        work = self._begin(db)
        given = self._arguments()
        if self._route.operation.look is not None:
            self._route.operation.look(work, given)
        return given

    def _arguments(self) -> dict[str, Any]:
        return requests.arguments(self._route, self._given.path, self._given.query, self._given.body)

    def _perform(self, work: Work, prepared: dict[str, Any] | None) -> Body:
        given = self._arguments() if prepared is None else prepared
        return encode(self._route, self._route.operation.function(work, **given))

    def _read(self, db: Connection) -> Body:
        topics = self._route.operation.cached
        stamps = revisions.read(db)
        work = self._begin(db, stamps)
        if not topics:
            return self._perform(work, None)
        key = self._cache_key(work)
        stamps[MINUTE] = int(work.now.timestamp()) // 60
        stamp = tuple([stamps.get(topic, 0) for topic in topics])
        kept = self._cache.get(key, stamp)
        if kept is not None:
            return kept
        made = self._perform(work, None)
        if isinstance(made, bytes):
            self._cache.put(key, stamp, made)
        return made

    def _cache_key(self, work: Work) -> tuple[Any, ...]:
        reach = None if work.caller.kind == "application" else work.caller.user_id
        given = tuple([item for item in self._given.query.items() if item[0] != "access_token"])
        return (
            self._route.version,
            self._route.operation.name,
            tuple(self._given.path),
            given,
            self._given.links,
            reach,
        )


_EVERY_ANSWER = {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


async def respond(
    send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None, *, length: int | None = None
) -> None:
    """Send an answer with the headers that every API answer carries unless it has its own; JSON if it says nothing.

    Browsers of any origin may read it.
    """
    size = len(body) if length is None else length
    fields = _EVERY_ANSWER | {"content-length": str(size)}
    if not size:
        del fields["content-type"]
    fields |= {name.lower(): value for name, value in (headers or {}).items()}
    sent = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


def _plain(answer: Plain) -> tuple[bytes, dict[str, str]]:
    return answer.content, {"content-type": answer.content_type} | answer.headers


async def send_file(answer: Download, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a file, wherever it is: whole or in parts. A range that is none is an error like others."""
    own = {name: value for name, value in _EVERY_ANSWER.items() if name != "content-type"}
    if isinstance(answer, Redirect):
        await send_redirect(answer, own, send)
        return
    if isinstance(answer, Elsewhere):
        await send_elsewhere(answer, own, scope, send)
        return
    assert isinstance(answer, FileAnswer)
    await send_here(answer, own, scope, receive, send)
