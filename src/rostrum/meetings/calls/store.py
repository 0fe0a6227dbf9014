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
_CAME_AFTER_ALL = (
    select(participations.c.number)
    .where(
        participations.c.session_id == call_invites.c.session_id,
        participations.c.user_id == call_invites.c.user_id,
        participations.c.admitted_at >= call_invites.c.invite_time,
    )
    .exists()
)
_there = participations.alias("there")
_SOMEBODY_IS_THERE = (
    select(_there.c.number)
    .where(_there.c.session_id == call_invites.c.session_id, _there.c.leave_time.is_(None))
    .exists()
)
_RUNS = sessions.c.end_time.is_(None) & (~call_invites.c.opens | _SOMEBODY_IS_THERE)
_MISSED_BY = (
    select(*_COLUMNS, sessions.c.conference_id, sessions.c.topic, _RUNS.label("runs"))
    .join(sessions, sessions.c.id == call_invites.c.session_id)
    .where(
        call_invites.c.user_id == bindparam("user_id"),
        call_invites.c.state.in_(("unanswered", "unavailable", "cancelled")),
        call_invites.c.invite_time > bindparam("since"),
        ~call_invites.c.dismissed,
        ~_CAME_AFTER_ALL,
    )
    .order_by(call_invites.c.id.desc())
    .limit(bindparam("limit"))
)
_DISMISS = (
    update(call_invites)
    .where(
        call_invites.c.user_id == bindparam("called"),
        call_invites.c.id.in_(bindparam("ids", expanding=True)),
        call_invites.c.state != "ringing",
    )
    .values(dismissed=True)
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


class Missed(Struct):
    """A call that was missed, and where it led; the meeting may still go on."""

    call: CallRow
    conference_id: str
    topic: str
    runs: bool


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


def missed_by(db: Connection, user_id: str, since: datetime, limit: int) -> list[Missed]:
    """What a user missed and has not put away, newest first."""
    rows = db.execute(_MISSED_BY, {"user_id": user_id, "since": since, "limit": limit})
    return [Missed(_call(row), row.conference_id, row.topic, bool(row.runs)) for row in rows]


def dismiss(db: Connection, user_id: str, numbers: Sequence[int]) -> None:
    """Put a user's missed calls away."""
    if numbers:
        db.execute(_DISMISS, {"called": user_id, "ids": list(numbers)})


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
