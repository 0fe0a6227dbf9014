"""Making a data folder ready: its database at this version's schema, and the first account."""

from __future__ import annotations

import secrets
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from rostrum.accounts import passwords
from rostrum.accounts.users import rules, store
from rostrum.accounts.users.wire import User
from rostrum.api.errors import ApiError, problem
from rostrum.api.inputs import body_fields, read_fields
from rostrum.api.versions import NEWEST
from rostrum.db import schema
from rostrum.db.database import Database
from rostrum.db.locks import alone
from rostrum.settings import Settings


class DatabaseUnusableError(Exception):
    """The database cannot be opened or brought up to date; the message is one line."""


def open_database(data_dir: Path, settings: Settings) -> closing[Database]:
    """The database at the schema of this version, closed at the end of a with block. Raises DatabaseUnusableError."""
    try:
        database = Database(settings.database.url, data_dir, settings.database.pool)
        if database.run_here(schema.version, write=False) != schema.HEAD:
            schema.upgrade(database.engine.url.render_as_string(hide_password=False))
    except Exception as error:
        raise DatabaseUnusableError(f"the database cannot be used: {str(error).splitlines()[0]}") from error
    return closing(database)


def insert_user(
    db: Connection, settings: Settings, login: str, password: str, *, admin: bool, once: bool = False
) -> str:
    """Keep an account under the rules of the API; its id. `once`: the password has to be changed on signing in.

    Raises ApiError for wrong values, a login that is taken, and a full server.
    """
    given = {"login_name": login, "password": password}
    _fields, wrong = read_fields(body_fields(User, "POST", NEWEST), given)
    if wrong:
        raise ApiError(400, [msgspec.structs.replace(one, message=f"{one.location}: {one.message}") for one in wrong])
    rules.check_room_for_one_more(store.count_users(db), settings.limits)
    body = {"login_name": login, "password_hash": passwords.hash_now(password)}
    row = rules.new_user(body, datetime.now(UTC), settings.server.name)
    row.is_admin, row.must_change_password = admin, once
    if store.taken(db, row.id, ""):
        raise problem("uniqueValueAlreadyInUse", location="login_name")
    store.insert_user(db, row)
    return row.id


def first_administrator(data_dir: Path, settings: Settings) -> str | None:
    """On an empty server make the account `admin`; its one-time password. None when there are accounts already."""
    password = secrets.token_urlsafe(12)

    def make(db: Connection) -> bool:
        alone(db, "first administrator")  # of two servers that start at once
        if store.count_users(db):
            return False
        insert_user(db, settings, "admin", password, admin=True, once=True)
        return True

    with open_database(data_dir, settings) as database:
        return password if not database.run_here(store.count_users) and database.run_here(make) else None
