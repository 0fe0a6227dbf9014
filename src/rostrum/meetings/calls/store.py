"""All SQL of calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, select, update

from rostrum.accounts.users.tables import connections
from rostrum.db import revisions
from rostrum.meetings.calls.rules import CallRow, State
from rostrum.meetings.rules import LEFT_REMOVED
from rostrum.meetings.tables import call_invites, participations, sessions

_COLUMNS = [call_invites.c[name] for name in CallRow.__struct_fields__]
_RINGING = call_invites.c.state == "ringing"

# Statements are built once: building one costs more than running it.
_INSERT = insert(call_invites).returning(call_invites.c.id)
_RINGING_FOR = (
    select(*_COLUMNS, sessions.c.conference_id, sessions.c.topic)
    .join(sessions, sessions.c.id == call_invites.c.session_id)
    .where(call_invites.c.user_id == bindparam("user_id"), _RINGING, call_invites.c.expires_at > bindparam("now"))
    .order_by(call_invites.c.id)
)
_OF_SESSION = select(*_COLUMNS).where(call_invites.c.session_id == bindparam("session_id")).order_by(call_invites.c.id)
_REMOVED_AT = (
    select(func.max(participations.c.leave_time))
    .where(
        participations.c.session_id == bindparam("session_id"),
        participations.c.user_id == bindparam("user_id"),
        participations.c.leave_reason == LEFT_REMOVED,
    )
    .scalar_subquery()
)
_DOOR = select(call_invites.c.id).where(
    call_invites.c.session_id == bindparam("session_id"),
    call_invites.c.user_id == bindparam("user_id"),
    call_invites.c.state.in_(("ringing", "accepted")),
    call_invites.c.invite_time > func.coalesce(_REMOVED_AT, 0),
)
_ACCEPTED_AT = (
    select(call_invites.c.invited_call_id, func.max(call_invites.c.invite_time).label("invite_time"))
    .where(call_invites.c.session_id == bindparam("session_id"), call_invites.c.state == "accepted")
    .group_by(call_invites.c.invited_call_id)
)
_WITH_PAGES = (
    select(connections.c.user_id).where(connections.c.user_id.in_(bindparam("ids", expanding=True))).distinct()
)
_EVER_THERE = select(participations.c.user_id).where(participations.c.session_id == bindparam("session_id")).distinct()


class Ringing(Struct):
    """A call that rings, and where it leads."""

    call: CallRow
    conference_id: str
    topic: str


def insert_call(db: Connection, row: CallRow) -> int:
    """Keep a new call; its number."""
    values = {name: getattr(row, name) for name in row.__struct_fields__ if name != "id"}
    return int(db.execute(_INSERT, values).scalar_one())


def find_call(db: Connection, number: int) -> CallRow | None:
    """The call with this number."""
    row = db.execute(select(*_COLUMNS).where(call_invites.c.id == number)).one_or_none()
    return None if row is None else _call(row)


def ringing_for(db: Connection, user_id: str, now: datetime) -> list[Ringing]:
    """What rings for a user now."""
    rows = db.execute(_RINGING_FOR, {"user_id": user_id, "now": now})
    return [Ringing(_call(row), row.conference_id, row.topic) for row in rows]


def of_session(db: Connection, session_id: str) -> list[CallRow]:
    """All calls into a session, in their order."""
    return [_call(row) for row in db.execute(_OF_SESSION, {"session_id": session_id})]


def end_one(db: Connection, number: int, state: State) -> list[CallRow]:
    """End the ringing of one call; nothing when it rings no more."""
    return _end(db, call_invites.c.id == number, state)


def end_of_user(db: Connection, session_id: str, user_id: str, state: State) -> list[CallRow]:
    """End the ringing for one user in a session."""
    return _end(db, and_(call_invites.c.session_id == session_id, call_invites.c.user_id == user_id), state)


def end_by_caller(db: Connection, session_id: str, call_id: str, state: State) -> list[CallRow]:
    """End the ringing that somebody in a session began."""
    return _end(db, and_(call_invites.c.session_id == session_id, call_invites.c.call_id == call_id), state)


def end_of_session(db: Connection, session_id: str, state: State) -> list[CallRow]:
    """End all ringing of a session."""
    return _end(db, call_invites.c.session_id == session_id, state)


def end_overdue(db: Connection, session_id: str, now: datetime, state: State) -> list[CallRow]:
    """End what has rung long enough in a session."""
    return _end(db, and_(call_invites.c.session_id == session_id, call_invites.c.expires_at <= now), state)


def opens_door(db: Connection, session_id: str, user_id: str) -> bool:
    """Whether a user is called, or was and said yes, and was not put out since."""
    return db.execute(_DOOR, {"session_id": session_id, "user_id": user_id}).first() is not None


def accepted_at(db: Connection, session_id: str) -> dict[str, datetime]:
    """When those who came because they were called were called, by their full ids."""
    return {row.invited_call_id: row.invite_time for row in db.execute(_ACCEPTED_AT, {"session_id": session_id})}


def with_pages(db: Connection, user_ids: Sequence[str]) -> set[str]:
    """Who of these users has a page open, and so can be rung."""
    return set(db.execute(_WITH_PAGES, {"ids": list(user_ids)}).scalars()) if user_ids else set()


def ever_there(db: Connection, session_id: str) -> set[str]:
    """The users who have, or had, a place in a session."""
    return {user_id for user_id in db.execute(_EVER_THERE, {"session_id": session_id}).scalars() if user_id}


def _end(db: Connection, condition: ColumnElement[bool], state: State) -> list[CallRow]:
    ended = update(call_invites).where(_RINGING, condition).values(state=state).returning(*_COLUMNS)
    found = sorted((_call(row) for row in db.execute(ended)), key=lambda call: call.id)
    if found:
        revisions.touch(db, "sessions")
    return found


def _call(row: Any) -> CallRow:
    given = {name: getattr(row, name) for name in CallRow.__struct_fields__}
    return msgspec.convert(given, CallRow)
