"""All SQL of applications and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from rostrum.accounts.users.tables import users
from rostrum.db import revisions
from rostrum.db.metadata import Moment
from rostrum.oauth.tables import applications, tokens

SECRET_KEY = "secret_key"  # noqa: S105 (a kind of token, not one)
ACCESS = "access"
REFRESH = "refresh"
GUEST = "guest"
"""Lets its bearer join as the guest whose id stands in the scope."""


_TOKEN = (
    select(tokens, users.c.is_active, users.c.is_admin)
    .select_from(tokens.outerjoin(users, users.c.id == tokens.c.user_id))
    .where(tokens.c.hash == bindparam("hash"), tokens.c.kind.in_(bindparam("kinds", expanding=True)))
    .where(or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now", type_=Moment)))
)


def insert_application(db: Connection, **values: Any) -> None:
    """Keep a new application."""
    db.execute(insert(applications).values(**values))


def find_application(db: Connection, client_id: str) -> Row[Any] | None:
    """The application with this client id."""
    return db.execute(select(applications).where(applications.c.client_id == client_id)).one_or_none()


def insert_tokens(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep new tokens."""
    db.execute(insert(tokens), rows)


def find_token(db: Connection, token_hash: str, kinds: tuple[str, ...], now: datetime) -> Row[Any] | None:
    """A token that has not expired, with what matters of its user (nulls for an application's)."""
    return db.execute(_TOKEN, {"hash": token_hash, "kinds": kinds, "now": now}).one_or_none()


def mark_used(db: Connection, token_hash: str, now: datetime) -> bool:
    """Use a refresh token; False when it was used before."""
    statement = update(tokens).where(tokens.c.hash == token_hash, tokens.c.used_at.is_(None)).values(used_at=now)
    return db.execute(statement).rowcount == 1


def delete_family(db: Connection, family: str) -> None:
    """Revoke every token that came from one sign-in."""
    db.execute(delete(tokens).where(tokens.c.family == family))
    revisions.touch(db, "tokens")


def delete_tokens_of_user(db: Connection, user_id: str) -> None:
    """Revoke every token of a user (decision 4)."""
    db.execute(delete(tokens).where(tokens.c.user_id == user_id))
    revisions.touch(db, "tokens")


def delete_expired(db: Connection, now: datetime) -> None:
    """Forget tokens that are of no use any more."""
    db.execute(delete(tokens).where(tokens.c.expires_at <= now))


def replace_secret_key(db: Connection, row: dict[str, Any]) -> None:
    """Make this the one secret key; the one before ends."""
    db.execute(delete(tokens).where(tokens.c.kind == SECRET_KEY))
    db.execute(insert(tokens).values(**row))
    revisions.touch(db, "tokens")
