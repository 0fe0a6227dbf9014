"""The operations on groups and their members."""

from __future__ import annotations

from typing import Annotated

from rostrum.accounts.groups import rules, store
from rostrum.accounts.groups.rules import GroupRow, RightsChanged
from rostrum.accounts.groups.wire import Group, GroupPage
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import found_user, shown
from rostrum.accounts.users.rules import UserRow
from rostrum.accounts.users.wire import Deleted, User, Users
from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.inputs import Changes, differing
from rostrum.api.operation import InBody, Of, Ranged, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import UrlType, Work
from rostrum.db.errors import Duplicate
from rostrum.ids import UserId, new_group_id, short_id

READ = Ranged("groups | groups:read", was="groups", until="v3")
WRITE = Ranged("groups | groups:write", was="groups", until="v3")
EDIT = Ranged("groups | groups:write | groups:read", was="groups", until="v3")  # printed with :read alone (slip B1)
READ_USERS = Ranged("groups.users | groups.users:read", was="groups.users", until="v3")
WRITE_USERS = Ranged("groups.users | groups.users:write", was="groups.users", until="v3")  # slip B7 for adding

Dynamic = Annotated[UrlType, Since("v3.1")]


@operation("POST", "/groups", scope=WRITE, answer="group")
def create_group(work: Work, body: Annotated[Changes, Of(Group)]) -> Group:
    """Create a group; without a list of rights it allows what users without a group may do.

    Errors: uniqueValueAlreadyInUse.
    """
    row = rules.new_group(body, new_group_id())
    _check_unique(work, row)
    work.record("create", "group", row.display_name, id=row.id, changes=body)
    try:
        store.insert_group(work.db, row)
    except Duplicate as error:
        raise problem("uniqueValueAlreadyInUse", location="display_name") from error
    return _shown(row)


@operation("GET", "/groups", scope=READ, cached=("groups",))
def list_groups(work: Work, page_id: PageId = 1, page_size: PageSize = 200) -> GroupPage:
    """List groups in the order of their names, a page at a time."""
    page = max(page_id, 1)
    found = store.list_groups(work.db, page_size, page)
    return GroupPage(page + 1 if len(found) > page_size else -1, [_shown(row) for row in found[:page_size]])


@operation("GET", "/groups/{group_id}", scope=READ, answer="group")
def read_group(work: Work, group_id: str) -> Group:
    """Read one group. Errors: groupNotFound."""
    return _shown(_found(work, group_id))


@operation("PUT", "/groups/{group_id}", scope=EDIT, answer="group")
def edit_group(work: Work, group_id: str, body: Annotated[Changes, Of(Group)]) -> Group:
    """Change a group's name or what it allows. Errors: groupNotFound, uniqueValueAlreadyInUse."""
    before = _found(work, group_id, to_change=True)
    row = rules.changed(before, body)
    _check_unique(work, row)
    if changes := differing(body, before, row):
        work.record("edit", "group", row.display_name, id=row.id, changes=changes)
    try:
        store.update_group(work.db, row)
    except Duplicate as error:
        raise problem("uniqueValueAlreadyInUse", location="display_name") from error
    if row.rights != before.rights:
        work.happened(RightsChanged(store.member_ids(work.db, row.id)))
    return _shown(row)


@operation("DELETE", "/groups/{group_id}", scope=WRITE, answer="group")
def delete_group(work: Work, group_id: str) -> Group:
    """Delete a group, its members stay; the answer shows it a last time. Errors: groupNotFound."""
    row = _found(work, group_id)
    members = store.member_ids(work.db, row.id)
    store.delete_group(work.db, row.id)
    work.happened(RightsChanged(members))
    work.record("delete", "group", row.display_name, "middle", id=row.id)
    return _shown(row)


@operation("POST", "/groups/{group_id}/users", scope=WRITE_USERS, answer="user")
def add_group_user(work: Work, group_id: str, user_id: Annotated[str, InBody()], url_type: Dynamic = "dynamic") -> User:
    """Put a user into a group; one who is in it stays. Errors: groupNotFound, userNotFound."""
    group = _found(work, group_id)
    user = users.find_user(work.db, short_id(user_id, work.server))
    if user is None:
        raise problem("userNotFound", given_as="user_id", user_id=user_id)
    try:
        is_new = store.add_member(work.db, group.id, user.id)
    except Duplicate as error:  # the account or the group was deleted meanwhile
        raise problem("userNotFound", given_as="user_id", user_id=user_id) from error
    if is_new:
        work.happened(RightsChanged([user.id]))
        work.record("edit", "group", group.display_name, id=group.id, added=user.id)
    return shown(work, [user], url_type)[0]


@operation("GET", "/groups/{group_id}/users", scope=READ_USERS, cached=("users", "groups", "presence"))
def list_group_users(
    work: Work,
    group_id: str,
    page_id: PageId = 1,
    page_size: PageSize = 200,
    login_name: str | None = None,
    display_name: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    url_type: Dynamic = "dynamic",
) -> Users:
    """List a group's users in the order of their ids, a page at a time. Errors: groupNotFound."""
    group = _found(work, group_id)
    filters = {
        "login_name": login_name,
        "display_name": display_name,
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
    }
    found = users.list_users(work.db, filters, page_size, max(page_id, 1), group_id=group.id)
    return Users(shown(work, found[:page_size], url_type))


@operation("GET", "/groups/{group_id}/users/{user_id}", scope=READ_USERS, answer="user")
def read_group_user(work: Work, group_id: str, user_id: UserId, url_type: Dynamic = "dynamic") -> User:
    """Read one user of a group. Errors: groupNotFound, userNotFound."""
    return shown(work, [_found_member(work, _found(work, group_id), user_id)], url_type)[0]


@operation("DELETE", "/groups/{group_id}/users/{user_id}", scope=WRITE_USERS)
def remove_group_user(work: Work, group_id: str, user_id: UserId) -> Deleted:
    """Take a user out of a group. Errors: groupNotFound, userNotFound."""
    group = _found(work, group_id)
    member = _found_member(work, group, user_id)
    store.remove_member(work.db, group.id, member.id)
    work.happened(RightsChanged([member.id]))
    work.record("edit", "group", group.display_name, id=group.id, removed=member.id)
    return Deleted(member.id)


def _found(work: Work, group_id: str, *, to_change: bool = False) -> GroupRow:
    row = store.find_group(work.db, group_id, to_change=to_change)
    if row is None:
        raise problem("groupNotFound", group_id=group_id)
    return row


def _found_member(work: Work, group: GroupRow, user_id: str) -> UserRow:
    user = found_user(work, user_id)
    if not store.is_member(work.db, group.id, user.id):
        raise problem("userNotFound", user_id=user_id)
    return user


def _check_unique(work: Work, row: GroupRow) -> None:
    if store.name_taken(work.db, row.display_name, except_id=row.id):
        raise problem("uniqueValueAlreadyInUse", location="display_name")


def _shown(row: GroupRow) -> Group:
    return Group(id=row.id, display_name=row.display_name, rights=row.rights)
