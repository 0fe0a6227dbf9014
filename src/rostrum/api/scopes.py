"""Permission expressions of the documentation page: names joined by `|`, `&` and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache

Test = Callable[[AbstractSet[str]], bool]

ANY = "any"
_TOKEN = re.compile(r"\s*([()|&]|[A-Za-z_.:]+)")


@cache
def permission(expression: str) -> Test:
    """A test whether a set of granted scopes satisfies `expression`; `any` is satisfied by every valid token.

    Scopes are exact: `users` does not cover `users.avatar:read` (decision 7). `&` binds closer than `|`.
    Raises ValueError for an expression that cannot be read.
    """
    tokens = _tokens(expression)
    test = _either(tokens)
    if tokens:
        message = f"unexpected {tokens[0]!r} in permission {expression!r}"
        raise ValueError(message)
    return test


def names(expression: str) -> frozenset[str]:
    """The scope names that occur in `expression`."""
    return frozenset(name for name in _tokens(expression) if name not in {*"()|&", ANY})


def _tokens(expression: str) -> list[str]:
    tokens, at = [], 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            message = f"cannot read permission {expression!r} at {expression[at:]!r}"
            raise ValueError(message)
        tokens.append(match[1])
        at = match.end()
    return tokens


def _either(tokens: list[str]) -> Test:
    tests = [_all(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        tests.append(_all(tokens))
    return lambda scopes: any(test(scopes) for test in tests)


def _all(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens and tokens[0] == "&":
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda scopes: all(test(scopes) for test in tests)


def _one(tokens: list[str]) -> Test:
    if not tokens:
        message = "a permission ends where a name is expected"
        raise ValueError(message)
    token = tokens.pop(0)
    if token == "(":  # noqa: S105 (a bracket, not a secret)
        inside = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            message = "a bracket of a permission is not closed"
            raise ValueError(message)
        return inside
    if token in {")", "|", "&"}:
        message = f"unexpected {token!r} in a permission"
        raise ValueError(message)
    if token == ANY:
        return lambda _scopes: True
    return lambda scopes: token in scopes
