"""Groups as the API shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from rostrum.accounts.groups.rules import COLLABORATION, Right
from rostrum.api.fields import PUT_POST, PUT_POST_REQUIRED, Was
from rostrum.api.texts import VISIBLE
from rostrum.api.versions import NEWEST

ShortRight = Literal[
    "make_calls", "collaboration_tools", "create_group_conference", "address_book_editing", "operator_rights"
]
"""The rights of all versions but v3.4 and v3.5; there the tools for working together are rights of their own."""


class GroupMini(Struct):
    """The short form of a group that a user carries; of the rights it shows `operator_rights` only (decision 16)."""

    id: str
    display_name: str
    rights: list[str]


NO_GROUP = GroupMini("@no_group", "Users without group", [])
"""The pseudo group of everybody who is in none."""


def group_ids(groups: list[GroupMini]) -> list[str]:
    """What v3 shows of a user's groups."""
    return [group.id for group in groups]


def short_rights(rights: list[Right]) -> list[ShortRight]:
    """The list of five: `collaboration_tools` stands for the tools, and only where none of them is missing."""
    shown: list[ShortRight] = [right for right in ("make_calls", "create_group_conference") if right in rights]
    if set(rights) >= COLLABORATION:
        shown.insert(1, "collaboration_tools")
    shown += [right for right in ("address_book_editing", "operator_rights") if right in rights]
    return shown


def long_rights(rights: list[Right]) -> list[Right]:
    """The list of nine: what is kept."""
    return rights


class Group(Struct, kw_only=True):
    """A group of users and what it allows them."""

    id: str
    display_name: Annotated[str, Meta(min_length=1, max_length=64, pattern=VISIBLE), PUT_POST_REQUIRED]
    rights: Annotated[
        list[Right],
        Was(list[ShortRight], until=NEWEST, by=short_rights),
        Was(list[Right], until="v3.5", by=long_rights),
        Was(list[ShortRight], until="v3.3", by=short_rights),
        PUT_POST,
    ]


class GroupPage(Struct):
    """One page of groups; `next_page_id` is -1 at the end (decision 11)."""

    next_page_id: int
    groups: list[Group]
