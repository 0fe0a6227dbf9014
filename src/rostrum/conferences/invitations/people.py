"""From the ids of a request to invitations: accounts of this server by their names, everybody else as a guest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rostrum.accounts.users import store as users
from rostrum.accounts.users.rules import UserRow
from rostrum.api.errors import wrong_value
from rostrum.api.texts import check_length
from rostrum.api.work import Work
from rostrum.conferences import rules
from rostrum.conferences.rules import InvitationRow
from rostrum.conferences.wire import InvitationGiven
from rostrum.ids import UserId, short_id

LONGEST_ID = 64


def checked(
    work: Work, given: Sequence[str | InvitationGiven], location: str = "invitations", longest: int = LONGEST_ID
) -> list[str | InvitationGiven]:
    """A list of people to invite, each under an id that can be kept. Raises an error that names the list."""
    for one in rules.invited(given):
        key = invited_id(work, one.id)
        if not key:
            raise wrong_value(location, "This is no id of a person")
        check_length(key, longest, location)
    return list(given)


def invitation_rows(
    work: Work, owner: UserId, given: list[str | InvitationGiven], accounts: Mapping[str, UserRow] | None = None
) -> list[InvitationRow]:
    """Invitations with the names of their accounts; ids that are no account of this server are guests (decision 25).

    The owner is added when no list was given, or one of bare ids, which v3 has and which says nothing of an owner.
    `accounts`: those of all `invited_ids`, if the caller knows them already.
    """
    wanted = _by_id(work, owner, given)
    if accounts is None:
        names = users.names_of(work.db, wanted)
    else:
        names = {key: account.display_name for key, account in accounts.items()}
    rows = []
    for key, one in wanted.items():
        own = one.display_name or ""
        name = own if own.strip() else names.get(key, one.id)
        rows.append(InvitationRow(key, name[:64], "user" if key in names else "custom", one.translator))
    return rows


def invited_ids(work: Work, owner: UserId, given: list[str | InvitationGiven]) -> Iterable[str]:
    """The ids under which a list invites people."""
    return _by_id(work, owner, given)


def invited_id(work: Work, given: str) -> str:
    """Ids of accounts are compared without regard to case; call strings and addresses of elsewhere stay as given."""
    return given if given.startswith("#") else short_id(given, work.server)


def _by_id(work: Work, owner: UserId, given: list[str | InvitationGiven]) -> dict[str, InvitationGiven]:
    wanted = {invited_id(work, one.id): one for one in rules.invited(given)}
    bare = all(isinstance(one, str) for one in given)
    return {owner: InvitationGiven(id=owner)} | wanted if bare else wanted
