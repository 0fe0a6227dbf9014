"""The operations on address books."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from rostrum.accounts import rights
from rostrum.accounts.contacts import store
from rostrum.accounts.contacts.store import Kept
from rostrum.accounts.contacts.wire import Contact, Contacts
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import found_user, shown
from rostrum.accounts.users.rules import UserRow
from rostrum.accounts.users.wire import Deleted, Status, User
from rostrum.api.errors import problem, wrong_value
from rostrum.api.fields import Since
from rostrum.api.operation import InBody, Named, Ranged, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import UrlType, Work
from rostrum.db.errors import Duplicate
from rostrum.ids import UserId, short_id, uid

READ = Ranged("users.addressbook | users.addressbook:read", was="users.addressbook", until="v3")
WRITE = Ranged("users.addressbook | users.addressbook:write", was="users.addressbook", until="v3")
TOPICS = ("users", "groups", "presence", "contacts")

Dynamic = Annotated[UrlType, Since("v3.1")]
GivenId = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^\S+\Z")]
GivenName = Annotated[str, Meta(max_length=64)]
BY_GROUP, BY_USER = 1, 2
_UNDEFINED: Status = -127


@operation("POST", "/users/{user_id}/addressbook", scope=WRITE, answer="contact", reach="user")
def add_contact(
    work: Work,
    user_id: UserId,
    contact_id: Annotated[GivenId, InBody()],
    display_name: Annotated[GivenName | None, InBody()] = None,
    url_type: Dynamic = "dynamic",
) -> Contact:
    """Add a contact: a user of this server, or any address or call string. One that is kept already is renamed.

    Errors: userNotFound.
    """
    owner = _own_book(work, user_id)
    wanted, name = _key(work, owner, contact_id), _name(display_name)
    known = store.kept(work.db, owner.id, [wanted]).get(wanted)
    try:
        store.keep(work.db, owner.id, wanted, name)
    except Duplicate as error:  # the account was deleted meanwhile
        raise problem("userNotFound", user_id=user_id) from error
    contact = _shown(work, owner, [wanted], url_type)[0]
    _tell(work, contact, wanted, known, Kept(name))
    return contact


@operation("GET", "/users/{user_id}/addressbook", scope=READ, reach="user", cached=TOPICS)
def list_contacts(
    work: Work, user_id: UserId, page_id: PageId = 1, page_size: PageSize = 200, url_type: Dynamic = "dynamic"
) -> Contacts:
    """List an address book in the order of ids: kept contacts, and everybody with whom the user shares a group.

    Errors: userNotFound.
    """
    owner = found_user(work, user_id)
    ids = store.list_ids(work.db, owner.id, page_size, max(page_id, 1))
    return Contacts(_shown(work, owner, ids, url_type))


@operation(
    "GET", "/users/{user_id}/addressbook/{contact_id}", scope=READ, answer="contact", reach="user", cached=TOPICS
)
def read_contact(work: Work, user_id: UserId, contact_id: str, url_type: Dynamic = "dynamic") -> Contact:
    """Read one contact. Errors: userNotFound, contactNotFound."""
    owner = found_user(work, user_id)
    return _shown(work, owner, [_found(work, owner, contact_id)], url_type)[0]


@operation("PUT", "/users/{user_id}/addressbook/{contact_id}", scope=WRITE, answer="contact", reach="user")
def edit_contact(
    work: Work,
    user_id: UserId,
    contact_id: str,
    new_id: Annotated[GivenId | None, InBody(), Named("contact_id")] = None,
    display_name: Annotated[GivenName | None, InBody()] = None,
    url_type: Dynamic = "dynamic",
) -> Contact:
    """Change the name or the id of a contact; of one by a common group an own one is made.

    Errors: userNotFound, contactNotFound.
    """
    owner = _own_book(work, user_id)
    before = _found(work, owner, contact_id)
    after = before if new_id is None else _key(work, owner, new_id)
    known = store.kept(work.db, owner.id, [before]).get(before)
    name = _name(display_name) if display_name is not None else (known.display_name if known else None)
    if known is None:
        store.keep(work.db, owner.id, after, name)
    else:
        try:
            store.change(work.db, owner.id, before, after, name)
        except Duplicate as error:
            raise problem("uniqueValueAlreadyInUse", location="contact_id") from error
    contact = _shown(work, owner, [after], url_type)[0]
    _tell(work, contact, before, known, Kept(name))
    return contact


@operation("DELETE", "/users/{user_id}/addressbook/{contact_id}", scope=WRITE, reach="user")
def remove_contact(work: Work, user_id: UserId, contact_id: str) -> Deleted:
    """Remove a contact; one by a common group cannot be removed. Errors: userNotFound, contactNotFound."""
    owner = _own_book(work, user_id)
    wanted = _found(work, owner, contact_id)
    contact = _shown(work, owner, [wanted], "dynamic")[0]
    if contact.owner_type == BY_GROUP:
        raise wrong_value("contact_id", "This contact comes from a common group and cannot be removed")
    store.remove(work.db, owner.id, wanted)
    work.record("delete", "contact", contact.display_name, id=wanted, owner=contact.owner)
    return Deleted(wanted)


def _own_book(work: Work, user_id: str) -> UserRow:
    """Whose address book is to be changed. Raises forbidden where the caller's groups do not allow it."""
    rights.check(work, "address_book_editing")
    return found_user(work, user_id)


def _key(work: Work, owner: UserRow, given: str) -> str:
    """The id under which a contact is kept: the account's own id, or what was given. Nobody is their own contact."""
    account = users.find_user(work.db, short_id(given, work.server))
    if account is None:
        return given
    if account.id == owner.id:
        raise wrong_value("contact_id", "Nobody is a contact of their own")
    return account.id


def _found(work: Work, owner: UserRow, contact_id: str) -> str:
    """The id of a contact that is in the address book. Raises contactNotFound."""
    short = short_id(contact_id, work.server)
    known = store.kept(work.db, owner.id, [contact_id, short])
    for one in (contact_id, short):
        if one in known:
            return one
    if short != owner.id and store.is_mate(work.db, owner.id, short):
        return short
    raise problem("contactNotFound", contact_id=contact_id)


def _tell(work: Work, contact: Contact, contact_id: str, before: Kept | None, after: Kept) -> None:
    """What became of a contact, in the event log; `contact_id`: what it had until now, or has if it is new."""
    changes: dict[str, str | None] = {} if contact.id == contact_id else {"contact_id": contact.id}
    if after != (before or Kept(None)):
        changes["display_name"] = after.display_name
    if changes or before is None:
        told = "create" if before is None else "edit"
        work.record(told, "contact", contact.display_name, id=contact_id, owner=contact.owner, changes=changes)


def _name(given: str | None) -> str | None:
    return (given or "").strip() or None


def _shown(work: Work, owner: UserRow, ids: list[str], url_type: UrlType) -> list[Contact]:
    """Contacts in the order of their ids: four queries, however many."""
    accounts = users.find_users(work.db, ids)
    people = {user.id: user for user in shown(work, list(accounts.values()), url_type)}
    known = store.kept(work.db, owner.id, ids)
    owner_uid = uid(owner.id, work.server)
    return [_contact(one, people.get(one), known.get(one), owner_uid) for one in ids]


def _contact(contact_id: str, user: User | None, known: Kept | None, owner: str) -> Contact:
    own_name = known.display_name if known else None
    origin: dict[str, Any] = {"owner": owner if known else None, "owner_type": BY_USER if known else BY_GROUP}
    if user is None:
        return Contact(
            id=contact_id,
            uid=contact_id,
            avatar=None,
            login_name="",
            email=contact_id if "@" in contact_id and not contact_id.startswith("#") else "",
            display_name=own_name or contact_id[:64],
            first_name="",
            last_name="",
            company="",
            groups=[],
            status=_UNDEFINED,
            type="custom",
            **origin,
        )
    return Contact(
        id=user.id,
        uid=user.uid,
        avatar=user.avatar,
        login_name=user.login_name,
        email=user.email,
        display_name=own_name or user.display_name,
        first_name=user.first_name,
        last_name=user.last_name,
        company=user.company,
        groups=user.groups,
        status=user.status,
        type="user",
        **origin,
    )
