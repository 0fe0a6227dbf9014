"""All SQL of address books."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import BindParameter, Connection, bindparam, delete, select, union, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from rostrum.accounts.contacts.tables import contacts
from rostrum.accounts.groups.tables import group_users
from rostrum.accounts.users.tables import users
from rostrum.db import revisions
from rostrum.db.text import contains

_mates = group_users.alias("mates")
_USER: BindParameter[str] = bindparam("user_id")

# Statements are built once: building one costs more than running it.
_KEPT = select(contacts.c.contact_id.label("id")).where(contacts.c.user_id == _USER)
_MATES = (
    select(_mates.c.user_id.label("id"))
    .join(group_users, group_users.c.group_id == _mates.c.group_id)
    .where(group_users.c.user_id == _USER, _mates.c.user_id != _USER)
)
_book = union(_KEPT, _MATES).subquery()
_PAGE = select(_book.c.id).order_by(_book.c.id).limit(bindparam("limit")).offset(bindparam("offset"))
_IS_MATE = _MATES.where(_mates.c.user_id == bindparam("contact_id")).limit(1)
_NAMES = select(contacts.c.contact_id, contacts.c.display_name).where(
    contacts.c.user_id == _USER, contacts.c.contact_id.in_(bindparam("ids", expanding=True))
)


class Kept(Struct, frozen=True):
    """A contact that somebody keeps; no name: the account's own."""

    display_name: str | None


def list_ids(db: Connection, user_id: str, page_size: int, page_id: int) -> list[str]:
    """The ids on one page of an address book, in their order: kept contacts and those by common groups."""
    page = {"user_id": user_id, "limit": page_size, "offset": (page_id - 1) * page_size}
    return list(db.execute(_PAGE, page).scalars())


def find_ids(db: Connection, user_id: str, name: str, limit: int) -> list[str]:
    """The first ids of an address book, in their order, whose name there or id has a text in it; empty: all."""
    if not name:
        return list_ids(db, user_id, limit, 1)
    own, shown = contacts.c.display_name, users.c.display_name
    # Not one expression of both: PostgreSQL would fold the names by the rule of the ids, which knows ASCII only.
    named = contains(own, name) | (own.is_(None) & contains(shown, name)) | contains(_book.c.id, name)
    is_own = (contacts.c.contact_id == _book.c.id) & (contacts.c.user_id == _USER)
    joined = _book.outerjoin(contacts, is_own).outerjoin(users, users.c.id == _book.c.id)
    found = select(_book.c.id).select_from(joined).where(named).order_by(_book.c.id).limit(limit)
    return list(db.execute(found, {"user_id": user_id}).scalars())


def kept(db: Connection, user_id: str, ids: Sequence[str]) -> dict[str, Kept]:
    """Which of these ids somebody keeps."""
    rows = db.execute(_NAMES, {"user_id": user_id, "ids": list(ids)})
    return {row.contact_id: Kept(row.display_name) for row in rows}


def is_mate(db: Connection, user_id: str, contact_id: str) -> bool:
    """Whether two users share a group."""
    return db.execute(_IS_MATE, {"user_id": user_id, "contact_id": contact_id}).first() is not None


def keep(db: Connection, user_id: str, contact_id: str, display_name: str | None) -> None:
    """Keep a contact; one that is kept already gets the new name."""
    insert = insert_sqlite if db.dialect.name == "sqlite" else insert_postgresql
    statement = insert(contacts).values(user_id=user_id, contact_id=contact_id, display_name=display_name)
    named = {"display_name": display_name}
    db.execute(statement.on_conflict_do_update(index_elements=["user_id", "contact_id"], set_=named))
    revisions.touch(db, "contacts")


def change(db: Connection, user_id: str, contact_id: str, new_id: str, display_name: str | None) -> None:
    """Change a kept contact. Raises IntegrityError when the new id is kept already."""
    one = (contacts.c.user_id == user_id) & (contacts.c.contact_id == contact_id)
    db.execute(update(contacts).where(one).values(contact_id=new_id, display_name=display_name))
    revisions.touch(db, "contacts")


def remove(db: Connection, user_id: str, contact_id: str) -> None:
    """Keep a contact no longer."""
    db.execute(delete(contacts).where(contacts.c.user_id == user_id, contacts.c.contact_id == contact_id))
    revisions.touch(db, "contacts")


def remove_from_all(db: Connection, contact_id: str) -> None:
    """Take an account that is deleted out of every address book."""
    db.execute(delete(contacts).where(contacts.c.contact_id == contact_id))
    revisions.touch(db, "contacts")
