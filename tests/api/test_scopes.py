"""Permission expressions mean what they say, compared with Python's own reading of the same words."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rostrum.api.scopes import names, permission
from rostrum.api.versions import VERSIONS
from rostrum.slices import OPERATIONS

NAMES = ["users", "users:read", "logs.calls:read", "conferences.sessions.participants:read"]
LEAVES = st.sampled_from(NAMES)
TREES = st.recursive(LEAVES, lambda inner: st.tuples(st.sampled_from("|&"), st.lists(inner, min_size=2, max_size=3)))


def written(tree: Any, gap: str, *, inside: str = "") -> str:
    """The expression of a tree; brackets only where they are needed."""
    if isinstance(tree, str):
        return tree
    sign, parts = tree
    text = f"{gap}{sign}{gap}".join(written(part, gap, inside=sign) for part in parts)
    return f"({gap}{text}{gap})" if sign == "|" and inside == "&" else text


def meant(tree: Any, granted: set[str]) -> bool:
    if isinstance(tree, str):
        return tree in granted
    sign, parts = tree
    return (any if sign == "|" else all)(meant(part, granted) for part in parts)


@given(TREES, st.sampled_from(["", " ", "  "]))
def test_any_expression_for_every_set_of_scopes(tree: Any, gap: str) -> None:
    test = permission(written(tree, gap))
    for count in range(len(NAMES) + 1):
        for granted in itertools.combinations(NAMES, count):
            assert test(set(granted)) == meant(tree, set(granted))


@given(TREES)
def test_the_names_in_an_expression(tree: Any) -> None:
    text = written(tree, " ")
    assert names(text) == {name for name in NAMES if name in text.replace("(", " ").replace(")", " ").split()}


def test_the_one_expression_of_the_page_with_brackets() -> None:
    test = permission("users | (users:read & users:write)")
    assert test({"users"})
    assert test({"users:read", "users:write"})
    assert not test({"users:read"})
    assert not test({"users:write"})


def test_any_valid_token() -> None:
    assert permission("any")(set())
    assert names("any | users") == {"users"}


def test_scopes_are_exact() -> None:
    assert not permission("users.avatar:read")({"users", "users.avatar"})


@pytest.mark.parametrize("text", ["", "users |", "| users", "(users", "users)", "users users:read", "a & & b", "a,b"])
def test_what_cannot_be_read_stops_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="permission"):
        permission(text)


@given(st.text(alphabet="(|& )ab:.any") | st.text())
def test_any_text_is_an_expression_or_said_to_be_none(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert permission(text)(names(text))  # whoever has every scope that is named may pass


def test_every_declared_expression_can_be_read() -> None:
    for operation in OPERATIONS:
        for version in VERSIONS:
            permission(operation.permission(version))
