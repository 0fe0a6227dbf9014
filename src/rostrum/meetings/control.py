"""Running and ending conferences, and keeping our participants true to what the engine sees."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from rostrum.accounts.users import presence
from rostrum.api.errors import problem
from rostrum.api.work import Work
from rostrum.conferences import planning
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import AD_HOC, ConferenceRow
from rostrum.db.errors import Duplicate
from rostrum.db.locks import alone
from rostrum.ids import ConferenceId, SessionId, new_session_id, uid
from rostrum.jobs import store as jobs
from rostrum.media.commands import EndRoom, RemoveParticipant, TellChanged
from rostrum.media.production import store as productions
from rostrum.meetings import rules, store
from rostrum.meetings.calls import ringing
from rostrum.meetings.calls import store as calls
from rostrum.meetings.calls.rules import GRACE, TO_COME
from rostrum.meetings.rules import ParticipationRow, SessionRow
from rostrum.meetings.waiting import topic
from rostrum.settings import LimitSettings

_WORDS = {
    rules.TERM_ALL_DECLINED: "declined",
    rules.TERM_DELETED: "deleted",
    rules.TERM_BY_SCHEDULE: "schedule",
    rules.TERM_BY_MODERATOR: "byModerator",
    rules.TERM_BY_ADMINISTRATOR: "stopped",
}
EMPTY = "meeting.empty"
"""Due work: an ad hoc meeting ends when nobody has come back."""


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
        waiting_room_enabled=conference.waiting_room_enabled,
    )
    try:
        store.insert_session(work.db, session)
    except Duplicate as error:
        raise problem("conferenceAlreadyRunning", conference_id=conference.id) from error
    conferences.set_running(work.db, conference.id, session.id)
    end = planning.end_of_run(work, conference)
    if end is not None:
        plan_end(work, conference, session.id, end)
    _watch_for_emptiness(work.db, session.id, conference.origin_type, work.now + TO_COME)
    started = msgspec.structs.replace(conference, stream_id=session.id)
    work.happened(rules.SessionStarted(started, session.id))
    return session


def plan_end(work: Work, conference: ConferenceRow, session_id: SessionId, end: datetime) -> None:
    """Let a session end at a time, with the warning before it; what was planned before is forgotten."""
    store.renew_session(work.db, session_id, ends_at=end)
    planning.plan_end(work, conference, session_id, end)


def stop(work: Work, conference: ConferenceRow, term_reason: int) -> None:
    """End a conference for everybody; an ad hoc one is no more after that. Raises conferenceIsNotRunning."""
    if conference.stream_id is None:
        raise problem("conferenceIsNotRunning", conference_id=conference.id)
    session_id = SessionId(conference.stream_id)
    ringing_still = calls.end_of_session(work.db, session_id, "cancelled")
    for place in store.waiting(work.db, session_id):
        topic.tell(work, place, "ended")
    _close(work.db, session_id, conference.id, work.now, term_reason, rules.LEFT_AT_THE_END)
    ringing.stop_ringing(work, ringing_still)
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
        calls.end_of_session(db, session.id, "cancelled")
        _close(db, session.id, conference_id, moment, rules.TERM_SERVER_RESTARTED, rules.LEFT_AT_THE_END)
    presence.clear(db)
    return [session.id for session in left_over]


def remove(work: Work, participation: ParticipationRow) -> None:
    """Put one participant out of a session, or out of its waiting room."""
    leave(work.db, participation, work.now, rules.LEFT_REMOVED)
    if participation.waits:
        topic.tell(work, participation, "refused")
    if work.media_available and rules.is_in_state(participation):
        work.later(TellChanged(participation.session_id))
    if work.media_available and not participation.waits:
        work.later(RemoveParticipant(participation.session_id, participation.participant_id, {"type": "removed"}))


def leave(db: Connection, participation: ParticipationRow, now: datetime, reason: int) -> None:
    """Somebody is gone."""
    store.renew_participation(db, participation, leave_time=now, leave_reason=reason)
    origin = conferences.origin_of_session(db, participation.session_id)
    _watch_for_emptiness(db, participation.session_id, origin, now + GRACE)
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
    productions.want_none(db, session_id, now)
    conferences.set_running(db, conference_id, None)
    conferences.delete_if_ad_hoc(db, conference_id)
    jobs.cancel(db, f"{EMPTY}:{session_id}")
    for user_id in sorted(set(users)):
        refresh_presence(db, user_id)


def _watch_for_emptiness(db: Connection, session_id: str, origin: str | None, due: datetime) -> None:
    """Look later whether anybody is in an ad hoc meeting. Who is there now does not matter: of two people who leave at
    once, each still sees the other.
    """
    if origin == AD_HOC:
        jobs.enqueue(db, EMPTY, {"session_id": session_id}, due, key=f"{EMPTY}:{session_id}")


def _check_room_for_one_more(count: int, limits: LimitSettings) -> None:
    if count >= limits.ongoing_conferences:
        raise problem("ongoingConferencesLimit", limit=limits.ongoing_conferences)
