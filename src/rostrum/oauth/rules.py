"""Decisions about scopes and clients."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import timedelta

from rostrum.settings import SignInSettings

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


FORGET_AFTER = timedelta(hours=1)
"""Wrong passwords are forgotten when none has followed for this long."""


def login_key(user_id: str) -> str:
    """Under what the wrong passwords of a login are counted."""
    return f"login:{user_id}"[:200]


def address_key(address: str) -> str:
    """Under what the wrong secrets from an address are counted; of IPv6 from the network that one customer has.

    Secrets of applications are too long to be guessed; counting them by application would let anybody lock one out.
    """
    return f"address:{network(address)}"


def pin_key(conference_id: str, address: str | None = None) -> str:
    """Under what the wrong PINs of a conference are counted: those from an address, or those from everywhere."""
    return (f"pin:{conference_id}" if address is None else f"pin:{conference_id}:{network(address)}")[:200]


def network(address: str) -> str:
    """An address, or the network that one customer has: the first 64 bits of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if known.version == 4:  # noqa: PLR2004 (IPv4)
        return str(known)
    mapped = known.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(known) >> 64 << 64, 64)))


def pause(failures: int, most: int, limits: SignInSettings) -> int:
    """For how many seconds nothing more is accepted after so many failures; 0: go on. Doubles with each one more."""
    if most == 0 or failures < most:
        return 0
    return min(limits.pause_seconds << min(failures - most, 20), limits.longest_pause_seconds)


def resources(scope: str) -> dict[str, bool]:
    """The kinds of things that a scope string covers, and whether they may be changed."""
    found: dict[str, bool] = {}
    for name in sorted(scope_set(scope)):
        path, _, access = name.partition(":")
        resource = path.partition(".")[0]
        found[resource] = found.get(resource, False) or access != "read"
    return found
