"""The operations on running conferences."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from rostrum.accounts import rights
from rostrum.accounts.users import operations as users
from rostrum.accounts.users import store as accounts
from rostrum.api.errors import ApiError, problem
from rostrum.api.fields import Since
from rostrum.api.operation import Ranged, operation
from rostrum.api.paging import PageId, PageSize, first_row
from rostrum.api.work import UrlType, Work
from rostrum.conferences import schedule
from rostrum.conferences.operations import WRITE, found_conference, own_conference
from rostrum.ids import ConferenceId, ParticipantId, SessionId, short_id, uid
from rostrum.meetings import control, rules, store
from rostrum.meetings.calls import store as calls
from rostrum.meetings.rules import ParticipationRow, SessionRow
from rostrum.meetings.wire import (
    ConferenceSession,
    Kicked,
    Participant,
    Participants,
    RunState,
    SessionParticipant,
    SessionParticipants,
    date_time,
)

PARTICIPANTS = Ranged(
    "conferences.participants | conferences.participants:read", was="conferences.participants", until="v3"
)


@operation("POST", "/conferences/{conference_id}/run", scope=WRITE, since="v3.9", reach="user")
def run_conference(work: Work, conference_id: ConferenceId) -> RunState:
    """Start a conference. Errors: conferenceNotFound, ongoingConferencesLimit, conferenceIsFinished."""
    rights.check(work, "create_group_conference")
    conference = own_conference(work, conference_id)
    if not conference.running and schedule.is_over(conference.schedule, work.now):
        raise problem("conferenceIsFinished", conference_id=conference_id)
    control.run(work, conference)
    return RunState("running")


@operation("POST", "/conferences/{conference_id}/run", scope=WRITE, until="v3.8", reach="user")
def run_any_conference(work: Work, conference_id: ConferenceId) -> RunState:
    """Start a conference, also one whose time has passed. Errors: conferenceNotFound, ongoingConferencesLimit."""
    rights.check(work, "create_group_conference")
    control.run(work, own_conference(work, conference_id))
    return RunState("running")


@operation("POST", "/conferences/{conference_id}/stop", scope=WRITE, reach="user")
def stop_conference(work: Work, conference_id: ConferenceId) -> RunState:
    """End a conference for everybody. Errors: conferenceNotFound."""
    control.stop(work, own_conference(work, conference_id), rules.TERM_BY_ADMINISTRATOR)
    return RunState("stopped")


@operation("GET", "/conferences/{conference_id}/participants", scope=PARTICIPANTS, reach="user")
def list_participants(
    work: Work, conference_id: ConferenceId, url_type: Annotated[UrlType, Since("v3.1")] = "dynamic"
) -> Participants:
    """Everybody who is in a running conference. Errors: conferenceNotFound."""
    conference = found_conference(work, conference_id)
    present = store.present(work.db, conference.stream_id) if conference.stream_id else []
    return Participants(participants_of(work, present, url_type))


@operation(
    "GET",
    "/conferences/{conference_id}/participants/{participant_id}",
    scope=PARTICIPANTS,
    since="v3.1",
    answer="participant",
    reach="user",
)
def read_participant(
    work: Work, conference_id: ConferenceId, participant_id: ParticipantId, url_type: UrlType = "dynamic"
) -> Participant:
    """One participant of a running conference. Errors: conferenceNotFound, participantNotFound."""
    conference = found_conference(work, conference_id)
    wanted = call_id(work, participant_id)
    found = store.find_present(work.db, conference.stream_id, wanted) if conference.stream_id else None
    if found is None or found.join_time is None:
        raise problem("participantNotFound", participant_id=participant_id)
    return participants_of(work, [found], url_type)[0]


@operation(
    "GET",
    "/conference-sessions/{session_id}",
    scope="conferences.sessions:read",
    since="v3.3",
    answer="session",
    reach="user",
)
def read_session(work: Work, session_id: SessionId) -> ConferenceSession:
    """One running session. Errors: conferenceSessionNotFound."""
    session = _found_session(work, session_id)
    return ConferenceSession(
        stream_id=session.id,
        conference_id=session.conference_id,
        type=5,
        mode=cast("Literal[0, 1, 3]", session.mode),
        topic=session.topic,
        owner=session.owner,
        start_time=int(session.start_time.timestamp()),
    )


@operation(
    "GET",
    "/conference-sessions/{session_id}/participants",
    scope="conferences.sessions.participants:read",
    since="v3.3",
    reach="user",
)
def list_session_participants(
    work: Work,
    session_id: SessionId,
    page_id: PageId = 1,
    page_size: PageSize = 200,
) -> SessionParticipants:
    """The participants of a running session with their roles. Errors: conferenceSessionNotFound."""
    session = _found_session(work, session_id)
    present = store.present(work.db, session.id)
    first = first_row(page_id, page_size)
    shown = [
        SessionParticipant(
            one.participant_id,
            one.participant_id,
            one.display_name,
            date_time(one.join_time) if one.join_time else None,
            one.role,
        )
        for one in present[first : first + page_size]
    ]
    return SessionParticipants(len(present), shown)


@operation(
    "DELETE",
    "/conference-sessions/{session_id}/participants/{participant_id}",
    scope="conferences.sessions.participants:read",
    since="v3.9",
    reach="user",
)
def kick_participant(work: Work, session_id: SessionId, participant_id: ParticipantId) -> Kicked:
    """Put somebody out of a running session: its owner and whoever moderates it may, besides administrators.

    Errors: conferenceSessionNotFound, participantNotFound.
    """
    session = moderated_session(work, session_id)
    found = store.find_present(work.db, session.id, call_id(work, participant_id))
    if found is None:
        raise problem("participantNotFound", participant_id=participant_id)
    control.remove(work, found)
    return Kicked(participant_id)


def _found_session(work: Work, session_id: str) -> SessionRow:
    session = store.find_session(work.db, session_id)
    if session is None:
        raise problem("conferenceSessionNotFound", session_id=session_id)
    if not work.caller.sees_all and _own_place(work, session) is None:
        try:
            found_conference(work, session.conference_id)
        except ApiError as error:
            raise problem("conferenceSessionNotFound", session_id=session_id) from error
    return session


def _own_place(work: Work, session: SessionRow) -> ParticipationRow | None:
    """The caller's own place in a session; one in the waiting room is none."""
    place = store.find_present(work.db, session.id, uid(work.caller.user_id or "", work.server))
    return None if place is None or place.waits else place


def moderates(work: Work, session: SessionRow) -> bool:
    """Whether the signed-in user owns or moderates a running session."""
    place = _own_place(work, session)
    return session.owner == uid(work.caller.user_id or "", work.server) or (
        place is not None and place.role == rules.HOST
    )


def moderated_session(work: Work, session_id: str) -> SessionRow:
    """A running session that the caller may moderate: administrators, its owner, whoever moderates it.

    Raises conferenceSessionNotFound and forbidden.
    """
    session = _found_session(work, session_id)
    if not work.caller.sees_all and not moderates(work, session):
        raise problem("forbidden")
    return session


def call_id(work: Work, participant_id: str) -> str:
    """The full id of a participant who may be named by the short id of the account."""
    return participant_id if "@" in participant_id else uid(short_id(participant_id, work.server), work.server)


def participants_of(work: Work, present: list[ParticipationRow], url_type: UrlType) -> list[Participant]:
    """People in one session as the API shows them; `invite_time` tells when those were called who came by a call."""
    accounts_by_id = accounts.find_users(work.db, [one.user_id for one in present if one.user_id])
    shown = {user.id: user for user in users.shown(work, list(accounts_by_id.values()), url_type)}
    called = calls.accepted_at(work.db, present[0].session_id) if present else {}
    found = []
    for one in present:
        join_time = int(one.join_time.timestamp()) if one.join_time else None
        invited = called.get(one.participant_id)
        times: dict[str, Any] = {
            "invite_time": int(invited.timestamp()) if invited else None,
            "join_time": join_time,
        }
        user = shown.get(one.user_id or "")
        if user is None:
            guest = one.participant_id.partition("@")[0]
            found.append(
                Participant(
                    id=one.participant_id,
                    login_name=guest,
                    display_name=one.display_name,
                    status=0,
                    is_owner=one.is_owner,
                    **times,
                )
            )
            continue
        fields = {name: getattr(user, name) for name in user.__struct_fields__ if name not in {"id", "password"}}
        found.append(Participant(id=one.participant_id, **fields, is_owner=one.is_owner, **times))
    return found
