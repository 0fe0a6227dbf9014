"""All SQL of sessions, participations and chat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from rostrum.db import revisions
from rostrum.db.prepared import Prepared
from rostrum.ids import ParticipantId, SessionId
from rostrum.meetings.rules import LEFT_ALONE, Averages, ParticipationRow, SessionRow
from rostrum.meetings.tables import messages, participations, sessions

_SESSION = [sessions.c[name] for name in SessionRow.__struct_fields__]
_PARTICIPATION = [participations.c[name] for name in ParticipationRow.__struct_fields__]
_AVERAGES = [participations.c[name] for name in Averages.__struct_fields__]

# What every run and every end needs, compiled once.
_OPEN_SESSION = Prepared(
    select(*_SESSION).where(sessions.c.id == bindparam("session_id"), sessions.c.end_time.is_(None))
)
_COUNT_OPEN = Prepared(select(func.count()).select_from(sessions).where(sessions.c.end_time.is_(None)))
_NEXT_NUMBER = Prepared(select((func.coalesce(func.max(sessions.c.number), 0) + 1).label("number")))
_INSERT_SESSION = Prepared(insert(sessions))
_UPDATE_SESSION = Prepared(update(sessions).where(sessions.c.id == bindparam("of")))
_IN_SESSION = and_(participations.c.session_id == bindparam("of"), participations.c.leave_time.is_(None))
_USERS_IN_SESSION = Prepared(select(participations.c.user_id).where(_IN_SESSION))
_LEAVE_ALL = Prepared(update(participations).where(_IN_SESSION))
_COUNT_JOINED = Prepared(
    select(func.count(participations.c.participant_id.distinct()).label("number")).where(
        participations.c.session_id == bindparam("of"), participations.c.join_time.is_not(None)
    )
)


class MessageRow(msgspec.Struct):
    """One message of a chat; `to_call_id` None: to everyone."""

    id: int
    from_call_id: str
    from_display_name: str
    to_call_id: str | None
    message: str
    time_stamp: datetime


def find_session(db: Connection, session_id: str) -> SessionRow | None:
    """The session with this id, if it runs."""
    row = _OPEN_SESSION.first(db, {"session_id": session_id})
    return None if row is None else _session(row)


def open_sessions(db: Connection) -> list[SessionRow]:
    """All sessions that run."""
    return [_session(row) for row in db.execute(select(*_SESSION).where(sessions.c.end_time.is_(None)))]


def count_open(db: Connection) -> int:
    """How many sessions run."""
    return int(_COUNT_OPEN.scalar(db))


def next_number(db: Connection) -> int:
    """The running number of the next session."""
    return int(_NEXT_NUMBER.scalar(db))


def insert_session(db: Connection, row: SessionRow) -> None:
    """Keep a new session. Raises IntegrityError when the conference runs already."""
    values = {name: getattr(row, name) for name in row.__struct_fields__ if name != "number"}
    _INSERT_SESSION.run(db, values)
    revisions.touch(db, "sessions")


def close_session(
    db: Connection, session_id: SessionId, now: datetime, term_reason: int, leave_reason: int
) -> list[str]:
    """End a session and everybody's part in it; the ids of the users who were in."""
    users = [row.user_id for row in _USERS_IN_SESSION.all(db, {"of": session_id}) if row.user_id]
    _LEAVE_ALL.run(db, {"of": session_id, "leave_time": now, "leave_reason": leave_reason})
    count = _COUNT_JOINED.scalar(db, {"of": session_id})
    _UPDATE_SESSION.run(db, {"of": session_id, "end_time": now, "term_reason": term_reason, "participant_count": count})
    revisions.touch(db, "sessions")
    return users


def last_join(db: Connection, session_id: SessionId) -> datetime | None:
    """When the last one joined a session."""
    mine = participations.c.session_id == session_id
    latest: datetime | None = db.execute(select(func.max(participations.c.join_time)).where(mine)).scalar()
    return latest


def present(db: Connection, session_id: str) -> list[ParticipationRow]:
    """Everybody whom the engine has in a session, in the order of joining."""
    return _participations(db, _present(session_id) & participations.c.join_time.is_not(None))


def count_present(db: Connection, session_ids: Iterable[str]) -> dict[str, int]:
    """How many the engine has in each of these sessions; those with nobody are left out."""
    here = participations.c.session_id.in_(list(session_ids)) & participations.c.leave_time.is_(None)
    counted = select(participations.c.session_id, func.count().label("people"))
    counts = counted.where(here, participations.c.join_time.is_not(None)).group_by(participations.c.session_id)
    return {row.session_id: row.people for row in db.execute(counts)}


def admitted(db: Connection, session_id: str) -> list[ParticipationRow]:
    """Everybody who has a place in a session, also those whose browser is still connecting; nobody who waits."""
    return _participations(db, _present(session_id) & participations.c.waiting_since.is_(None))


def waiting(db: Connection, session_id: str) -> list[ParticipationRow]:
    """Everybody in the waiting room, whoever came first first."""
    statement = _present(session_id) & participations.c.waiting_since.is_not(None)
    return sorted(_participations(db, statement), key=lambda one: (one.waiting_since, one.number))


def all_admitted(db: Connection) -> list[ParticipationRow]:
    """Everybody who has a place in any session; nobody who waits."""
    return _participations(db, participations.c.leave_time.is_(None) & participations.c.waiting_since.is_(None))


def find_present(db: Connection, session_id: str, participant_id: str) -> ParticipationRow | None:
    """Somebody's place in a session, or in its waiting room."""
    found = _participations(db, _present(session_id) & (participations.c.participant_id == participant_id))
    return found[0] if found else None


def find_last(db: Connection, session_id: str, participant_id: str) -> ParticipationRow | None:
    """Somebody's newest part in a session, over or not."""
    theirs = (participations.c.session_id == session_id) & (participations.c.participant_id == participant_id)
    newest = select(*_PARTICIPATION).where(theirs).order_by(participations.c.number.desc()).limit(1)
    row = db.execute(newest).one_or_none()
    return None if row is None else msgspec.convert(row._mapping, ParticipationRow)  # noqa: SLF001


def find_by_token(db: Connection, token_hash: str, left_after: datetime) -> ParticipationRow | None:
    """The place in a running session that a participant's token stands for; also of one who went since `left_after`.

    Whoever was put out has no token any more.
    """
    went = (participations.c.leave_time > left_after) & (participations.c.leave_reason == LEFT_ALONE)
    runs = select(sessions.c.id).where(sessions.c.end_time.is_(None))
    holds = (participations.c.token_hash == token_hash) & or_(
        participations.c.leave_time.is_(None), went & participations.c.session_id.in_(runs)
    )
    found = _participations(db, holds)
    return found[0] if found else None


def renew_session(db: Connection, session_id: str, **values: Any) -> None:
    """Change a running session."""
    db.execute(update(sessions).where(sessions.c.id == session_id).values(**values))
    revisions.touch(db, "sessions")


def sessions_of_user(db: Connection, user_id: str) -> list[tuple[str, bool]]:
    """The sessions that a user is in, and whether as their owner."""
    mine = and_(
        participations.c.user_id == user_id,
        participations.c.leave_time.is_(None),
        participations.c.join_time.is_not(None),
    )
    rows = db.execute(select(participations.c.session_id, participations.c.is_owner).where(mine))
    return [(row.session_id, bool(row.is_owner)) for row in rows]


def places_of(db: Connection, user_id: str) -> list[ParticipationRow]:
    """A user's places in all running sessions."""
    return _participations(db, (participations.c.user_id == user_id) & participations.c.leave_time.is_(None))


def places_of_accounts(db: Connection) -> list[ParticipationRow]:
    """The places of everybody with an account in all running sessions."""
    return _participations(db, participations.c.user_id.is_not(None) & participations.c.leave_time.is_(None))


def insert_participation(db: Connection, row: ParticipationRow) -> None:
    """Keep a new place. Raises IntegrityError when the person has one already."""
    values = {name: getattr(row, name) for name in row.__struct_fields__ if name != "number"}
    db.execute(insert(participations).values(**values | {"rights": msgspec.to_builtins(row.rights)}))


def renew_participation(db: Connection, row: ParticipationRow, **values: Any) -> None:
    """Change somebody's place."""
    db.execute(update(participations).where(participations.c.number == row.number).values(**values))
    revisions.touch(db, "sessions")


def averages(db: Connection, row: ParticipationRow) -> Averages:
    """The quality of a participation so far."""
    found = db.execute(select(*_AVERAGES).where(participations.c.number == row.number)).one()
    return msgspec.convert(found._mapping, Averages)  # noqa: SLF001


def keep_averages(db: Connection, row: ParticipationRow, after: Averages) -> None:
    """Keep the quality of a participation."""
    statement = update(participations).where(participations.c.number == row.number)
    db.execute(statement.values(**msgspec.structs.asdict(after)))


def insert_message(
    db: Connection, session_id: str, sender: ParticipationRow, to: ParticipantId | None, text: str, now: datetime
) -> MessageRow:
    """Keep a message of the chat."""
    values = {
        "session_id": session_id,
        "from_call_id": sender.participant_id,
        "from_display_name": sender.display_name,
        "to_call_id": to,
        "message": text,
        "time_stamp": now,
    }
    number = db.execute(insert(messages).values(**values).returning(messages.c.id)).scalar_one()
    return MessageRow(number, sender.participant_id, sender.display_name, to, text, now)


def list_messages(db: Connection, session_id: str, reader: str, after: int, limit: int) -> list[MessageRow]:
    """The messages of a session that one participant may read, oldest first; of more than `limit` the newest ones."""
    columns = [messages.c[name] for name in MessageRow.__struct_fields__]
    mine = (messages.c.to_call_id.is_(None)) | (messages.c.to_call_id == reader) | (messages.c.from_call_id == reader)
    statement = select(*columns).where(messages.c.session_id == session_id, messages.c.id > after, mine)
    rows = db.execute(statement.order_by(messages.c.id.desc()).limit(limit)).all()
    return [MessageRow(**row._mapping) for row in reversed(rows)]  # noqa: SLF001


def _present(session_id: str) -> ColumnElement[bool]:
    return (participations.c.session_id == session_id) & participations.c.leave_time.is_(None)


def _participations(db: Connection, condition: ColumnElement[bool]) -> list[ParticipationRow]:
    statement = select(*_PARTICIPATION).where(condition)
    rows = db.execute(statement.order_by(participations.c.join_time, participations.c.number))
    return [msgspec.convert(row._mapping, ParticipationRow) for row in rows]  # noqa: SLF001


def _session(row: Any) -> SessionRow:
    return SessionRow(**row._asdict())
