"""All SQL of applications and tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.users.tables import users
from rostrum.db import revisions
from rostrum.db.metadata import Moment
from rostrum.oauth.tables import applications, attempts, codes, tokens

SECRET_KEY = "secret_key"  # noqa: S105 (a kind of token, not one)
ACCESS = "access"
REFRESH = "refresh"
SIGNED_IN = "signed_in"
"""The cookie of somebody who signed in on the page where access is granted; it opens nothing else."""
GUEST = "guest"
"""Lets its bearer join as the guest whose id stands in the scope."""


_CODES_KNOWN_FOR = timedelta(days=1)
"""A code that comes a second time within this ends what it gave."""

_TOKEN = (
    select(tokens, users.c.is_active, users.c.is_admin)
    .select_from(tokens.outerjoin(users, users.c.id == tokens.c.user_id))
    .where(tokens.c.hash == bindparam("hash"), tokens.c.kind.in_(bindparam("kinds", expanding=True)))
    .where(or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now", type_=Moment)))
)


_BLOCKED = select(attempts.c.blocked_until).where(
    attempts.c.key.in_(bindparam("keys", expanding=True)), attempts.c.blocked_until > bindparam("now", type_=Moment)
)


def insert_application(db: Connection, **values: Any) -> None:
    """Keep a new application."""
    db.execute(insert(applications).values(**values))


def find_application(db: Connection, client_id: str) -> Row[Any] | None:
    """The application with this client id."""
    return db.execute(select(applications).where(applications.c.client_id == client_id)).one_or_none()


def list_applications(db: Connection) -> list[Row[Any]]:
    """All applications, by name."""
    return list(db.execute(select(applications).order_by(applications.c.name, applications.c.client_id)))


def delete_application(db: Connection, client_id: str) -> bool:
    """Remove an application with its codes and tokens; False when there is none."""
    db.execute(delete(tokens).where(tokens.c.client_id == client_id))
    revisions.touch(db, "tokens")
    return db.execute(delete(applications).where(applications.c.client_id == client_id)).rowcount == 1


def insert_code(db: Connection, **values: Any) -> None:
    """Keep a code that a person's consent gave."""
    db.execute(insert(codes).values(**values))


def find_code(db: Connection, code_hash: str, client_id: str) -> Row[Any] | None:
    """A code of a client, used or not, with whether its user may still sign in."""
    statement = select(codes, users.c.is_active).join(users, users.c.id == codes.c.user_id)
    return db.execute(statement.where(codes.c.hash == code_hash, codes.c.client_id == client_id)).one_or_none()


def use_code(db: Connection, code_hash: str, now: datetime) -> bool:
    """Use a code; False when it was used before."""
    statement = update(codes).where(codes.c.hash == code_hash, codes.c.used_at.is_(None)).values(used_at=now)
    return db.execute(statement).rowcount == 1


def delete_token(db: Connection, token_hash: str) -> None:
    """Revoke one token."""
    db.execute(delete(tokens).where(tokens.c.hash == token_hash))
    revisions.touch(db, "tokens")


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


def delete_tokens_of_user(db: Connection, user_id: str, *, except_family: str | None = None) -> None:
    """Revoke every token of a user (decision 4); one sign-in may stay."""
    theirs = tokens.c.user_id == user_id
    db.execute(delete(tokens).where(theirs if except_family is None else theirs & (tokens.c.family != except_family)))
    revisions.touch(db, "tokens")


def delete_codes_of_user(db: Connection, user_id: str) -> None:
    """Revoke what a user's consent gave and nobody has used yet."""
    db.execute(delete(codes).where(codes.c.user_id == user_id, codes.c.used_at.is_(None)))


def delete_expired(db: Connection, now: datetime) -> None:
    """Forget tokens that are of no use any more."""
    db.execute(delete(tokens).where(tokens.c.expires_at <= now))
    db.execute(delete(codes).where(codes.c.expires_at <= now - _CODES_KNOWN_FOR))


def blocked_until(db: Connection, keys: tuple[str, ...], now: datetime) -> datetime | None:
    """Until when nothing is accepted under any of these keys; None: they are free."""
    moments = db.execute(_BLOCKED, {"keys": keys, "now": now}).scalars().all()
    return max(moments, default=None)


def count_failure(db: Connection, key: str, now: datetime) -> int:
    """Count one failure more; how many there are."""
    insert = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
    first = insert(attempts).values(key=key, failures=1, last_at=now)
    more = {"failures": attempts.c.failures + 1, "last_at": now}
    counted = first.on_conflict_do_update(index_elements=[attempts.c.key], set_=more).returning(attempts.c.failures)
    return int(db.execute(counted).scalar_one())


def block(db: Connection, key: str, until: datetime) -> None:
    """Accept nothing under a key until then."""
    db.execute(update(attempts).where(attempts.c.key == key).values(blocked_until=until))


def forget_failure(db: Connection, key: str) -> None:
    """The right secret was given."""
    db.execute(delete(attempts).where(attempts.c.key == key))


def forget_failures(db: Connection, before: datetime, now: datetime) -> None:
    """Forget failures that are older and block nothing now."""
    free = or_(attempts.c.blocked_until.is_(None), attempts.c.blocked_until <= now)
    db.execute(delete(attempts).where(attempts.c.last_at < before, free))


def replace_secret_key(db: Connection, row: dict[str, Any]) -> None:
    """Make this the one secret key; the one before ends."""
    db.execute(delete(tokens).where(tokens.c.kind == SECRET_KEY))
    db.execute(insert(tokens).values(**row))
    revisions.touch(db, "tokens")
