"""Passwords: hashed with Argon2id off the event loop, a bounded number at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rostrum.settings import Settings

# OWASP's parameters for Argon2id: 19 MiB, two passes, one lane. A login storm must not eat the machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_UNKNOWN_USER = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c9bAjBoHtZzzBvWx8Ml5n6H7CHEdPe3WjDdNzAxVYHY"

_pool: ThreadPoolExecutor | None = None


def hash_now(password: str) -> str:
    """The hash of a password, in this thread (about 30 ms): for commands and start-up."""
    return _HASHER.hash(password)


def matches_now(password: str, password_hash: str | None) -> bool:
    """Whether a password belongs to a hash; an unknown user (None) costs the same time as a wrong password."""
    try:
        return _HASHER.verify(password_hash or _UNKNOWN_USER, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


async def matches(password: str, password_hash: str | None, settings: Settings) -> bool:
    """`matches_now` in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads(settings), matches_now, password, password_hash)


async def hash_given(prepared: dict[str, Any], settings: Settings) -> None:
    """Replace the `password` of a request body by its hash, before the transaction starts."""
    body = prepared["body"]
    if "password" in body:
        plain = body.pop("password")
        body["password_hash"] = await asyncio.get_running_loop().run_in_executor(_threads(settings), hash_now, plain)


def _threads(settings: Settings) -> ThreadPoolExecutor:
    global _pool  # noqa: PLW0603 (one bound for the process)
    if _pool is None:
        _pool = ThreadPoolExecutor(settings.limits.password_hashes, thread_name_prefix="passwords")
    return _pool
