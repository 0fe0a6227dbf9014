"""All SQL of user accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, or_, select, update

from rostrum.accounts.groups.tables import group_users, groups
from rostrum.accounts.groups.wire import GroupMini
from rostrum.accounts.users.rules import UserRow, email_key, shown_rights, values
from rostrum.accounts.users.tables import users
from rostrum.db import counts, revisions
from rostrum.db.among import among
from rostrum.db.prepared import Prepared
from rostrum.db.text import contains
from rostrum.db.trigrams import TextIndex
from rostrum.ids import UserId

TEXTS = TextIndex("users", "id", ("login_name", "display_name", "first_name", "last_name", "email"))
"""Finds parts of names among very many accounts."""
_COLUMNS = [users.c[name] for name in UserRow.__struct_fields__]

# Statements are built once: building one costs more than running it.
_BY_ID = Prepared(select(*_COLUMNS).where(users.c.id == bindparam("id")))
_BY_IDS = Prepared(select(*_COLUMNS).where(among(users.c.id, "ids")))
_NAMES = Prepared(select(users.c.id, users.c.display_name).where(among(users.c.id, "ids")))
_LOGIN_TAKEN = Prepared(select(users.c.id).where(users.c.id == bindparam("id")))
_EMAIL_TAKEN = Prepared(
    select(users.c.id).where(users.c.email_key == bindparam("key"), users.c.id != bindparam("except_id"))
)
_INSERT = Prepared(insert(users))
_KEYS = select(users.c.id).limit(bindparam("limit")).offset(bindparam("offset"))
_FROM_THE_START = Prepared(select(*_COLUMNS).where(users.c.id.in_(_KEYS.order_by(users.c.id))).order_by(users.c.id))
_FROM_THE_END = Prepared(
    select(*_COLUMNS).where(users.c.id.in_(_KEYS.order_by(users.c.id.desc()))).order_by(users.c.id.desc())
)
_GROUPS = Prepared(
    select(group_users.c.user_id, groups.c.id, groups.c.display_name, groups.c.rights)
    .join(groups, groups.c.id == group_users.c.group_id)
    .where(among(group_users.c.user_id, "ids"))
    .order_by(groups.c.display_name, groups.c.id)
)


def find_user(db: Connection, user_id: str) -> UserRow | None:
    """The account with this id."""
    row = _BY_ID.first(db, {"id": user_id})
    return None if row is None else _user(row)


def hold_password(db: Connection, user_id: str) -> str | None:
    """The hash of an account's password, which nobody changes before this transaction ends; None: no account."""
    held = select(users.c.password_hash).where(users.c.id == user_id).with_for_update(read=True)
    found: str | None = db.execute(held).scalar()
    return found


def find_users(db: Connection, ids: Iterable[str]) -> dict[str, UserRow]:
    """The accounts among these ids."""
    rows = _BY_IDS.all(db, {"ids": list(ids)})
    return {row.id: _user(row) for row in rows}


def names_of(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The display names of the accounts among these ids."""
    return {row.id: row.display_name for row in _NAMES.all(db, {"ids": list(ids)})}


def count_users(db: Connection) -> int:
    """How many accounts there are."""
    return counts.number_of(db, users)


def taken(db: Connection, user_id: str | None, email: str, except_id: str = "") -> str | None:
    """The name of the field whose value another account has already: `login_name`, `email` or none."""
    key = email_key(email)
    if user_id and _LOGIN_TAKEN.first(db, {"id": user_id}):
        return "login_name"
    if key and _EMAIL_TAKEN.first(db, {"key": key, "except_id": except_id}):
        return "email"
    return None


def insert_user(db: Connection, row: UserRow) -> None:
    """Keep a new account."""
    _INSERT.run(db, values(row))
    revisions.touch(db, "users")


def update_user(db: Connection, user_id: UserId, columns: Mapping[str, Any]) -> None:
    """Change an account. What its tokens reach may change with it."""
    if columns:
        db.execute(update(users).where(users.c.id == user_id).values(**columns))
    revisions.touch(db, "users", "tokens", "conferences")


def delete_user(db: Connection, user_id: UserId) -> None:
    """Delete an account; its tokens go with it."""
    db.execute(delete(users).where(users.c.id == user_id))
    revisions.touch(db, "users", "tokens", "conferences")


def list_users(
    db: Connection,
    filters: Mapping[str, str | None],
    page_size: int,
    page_id: int,
    *,
    group_id: str | None = None,
) -> list[UserRow]:
    """One page in the order of ids, of a group or of all, and one account more when another page follows.

    Pages count from 1.
    """
    first = (page_id - 1) * page_size
    given = {name: text for name, text in filters.items() if text}
    if group_id is None and not given:
        return _page_of_all(db, first, page_size + 1)
    statement = select(*_COLUMNS).order_by(users.c.id).limit(page_size + 1).offset(first)
    if group_id is not None:
        statement = statement.join(group_users, group_users.c.user_id == users.c.id)
        statement = statement.where(group_users.c.group_id == group_id)
    elif (narrow := TEXTS.may_hold(db, given.values())) is not None:
        statement = statement.where(narrow)
    for name, text in given.items():
        statement = statement.where(_matches(name, text))
    return [_user(row) for row in db.execute(statement)]


def _page_of_all(db: Connection, first: int, size: int) -> list[UserRow]:
    """The accounts from `first` on, found from the nearer end: the last page of a million costs what the first does."""
    count = count_users(db)
    size = max(min(size, count - first), 0)
    after = count - first - size
    if after < first:
        rows = _FROM_THE_END.all(db, {"limit": size, "offset": max(after, 0)})
        return [_user(row) for row in reversed(rows)]
    return [_user(row) for row in _FROM_THE_START.all(db, {"limit": size, "offset": first})]


def groups_of(db: Connection, ids: Sequence[str]) -> dict[str, list[GroupMini]]:
    """The groups of accounts, by account."""
    found: dict[str, list[GroupMini]] = defaultdict(list)
    for row in _GROUPS.all(db, {"ids": list(ids)}):
        found[row.user_id].append(GroupMini(row.id, row.display_name, shown_rights(row.rights)))
    return found


def _matches(name: str, text: str) -> ColumnElement[bool]:
    """A part of the text, without regard to case; the exact value always matches (decision 12)."""
    column = users.c[name]
    return or_(contains(column, text), column == text)


def _user(row: Any) -> UserRow:
    return UserRow(**dict(zip(UserRow.__struct_fields__, row, strict=True)))
