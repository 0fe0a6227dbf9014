"""What this database's servers sign with: a key that is made with the database and leaves it never."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Column, Connection, Integer, String, Table, select

from rostrum.db.metadata import metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", String(64), nullable=False),
)


def signing_key(db: Connection) -> str:
    """The key, the same for all servers of the database."""
    return str(db.execute(select(signing_keys.c.secret)).scalar_one())


def signature(key: str, told: str) -> str:
    """The signature of a text, in hex. Each use begins its texts with a word of its own, so that none opens another."""
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).hexdigest()
