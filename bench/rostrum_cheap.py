"""Rostrum with next to no work in its password hash, for the row that measures everything else of POST /users.

Not an option of the server, and it must not become one. Argon2id takes some 30 ms in the peer as in Rostrum; beside
that, nothing else of the request would be seen.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from rostrum import cli
from rostrum.accounts import passwords


def main() -> None:
    """Run the command line with the cheap hash in place."""
    if not isinstance(passwords._HASHER, PasswordHasher):  # noqa: SLF001 (there is no setting for it, on purpose)
        message = "rostrum.accounts.passwords has changed: bench/rostrum_cheap.py must follow"
        raise TypeError(message)
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # noqa: SLF001
    cli.main()


if __name__ == "__main__":
    main()
