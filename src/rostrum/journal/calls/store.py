"""All SQL of the log of calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, literal_column, select

from rostrum.db.text import contains
from rostrum.journal.lists import Conditions, Log, between
from rostrum.meetings.tables import call_invites, participations, sessions


class CallFilter(Struct, frozen=True, kw_only=True):
    """What the list of calls selects; None selects all."""

    date_from: datetime | None = None
    before: datetime | None = None
    conference_id: str | None = None
    owner: str | None = None


class ParticipantFilter(Struct, frozen=True, kw_only=True):
    """What the participants of a call are selected by."""

    session_id: str
    call_id: str | None = None


class InviteFilter(Struct, frozen=True, kw_only=True):
    """What the invites of a call are selected by."""

    session_id: str
    date_from: datetime | None = None
    before: datetime | None = None
    call_id: str | None = None


_FAR: ColumnElement[Any] = literal_column(str(2**62))
"""Later than every moment: a call that still runs lasts longest."""
_JOINED = (
    select(func.count(participations.c.participant_id.distinct()))
    .where(participations.c.session_id == sessions.c.id, participations.c.join_time.is_not(None))
    .correlate(sessions)
    .scalar_subquery()
)
_COUNT = case((sessions.c.end_time.is_(None), _JOINED), else_=sessions.c.participant_count).label("participants")
_ACCEPTED = (call_invites.c.state == "accepted").label("is_accepted")
_CALL = select(sessions, _COUNT).where(sessions.c.id == bindparam("id"))
_KNOWN = select(sessions.c.number).where(sessions.c.id == bindparam("id"))


def find_call(db: Connection, session_id: str) -> Row[Any] | None:
    """The call of a session."""
    return db.execute(_CALL, {"id": session_id}).one_or_none()


def is_known(db: Connection, session_id: str) -> bool:
    """Whether there is such a call."""
    return db.execute(_KNOWN, {"id": session_id}).first() is not None


def _calls(wanted: CallFilter) -> Conditions:
    found = between(sessions.c.start_time, wanted.date_from, wanted.before)
    if wanted.conference_id is not None:
        found.append(sessions.c.conference_id == wanted.conference_id)
    if wanted.owner is not None:
        found.append(contains(sessions.c.owner, wanted.owner))
    return found


def _participants(wanted: ParticipantFilter) -> Conditions:
    found = [participations.c.session_id == wanted.session_id, participations.c.join_time.is_not(None)]
    if wanted.call_id is not None:
        found.append(contains(participations.c.participant_id, wanted.call_id))
    return found


def _invites(wanted: InviteFilter) -> Conditions:
    # A call that still rings is neither accepted nor declined: it is told when its end is known.
    found = [call_invites.c.session_id == wanted.session_id, call_invites.c.state != "ringing"]
    found += between(call_invites.c.invite_time, wanted.date_from, wanted.before)
    if wanted.call_id is not None:
        found.append(contains(call_invites.c.call_id, wanted.call_id))
    return found


CALLS = Log(
    source=sessions,
    columns=(sessions, _COUNT),
    key=sessions.c.number,
    time=sessions.c.start_time,
    sorts={
        "conference_id": sessions.c.id,
        "named_conf_id": sessions.c.conference_id,
        "topic": sessions.c.topic,
        "owner": sessions.c.owner,
        "participant_count": _COUNT,
        "start_time": sessions.c.start_time,
        "end_time": sessions.c.end_time,
        "duration": func.coalesce(sessions.c.end_time, _FAR) - sessions.c.start_time,
        "subtype": sessions.c.mode,
        "term_reason": func.coalesce(sessions.c.term_reason, 0),  # as it is shown
        "class": sessions.c.number,  # the same for all calls, as is the type
        "type": sessions.c.number,
    },
    where=_calls,
    open_ended=frozenset({"end_time"}),
)
PARTICIPANTS = Log(
    source=participations,
    columns=(participations,),
    key=participations.c.number,
    time=participations.c.admitted_at,
    sorts={
        "call_id": participations.c.participant_id,
        "leave_reason": func.coalesce(participations.c.leave_reason, 0),  # as it is shown
        "duration": func.coalesce(participations.c.leave_time, _FAR) - participations.c.join_time,
    }
    | {
        name: participations.c[name]
        for name in (
            "app_id",
            "avg_cpu_load",
            "avg_sent_fps",
            "bitrate_in",
            "bitrate_out",
            "display_name",
            "join_time",
            "leave_time",
            "video_h",
            "video_w",
        )
    },
    where=_participants,
)
INVITES = Log(
    source=call_invites,
    columns=(call_invites, _ACCEPTED),
    key=call_invites.c.id,
    time=call_invites.c.invite_time,
    sorts={name: call_invites.c[name] for name in ("call_id", "invited_call_id", "invite_time")}
    | {"is_accepted": _ACCEPTED},
    where=_invites,
)
