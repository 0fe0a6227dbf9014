"""One declaration, one Struct for each version."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from rostrum.api.fields import POST_REQUIRED, PUT_POST, READ_ONLY, SECRET, Since, Takes, Until, Was, shape
from rostrum.api.inputs import body_fields, read_fields, read_value
from rostrum.api.versions import VERSIONS, WEB, Span


class Leaf(Struct):
    a: int
    b: Annotated[int, Since("v3.5")] = 7


class Tree(Struct, kw_only=True):
    id: Annotated[str, POST_REQUIRED]
    old: Annotated[int, Until("v3.1"), PUT_POST] = 1
    new: Annotated[int | None, Since("v3.2"), PUT_POST] = None
    middle: Annotated[int, Since("v3.2"), Until("v3.4")] = 2
    leaf: Annotated[Leaf, PUT_POST]
    leaves: list[Leaf]
    named: dict[str, Leaf]
    maybe: Leaf | None = None
    absent: Annotated[int | UnsetType, Since("v3.1")] = UNSET
    was: Annotated[list[Leaf], Was(list[str], until="v3", by=lambda found: [str(one.a) for one in found])]
    secret: Annotated[str, SECRET] = ""
    shown: Annotated[int, READ_ONLY] = 0
    loose: Annotated[str, Takes(Annotated[int, Meta(ge=1)]), PUT_POST] = ""
    class_: int = msgspec.field(name="class", default=5)


LEAF = Leaf(1, 2)
TREE = Tree(id="x", leaf=LEAF, leaves=[LEAF, LEAF], named={"n": LEAF}, was=[LEAF], secret="never")


def shown(version: str) -> dict[str, object]:
    found = shape(Tree, version)
    assert found.down is not None
    value = found.down(TREE)
    assert type(value) is found.type
    return dict(msgspec.json.decode(msgspec.json.encode(value)))


def test_fields_exist_in_their_range() -> None:
    for version in (*VERSIONS, WEB):
        fields = shown(version)
        number = VERSIONS.index("v3.10" if version == WEB else version)
        assert ("old" in fields) == (number <= 1)
        assert ("new" in fields) == (number >= 2)
        assert ("middle" in fields) == (2 <= number <= 4)
        assert "secret" not in fields
        assert fields["class"] == 5
        leaf = {"a": 1, "b": 2} if number >= 5 else {"a": 1}
        assert fields["leaf"] == leaf
        assert fields["leaves"] == [leaf, leaf]
        assert fields["named"] == {"n": leaf}
        assert fields["maybe"] is None
        assert "absent" not in fields
        assert fields["was"] == (["1"] if number == 0 else [leaf])


def test_a_shape_that_is_the_same_costs_nothing() -> None:
    assert shape(Leaf, "v3.5").down is None
    assert shape(Leaf, "v3.5").type is Leaf
    assert shape(list[Leaf], "v3.10").down is None
    assert shape(int, "v3").down is None


def test_absent_and_null_are_kept_on_the_way_down() -> None:
    union = shape(Leaf | None | UnsetType, "v3")
    assert union.down is not None
    assert union.down(None) is None
    assert union.down(UNSET) is UNSET
    assert msgspec.to_builtins(union.down(LEAF)) == {"a": 1}


@pytest.mark.parametrize(
    ("span", "covered"),
    [
        (Span(), list(VERSIONS)),
        (Span("v3.9"), ["v3.9", "v3.10"]),
        (Span("v3", "v3.1"), ["v3", "v3.1"]),
        (Span("v3.2", "v3.2"), ["v3.2"]),
        (Span(until="v3"), ["v3"]),
    ],
)
def test_ranges(span: Span, covered: list[str]) -> None:
    """`v3.10` comes after `v3.9`, and our own surface is like the newest."""
    assert [version for version in VERSIONS if span.covers(version)] == covered
    assert span.covers(WEB) == ("v3.10" in covered)


def keys(method: str, version: str) -> set[str]:
    return {field.key for field in body_fields(Tree, method, version)}


def test_what_a_body_may_carry() -> None:
    assert keys("POST", "v3") == {"id", "old", "leaf", "secret", "loose"}
    assert keys("POST", "v3.2") == {"id", "new", "leaf", "secret", "loose"}
    assert keys("PUT", "v3.10") == {"new", "leaf", "secret", "loose"}


def test_reading_a_body() -> None:
    fields = body_fields(Tree, "POST", "v3.2")
    changes, wrong = read_fields(fields, {"leaf": {"a": "5", "b": 1, "c": 1}, "new": None, "unknown": 1, "old": 9})
    assert changes == {"leaf": {"a": 5}, "new": None}
    assert {(one.reason, one.location) for one in wrong} == {
        ("missingRequiredField", "id"),
        ("missingRequiredField", "secret"),
    }
    changes, wrong = read_fields(fields, {"id": None, "secret": "s", "leaf": {"a": "x"}, "loose": 0})
    assert {(one.reason, one.location) for one in wrong} == {
        ("missingRequiredField", "id"),
        ("invalidParameter", "leaf.a"),
        ("invalidParameter", "loose"),
    }


@pytest.mark.parametrize(
    ("value", "type_", "read"),
    [
        ("5", int, 5),
        (" 5 ", int, 5),
        (True, int, 1),
        (False, Annotated[int, Meta(ge=0)], 0),
        ("true", bool, True),
        ("0", bool, False),
        (1, bool, True),
        (True, bool, True),
        ("2.5", float, 2.5),
        (" text ", str, " text "),
        ("null", int | None, None),
        (None, int | None, None),
        ("5", str, "5"),
        ("5", str | int, "5"),
        (["1", 2], list[int], [1, 2]),
    ],
)
def test_lenient_reading(value: object, type_: object, read: object) -> None:
    found = read_value(value, type_)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("value", "type_"),
    [(5, str), (2, bool), ("maybe", bool), (1.5, int), ("1.5", int), ("", int), (None, int), ([], dict), ({}, list)],
)
def test_what_cannot_be_read(value: object, type_: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_value(value, type_)
