"""Calls in the web app: what rings, accepting and declining, calling from the home page and out of a meeting."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from rostrum.accounts import rights
from rostrum.accounts.contacts import store as contacts
from rostrum.accounts.users import presence
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.api.errors import problem, refused
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences import operations as conference_operations
from rostrum.conferences import rules as conference_rules
from rostrum.conferences import store as conferences
from rostrum.conferences.invitations.people import checked, invited_id
from rostrum.conferences.rules import AD_HOC, ConferenceRow
from rostrum.ids import SessionId, UserId, short_id
from rostrum.meetings import control, rules
from rostrum.meetings.calls import ringing, store
from rostrum.meetings.calls.rules import CallRow, State
from rostrum.meetings.calls.wire import (
    LONGEST_CALL,
    AcceptedCall,
    CallId,
    ContactCard,
    ContactCards,
    IncomingCalls,
    OutgoingCalls,
    StartedCall,
)
from rostrum.meetings.cards import cards
from rostrum.meetings.places import own as place_of
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.sockets import MOST_WATCHED
from rostrum.meetings.web_wire import Nothing

CONTACTS = "users.addressbook | users.addressbook:read"
WRITE = "conferences | conferences:write"
_MOST_NAMES = 3
_LONGEST_NUMBER = 18
"""Decimal digits that a key of the database may have."""
UserIds = Annotated[list[CallId], Meta(min_length=1, max_length=100)]


@operation("GET", "/calls", surface="web", reach="user")
def list_ringing(work: Work) -> IncomingCalls:
    """What rings for the caller: for a page that opens, or comes back, in the middle of it."""
    found = store.ringing_for(work.db, work.caller.user_id or "", work.now)
    callers = users.find_users(work.db, {short_id(one.call.call_id, work.server) for one in found})
    return IncomingCalls(
        [ringing.incoming(work, one, callers.get(UserId(short_id(one.call.call_id, work.server)))) for one in found]
    )


@operation("POST", "/calls", surface="web", reach="user", scope=WRITE)
def call_people(
    work: Work,
    user_ids: Annotated[UserIds, InBody()],
    video: Annotated[bool, InBody()] = True,  # noqa: FBT002 (a field of the body)
) -> StartedCall:
    """Make a conference for a call, start it, and ring people. Errors: forbidden without the right make_calls,
    participantIsUnavailable when nobody can be rung, conferenceLimit, ongoingConferencesLimit, serviceUnavailable.
    """
    rights.check(work, "make_calls")
    if not work.media_available:
        raise problem("serviceUnavailable")
    caller = users.find_user(work.db, UserId(work.caller.user_id or ""))
    if caller is None:
        raise problem("forbidden")
    wanted = [one for one in _called(work, user_ids) if one != caller.id]
    called = users.find_users(work.db, wanted)
    if not store.with_pages(work.db, [one.id for one in called.values() if one.is_active]):
        raise problem("participantIsUnavailable", participant_id=user_ids[0])
    names = [called[UserId(one)].display_name for one in wanted if one in called]
    topic = ", ".join([caller.display_name, *names[:_MOST_NAMES]])
    given = {"topic": topic[:240], "owner": caller.id, "allow_guests": True, "origin_type": AD_HOC}
    conference = conference_operations.insert_for(work, given)
    conference.stream_id = control.run(work, conference).id
    calls = ringing.ring(work, conference, caller.id, wanted, video=video, opens=True)
    return StartedCall(cards(work, [conference])[0], ringing.outgoing(calls, called))


@operation("POST", "/calls/{call_id}/accept", surface="web", reach="user", answer="call")
def accept_call(work: Work, call_id: str) -> AcceptedCall:
    """Accept a call; its conference can be joined then, whatever its door says. Errors: callIsOver."""
    call, conference = _answered(work, call_id, "accepted")
    return AcceptedCall(conference.id, call.video)


@operation("POST", "/calls/{call_id}/decline", surface="web", reach="user")
def decline_call(work: Work, call_id: str) -> Nothing:
    """Decline a call. Errors: callIsOver."""
    _answered(work, call_id, "declined")
    return Nothing()


@operation("GET", "/contacts", surface="web", reach="user", scope=CONTACTS)
def list_contact_cards(work: Work, name: Annotated[str, Meta(max_length=64)] = "") -> ContactCards:
    """The caller's address book with who is there; the first 500 by id, of those whose name or id has `name` in it."""
    user_id = work.caller.user_id or ""
    found_ids = contacts.find_ids(work.db, user_id, name.strip(), MOST_WATCHED + 1)
    ids = found_ids[:MOST_WATCHED]
    accounts = users.find_users(work.db, ids)
    kept = contacts.kept(work.db, user_id, ids)
    statuses = presence.statuses(work.db, ids)
    found = []
    for one in ids:
        account = accounts.get(UserId(one))
        own_name = kept[one].display_name if one in kept else None
        if account is None:
            card = ContactCard(
                id=one, user_id=None, display_name=own_name or one, avatar=None, status=-127, type="custom"
            )
        else:
            card = ContactCard(
                id=one,
                user_id=account.id,
                display_name=own_name or account.display_name,
                avatar=avatar_url(work.links.base, account.avatar),
                status=statuses.get(one, presence.OFFLINE),
                type="user",
            )
        found.append(card)
    return ContactCards(found, more=len(found_ids) > len(ids))


@operation("GET", "/sessions/{session_id}/calls", surface="web", reach="session")
def list_called(work: Work, session_id: SessionId) -> OutgoingCalls:
    """Who was called into the meeting, and what came of it."""
    mine = place_of(work, session_id)
    return _shown(work, store.of_session(work.db, mine.session_id))


@operation("POST", "/sessions/{session_id}/calls", surface="web", reach="session")
def call_into_meeting(work: Work, session_id: SessionId, user_ids: Annotated[UserIds, InBody()]) -> OutgoingCalls:
    """Ring people into the meeting. Errors: forbidden unless the participant is its host and may make calls."""
    mine, conference = _hosted(work, session_id)
    return _shown(work, ringing.ring(work, conference, mine.user_id or conference.owner, _called(work, user_ids)))


@operation("POST", "/sessions/{session_id}/calls/{call_id}/cancel", surface="web", reach="session")
def cancel_call(work: Work, session_id: SessionId, call_id: str) -> OutgoingCalls:
    """Stop ringing somebody. Errors: forbidden unless the participant is the host, callIsOver."""
    mine, _conference = _hosted(work, session_id)
    call = _found(work, call_id)
    if call.session_id != mine.session_id or not ringing.answer(work, call, "cancelled"):
        raise _over()
    return _shown(work, store.of_session(work.db, mine.session_id))


def _called(work: Work, user_ids: list[str]) -> list[str]:
    """The ids under which people are called, each once. Raises an error that names the list."""
    given = checked(work, user_ids, "user_ids", LONGEST_CALL)
    return list(dict.fromkeys(invited_id(work, one.id) for one in conference_rules.invited(given)))


def _hosted(work: Work, session_id: SessionId) -> tuple[ParticipationRow, ConferenceRow]:
    mine = place_of(work, session_id)
    conference = conferences.find_by_session(work.db, mine.session_id)
    if mine.role != rules.HOST or conference is None:
        raise problem("forbidden")
    if mine.user_id is not None and "make_calls" not in rights.of_user(work, UserId(mine.user_id)):
        raise problem("forbidden")
    return mine, conference


def _answered(work: Work, call_id: str, state: State) -> tuple[CallRow, ConferenceRow]:
    call = _found(work, call_id)
    conference = conferences.find_by_session(work.db, call.session_id)
    if call.user_id != work.caller.user_id or conference is None or not ringing.answer(work, call, state):
        raise _over()
    return call, conference


def _found(work: Work, call_id: str) -> CallRow:
    call = store.find_call(work.db, int(call_id)) if call_id.isdecimal() and len(call_id) <= _LONGEST_NUMBER else None
    if call is None:
        raise _over()
    return call


def _over() -> Exception:
    return refused("callIsOver", "This call is over.", 409)


def _shown(work: Work, calls: list[CallRow]) -> OutgoingCalls:
    accounts = users.find_users(work.db, [call.user_id for call in calls if call.user_id])
    return OutgoingCalls(ringing.outgoing(calls, accounts))
