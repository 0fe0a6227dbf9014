"""Whose place in a running meeting an operation is about, and who may moderate it."""

from __future__ import annotations

from rostrum.api.errors import ApiError, problem
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId
from rostrum.meetings import rules, store
from rostrum.meetings.rules import ParticipationRow


def own(work: Work, session_id: SessionId) -> ParticipationRow:
    """The caller's place in the session of the path. Raises conferenceSessionNotFound for another's session, and
    forbidden for whoever waits to be let in.
    """
    place = own_or_waiting(work, session_id)
    if place.waits:
        raise problem("forbidden")
    return place


def own_or_waiting(work: Work, session_id: SessionId) -> ParticipationRow:
    """The caller's place in the session of the path or in its waiting room. Raises conferenceSessionNotFound."""
    if work.caller.session_id != session_id or work.caller.participant_id is None:
        raise no_session(session_id)
    place = store.find_present(work.db, session_id, work.caller.participant_id)
    if place is None:
        raise no_session(session_id)
    return place


def running(work: Work, session_id: SessionId) -> ConferenceRow:
    """The conference of a session; nobody else changes its meeting before this transaction ends.

    Raises conferenceSessionNotFound.
    """
    conference = conferences.find_by_session(work.db, session_id)
    if conference is None:
        raise no_session(session_id)
    return conference


def changing(work: Work, session_id: SessionId) -> tuple[ConferenceRow, ParticipationRow]:
    """The conference, to be changed, and the caller's place in it."""
    conference = running(work, session_id)
    return conference, own(work, session_id)


def moderating(work: Work, session_id: SessionId) -> tuple[ConferenceRow, ParticipationRow]:
    """The conference, to be changed, and the place of the caller, who moderates it. Raises forbidden for others."""
    conference, mine = changing(work, session_id)
    if mine.role != rules.HOST:
        raise problem("forbidden")
    return conference, mine


def somebody(work: Work, session_id: str, participant_id: str) -> ParticipationRow:
    """Somebody who is in. Raises participantNotFound, for those in the waiting room too."""
    place = store.find_present(work.db, session_id, participant_id)
    if place is None or place.waits:
        raise problem("participantNotFound", participant_id=participant_id)
    return place


def no_session(session_id: str) -> ApiError:
    """The error about a session that does not run, or is another's."""
    return problem("conferenceSessionNotFound", session_id=session_id)
