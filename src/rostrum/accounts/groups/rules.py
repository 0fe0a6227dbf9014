"""Decisions about groups and what they allow: values in, values or an error out."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from rostrum.api.inputs import Changes
from rostrum.api.work import Happening

Right = Literal[
    "address_book_editing",
    "make_calls",
    "create_group_conference",
    "screen_sharing",
    "remote_desktop_control",
    "slideshow",
    "file_sharing",
    "conference_recording",
    "operator_rights",
]
"""The rights as they are kept: the finer ones of the two lists that the versions have."""

RIGHTS: tuple[Right, ...] = typing.get_args(Right)
COLLABORATION: frozenset[Right] = frozenset({"screen_sharing", "slideshow", "file_sharing"})
"""What `collaboration_tools` of the shorter list promises."""
_COLLABORATION_GIVES = COLLABORATION | {"remote_desktop_control", "conference_recording"}
"""What it gives: a version that does not know the other two could never grant them otherwise."""

WITHOUT_GROUP: frozenset[Right] = frozenset(RIGHTS) - {"operator_rights"}
"""What a user in no group may do, and what a new group allows when nothing is said."""


class GroupRow(Struct, kw_only=True):
    """A group as it is kept."""

    id: str
    display_name: str
    rights: list[Right]


class RightsChanged(Happening):
    """What the groups of these accounts allow may be something else from now on."""

    user_ids: list[str]


def new_group(body: Changes, group_id: str) -> GroupRow:
    """The group that a request body describes."""
    rights = kept(body["rights"]) if "rights" in body else ordered(WITHOUT_GROUP)
    return GroupRow(id=group_id, display_name=body["display_name"].strip(), rights=rights)


def changed(row: GroupRow, body: Changes) -> GroupRow:
    """The group as it is after a change; a given list of rights replaces the one before."""
    return GroupRow(
        id=row.id,
        display_name=body.get("display_name", row.display_name).strip(),
        rights=kept(body["rights"]) if "rights" in body else row.rights,
    )


def name_key(display_name: str) -> str:
    """What makes a name unique: its form without regard to case."""
    return display_name.strip().casefold()


def kept(given: Iterable[str]) -> list[Right]:
    """The rights of either list as they are kept."""
    named = set(given)
    if "collaboration_tools" in named:
        named |= _COLLABORATION_GIVES
    return ordered(named)


def ordered(rights: Iterable[str]) -> list[Right]:
    """Rights in the order of the documentation, each once."""
    wanted = set(rights)
    return [right for right in RIGHTS if right in wanted]


def effective(groups: Iterable[Iterable[Right]], *, is_admin: bool = False) -> frozenset[Right]:
    """What a user may do: whatever any of the user's groups allows; in no group, everything but operator_rights.

    An administrator is never held back, but moderates strangers' conferences only as a member of an operators' group.
    """
    of_groups = [frozenset(rights) for rights in groups]
    allowed = frozenset[Right]().union(*of_groups) if of_groups else WITHOUT_GROUP
    return allowed | WITHOUT_GROUP if is_admin else allowed
