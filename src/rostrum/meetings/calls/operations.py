"""The operations that call people into a conference, as the API has them."""

from __future__ import annotations

from itertools import chain
from typing import Annotated

from rostrum.accounts import rights
from rostrum.accounts.users import store as users
from rostrum.api.errors import problem
from rostrum.api.fields import Since
from rostrum.api.inputs import Changes
from rostrum.api.operation import InBody, Of, Ranged, operation
from rostrum.api.work import UrlType, Work
from rostrum.conferences import rules as conference_rules
from rostrum.conferences import store as conferences
from rostrum.conferences.invitations.people import checked
from rostrum.conferences.operations import own_conference
from rostrum.conferences.rules import ConferenceRow
from rostrum.conferences.wire import ClientRights
from rostrum.ids import ConferenceId, ParticipantId, SessionId, UserId, short_id, uid
from rostrum.meetings import control
from rostrum.meetings import rules as meeting_rules
from rostrum.meetings import store as meetings
from rostrum.meetings.calls import ringing
from rostrum.meetings.calls.rules import CallRow
from rostrum.meetings.calls.wire import LONGEST_CALL, CallId, InviteAnswer, Invited, InvitedById
from rostrum.meetings.operations import moderates, participants_of
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.wire import Participant

INVITE = "conferences | conferences:read | conferences:write"  # slip B3
PARTICIPANTS = Ranged(
    "conferences.participants | conferences.participants:write", was="conferences.participants", until="v3"
)


@operation("POST", "/conferences/{conference_id}/participants", scope=PARTICIPANTS, answer="participant", reach="user")
def invite_participant(
    work: Work,
    conference_id: ConferenceId,
    participant_id: Annotated[CallId, InBody()],
    url_type: Annotated[UrlType, Since("v3.1")] = "dynamic",
) -> Participant:
    """Ring one user into a running conference.

    Errors: conferenceNotFound, conferenceIsNotRunning, userNotFound, participantIsUnavailable for whoever has no page
    open, participantAlreadyInConference.
    """
    conference = _to_call_into(work, conference_id)
    if conference.stream_id is None:
        raise problem("conferenceIsNotRunning", conference_id=conference_id)
    user_id = short_id(participant_id, work.server)
    if users.find_user(work.db, UserId(user_id)) is None:
        if "@" in user_id or user_id.startswith("#"):  # an address of elsewhere: no gateway leads there
            raise problem("participantIsUnavailable", participant_id=participant_id)
        raise problem("userNotFound", given_as="participant_id", user_id=participant_id)
    if meetings.find_present(work.db, conference.stream_id, uid(user_id, work.server)) is not None:
        raise problem("participantAlreadyInConference", participant_id=participant_id)
    (call,) = ringing.ring(work, conference, caller_of(work, conference), [user_id])
    if call.state != "ringing":
        raise problem("participantIsUnavailable", participant_id=participant_id)
    return _called(work, conference, call, url_type)


@operation("POST", "/conferences/{conference_id}/invite", scope=INVITE, since="v3.5", reach="user")
def invite(work: Work, conference_id: ConferenceId, body: Annotated[Changes, Of(Invited)]) -> InviteAnswer:
    """Ring everybody on a list into a conference, which is started for that. Errors: conferenceNotFound,
    ongoingConferencesLimit.
    """
    return _invited(work, conference_id, body)


@operation("POST", "/conferences/{conference_id}/invite", scope=INVITE, since="v3.1", until="v3.4", reach="user")
def invite_by_id(work: Work, conference_id: ConferenceId, body: Annotated[Changes, Of(InvitedById)]) -> InviteAnswer:
    """Ring everybody on a list of ids into a conference, which is started for that. Errors: conferenceNotFound,
    ongoingConferencesLimit.
    """
    return _invited(work, conference_id, body)


def caller_of(work: Work, conference: ConferenceRow) -> str:
    """Who calls: the signed-in user; for an application the owner, in whose name it acts."""
    return work.caller.user_id or conference.owner


def _invited(work: Work, conference_id: ConferenceId, body: Changes) -> InviteAnswer:
    conference = _to_call_into(work, conference_id)
    listed = (checked(work, body.get(name, []), name, LONGEST_CALL) for name in ("participants", "invitations"))
    given = conference_rules.invited(chain.from_iterable(listed))
    if not conference.running:
        rights.check(work, "create_group_conference")
        conference.stream_id = control.run(work, conference).id
    names = {one.id: one.display_name for one in given if one.display_name and one.display_name.strip()}
    ringing.ring(work, conference, caller_of(work, conference), [one.id for one in given], names=names)
    return InviteAnswer(invite=True)


def _to_call_into(work: Work, conference_id: ConferenceId) -> ConferenceRow:
    """The conference, if the caller may call people into it: whoever may change it, and whoever moderates it now,
    invited or not.
    """
    conference = conferences.find_conference(work.db, conference_id, to_change=True)
    session = meetings.find_session(work.db, conference.stream_id or "") if conference is not None else None
    if conference is None or session is None or not moderates(work, session):
        conference = own_conference(work, conference_id)
    rights.check(work, "make_calls")
    return conference


def _called(work: Work, conference: ConferenceRow, call: CallRow, url_type: UrlType) -> Participant:
    """Somebody who has been called and is not there yet."""
    is_owner = call.user_id == conference.owner
    to_come = ParticipationRow(
        session_id=SessionId(call.session_id),
        participant_id=ParticipantId(call.invited_call_id),
        user_id=call.user_id,
        display_name="",
        role=meeting_rules.role_of(conference, moderates=is_owner),
        is_owner=is_owner,
        rights=ClientRights(),
        token_hash="",
        admitted_at=work.now,
    )
    (shown,) = participants_of(work, [to_come], url_type)
    shown.invite_time = int(call.invite_time.timestamp())
    return shown
