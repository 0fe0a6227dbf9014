"""The data of the walk: complete, and every reading changes something."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire import facts, readings

_ENDPOINTS = {  # the contract's own table of changes, the token endpoint included
    "v3": 38,
    "v3.1": 62,
    "v3.2": 67,
    "v3.3": 77,
    "v3.4": 77,
    "v3.5": 77,
    "v3.6": 77,
    "v3.7": 77,
    "v3.8": 77,
    "v3.9": 78,
    "v3.10": 78,
}
_CONFERENCE_FIELDS = {  # likewise, from the fields that each version adds
    "v3": 16,
    "v3.1": 25,
    "v3.2": 28,
    "v3.3": 28,
    "v3.4": 34,
    "v3.5": 35,
    "v3.6": 36,
    "v3.7": 41,
    "v3.8": 42,
    "v3.9": 50,
    "v3.10": 54,
}
_PLAIN = {"String", "Integer", "Boolean", "Number", "Any"}


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_number_of_endpoints_and_fields(version: str) -> None:
    assert len(facts.forms(version)) == _ENDPOINTS[version]
    assert len(facts.fields("ObjectConference", version)) == _CONFERENCE_FIELDS[version]


def test_785_pairs() -> None:
    assert len(facts.pairs(facts.endpoints())) == 785


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_every_type_is_known(version: str) -> None:
    known = {*facts.objects(), *readings.EXTRA_OBJECTS, *_PLAIN}
    shown = [type_ for form in facts.forms(version) for type_ in _types(form.answer)]
    shown += [field.type for name in known - _PLAIN for field in facts.fields(name, version).values()]
    unknown = {type_ for type_ in shown if type_.strip("{}?").removesuffix("[]") not in known}
    assert unknown <= {"Object"}  # the payload of a broadcast preset, one of six forms


@pytest.mark.parametrize("reading", readings.FIELDS, ids=lambda one: f"{one.object}.{one.name}")
def test_reading_of_a_field_changes_the_print(reading: readings.Field) -> None:
    printed: dict[str, Any] = next(
        (one for one in facts.printed_object(reading.object)["fields"] if one["name"] == reading.name), {}
    )
    for key, value in reading.facts.items():
        assert printed.get(key) != value, f"{reading.slip}: the page prints {key} so"


@pytest.mark.parametrize("reading", readings.PERMISSIONS, ids=lambda one: one.endpoint)
def test_reading_of_a_permission_changes_the_print(reading: readings.Permission) -> None:
    forms = facts.printed_endpoint(reading.endpoint)["forms"]
    covered = [one for one in forms if any(facts.at_least(version, reading.since) for version in one["versions"])]
    assert covered
    assert covered[0]["permission"] != reading.expression


@pytest.mark.parametrize("reading", readings.ANSWERS, ids=lambda one: one.endpoint)
def test_reading_of_an_answer_changes_the_print(reading: readings.Answer) -> None:
    printed = facts.printed_endpoint(reading.endpoint)["forms"][-1]
    assert facts.printed_answer(printed) != reading.keys


def test_readings_name_what_exists() -> None:
    ids = set(facts.endpoints())
    for table in (readings.PERMISSIONS, readings.ANSWERS, readings.PATHS, readings.FILTERS):
        assert {one.endpoint for one in table} <= ids
    for _, name, field in readings.DROPPED:
        assert field in {one["name"] for one in facts.printed_object(name)["fields"]}


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_every_permission_can_be_read(version: str) -> None:
    for form in facts.forms(version):
        names = facts.scopes_in(form.permission)
        assert facts.permits(form.permission, set(names)), form
        assert not names or not facts.permits(form.permission, set()), form


def test_permissions_bind_as_written() -> None:
    expression = "users | (users:read & users:write)"
    assert facts.permits(expression, {"users"})
    assert facts.permits(expression, {"users:read", "users:write"})
    assert not facts.permits(expression, {"users:read"})
    assert not facts.permits("users", {"users.avatar:read"})


def _types(answer: dict[str, str] | str) -> list[str]:
    return [answer] if isinstance(answer, str) else list(answer.values())
