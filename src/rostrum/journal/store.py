"""All SQL of the logs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, case, func, insert, select

from rostrum.api.work import Recorded
from rostrum.journal.tables import events
from rostrum.meetings.tables import participations, sessions


class CallFilter(msgspec.Struct, kw_only=True):
    """What the list of calls selects; None selects all."""

    date_from: datetime | None = None
    date_to: datetime | None = None
    conference_id: str | None = None
    owner: str | None = None


_JOINED = (
    select(func.count(participations.c.participant_id.distinct()))
    .where(participations.c.session_id == sessions.c.id, participations.c.join_time.is_not(None))
    .correlate(sessions)
    .scalar_subquery()
)
_COUNT = case((sessions.c.end_time.is_(None), _JOINED), else_=sessions.c.participant_count).label("participants")
SORTS = {
    "conference_id": sessions.c.id,
    "named_conf_id": sessions.c.conference_id,
    "topic": sessions.c.topic,
    "owner": sessions.c.owner,
    "participant_count": _COUNT,
    "start_time": sessions.c.start_time,
    "end_time": sessions.c.end_time,
    "duration": func.coalesce(sessions.c.end_time, 2**62) - sessions.c.start_time,
    "subtype": sessions.c.mode,
    "term_reason": sessions.c.term_reason,
    "class": sessions.c.number,
    "type": sessions.c.number,
}
"""What a list may be sorted by; class and type are the same for all group calls."""


def find_call(db: Connection, session_id: str) -> Row[Any] | None:
    """The call of a session."""
    return db.execute(select(sessions, _COUNT).where(sessions.c.id == session_id)).one_or_none()


def list_calls(
    db: Connection, wanted: CallFilter, sort_field: str, *, descending: bool, page_size: int, page_id: int
) -> tuple[int, list[Row[Any]]]:
    """How many calls a filter selects, and one page of them. A running call comes first by its end, descending."""
    count = db.execute(_where(select(func.count()).select_from(sessions), wanted)).scalar_one()
    column, last = SORTS[sort_field], sessions.c.number
    order = [column.desc().nulls_first(), last.desc()] if descending else [column.asc().nulls_last(), last.asc()]
    page = _where(select(sessions, _COUNT), wanted).order_by(*order)
    return count, list(db.execute(page.limit(page_size).offset((page_id - 1) * page_size)))


def _where(statement: Select[Any], wanted: CallFilter) -> Select[Any]:
    if wanted.date_from is not None:
        statement = statement.where(sessions.c.start_time >= wanted.date_from)
    if wanted.date_to is not None:
        statement = statement.where(sessions.c.start_time <= wanted.date_to)
    if wanted.conference_id is not None:
        statement = statement.where(sessions.c.conference_id == wanted.conference_id)
    if wanted.owner is not None:
        statement = statement.where(sessions.c.owner == wanted.owner)
    return statement


def insert_event(db: Connection, event: Recorded, invoker_ip: str, now: datetime) -> None:
    """Keep an event."""
    values = msgspec.structs.asdict(event) | {"invoker_ip": invoker_ip, "created_at": now}
    db.execute(insert(events).values(**values))
