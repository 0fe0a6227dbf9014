"""Compare an answer with the contract: every field there, none more, each of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire import facts, readings
from tests.wire.facts import Field, Form


def check(form: Form, body: Any) -> None:
    """Fail with every fault of a successful answer, named by version, endpoint and field."""
    found = faults(form, body)
    if found:
        pytest.fail("\n".join(found[:20]), pytrace=False)


def check_error(status: int, body: Any, *, reason: str | None = None, location: str | None = None) -> None:
    """Fail unless an error has the documented shape, and the reason and location that are given."""
    found = error_faults(status, body)
    details = body["error"]["errors"] if not found else []
    if reason is not None and not found and details[0]["reason"] != reason:
        found.append(f"the reason is {details[0]['reason']}, wanted {reason}")
    if location is not None and not found and location not in [one.get("location") for one in details]:
        found.append(f"no error is located at {location}: {details}")
    if found:
        pytest.fail("\n".join([*found, f"in {str(body)[:600]}"]), pytrace=False)


def faults(form: Form, body: Any) -> list[str]:
    """What is wrong with the body of a successful answer, each with version, endpoint and field."""
    if isinstance(form.answer, str):
        found = list(_value(form.answer, body, form.version, "", form.answer))
    else:
        found = list(_keys(form.answer, body, form.version))
    if not found:
        values = form.answer_values.items()
        found = [f"{key} is {body[key]!r}, allowed {wanted}" for key, wanted in values if body[key] not in wanted]
    return [f"{form.version} {form.method} {form.path}: {fault}" for fault in found]


def object_faults(name: str, value: Any, version: str) -> list[str]:
    """What is wrong with one object."""
    return list(_object(name, value, version, ""))


def error_faults(status: int, body: Any) -> list[str]:
    """What is wrong with an error answer: `{"error": {code, message, errors: [{reason, message, …}]}}` and no more."""
    phrases = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
    if not isinstance(body, dict) or set(body) != {"error"} or not isinstance(body["error"], dict):
        return [f"is not {{error}}: {str(body)[:200]}"]
    error = body["error"]
    if set(error) != {"code", "message", "errors"}:
        return [f"error has the keys {sorted(error)}"]
    found = []
    if error["code"] != status:
        found.append(f"error.code is {error['code']!r}, the status {status}")
    if error["message"] != phrases.get(status, error["message"]) or not isinstance(error["message"], str):
        found.append(f"error.message is {error['message']!r} with the status {status}")
    if not isinstance(error["errors"], list) or not error["errors"]:
        return [*found, "error.errors is no list with entries"]
    for index, detail in enumerate(error["errors"]):
        found.extend(f"error.errors[{index}]{fault}" for fault in _detail(detail))
        if status == 400 and isinstance(detail, dict) and _is_unknown_id_of_path(detail):
            found.append(f"error.errors[{index}] places an unknown id in the path, with the status 400")
    return found


def _is_unknown_id_of_path(detail: dict[str, Any]) -> bool:
    """404 is for ids of the path; 400 is for those that a body or the query named, and says where."""
    return str(detail.get("reason")).endswith("NotFound") and detail.get("locationType") != "parameter"


def _detail(detail: Any) -> Iterator[str]:
    if not isinstance(detail, dict):
        yield f" is {detail!r}"
        return
    if not {"reason", "message"} <= set(detail) <= {"reason", "message", "locationType", "location"}:
        yield f" has the keys {sorted(detail)}"
    for key, value in detail.items():
        if not isinstance(value, str) or not value:
            yield f".{key} is {value!r}"
    if ("location" in detail) != ("locationType" in detail):
        yield " has only one of location and locationType"
    if detail.get("locationType", "path") not in {"parameter", "path"}:
        yield f".locationType is {detail['locationType']!r}"
    if re.search(r"\{[a-z_]+\}|%\w+%|\bNone\b", str(detail.get("message"))):
        yield f".message has an unfilled place: {detail['message']!r}"


def _keys(wanted: dict[str, str], body: Any, version: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"the body is {type(body).__name__}, not an object"
        return
    for key, type_ in wanted.items():
        if key in body:
            yield from _value(type_.removesuffix("?"), body[key], version, key, key)
        elif not type_.endswith("?"):
            yield f"{key} is missing"
    for key in body:
        if key not in wanted:
            yield f"{key} is no key of this answer"


def _object(name: str, value: Any, version: str, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at or name} is {value!r}, not an object ({name})"
        return
    wanted = _wanted(name, value, version)
    if not wanted:
        yield f"{at or name}: {name} does not exist in {version}"
    for key, field in wanted.items():
        place = f"{at}.{key}" if at else key
        if key in value:
            yield from _field(field, value[key], version, place)
        elif not field.optional:
            yield f"{place} is missing ({name})"
    for key in value:
        if key not in wanted:
            yield f"{f'{at}.{key}' if at else key} is no field of {name} in {version}"


def _wanted(name: str, value: dict[str, Any], version: str) -> dict[str, Field]:
    wanted = {key: field for key, field in facts.fields(name, version).items() if not field.secret}
    if name == "ObjectSchedule":
        kept = readings.SCHEDULES.get(value.get("type", -1), ("type",))
        return {key: field for key, field in wanted.items() if key in kept}
    if name == "ObjectParticipant" and str(value.get("id")).startswith("#"):
        return {key: field for key, field in wanted.items() if key not in readings.GUEST_LACKS}
    return wanted


def _field(field: Field, value: Any, version: str, at: str) -> Iterator[str]:
    if value is None:
        if not field.nullable:
            yield f"{at} is null, wanted {field.type}"
        return
    problem = list(_value(field.type, value, version, at, field.type))
    yield from problem
    if problem:
        return
    if field.allowed is not None and not allows(field.allowed, value):
        yield f"{at} is {value!r}, allowed {field.allowed}"
    if field.each is not None and not set(value) <= set(field.each):
        yield f"{at} is {value!r}, each of {field.each}"
    if field.pattern is not None and not re.fullmatch(field.pattern, value):
        yield f"{at} is {value!r}, wanted the form {field.pattern}"


def allows(allowed: Any, value: Any) -> bool:
    """Whether a list of values or a range `{"from", "to"}` holds a value; a list must be held whole."""
    if isinstance(allowed, dict):
        return bool(allowed["from"] <= value <= allowed["to"])
    return set(value) <= set(allowed) if isinstance(value, list) else value in allowed


_PLAIN: dict[str, type | tuple[type, ...]] = {
    "String": str,
    "Integer": int,
    "Boolean": bool,
    "Number": (int, float),
}


def _value(type_: str, value: Any, version: str, at: str, shown: str) -> Iterator[str]:
    if type_ == "Any":
        return
    if type_ in _PLAIN:
        right = isinstance(value, _PLAIN[type_]) and (type_ == "Boolean" or not isinstance(value, bool))
        if not right:
            yield f"{at} is {value!r}, wanted {shown}"
    elif type_.endswith("[]"):
        if not isinstance(value, list):
            yield f"{at} is {type(value).__name__}, wanted {shown}"
            return
        for index, one in enumerate(value):
            yield from _value(type_[:-2], one, version, f"{at}[{index}]", shown)
    elif type_.startswith("{"):
        if not isinstance(value, dict):
            yield f"{at} is {type(value).__name__}, wanted an object"
            return
        for key, one in value.items():
            yield from _value(type_[1:-1], one, version, f"{at}.{key}", shown)
    else:
        yield from _object(type_, value, version, at)
