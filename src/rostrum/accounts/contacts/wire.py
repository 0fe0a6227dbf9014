"""Contacts as the API shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from rostrum.accounts.groups.wire import GroupMini, group_ids
from rostrum.accounts.users.wire import Status
from rostrum.api.fields import Since, Was


class Contact(Struct, kw_only=True):
    """Somebody in an address book; `owner` null: there by a common group, and not to be removed."""

    id: str
    uid: Annotated[str, Since("v3")]
    avatar: str | None
    login_name: str
    email: str
    display_name: str
    first_name: str
    last_name: str
    company: str
    groups: Annotated[list[GroupMini], Was(list[str], until="v3", by=group_ids)]
    status: Status
    type: Literal["user", "custom"]
    owner: str | None
    owner_type: Annotated[Literal[1, 2], Since("v3.1")]


class Contacts(Struct):
    """One page of an address book."""

    contacts: list[Contact]
