"""Declaring an API operation: one short function with its method, path, permission and range."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

from rostrum.api.fields import plain, span_of
from rostrum.api.inputs import Changes
from rostrum.api.versions import OLDEST, Span

Method = Literal["GET", "POST", "PUT", "DELETE"]
Reach = Literal["server", "user", "session", "open"]
"""Who may call: `server` applications and administrators, `user` everybody who is signed in (the operation limits what
a plain user sees), `session` a participant of the session in the path, `open` everybody, with or without a token."""


class Of(Struct, frozen=True):
    """Marks a parameter of type Changes: the body carries the written fields of this wire Struct."""

    struct: type[Struct]


class InBody(Struct, frozen=True):
    """Marks a parameter that stands in the body under its own name instead of in the query."""


class Named(Struct, frozen=True):
    """The name of a parameter on the wire where Python cannot use it (`class`)."""

    name: str


class Upload(Struct, frozen=True):
    """Marks a parameter of type bytes that comes as a file of a multipart form."""

    max_bytes: int


class Ranged(Struct, frozen=True):
    """A permission that was another one up to and including a version."""

    now: str
    was: str
    until: str

    def at(self, version: str) -> str:
        """The permission expression of `version`."""
        return self.was if Span(until=self.until).covers(version) else self.now


class Parameter(Struct, frozen=True):
    """One parameter of an operation and where it stands in the request."""

    name: str
    key: str
    source: Literal["path", "query", "body", "object", "upload"]
    type: Any
    span: Span
    required: bool
    default: Any = None
    object: Any = None
    max_bytes: int = 0


class Operation(Struct, frozen=True):
    """A declared operation. `function` is called with the unit of work and its parameters and answers a wire Struct."""

    function: Callable[..., Any]
    method: Method
    path: str
    scope: str | Ranged
    span: Span
    surface: Literal["versions", "web"]
    answer: str | None
    """The key under which the answer stands; None: the answer is the whole body."""
    returns: Any
    reach: Reach
    parameters: tuple[Parameter, ...]
    prepare: Callable[..., Awaitable[None]] | None
    """Slow work on the body (hashing a password) that must not happen inside the transaction."""
    look: Callable[..., None] | None
    """Looks up, in a transaction before that, what the slow work needs: called with the unit of work and the values."""
    cached: tuple[str, ...]
    """The topics whose revisions decide whether an encoded answer may be given again; empty: never."""
    status: int
    aliases: tuple[str, ...]
    media: str
    """The media type of the answer."""
    writes: bool
    """Whether the unit of work may change the database; a GET says so when it does."""

    @property
    def name(self) -> str:
        """The function's name; it is the operation id in OpenAPI."""
        return self.function.__name__

    def permission(self, version: str) -> str:
        """The permission expression of `version`."""
        return self.scope if isinstance(self.scope, str) else self.scope.at(version)


def operation(  # noqa: PLR0913 (the row of the operation table; every value is named at the call)
    method: Method,
    path: str,
    *,
    scope: str | Ranged = "any",
    since: str = OLDEST,
    until: str | None = None,
    answer: str | None = None,
    reach: Reach = "server",
    surface: Literal["versions", "web"] = "versions",
    prepare: Callable[..., Awaitable[None]] | None = None,
    look: Callable[..., None] | None = None,
    cached: tuple[str, ...] = (),
    status: int = 200,
    aliases: tuple[str, ...] = (),
    media: str = "application/json",
    writes: bool | None = None,
) -> Callable[[Callable[..., Any]], Operation]:
    """Declare an operation; the decorated name becomes the `Operation`, its `function` stays callable for tests."""

    def declare(function: Callable[..., Any]) -> Operation:
        hints = typing.get_type_hints(function, include_extras=True)
        return Operation(
            function=function,
            method=method,
            path=path,
            scope=scope,
            span=Span(since, until),
            surface=surface,
            answer=answer,
            returns=hints["return"],
            reach=reach,
            parameters=tuple(_parameters(function, hints, path)),
            prepare=prepare,
            look=look,
            cached=cached,
            status=status,
            aliases=aliases,
            media=media,
            writes=method != "GET" if writes is None else writes,
        )

    return declare


def _parameters(function: Callable[..., Any], hints: dict[str, Any], path: str) -> typing.Iterator[Parameter]:
    signature = list(inspect.signature(function).parameters.values())
    for parameter in signature[1:]:
        type_, marks = plain(hints[parameter.name])
        named = next((mark.name for mark in marks if isinstance(mark, Named)), parameter.name)
        of = next((mark for mark in marks if isinstance(mark, Of)), None)
        upload = next((mark for mark in marks if isinstance(mark, Upload)), None)
        required = parameter.default is inspect.Parameter.empty
        source = _source(f"{{{named}}}" in path, of, upload, marks)
        if source == "path" and getattr(type_, "__supertype__", type_) is not str:  # or a NewType of it
            message = f"{path}: what stands in a path is text, {named} is read as {type_}"
            raise TypeError(message)
        yield Parameter(
            name=parameter.name,
            key=named,
            source=source,
            type=dict if type_ is Changes else type_,
            span=span_of(marks),
            required=required,
            default=None if required else parameter.default,
            object=of.struct if of else None,
            max_bytes=upload.max_bytes if upload else 0,
        )


def _source(
    in_path: bool,  # noqa: FBT001
    of: Of | None,
    upload: Upload | None,
    marks: tuple[Any, ...],
) -> Literal["path", "query", "body", "object", "upload"]:
    if any(isinstance(mark, InBody) for mark in marks):
        return "body"
    if in_path:
        return "path"
    if of:
        return "object"
    return "upload" if upload else "query"
