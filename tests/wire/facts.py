"""The contract as the tests use it: the extracted facts with the readings applied."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.wire import readings

_FOLDER = Path(__file__).parent / "contract"
_ENDPOINTS: list[dict[str, Any]] = json.loads((_FOLDER / "endpoints.json").read_text("utf-8"))
_OBJECTS: list[dict[str, Any]] = json.loads((_FOLDER / "objects.json").read_text("utf-8"))

VERSIONS = ("v3", "v3.1", "v3.2", "v3.3", "v3.4", "v3.5", "v3.6", "v3.7", "v3.8", "v3.9", "v3.10")
NEWEST = VERSIONS[-1]
TOKEN = "authorization-generate-token"


@dataclass(frozen=True)
class Parameter:
    """A documented parameter. `allowed` is a list of values or a range `{"from", "to"}`."""

    name: str
    place: str
    type: str
    optional: bool
    default: str | None = None
    allowed: Any = None


@dataclass(frozen=True)
class Form:
    """An endpoint in one version."""

    id: str
    version: str
    method: str
    path: str
    permission: str
    parameters: tuple[Parameter, ...]
    body_object: str | None
    status: int
    answer: dict[str, str] | str = field(hash=False)
    errors: dict[str, str] = field(hash=False)
    answer_values: dict[str, Any] = field(hash=False)
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.version} {self.id}"

    def named(self, place: str) -> list[Parameter]:
        """The parameters of one place: query, body, path or form."""
        return [one for one in self.parameters if one.place == place]


@dataclass(frozen=True)
class Field:
    """A field of an object in one version."""

    name: str
    type: str
    nullable: bool = False
    optional: bool = False
    methods: tuple[str, ...] = ()
    allowed: Any = None
    each: Any = None
    size: tuple[int, int] | None = None
    pattern: str | None = None
    secret: bool = False


def printed_endpoint(endpoint: str) -> dict[str, Any]:
    """An endpoint as extracted, without readings."""
    return next(one for one in _ENDPOINTS if one["id"] == endpoint)


def printed_object(name: str) -> dict[str, Any]:
    """An object as extracted, without readings."""
    return next(one for one in _OBJECTS if one["ref"] == name)


def at_least(version: str, since: str) -> bool:
    """Whether `version` is `since` or newer."""
    return VERSIONS.index(version) >= VERSIONS.index(since)


@cache
def form(endpoint: str, version: str) -> Form | None:
    """An endpoint in a version, None where the version does not have it."""
    raw = printed_endpoint(endpoint)
    printed = next((one for one in raw["forms"] if version in one["versions"]), None)
    if printed is None:
        return None
    path = next((one for one in readings.PATHS if one.endpoint == endpoint), None)
    return Form(
        id=endpoint,
        version=version,
        method=raw["method"],
        path=path.path if path else raw["path"],
        permission=_permission(endpoint, version, printed["permission"]),
        parameters=tuple(_parameters(endpoint, version, printed["parameters"])),
        body_object=printed["body"] and printed["body"]["object"],
        status=printed["status"],
        answer=_answer(endpoint, printed),
        errors=printed["errors"],
        answer_values={one["name"]: one["allowed"] for one in printed["success"] if "allowed" in one},
        aliases=path.aliases if path else (),
    )


def endpoints() -> list[str]:
    """The ids of all endpoints."""
    return [one["id"] for one in _ENDPOINTS]


@cache
def forms(version: str) -> list[Form]:
    """All endpoints of a version."""
    return [found for endpoint in endpoints() if (found := form(endpoint, version))]


@cache
def fields(name: str, version: str) -> dict[str, Field]:
    """The fields of an object in a version, by name; empty where the version does not have the object."""
    if name in readings.EXTRA_OBJECTS:
        return {key: _field({"name": key, **facts}, version) for key, facts in readings.EXTRA_OBJECTS[name].items()}
    raw = printed_object(name)
    found = [one for one in _read_fields(name, raw["fields"]) if _covers(one["since"], one.get("until"), version)]
    made = {one["name"]: _field(one, version) for one in found}
    if "ObjectUser" in raw["contains"] and raw["only_in_example"] and made:
        user = fields("ObjectUser", version)
        shown = [key for key in raw["only_in_example"] if key in user and key not in made]
        made |= {key: replace(user[key], methods=()) for key in shown}
    return made


def objects() -> list[str]:
    """The names of all objects that the page defines."""
    return [one["ref"] for one in _OBJECTS]


def all_scopes() -> list[str]:
    """Every scope that any permission expression names."""
    named = {scope for version in VERSIONS for one in forms(version) for scope in scopes_in(one.permission)}
    return sorted(named)


def scopes_in(expression: str) -> list[str]:
    """The scopes that a permission expression names."""
    return [word for word in re.findall(r"[a-z][\w.:]*", expression) if word not in {"any", "none"}]


def permits(expression: str, scopes: set[str]) -> bool:
    """Whether a permission expression is true for a set of scopes; `&` binds tighter than `|`."""
    if expression in {"any", "none"}:
        return True
    words = re.sub(r"[a-z][\w.:]*", lambda word: str(word[0] in scopes), expression)
    python = words.replace("|", " or ").replace("&", " and ")
    if not re.fullmatch(r"(?:True|False|or|and|[() ])+", python):
        raise ValueError(expression)
    return bool(eval(python))


def _permission(endpoint: str, version: str, printed: str | None) -> str:
    for reading in readings.PERMISSIONS:
        if reading.endpoint == endpoint and _covers(reading.since, reading.until, version):
            return reading.expression
    if printed is None:
        raise ValueError(endpoint, version)
    return printed


def _parameters(endpoint: str, version: str, printed: list[dict[str, Any]]) -> list[Parameter]:
    found = {
        (one["in"], one["name"]): Parameter(
            one["name"],
            one["in"],
            readings.TYPES.get(one["type"], one["type"]),
            one["optional"],
            one.get("default"),
            one.get("allowed"),
        )
        for one in printed
    }
    for reading in readings.FILTERS:
        if reading.endpoint == endpoint and at_least(version, reading.since):
            was = found.get(("query", reading.name))
            default = reading.default or (was.default if was else None)
            known = Parameter(
                reading.name, "query", reading.type, optional=True, default=default, allowed=reading.values
            )
            found["query", reading.name] = known
    return list(found.values())


def _answer(endpoint: str, printed: dict[str, Any]) -> dict[str, str] | str:
    reading = next((one for one in readings.ANSWERS if one.endpoint == endpoint), None)
    return reading.keys if reading else printed_answer(printed)


def printed_answer(printed: dict[str, Any]) -> dict[str, str]:
    """The keys and types that the table of an answer prints."""
    keys = {}
    for one in printed["success"]:
        named = one.get("object")
        keys[one["name"]] = f"{named}{'[]' if one['type'].endswith('[]') else ''}" if named else one["type"]
    return keys


def _read_fields(name: str, printed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    dropped = {field_name for _, object_name, field_name in readings.DROPPED if object_name == name}
    found: dict[str, dict[str, Any]] = {}
    for one in printed:
        if one["name"] not in dropped:
            found.setdefault(one["name"], one)  # the alternatives of a schedule or a payload: the first is the type
    for reading in readings.FIELDS:
        if reading.object == name:
            found[reading.name] = {"name": reading.name, **found.get(reading.name, {}), **reading.facts}
    return list(found.values())


def _covers(since: str, until: str | None, version: str) -> bool:
    return at_least(version, since) and (until is None or at_least(until, version))


def _field(raw: dict[str, Any], version: str) -> Field:
    facts = dict(raw)
    for was in raw.get("was", ()):  # newest first: the oldest change that applies is applied last
        if not at_least(version, was["before"]):
            facts |= {key: value for key, value in was.items() if key != "before"}
            if "methods" in was and raw.get("methods") == []:
                facts["methods"] = []  # the reading says that it is never written
    size = facts.get("size")
    return Field(
        name=facts["name"],
        type=readings.TYPES.get(facts["type"], facts["type"]),
        nullable=facts.get("nullable", False),
        optional=facts.get("optional", False),
        methods=tuple(facts.get("methods") or ()),
        allowed=facts.get("allowed"),
        each=facts.get("each"),
        size=(size[0], size[1]) if size else None,
        pattern=facts.get("pattern"),
        secret=facts.get("secret", False),
    )


def pairs(ids: list[str]) -> list[Form]:
    """The (version, endpoint) pairs of some endpoints, version by version."""
    every = itertools.product(VERSIONS, ids)
    return [found for version, endpoint in every if (found := form(endpoint, version))]
