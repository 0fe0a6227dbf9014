"""Compiling operations: one route table per version, found by walking the segments of a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from rostrum.api.answers import Body, Download, Plain
from rostrum.api.errors import problem
from rostrum.api.fields import Down, shape
from rostrum.api.inputs import InputField, body_fields
from rostrum.api.operation import Operation, Parameter
from rostrum.api.scopes import permission
from rostrum.api.versions import VERSIONS, WEB


class Route(Struct, frozen=True):
    """One operation as one version has it."""

    operation: Operation
    version: str
    permission: str
    query: tuple[Parameter, ...]
    path: tuple[Parameter, ...]
    body: tuple[InputField, ...]
    object_name: str | None
    """The function's parameter that takes the fields of an object from the body."""
    upload: Parameter | None
    down: Down | None
    answer_type: Any


class _Node:
    """A place in the tree of path segments."""

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.routes: dict[str, Route] = {}


class RouteTable:
    """All routes of one version."""

    def __init__(self, version: str, operations: Iterable[Operation]) -> None:
        self.version = version
        self.routes: list[Route] = []
        self._root = _Node()
        for operation in operations:
            if _belongs(operation, version):
                route = _compile(operation, version)
                self.routes.append(route)
                for path in (operation.path, *operation.aliases):
                    self._add(path, route)

    def find(self, method: str, path: str) -> tuple[Route, list[str]]:
        """The route for a raw (still percent-encoded) path below the version, and its decoded path values.

        Segments are split before they are decoded, so an id may hold `%2F`. A trailing slash counts for nothing.
        Raises `routeNotFound`, or `methodNotAllowed` with the allowed methods.
        """
        node, values = self._root, []
        for segment in path.strip("/").split("/"):
            text = unquote(segment)
            if "\0" in text:
                raise problem("routeNotFound")
            known = node.fixed.get(text)
            if known is not None:
                node = known
            elif node.any is not None and text:
                node = node.any
                values.append(text)
            else:
                raise problem("routeNotFound")
        if not node.routes:
            raise problem("routeNotFound")
        route = node.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            error = problem("methodNotAllowed")
            error.headers["Allow"] = ", ".join(sorted(node.routes))
            raise error
        return route, values

    def _add(self, path: str, route: Route) -> None:
        node = self._root
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.fixed.setdefault(segment, _Node())
        if route.operation.method in node.routes:
            message = f"{route.operation.method} {path} is declared twice in {self.version}"
            raise ValueError(message)
        node.routes[route.operation.method] = route


def compile_tables(operations: Iterable[Operation]) -> dict[str, RouteTable]:
    """One route table per version and one for the web app, from the declarations."""
    declared = list(operations)
    return {version: RouteTable(version, declared) for version in (*VERSIONS, WEB)}


def operations_of(*modules: Any) -> Iterator[Operation]:
    """The operations that modules declare, in the order of their declaration."""
    for module in modules:
        yield from (value for value in vars(module).values() if isinstance(value, Operation))


def _belongs(operation: Operation, version: str) -> bool:
    if operation.surface == "web":
        return version == WEB
    return version != WEB and operation.span.covers(version)


def _compile(operation: Operation, version: str) -> Route:
    expression = operation.permission(version)
    permission(expression)  # an expression that cannot be read stops the start
    parameters = [parameter for parameter in operation.parameters if parameter.span.covers(version)]
    answered = shape(operation.returns, version)
    taken = next((parameter for parameter in parameters if parameter.source == "object"), None)
    body = [*(body_fields(taken.object, operation.method, version) if taken else ())]
    body += [
        InputField(parameter.name, parameter.key, parameter.type, None, parameter.required)
        for parameter in parameters
        if parameter.source == "body"
    ]
    return Route(
        operation=operation,
        version=version,
        permission=expression,
        query=tuple(parameter for parameter in parameters if parameter.source == "query"),
        path=tuple(parameter for parameter in parameters if parameter.source == "path"),
        body=tuple(body),
        object_name=taken.name if taken else None,
        upload=next((parameter for parameter in parameters if parameter.source == "upload"), None),
        down=answered.down,
        answer_type=answered.type,
    )


def encode(route: Route, value: Any) -> Body:
    """The body of an answer: JSON in the route's version, nothing where nothing is declared, other formats as is."""
    if route.operation.returns is type(None):
        return b""
    if isinstance(value, Plain | Download):
        return value
    shown = value if route.down is None or value is None else route.down(value)
    key = route.operation.answer
    return msgspec.json.encode({key: shown} if key else shown)
