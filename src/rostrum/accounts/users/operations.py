"""The operations on user accounts."""

from __future__ import annotations

from typing import Annotated

from rostrum.accounts import passwords
from rostrum.accounts.groups.wire import NO_GROUP, GroupMini
from rostrum.accounts.users import presence, rules, store
from rostrum.accounts.users.rules import PasswordChanged, UserDeleted, UserRow, UserSwitchedOff
from rostrum.accounts.users.wire import Deleted, Status, User, UserPage
from rostrum.api.errors import ApiError, problem
from rostrum.api.fields import Since
from rostrum.api.inputs import Changes, differing
from rostrum.api.operation import Of, Ranged, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import UrlType, Work
from rostrum.db.errors import Duplicate
from rostrum.ids import UserId, short_id, uid

READ = Ranged("users | users:read", was="users", until="v3")
READ_ONE = Ranged("users | users:write | users:read", was="users", until="v3")  # users:read by slip B2
WRITE = Ranged("users | users:write", was="users", until="v3")


@operation("POST", "/users", scope=WRITE, answer="user", prepare=passwords.hash_given)
def create_user(work: Work, body: Annotated[Changes, Of(User)]) -> User:
    """Create a user account. Errors: uniqueValueAlreadyInUse, maxUsers."""
    rules.check_room_for_one_more(store.count_users(work.db), work.settings.limits)
    user = rules.new_user(body, work.now, work.server)
    _check_unique(work, user.id, user.email)
    work.record("create", "user", uid(user.id, work.server), changes=body)
    try:
        store.insert_user(work.db, user)
    except Duplicate as error:
        raise _taken_meanwhile(error) from error
    return _one(work, user, [], 0, work.links.base)


@operation("GET", "/users", scope=READ, cached=("users", "groups", "presence"))
def list_users(
    work: Work,
    page_id: PageId = 1,
    page_size: PageSize = 200,
    login_name: str | None = None,
    display_name: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    url_type: Annotated[UrlType, Since("v3.1")] = "dynamic",
) -> UserPage:
    """List user accounts in the order of their ids, a page at a time."""
    filters = {
        "login_name": login_name,
        "display_name": display_name,
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
    }
    page = max(page_id, 1)
    found = store.list_users(work.db, filters, page_size, page)
    return UserPage(page + 1 if len(found) > page_size else -1, shown(work, found[:page_size], url_type))


@operation(
    "GET", "/users/{user_id}", scope=READ_ONE, answer="user", reach="user", cached=("users", "groups", "presence")
)
def read_user(work: Work, user_id: UserId, url_type: Annotated[UrlType, Since("v3.1")] = "dynamic") -> User:
    """Read one account. Errors: userNotFound."""
    return shown(work, [found_user(work, user_id)], url_type)[0]


@operation("PUT", "/users/{user_id}", scope=WRITE, answer="user", prepare=passwords.hash_given)
def edit_user(
    work: Work,
    user_id: UserId,
    body: Annotated[Changes, Of(User)],
    url_type: Annotated[UrlType, Since("v3.1")] = "dynamic",
) -> User:
    """Change the given fields of an account. Errors: userNotFound, uniqueValueAlreadyInUse."""
    user = found_user(work, user_id)
    if "email" in body:
        _check_unique(work, None, body["email"], except_id=user.id)
    try:
        store.update_user(work.db, user.id, rules.changed_columns(body))
    except Duplicate as error:
        raise _taken_meanwhile(error) from error
    after = found_user(work, user.id)
    if changes := differing(body, user, after):
        work.record("edit", "user", uid(user.id, work.server), changes=changes)
    if user.is_active and body.get("is_active") == 0:
        work.happened(UserSwitchedOff(user.id))
    if "password_hash" in body:
        work.happened(PasswordChanged(user.id))
    return shown(work, [after], url_type)[0]


@operation("DELETE", "/users/{user_id}", scope=WRITE)
def delete_user(work: Work, user_id: UserId) -> Deleted:
    """Delete an account; its tokens end, its calls stay readable in the logs. Errors: userNotFound."""
    user = found_user(work, user_id)
    work.happened(UserDeleted(user.id))
    work.record("delete", "user", uid(user.id, work.server), "middle", display_name=user.display_name)
    store.delete_user(work.db, user.id)
    return Deleted(user.id)


def found_user(work: Work, user_id: str) -> UserRow:
    """The account behind an id or uid, without regard to case. Raises userNotFound."""
    key = short_id(user_id, work.server)
    if not work.caller.sees_all and work.caller.user_id != key:
        raise problem("userNotFound", user_id=user_id)
    user = store.find_user(work.db, key)
    if user is None:
        raise problem("userNotFound", user_id=user_id)
    return user


def shown(work: Work, found: list[UserRow], url_type: UrlType = "dynamic") -> list[User]:
    """Accounts as the API shows them, with their groups and presence: two queries, however many accounts."""
    ids = [user.id for user in found]
    groups = store.groups_of(work.db, ids)
    statuses = presence.statuses(work.db, ids)
    root = work.links.root(url_type)
    return [_one(work, user, groups.get(user.id, []), statuses.get(user.id, 0), root) for user in found]


def avatar_url(root: str, name: str | None) -> str | None:
    """The public address of an account's picture; none: it has none."""
    return None if name is None else f"{root}/avatars/{name}"


def _one(work: Work, user: UserRow, groups: list[GroupMini], status: Status, root: str) -> User:
    return User(
        id=user.id,
        uid=uid(user.id, work.server),
        avatar=avatar_url(root, user.avatar),
        login_name=user.login_name,
        email=user.email,
        display_name=user.display_name,
        first_name=user.first_name,
        last_name=user.last_name,
        company=user.company,
        groups=groups or [NO_GROUP],
        mobile_phone=user.mobile_phone,
        work_phone=user.work_phone,
        home_phone=user.home_phone,
        is_active=1 if user.is_active else 0,
        status=status,
    )


def _taken_meanwhile(error: Duplicate) -> ApiError:
    """Another request was faster."""
    location = "email" if "email_key" in str(error.orig) else "login_name"
    return problem("uniqueValueAlreadyInUse", location=location)


def _check_unique(work: Work, user_id: str | None, email: str, except_id: str = "") -> None:
    location = store.taken(work.db, user_id, email, except_id)
    if location is not None:
        raise problem("uniqueValueAlreadyInUse", location=location)
