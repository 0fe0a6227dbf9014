"""Decisions about accounts: values in, values or an error out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from msgspec import Struct

from rostrum.api.errors import problem, wrong_value
from rostrum.api.inputs import Changes
from rostrum.api.texts import check_length
from rostrum.api.work import Happening
from rostrum.ids import UserId, short_id
from rostrum.settings import LimitSettings

# A login stands in ids, addresses and paths: what would change their meaning is left out, LDAP's sub.domain\user fits.
# So does somebody@elsewhere, as directories have it: like every id that names its server it stays whole (ids.uid).
_LOGIN = re.compile(r"[^\s@#/?%:\x00-\x1f]+(@[^\s@#/?%:\x00-\x1f]+)?")

LONGEST_LOGIN, LONGEST_EMAIL = 32, 250


class UserRow(Struct, kw_only=True):
    """An account as it is kept."""

    id: UserId
    login_name: str
    password_hash: str
    email: str = ""
    display_name: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    mobile_phone: str = ""
    work_phone: str = ""
    home_phone: str = ""
    is_active: int = 1
    is_admin: bool = False
    must_change_password: bool = False
    avatar: str | None = None
    """The name of its picture."""
    created_at: datetime


class UserDeleted(Happening):
    """An account is about to be deleted."""

    user_id: UserId


class UserSwitchedOff(Happening):
    """An account may not be used any more."""

    user_id: UserId


class PasswordChanged(Happening):
    """Whoever signed in with the password of before has to do so again; the caller need not."""

    user_id: UserId


def check_room_for_one_more(count: int, limits: LimitSettings) -> None:
    """Raise `maxUsers` when the server is full."""
    if count >= limits.users:
        raise problem("maxUsers")


def new_user(body: Changes, now: datetime, server: str) -> UserRow:
    """The account that a request body describes; its id is the lower-cased login (decision 14).

    A login that names this server is the short one: that is how every look-up reads it. Raises an error that names
    `login_name` when it is too long, or holds characters that an id cannot carry.
    """
    login = short_id(body["login_name"], server)
    check_length(login, LONGEST_LOGIN, "login_name")
    if not _LOGIN.fullmatch(login) or not login.strip(".") or short_id(login, server) != login:
        raise wrong_value(
            "login_name", "A login holds no spaces, none of # / ? % : and one @ at most, between two parts"
        )
    return UserRow(**{"display_name": login, **body, "id": UserId(login), "login_name": login, "created_at": now})


def shown_rights(rights: list[str]) -> list[str]:
    """The rights that the short form of a group shows (decision 16)."""
    return [right for right in rights if right == "operator_rights"]


def values(row: UserRow) -> dict[str, Any]:
    """The columns of a new row."""
    return {name: getattr(row, name) for name in row.__struct_fields__} | {"email_key": email_key(row.email)}


def email_key(email: str) -> str | None:
    """What makes an address unique: its lower-cased form; none for an empty one.

    Raises an error that names `email` when that is too long.
    """
    found = email.strip().lower()
    check_length(found, LONGEST_EMAIL, "email")
    return found or None


def changed_columns(body: Changes) -> dict[str, Any]:
    """The columns that a change sets."""
    return body | ({"email_key": email_key(body["email"])} if "email" in body else {})
