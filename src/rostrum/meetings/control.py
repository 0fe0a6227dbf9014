"""Running and ending conferences, and keeping our participants true to what the engine sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from rostrum.accounts.users import presence
from rostrum.api.errors import problem
from rostrum.api.work import Work
from rostrum.conferences import planning
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.db.errors import Duplicate
from rostrum.db.locks import alone
from rostrum.ids import ConferenceId, SessionId, new_session_id, uid
from rostrum.media.commands import EndRoom, RemoveParticipant
from rostrum.meetings import rules, store
from rostrum.meetings.rules import ParticipationRow, SessionRow
from rostrum.settings import LimitSettings

_WORDS = {
    rules.TERM_BY_SCHEDULE: "schedule",
    rules.TERM_BY_MODERATOR: "byModerator",
    rules.TERM_BY_ADMINISTRATOR: "stopped",
}


def run(work: Work, conference: ConferenceRow) -> SessionRow:
    """Start a conference. Raises conferenceAlreadyRunning and ongoingConferencesLimit."""
    if conference.running:
        raise problem("conferenceAlreadyRunning", conference_id=conference.id)
    _check_room_for_one_more(store.count_open(work.db), work.settings.limits)
    session = SessionRow(
        id=new_session_id(store.next_number(work.db), work.server),
        conference_id=conference.id,
        topic=conference.topic,
        owner=uid(conference.owner, work.server),
        mode=conference.type,
        # The recorded calls start at whole seconds and end at microseconds (compatibility 5).
        start_time=work.now.replace(microsecond=0),
    )
    try:
        store.insert_session(work.db, session)
    except Duplicate as error:
        raise problem("conferenceAlreadyRunning", conference_id=conference.id) from error
    conferences.set_running(work.db, conference.id, session.id)
    end = planning.end_of_run(work, conference)
    if end is not None:
        planning.plan_end(work, conference, session.id, end)
    return session


def stop(work: Work, conference: ConferenceRow, term_reason: int) -> None:
    """End a conference for everybody. Raises conferenceIsNotRunning."""
    if conference.stream_id is None:
        raise problem("conferenceIsNotRunning", conference_id=conference.id)
    session_id = SessionId(conference.stream_id)
    _close(work.db, session_id, conference.id, work.now, term_reason, rules.LEFT_AT_THE_END)
    planning.forget_end(work, conference.id)
    if work.media_available:
        message = {"type": "ended", "reason": _WORDS.get(term_reason, "stopped")}
        work.later(EndRoom(session_id, message))


def close_after_restart(db: Connection, ended_at: datetime) -> list[SessionId]:
    """End the sessions of a server that died, at the moment when it was last seen alive."""
    left_over = store.open_sessions(db)
    for session in left_over:
        moment = max(ended_at, session.start_time, store.last_join(db, session.id) or ended_at)
        conference_id = ConferenceId(session.conference_id)
        _close(db, session.id, conference_id, moment, rules.TERM_SERVER_RESTARTED, rules.LEFT_AT_THE_END)
    presence.clear(db)
    return [session.id for session in left_over]


def remove(work: Work, participation: ParticipationRow) -> None:
    """Put one participant out of a session."""
    leave(work.db, participation, work.now, rules.LEFT_REMOVED)
    if work.media_available:
        work.later(RemoveParticipant(participation.session_id, participation.participant_id, {"type": "removed"}))


def leave(db: Connection, participation: ParticipationRow, now: datetime, reason: int) -> None:
    """Somebody is gone."""
    store.renew_participation(db, participation, leave_time=now, leave_reason=reason)
    if participation.user_id is not None:
        refresh_presence(db, participation.user_id)


def joined(db: Connection, participation: ParticipationRow, sid: str, now: datetime) -> None:
    """The engine has somebody; who comes back after a broken line keeps the first join time."""
    first = participation.join_time or now
    store.renew_participation(db, participation, join_time=first, engine_sid=sid)
    if participation.user_id is not None:
        refresh_presence(db, participation.user_id)


def refresh_presence(db: Connection, user_id: str) -> None:
    """Busy in a meeting, 5 in one of their own, else online as long as a page is open."""
    alone(db, f"presence {user_id}")  # of two pages that close at once, the later one sees that none is left
    places = store.sessions_of_user(db, user_id)
    if any(is_owner for _session, is_owner in places):
        presence.set_status(db, user_id, presence.MULTIHOST)
    elif places:
        presence.set_status(db, user_id, presence.BUSY)
    else:
        connected = presence.count_connections(db, user_id) > 0
        presence.set_status(db, user_id, presence.ONLINE if connected else presence.OFFLINE)


def _close(
    db: Connection,
    session_id: SessionId,
    conference_id: ConferenceId,
    now: datetime,
    term_reason: int,
    leave_reason: int,
) -> None:
    users = store.close_session(db, session_id, now, term_reason, leave_reason)
    conferences.set_running(db, conference_id, None)
    for user_id in sorted(set(users)):
        refresh_presence(db, user_id)


def _check_room_for_one_more(count: int, limits: LimitSettings) -> None:
    if count >= limits.ongoing_conferences:
        raise problem("ongoingConferencesLimit", limit=limits.ongoing_conferences)
