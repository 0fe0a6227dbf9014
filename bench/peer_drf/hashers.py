"""Password hashing with the parameters of Rostrum."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id, 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


class CheapArgon2(Argon2PasswordHasher):
    """The least work that Argon2id allows: what is left is the cost of everything else."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
