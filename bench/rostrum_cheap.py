"""Rostrum with one SHA-256 as its password hash, for the row that measures everything else of POST /users.

Not an option of the server, and it must not become one. Argon2id takes some 25 ms in the peer as in Rostrum; beside
that, nothing else of the request would be seen. The wanted figures come from a comparison that hashed like this.
"""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher

from rostrum import cli
from rostrum.accounts import passwords


class CheapHasher:
    """Stands in for argon2.PasswordHasher."""

    def hash(self, password: str) -> str:
        """A salted SHA-256; the peer's CheapHasher makes the same."""
        salt = secrets.token_hex(11)
        return f"cheap${salt}${hashlib.sha256((salt + password).encode()).hexdigest()}"


def main() -> None:
    """Run the command line with the cheap hash in place."""
    if not isinstance(passwords._HASHER, PasswordHasher):  # noqa: SLF001 (there is no setting for it, on purpose)
        message = "rostrum.accounts.passwords has changed: bench/rostrum_cheap.py must follow"
        raise TypeError(message)
    passwords._HASHER = CheapHasher()  # type: ignore[assignment]  # noqa: SLF001
    cli.main()


if __name__ == "__main__":
    main()
