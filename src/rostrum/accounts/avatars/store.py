"""All SQL of avatars."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.avatars.pictures import Picture
from rostrum.accounts.avatars.tables import avatars
from rostrum.accounts.users.tables import users
from rostrum.db import revisions

_BY_NAME = select(avatars.c.content, avatars.c.content_type).where(avatars.c.name == bindparam("name"))


def find(db: Connection, name: str) -> tuple[bytes, str] | None:
    """The picture under a name: its content and media type."""
    row = db.execute(_BY_NAME, {"name": name}).one_or_none()
    return None if row is None else (row.content, row.content_type)


def find_of_user(db: Connection, user_id: str) -> bytes | None:
    """The picture of a user."""
    content: bytes | None = db.execute(select(avatars.c.content).where(avatars.c.user_id == user_id)).scalar()
    return content


def replace(db: Connection, user_id: str, name: str | None, picture: Picture | None) -> None:
    """Keep a user's picture under a name of its own in the place of the one before; None: keep none."""
    if picture is None:
        db.execute(delete(avatars).where(avatars.c.user_id == user_id))
    else:
        insert = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
        kept = {"name": name, "content": picture.content, "content_type": picture.content_type}
        statement = insert(avatars).values(user_id=user_id, **kept)
        db.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=kept))
    db.execute(update(users).where(users.c.id == user_id).values(avatar=name))
    revisions.touch(db, "users", "conferences")
