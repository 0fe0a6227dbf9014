"""The OpenAPI 3.1 document of a version, made from the same declarations that answer its requests."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import NODEFAULT

from rostrum import __version__
from rostrum.api.answers import Download, FileAnswer, Plain
from rostrum.api.errors import ErrorAnswer
from rostrum.api.inputs import InputField
from rostrum.api.operation import Parameter
from rostrum.api.routes import Route, RouteTable
from rostrum.api.scopes import names
from rostrum.api.versions import WEB

_REF = "#/components/schemas/{name}"


def document(table: RouteTable) -> dict[str, Any]:
    """The document of one version, as JSON values."""
    types = list(_types(table.routes))
    schemas, components = _portable(msgspec.json.schema_components(types, ref_template=_REF))
    _require_what_is_always_there(components, [route.answer_type for route in table.routes])
    known = _Schemas(dict(zip((_key(type_) for type_ in types), schemas, strict=True)))
    paths: dict[str, dict[str, Any]] = {}
    for route in table.routes:
        paths.setdefault(route.operation.path, {})[route.operation.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": _title(table.version), "version": __version__},
        "servers": [{"url": f"/api/{table.version}"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _security_schemes(table.routes)},
        "security": [{"bearer": []}, {"access_token": []}],
    }


def _portable(schema: Any) -> Any:
    """The same schema with patterns in the dialect of JSON Schema, where `$` is the very end and nothing else."""
    if isinstance(schema, dict):
        made = {name: _portable(value) for name, value in schema.items()}
        if isinstance(made.get("pattern"), str):  # else it is a field of that name
            made["pattern"] = made["pattern"].replace(r"\Z", "$")
        return made
    return [_portable(one) for one in schema] if isinstance(schema, list | tuple) else schema


def _require_what_is_always_there(components: dict[str, Any], answers: list[Any]) -> None:
    """A field of an answer is there unless its default says that it may be absent, whatever a request may leave out."""
    for struct in _structs(msgspec.inspect.multi_type_info(answers)):
        component = components.get(struct.cls.__name__)
        if component is not None:
            component["required"] = [field.encode_name for field in struct.fields if not _may_be_absent(field)]


def _may_be_absent(field: msgspec.inspect.Field) -> bool:
    no_default = field.default is NODEFAULT and field.default_factory is NODEFAULT
    return not field.required and no_default


def _structs(infos: Iterable[Any]) -> Iterator[msgspec.inspect.StructType]:
    seen: set[type] = set()
    waiting = list(infos)
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in seen:
                continue
            seen.add(info.cls)
            yield info
            waiting += [field.type for field in info.fields]
        for part in ("type", "item_type", "key_type", "value_type"):
            if isinstance(getattr(info, part, None), msgspec.inspect.Type):
                waiting.append(getattr(info, part))
        waiting += [*getattr(info, "types", ()), *(getattr(info, "item_types", None) or ())]


class _Schemas:
    """The JSON schemas of types, made in one go so that they share their components."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def of(self, type_: Any) -> dict[str, Any]:
        return dict(self._found[_key(type_)])


def _key(type_: Any) -> str:
    return repr(type_)


def _types(routes: Iterable[Route]) -> Iterator[Any]:
    yield ErrorAnswer
    for route in routes:
        if _shows_json(route):
            yield route.answer_type
        yield from (parameter.type for parameter in (*route.query, *route.path))
        yield from _field_types(route.body)


def _field_types(fields: Iterable[InputField]) -> Iterator[Any]:
    for field in fields:
        if field.nested is None:
            yield field.type
        else:
            yield from _field_types(field.nested)


def _operation(route: Route, known: _Schemas) -> dict[str, Any]:
    operation = route.operation
    summary, _, description = (inspect.getdoc(operation.function) or "").partition(". ")
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.path.strip("/").split("/")[0]],
        "summary": summary.rstrip("."),
        "description": _description(route, description),
        "parameters": [_parameter(parameter, known) for parameter in (*route.path, *route.query)],
        "responses": {
            str(operation.status): {"description": "The answer."} | _content(route, known),
            "4XX": _error("The request was refused; `errors` says why.", known),
        },
    }
    if "serviceUnavailable" in description:
        shown["responses"]["503"] = _error("What the operation needs is away.", known)
    if route.body or route.upload:
        shown["requestBody"] = _body(route, known)
    if operation.reach == "open":
        shown["security"] = [{}, {"bearer": []}, {"access_token": []}]
    return shown


def _error(description: str, known: _Schemas) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": known.of(ErrorAnswer)}}}


def _description(route: Route, description: str) -> str:
    needed = "" if route.operation.reach in {"open", "session"} else f"Permission: `{route.permission}`."
    return " ".join(f"{description} {needed}".split())


def _content(route: Route, known: _Schemas) -> dict[str, Any]:
    if route.operation.returns is type(None):
        return {}
    schema = _answer(route, known) if _shows_json(route) else {"type": "string", "format": "binary"}
    return {"content": {route.operation.media: {"schema": schema}}}


def _shows_json(route: Route) -> bool:
    return route.operation.returns not in {Plain, FileAnswer, Download, type(None)}


def _answer(route: Route, known: _Schemas) -> dict[str, Any]:
    inner = known.of(route.answer_type)
    key = route.operation.answer
    return inner if key is None else {"type": "object", "properties": {key: inner}, "required": [key]}


def _parameter(parameter: Parameter, known: _Schemas) -> dict[str, Any]:
    schema = known.of(parameter.type)
    if not parameter.required and parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.key,
        "in": parameter.source,
        "required": parameter.required or parameter.source == "path",
        "schema": schema,
    }


def _body(route: Route, known: _Schemas) -> dict[str, Any]:
    schema = _object(route.body, known)
    if route.upload is not None:
        schema["properties"][route.upload.key] = {"type": "string", "format": "binary"}
        schema["required"] = [*schema.get("required", ()), route.upload.key]
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return {
        "required": "required" in schema,
        "content": {"application/json": {"schema": schema}, "application/x-www-form-urlencoded": {"schema": schema}},
    }


def _object(fields: Iterable[InputField], known: _Schemas) -> dict[str, Any]:
    listed = [field for field in fields if field.described]
    shown: dict[str, Any] = {
        "type": "object",
        "properties": {
            field.key: known.of(field.type) if field.nested is None else _object(field.nested, known)
            for field in listed
        },
    }
    required = [field.key for field in listed if field.required]
    return shown | ({"required": required} if required else {})


def _title(version: str) -> str:
    return "Rostrum web app" if version == WEB else f"Rostrum: TrueConf Server API {version}"


def _security_schemes(routes: Iterable[Route]) -> dict[str, Any]:
    scopes = sorted(frozenset().union(*(names(route.permission) for route in routes)))
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": f"Scopes: {', '.join(scopes) or 'none'}."},
        "access_token": {"type": "apiKey", "in": "query", "name": "access_token"},
    }
