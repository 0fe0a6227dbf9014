"""What the groups of an account allow it, asked where it bites."""

from __future__ import annotations

from rostrum.accounts.groups import store
from rostrum.accounts.groups.rules import RIGHTS, Right, effective
from rostrum.api.errors import problem
from rostrum.api.work import Work
from rostrum.ids import UserId


def of_caller(work: Work) -> frozenset[Right]:
    """The effective rights of the signed-in user; an application has them all."""
    user_id = work.caller.user_id
    if user_id is None:
        return frozenset(RIGHTS)
    return of_user(work, user_id, is_admin=work.caller.is_admin)


def of_user(work: Work, user_id: UserId, *, is_admin: bool = False) -> frozenset[Right]:
    """The effective rights of an account."""
    return effective(store.rights_of(work.db, user_id), is_admin=is_admin)


def check(work: Work, right: Right) -> None:
    """Raise `forbidden` when the caller's groups do not allow something."""
    if right not in of_caller(work):
        raise problem("forbidden")
