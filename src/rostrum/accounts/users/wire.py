"""Users as the API shows them, in the newest shape."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from rostrum.accounts.groups.wire import GroupMini, group_ids
from rostrum.accounts.users.rules import LONGEST_EMAIL, LONGEST_LOGIN
from rostrum.api.fields import POST, PUT_POST, SECRET, Since, Takes, Was, Written
from rostrum.api.texts import VISIBLE

Status = Literal[-127, -1, 0, 1, 2, 5]
"""Presence: -127 undefined, -1 invalid, 0 offline, 1 online, 2 busy, 5 in a running conference of their own."""

Phone = Annotated[str, Meta(max_length=50), PUT_POST]
Name = Annotated[str, Meta(max_length=64), PUT_POST]


LoginName = Annotated[str, Meta(min_length=1, max_length=LONGEST_LOGIN)]
"""Of an account; somebody who is invited without one is shown with an id that may be longer."""
DisplayName = Annotated[str, Meta(min_length=1, max_length=64, pattern=VISIBLE)]


class User(Struct, kw_only=True):
    """An account."""

    id: str
    uid: Annotated[str, Since("v3")]  # the table begins with v3.1, the example of v3 has it (slip E30)
    avatar: str | None
    login_name: Annotated[str, Takes(LoginName), Written(POST.methods, required=True)]
    password: Annotated[str, Meta(min_length=1, max_length=255), SECRET] = ""
    email: Annotated[str, Meta(pattern=r"^\Z|^[^@\s]{1,}@[^@\s]{1,}\Z", max_length=LONGEST_EMAIL), PUT_POST]
    display_name: Annotated[str, Takes(DisplayName), PUT_POST]
    first_name: Name
    last_name: Name
    company: Name
    groups: Annotated[list[GroupMini], Was(list[str], until="v3", by=group_ids)]
    mobile_phone: Phone
    work_phone: Phone
    home_phone: Phone
    is_active: Annotated[Literal[0, 1], PUT_POST]
    status: Status


class UserPage(Struct):
    """One page of users; `next_page_id` is -1 at the end (decision 11)."""

    next_page_id: int
    users: list[User]


class Users(Struct):
    """Users without a sign of the next page."""

    users: list[User]


class Deleted(Struct):
    """The id of what was deleted."""

    id: str
