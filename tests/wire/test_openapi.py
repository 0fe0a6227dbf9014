"""The OpenAPI document of each version says what the contract says: paths, parameters, bodies, fields and their types.

The answers are compared with the contract elsewhere; this compares what is declared, also where no answer shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.support.api import Api
from tests.wire import facts, readings
from tests.wire.calls import FORMATS, IMPLEMENTED
from tests.wire.facts import Field, Form
from tests.wire.test_bodies import writable
from tests.wire.world import ok

PAIRS = facts.pairs(list(IMPLEMENTED))
OPEN_KEYS = {"Deeplinks", "ConnectUrls"}  # declared as maps; test_answers.py checks their keys
JSON = {"String": "string", "Integer": "integer", "Boolean": "boolean", "Number": "number"}


@cache
def document(api: Api, version: str) -> dict[str, Any]:
    return ok(api.get(f"/api/{version}/openapi.json"))


def operation(api: Api, form: Form) -> dict[str, Any]:
    return dict(document(api, form.version)["paths"][form.path][form.method.lower()])


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_paths(api: Api, version: str) -> None:
    shown = document(api, version)
    assert shown["openapi"].startswith("3.1")
    listed = {(method.upper(), path) for path, methods in shown["paths"].items() for method in methods}
    assert listed == {(form.method, form.path) for form in facts.forms(version) if form.id in IMPLEMENTED}


@pytest.mark.parametrize("form", PAIRS, ids=str)
def test_parameters(api: Api, form: Form) -> None:
    """Exactly the documented ones; the token is a security scheme there."""
    shown = {(one["in"], one["name"]): one for one in operation(api, form).get("parameters", [])}
    wanted = {(one.place, one.name): one for one in form.parameters if one.place in {"path", "query"}}
    del wanted["query", "access_token"]
    assert set(shown) == set(wanted)
    for key, parameter in wanted.items():
        assert shown[key]["required"] is (not parameter.optional)
        schema = shown[key]["schema"]
        options = Comparison(document(api, form.version), form.version).options(schema)
        if isinstance(parameter.allowed, list):
            assert {value for one in options for value in one.get("enum", ())} == set(parameter.allowed), key
        if isinstance(parameter.allowed, dict):
            assert (schema["minimum"], schema["maximum"]) == (parameter.allowed["from"], parameter.allowed["to"]), key
        if parameter.default is not None:
            assert str(schema["default"]) == parameter.default, key


@pytest.mark.parametrize("form", [form for form in PAIRS if form.method in {"POST", "PUT"}], ids=str)
def test_bodies(api: Api, form: Form) -> None:
    wanted = set(writable(form)) if form.body_object else set()
    wanted |= {one.name for one in form.named("body")}
    content = operation(api, form).get("requestBody", {}).get("content", {})
    shown = content.get("application/json", {}).get("schema", {})
    assert set(shown.get("properties", {})) == wanted


@pytest.mark.parametrize("form", PAIRS, ids=str)
def test_answers(api: Api, form: Form) -> None:
    content = operation(api, form)["responses"][str(form.status)].get("content", {})
    if form.id in FORMATS:
        assert list(content) == [one for one in [FORMATS[form.id]] if one]
        return
    schema = content["application/json"]["schema"]
    check = Comparison(document(api, form.version), form.version)
    if isinstance(form.answer, str):
        found = list(check.type(form.answer, schema, ""))
    else:
        properties = check.resolved(schema)["properties"]
        assert set(properties) == set(form.answer)
        required = {key for key, type_ in form.answer.items() if not type_.endswith("?")}
        assert set(check.resolved(schema).get("required", ())) == required
        keys = form.answer.items()
        found = [one for key, type_ in keys for one in check.type(type_.removesuffix("?"), properties[key], key)]
    assert found == []


class Comparison:
    """Compares the schemas of one document with the facts of its version."""

    def __init__(self, shown: dict[str, Any], version: str) -> None:
        self._components = shown["components"]["schemas"]
        self._version = version

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema behind its references."""
        while "$ref" in schema:
            schema = self._components[schema["$ref"].rpartition("/")[2]]
        return schema

    def type(self, wanted: str, schema: dict[str, Any], at: str) -> Iterator[str]:
        """Where a schema is not of a type."""
        if wanted == "Any" or wanted in OPEN_KEYS:
            return
        options = [one for one in self.options(schema) if one.get("type") != "null"]
        if wanted in JSON:
            types = {type_ for one in options for type_ in self._json_types(one)}
            if types != {JSON[wanted]} and not (wanted == "Number" and types <= {"number", "integer"}):
                yield f"{at} is declared as {sorted(types)}, wanted {wanted}"
        elif len(options) != 1:
            yield f"{at} is declared as one of {options}, wanted {wanted}"
        elif wanted.endswith("[]"):
            yield from self.type(wanted[:-2], self.resolved(options[0].get("items", {})), f"{at}[]")
        elif wanted.startswith("{"):
            yield from self.type(wanted[1:-1], self.resolved(options[0].get("additionalProperties", {})), f"{at}.*")
        else:
            yield from self._object(wanted, options[0], at)

    def _object(self, name: str, schema: dict[str, Any], at: str) -> Iterator[str]:
        fields = {key: field for key, field in facts.fields(name, self._version).items() if not field.secret}
        shown = schema.get("properties", {})
        for key in sorted(set(fields) ^ set(shown)):
            yield f"{at}.{key}: only one side has it"
        for key in fields.keys() & shown.keys():
            yield from self.type(fields[key].type, shown[key], f"{at}.{key}")
            yield from self._null(fields[key], shown[key], f"{at}.{key}")
        if name in {"ObjectSchedule", "ObjectParticipant"}:
            return  # their fields depend on a value; test_answers.py checks which
        required = {key for key, field in fields.items() if not field.optional}
        missing = required - set(schema.get("required", ()))
        if missing:
            yield f"{at}: {sorted(missing)} may be missing ({name})"

    def _null(self, field: Field, schema: dict[str, Any], at: str) -> Iterator[str]:
        nullable = any(one.get("type") == "null" for one in self.options(schema))
        if nullable and not field.nullable:
            yield f"{at} may be null, which is not documented"

    def options(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        """The alternatives of a schema; null is one of its own."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            return [option for one in schema["anyOf"] for option in self.options(one)]
        if None in schema.get("enum", ()):
            return [{"type": "null"}, schema | {"enum": [one for one in schema["enum"] if one is not None]}]
        return [schema]

    @staticmethod
    def _json_types(schema: dict[str, Any]) -> set[str]:
        if "enum" in schema:
            names = {bool: "boolean", int: "integer", str: "string"}
            return {names[type(value)] for value in schema["enum"]}
        return {str(schema.get("type"))}


def test_comparison_finds_differences() -> None:
    """Of the objects that the readings define, one is declared right and one wrong."""
    right = {key: {"type": JSON[field["type"]]} for key, field in readings.EXTRA_OBJECTS["DateTime"].items()}
    check = Comparison({"components": {"schemas": {}}}, facts.NEWEST)
    schema = {"properties": right, "required": list(right)}
    assert list(check.type("DateTime", schema, "")) == []
    wrong = right | {"date": {"type": "integer"}, "more": {"type": "string"}}
    assert len(list(check.type("DateTime", schema | {"properties": wrong}, ""))) == 2
    assert len(list(check.type("DateTime", schema | {"required": []}, ""))) == 1


def test_an_upload_is_described_with_the_fields_beside_its_file(api: Api) -> None:
    """A file in a chat has a name of its own."""
    body = document(api, "web")["paths"]["/sessions/{session_id}/files"]["post"]["requestBody"]
    schema = body["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {"file", "name", "to_id"}
    assert set(schema["required"]) == {"file", "name"}
