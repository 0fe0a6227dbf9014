"""The forms that texts must have: no line end slips through behind them, and the documents say them portably."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from rostrum.api.inputs import InputField
from rostrum.api.openapi import document
from rostrum.broadcasts.targets import PAYLOADS
from rostrum.slices import tables

EXAMPLES = ("a", "a_1", "10:00", "1700000000", "0f", "ann@example.org", "", "rtmp://a.test/live")


def given_types() -> Iterator[Any]:
    """The types of everything that a request may carry."""
    yield from PAYLOADS.values()
    for table in tables().values():
        for route in table.routes:
            yield from (one.type for one in (*route.query, *route.path))
            yield from field_types(route.body)


def field_types(fields: tuple[InputField, ...]) -> Iterator[Any]:
    for field in fields:
        yield field.type
        yield from field_types(field.nested or ())


def patterns() -> set[str]:
    found: set[str] = set()
    waiting: list[Any] = list(msgspec.inspect.multi_type_info(given_types()))
    seen: set[type[Struct]] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, msgspec.inspect.StructType):
            waiting += [field.type for field in one.fields] if one.cls not in seen else []
            seen.add(one.cls)
        elif isinstance(one, msgspec.inspect.Type):
            found |= {pattern} if (pattern := getattr(one, "pattern", None)) else set()
            waiting += [getattr(one, name) for name in one.__struct_fields__]
    return found


@pytest.mark.parametrize("pattern", sorted(patterns()))
def test_a_line_end_is_part_of_the_text(pattern: str) -> None:
    """msgspec searches, and to `$` the place before a last line end is an end too."""
    fitting = [one for one in EXAMPLES if re.search(pattern, one)]
    assert fitting, "an example is lacking"
    if pattern.startswith("^"):
        assert not [one for one in fitting if re.search(pattern, one + "\n")]


def test_the_forms_are_found() -> None:
    found = patterns()
    assert r"\S" in found
    assert len(found) > 6


def test_documents_have_them_in_their_own_dialect() -> None:
    for table in tables().values():
        assert rb"\Z" not in msgspec.json.encode(document(table)), table.version
