"""Groups as the API shows them."""

from __future__ import annotations

from msgspec import Struct


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
