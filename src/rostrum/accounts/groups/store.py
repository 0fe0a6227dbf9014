"""All SQL of groups and their members."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.groups.rules import GroupRow, Right, name_key
from rostrum.accounts.groups.tables import group_users, groups
from rostrum.db import revisions

_COLUMNS = [groups.c[name] for name in GroupRow.__struct_fields__]

# Statements are built once: building one costs more than running it.
_BY_ID = select(*_COLUMNS).where(groups.c.id == bindparam("id"))
_NAME_TAKEN = select(groups.c.id).where(groups.c.name_key == bindparam("key"), groups.c.id != bindparam("except_id"))
_PAGE = select(*_COLUMNS).order_by(groups.c.name_key).limit(bindparam("limit")).offset(bindparam("offset"))
_IS_MEMBER = select(group_users.c.user_id).where(
    group_users.c.group_id == bindparam("group_id"), group_users.c.user_id == bindparam("user_id")
)
_RIGHTS = (
    select(groups.c.rights)
    .join(group_users, group_users.c.group_id == groups.c.id)
    .where(group_users.c.user_id == bindparam("user_id"))
)


def find_group(db: Connection, group_id: str, *, to_change: bool = False) -> GroupRow | None:
    """The group with this id; `to_change` keeps everybody else from changing it before this transaction ends."""
    row = db.execute(_BY_ID.with_for_update() if to_change else _BY_ID, {"id": group_id}).one_or_none()
    return None if row is None else _group(row)


def list_groups(db: Connection, page_size: int, page_id: int) -> list[GroupRow]:
    """One page in the order of names, and one group more when another page follows. Pages count from 1."""
    rows = db.execute(_PAGE, {"limit": page_size + 1, "offset": (page_id - 1) * page_size})
    return [_group(row) for row in rows]


def name_taken(db: Connection, display_name: str, except_id: str = "") -> bool:
    """Whether another group has this name."""
    return db.execute(_NAME_TAKEN, {"key": name_key(display_name), "except_id": except_id}).first() is not None


def insert_group(db: Connection, row: GroupRow) -> None:
    """Keep a new group."""
    db.execute(insert(groups), _values(row))
    revisions.touch(db, "groups")


def update_group(db: Connection, row: GroupRow) -> None:
    """Keep a changed group."""
    db.execute(update(groups).where(groups.c.id == row.id).values(**_values(row)))
    revisions.touch(db, "groups")


def delete_group(db: Connection, group_id: str) -> None:
    """Delete a group; its members stay."""
    db.execute(delete(groups).where(groups.c.id == group_id))
    revisions.touch(db, "groups")


def is_member(db: Connection, group_id: str, user_id: str) -> bool:
    """Whether a user is in a group."""
    return db.execute(_IS_MEMBER, {"group_id": group_id, "user_id": user_id}).first() is not None


def member_ids(db: Connection, group_id: str) -> list[str]:
    """The ids of a group's users."""
    return list(db.execute(select(group_users.c.user_id).where(group_users.c.group_id == group_id)).scalars())


def add_member(db: Connection, group_id: str, user_id: str) -> bool:
    """Put a user into a group. False: the user is in it already, and stays."""
    insert_new = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
    membership = insert_new(group_users).values(group_id=group_id, user_id=user_id).on_conflict_do_nothing()
    revisions.touch(db, "groups")
    return db.execute(membership.returning(group_users.c.user_id)).first() is not None


def remove_member(db: Connection, group_id: str, user_id: str) -> bool:
    """Take a user out of a group. False: the user was not in it."""
    membership = (group_users.c.group_id == group_id) & (group_users.c.user_id == user_id)
    revisions.touch(db, "groups")
    return db.execute(delete(group_users).where(membership)).rowcount == 1


def rights_of(db: Connection, user_id: str) -> list[list[Right]]:
    """What each of a user's groups allows."""
    return [row.rights for row in db.execute(_RIGHTS, {"user_id": user_id})]


def _values(row: GroupRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__} | {"name_key": name_key(row.display_name)}


def _group(row: Row[Any]) -> GroupRow:
    return GroupRow(**row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
