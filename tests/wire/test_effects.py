"""docs/effects.md: what every writable field and every parameter changes, and the test that shows it."""

from __future__ import annotations

import ast
import functools
import re
import typing
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from rostrum.api.fields import declared
from rostrum.api.inputs import InputField, body_fields
from rostrum.api.versions import NEWEST, VERSIONS
from rostrum.broadcasts.presets.rules import PAYLOADS
from rostrum.broadcasts.presets.wire import Preset
from rostrum.conferences.templates.wire import ConferenceTemplate
from rostrum.slices import OPERATIONS
from tests.wire import facts

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "effects.md"

OPEN_AT_MOST = 24
"""How many rows may say that their effect is still missing. This number only ever goes down."""

NO_EFFECT = {"wire/test_bodies.py", "wire/test_answers.py", "wire/test_openapi.py", "wire/test_effects.py"}
"""These show that a value is kept and comes back; an effect is more than that."""

TABLES = {
    "User": "User",
    "Group": "Group",
    "Conference": "Conference",
    "InvitationFields": "Invitation",
    "ConferenceTemplate": "Template",
    "Preset": "Preset",
}
"""What an object is called on the page. The fields of others are parameters of their operation."""

PLACES: dict[str, tuple[str, ...]] = {
    "ObjectUser": ("User: ",),
    "ObjectGroup": ("Group: ",),
    "ObjectConference": ("Conference: ",),
    "ObjectInvitation": ("Invitation: ",),
    "ObjectConferenceTemplate": ("Template: ",),
    "ObjectPreset": ("Preset: ",),
    "ObjectPresetPayload": ("Preset: payload.",),
    "ObjectSchedule": ("Conference: schedule.",),
    "ObjectClientRights": ("Conference: rights.user.", "Conference: rights.guest."),
    "ObjectRegistration": ("Conference: registration.",),
    "ObjectReminder": ("Conference: reminders[].",),
    "ObjectConferenceTranscodingSettings": ("Conference: transcoding.",),
    "ObjectConferenceParticipantRestrictionsSettings": ("Conference: participant_restrictions.",),
    "ObjectInvitationMini": ("Conference: invitations[].",),
    "ObjectTranslator": ("Conference: invitations[].translator.", "Invitation: translator."),
}
"""Where the fields of the contract's objects stand on the page."""

WITHOUT_MARKS = {
    "ObjectClientRights",
    "ObjectRegistration",
    "ObjectConferenceTranscodingSettings",
    "ObjectConferenceParticipantRestrictionsSettings",
    "ObjectInvitationMini",
    "ObjectTranslator",
    "ObjectPresetPayload",
}
"""Objects whose tables mark no field as writable, because the field that holds them is (slip E23)."""

READ_ONLY = {"limit_reached"}
"""What such an object only shows."""


class Row(NamedTuple):
    """One row; `what` is `Conference: topic` or `GET /users: page_id`."""

    what: str
    sentence: str
    tests: tuple[str, ...]
    is_open: bool


@functools.cache
def rows() -> tuple[Row, ...]:
    """The rows of the page, in their order: a table for each object, and one for each group of operations."""
    found, heading = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| `"):
            continue
        *what, sentence, shown_by = cells
        operation = what[0].strip("`") if len(what) == 2 else heading
        tests = tuple(one.strip("` ") for one in shown_by.split("<br>") if one != "open")
        found.append(Row(f"{operation}: {what[-1].strip('`')}", sentence, tests, shown_by.startswith("open")))
    return tuple(found)


def named(field: InputField, at: str = "") -> Iterator[str]:
    """A field and its parts: `rights.user.chat_send`, `reminders[].before_start`."""
    name = f"{at}{field.key}"
    yield name
    if field.nested is None:
        yield from inside(field.type, name)
    for part in field.nested or ():
        yield from named(part, f"{name}.")


def inside(type_: Any, at: str) -> Iterator[str]:
    """The fields of the objects that a type holds, also in lists and in maps with free keys."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        for field in declared(type_):
            yield f"{at}.{field.key}"
            yield from inside(field.type, f"{at}.{field.key}")
    mark = {list: "[]", dict: ".{field_id}"}.get(typing.get_origin(type_) or object, "")
    for arg in typing.get_args(type_):
        yield from inside(arg, f"{at}{mark}")


def fields_of(struct: type[Struct], method: str, version: str) -> Iterator[str]:
    """What a body may carry. A template's conference has the fields of every other."""
    for field in body_fields(struct, method, version):
        yield from [field.key] if struct is ConferenceTemplate else named(field)
    if struct is Preset:
        for payload in PAYLOADS.values():
            yield from (f"payload.{field.key}" for field in body_fields(payload, method, NEWEST))


def declared_in_the_code() -> Iterator[str]:
    """Everything that a program can set or ask, by the declarations."""
    for operation in OPERATIONS:
        if operation.surface != "versions":
            continue
        of_path = {one.key for one in operation.parameters if one.source == "path"}
        for one in operation.parameters:
            if one.source == "object":
                called = TABLES.get(one.object.__name__, f"{operation.method} {operation.path}")
                for version in filter(operation.span.covers, VERSIONS):
                    yield from (f"{called}: {name}" for name in fields_of(one.object, operation.method, version))
                continue
            again = " (body)" if one.source == "body" and one.key in of_path else ""
            yield f"{operation.method} {operation.path}: {one.key}{again}"


def told_by_the_contract() -> Iterator[str]:
    """Everything that a program can set or ask, by the documentation of the API."""
    for version in facts.VERSIONS:
        for form in facts.forms(version):
            known = facts.fields(form.body_object, version) if form.body_object else {}
            taken = {name for name, field in known.items() if field.methods}
            for one in form.parameters:
                if one.name == "access_token":
                    yield "every operation: access_token"
                elif one.name not in taken:
                    yield f"{form.method} {form.path}: {one.name}"
        for name in facts.objects():
            for field in facts.fields(name, version).values():
                unmarked = name in WITHOUT_MARKS and field.name not in READ_ONLY
                if unmarked or {"POST", "PUT"} & set(field.methods):
                    yield from (f"{place}{field.name}" for place in PLACES[name])


def test_nothing_is_forgotten() -> None:
    """Every writable field and every parameter has a row, and no row tells of what does not exist."""
    wanted = {*declared_in_the_code(), *told_by_the_contract()}
    there = {row.what for row in rows()}
    assert sorted(wanted - there) == [], "these have no row in docs/effects.md"
    assert sorted(there - wanted) == [], "these rows of docs/effects.md tell of nothing"


def test_each_has_one_row() -> None:
    assert [what for what, count in Counter(row.what for row in rows()).items() if count > 1] == []


def test_every_row_says_something() -> None:
    """One sentence: what changes, for whom; for an open row, what is missing."""
    short = [row.what for row in rows() if len(row.sentence.split()) < 4 or not row.sentence.endswith(".")]
    assert short == []


def test_every_row_names_a_test_that_exists() -> None:
    lost = {row.what: one for row in rows() for one in row.tests if not _exists(one)}
    assert lost == {}
    assert [row.what for row in rows() if not row.tests and not row.is_open] == []
    assert [row.what for row in rows() if row.tests and {one.split("::")[0] for one in row.tests} <= NO_EFFECT] == []


def test_few_effects_are_missing() -> None:
    missing = [row.what for row in rows() if row.is_open]
    print("\n".join(missing))  # noqa: T201 (pytest shows it when the number is wrong)
    assert len(missing) <= OPEN_AT_MOST
    assert f"{len(missing)} of {len(rows())} rows are open" in PAGE.read_text("utf-8")


def _exists(test: str) -> bool:
    """Whether `conferences/test_rules.py::test_invitations` or `web/…/rules.test.ts::its title` is a test."""
    file, _, name = test.partition("::")
    return name in (_titles(ROOT / file) if file.startswith("web/") else _functions(ROOT / "tests" / file))


@functools.cache
def _functions(path: Path) -> frozenset[str]:
    """The tests of a Python file, as pytest collects them."""
    if not path.name.startswith("test_") or not path.exists():
        return frozenset()
    body = ast.parse(path.read_text("utf-8")).body
    functions = [one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


@functools.cache
def _titles(path: Path) -> frozenset[str]:
    """The titles of the tests of a TypeScript file."""
    text = path.read_text("utf-8") if path.exists() else ""
    return frozenset(re.findall(r"^\s*(?:it|test)\('((?:[^'\\]|\\.)+)'", text, re.MULTILINE))
