"""From a token to the caller behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row

from rostrum.api.work import NOBODY, Caller
from rostrum.ids import UserId, hashed
from rostrum.oauth import rules, store

_MOST_KEPT = 10_000
_REJECTED = Caller(rejected=True)


class _Kept(Struct, frozen=True):
    revision: int
    callers: dict[str, tuple[Caller, datetime | None]]


class TokenAuthenticator:
    """Finds callers by token; what was found holds until the revision of the topic `tokens` changes."""

    def __init__(self, elsewhere: Callable[[Connection, str], Caller | None]) -> None:
        """`elsewhere` finds, by hash, the callers whose tokens are kept by another slice (participants of meetings)."""
        self._elsewhere = elsewhere
        self._kept = _Kept(-1, {})

    def caller(self, db: Connection, token: str | None, now: datetime, revision: int) -> Caller:
        """The caller of a token; `nobody` without one, a rejected caller for an unknown or expired one."""
        if not token:
            return NOBODY
        # What another thread finds at an older revision goes into that revision's own dictionary.
        kept = self._kept
        if revision != kept.revision or len(kept.callers) > _MOST_KEPT:
            kept = self._kept = _Kept(revision, {})
        found = kept.callers.get(token)
        if found is None:
            found = self._found(db, token, now)
            if found is None:
                return self._elsewhere(db, hashed(token)) or _REJECTED
            kept.callers[token] = found
        caller, expires_at = found
        return _REJECTED if expires_at is not None and expires_at <= now else caller

    @staticmethod
    def _found(db: Connection, token: str, now: datetime) -> tuple[Caller, datetime | None] | None:
        row = store.find_token(db, hashed(token), (store.ACCESS, store.SECRET_KEY, store.GUEST), now)
        if row is None or (row.user_id is not None and not row.is_active):
            return None
        return _caller_of(row), row.expires_at


def _caller_of(row: Row[Any]) -> Caller:
    if row.kind == store.SECRET_KEY:
        return Caller(kind="application", all_scopes=True)
    if row.kind == store.GUEST:
        return Caller(kind="guest", participant_id=row.scope)
    if row.user_id is None:
        return Caller(kind="application", scopes=rules.scope_set(row.scope))
    return Caller(
        kind="user",
        user_id=UserId(row.user_id),
        is_admin=bool(row.is_admin),
        scopes=rules.scope_set(row.scope),
        family=row.family,
    )
