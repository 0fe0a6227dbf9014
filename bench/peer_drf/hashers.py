"""Password hashing as in Rostrum."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

import hashlib

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id, 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


class CheapHasher(BasePasswordHasher):
    """One SHA-256, as bench/rostrum_cheap.py does: what is left is the cost of everything else."""

    algorithm = "cheap"

    def encode(self, password: str, salt: str) -> str:
        """A salted SHA-256."""
        return f"cheap${salt}${hashlib.sha256((salt + password).encode()).hexdigest()}"
