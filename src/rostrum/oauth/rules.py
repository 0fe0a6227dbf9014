"""Decisions about scopes and clients."""

from __future__ import annotations

from collections.abc import Iterable

USERS_CLIENT = "trueconf_server_users"
"""The built-in public client through which users sign in with their password."""


def scope_set(scope: str) -> frozenset[str]:
    """The names in a scope string."""
    return frozenset(scope.split())


def scope_text(names: Iterable[str]) -> str:
    """The scope string of names, in a stable order."""
    return " ".join(sorted(names))


def unknown_scopes(scope: str, known: frozenset[str]) -> frozenset[str]:
    """The names in a scope string that no operation asks for."""
    return scope_set(scope) - known
