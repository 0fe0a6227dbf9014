"""What participants and moderators do about the podium, in the web app and through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from msgspec import Struct

from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.ids import ParticipantId, SessionId
from rostrum.meetings import changes, places, store
from rostrum.meetings.operations import call_id, moderated_session
from rostrum.meetings.podium import control, rules
from rostrum.meetings.podium.pace import Pace
from rostrum.meetings.rules import EVERYBODY, HOST, INVITED_SPEAKER, LISTENER, REMARK, SPEAKERS
from rostrum.meetings.web_wire import Nothing
from rostrum.meetings.wire import Kicked

PODIUM = "conferences.sessions.podiums.participants:write | conferences.sessions.podiums.participants:read"

_VOICES = Pace(timedelta(seconds=1))


class Invited(Struct):
    """Whether somebody was invited to the podium."""

    invite: bool


@operation("POST", "/conference-sessions/{session_id}/podiums/participants", scope=PODIUM, since="v3.3", reach="user")
def invite_to_podium(
    work: Work,
    session_id: SessionId,
    participant_id: Annotated[str, InBody()],
    force: Annotated[bool, InBody(), Since("v3.4")] = False,  # noqa: FBT002 (a field of the body)
) -> Invited:
    """Invite a participant to the podium, or put the participant there without asking.

    Errors: conferenceSessionNotFound, participantNotFound, podiumNotUsed, podiumIsFull.
    """
    session = moderated_session(work, session_id)
    conference = places.running(work, session.id)
    place = store.find_present(work.db, session.id, call_id(work, participant_id))
    if place is None or place.waits:
        raise problem("participantNotFound", given_as="participant_id", participant_id=participant_id)
    control.invite(work, conference, place, force=force)
    return Invited(invite=True)


@operation(
    "DELETE",
    "/conference-sessions/{session_id}/podiums/participants/{participant_id}",
    scope=PODIUM,
    since="v3.3",
    reach="user",
)
def remove_from_podium(work: Work, session_id: SessionId, participant_id: ParticipantId) -> Kicked:
    """Take a participant down from the podium. Errors: conferenceSessionNotFound, participantNotFound."""
    session = moderated_session(work, session_id)
    conference = places.running(work, session.id)
    place = store.find_present(work.db, session.id, call_id(work, participant_id))
    if place is None or place.waits:
        raise problem("participantNotFound", participant_id=participant_id)
    control.leave(work, conference, place)
    return Kicked(participant_id)


@operation("PUT", "/sessions/{session_id}/hand", surface="web", reach="session")
def raise_hand(
    work: Work,
    session_id: SessionId,
    raised: Annotated[bool, InBody()],
    participant_id: Annotated[str | None, InBody()] = None,
) -> Nothing:
    """Raise one's hand or take it down; a moderator may take down another's. Errors: forbidden, participantNotFound."""
    _conference, mine = places.changing(work, session_id)
    place = mine
    if participant_id not in {None, mine.participant_id}:
        if raised or mine.role != HOST:
            raise problem("forbidden")
        place = places.somebody(work, session_id, participant_id or "")
    if raised != (place.hand_at is not None):
        changes.change(work, place, hand_at=work.now if raised else None)
    return Nothing()


@operation("POST", "/sessions/{session_id}/podium", surface="web", reach="session")
def put_on_podium(
    work: Work,
    session_id: SessionId,
    participant_id: Annotated[str, InBody()],
    force: Annotated[bool, InBody()] = False,  # noqa: FBT002 (a field of the body)
) -> Nothing:
    """Put somebody on the podium whose hand is up, invite everybody else.

    Errors: forbidden, participantNotFound, podiumNotUsed, podiumIsFull.
    """
    conference, _mine = places.moderating(work, session_id)
    control.invite(work, conference, places.somebody(work, session_id, participant_id), force=force)
    return Nothing()


@operation("PUT", "/sessions/{session_id}/podium/answer", surface="web", reach="session")
def answer_invitation(work: Work, session_id: SessionId, accept: Annotated[bool, InBody()]) -> Nothing:
    """Take an invitation to the podium, or decline it. Errors: podiumInvitationExpired, podiumIsFull."""
    conference, mine = places.changing(work, session_id)
    rules.check_answer(mine, work.now)
    if not accept or not rules.may_be_put(mine):
        control.decline(work, mine)
        return Nothing()
    rules.check_free(conference, store.admitted(work.db, session_id))
    control.put(work, conference, mine, INVITED_SPEAKER)
    return Nothing()


@operation("DELETE", "/sessions/{session_id}/podium/{participant_id}", surface="web", reach="session")
def leave_podium(work: Work, session_id: SessionId, participant_id: ParticipantId) -> Nothing:
    """Leave the podium, or take somebody down from it. Errors: forbidden, participantNotFound."""
    conference, mine = places.changing(work, session_id)
    if participant_id != mine.participant_id and mine.role != HOST:
        raise problem("forbidden")
    control.leave(work, conference, places.somebody(work, session_id, participant_id))
    return Nothing()


@operation("PUT", "/sessions/{session_id}/remark", surface="web", reach="session")
def remark(work: Work, session_id: SessionId, on: Annotated[bool, InBody()]) -> Nothing:
    """Speak as a listener without taking a place on the podium; the microphone only.

    Errors: audioRemarksUnavailable, audioRemarksDisabled, forbidden.
    """
    conference, mine = places.changing(work, session_id)
    if on and mine.role in {EVERYBODY, LISTENER}:
        rules.check_remark(conference, mine)
        changes.change_role(work, conference, mine, REMARK)
    elif not on and mine.role == REMARK:
        changes.change_role(work, conference, mine, LISTENER)
    return Nothing()


@operation("PUT", "/sessions/{session_id}/speaking", surface="web", reach="session")
def report_voice(work: Work, session_id: SessionId, on: Annotated[bool, InBody()]) -> Nothing:
    """In a smart meeting: the browser hears its own user begin to speak, go on, or end. A listener takes a free place
    on the podium, or the one of whoever was silent longest; if nobody is, nothing happens. What comes within a second
    of the last report of the same person is passed over.
    """
    if not _VOICES.passes((session_id, work.caller.participant_id or ""), work.now):
        return Nothing()
    conference, mine = places.changing(work, session_id)
    if not rules.has_voice(conference, mine):
        return Nothing()
    if mine.role in SPEAKERS and mine.spoke_at is not None:
        store.renew_participation(work.db, mine, spoke_at=work.now)
    elif on and rules.may_be_put(mine):
        is_room, leaving = rules.gives_way(conference, store.admitted(work.db, session_id), work.now)
        if leaving is not None:
            control.leave(work, conference, leaving)
        if is_room:
            control.put_voice(work, conference, mine)
    return Nothing()
