"""The way into a meeting: the join page's view of a conference, and admission."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.accounts import rights
from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.accounts.users.rules import UserRow
from rostrum.api.errors import missing, problem, refused, wrong
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences import joining, schedule
from rostrum.conferences import store as conferences
from rostrum.conferences.joining import Crowd, Visitor
from rostrum.conferences.registration import store as registrations
from rostrum.conferences.rules import ConferenceRow
from rostrum.db.errors import Duplicate
from rostrum.ids import ConferenceId, ParticipantId, SessionId, hashed, new_guest_id, new_secret, uid
from rostrum.media.tokens import participant_token
from rostrum.meetings import guesses, rules, store
from rostrum.meetings.calls import ringing
from rostrum.meetings.calls import store as calls
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.web_wire import ConferenceCard, Participation, Person

GuestName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")]
ENGINE_PATH = "/livekit"


@operation("GET", "/conferences/{conference_id}", surface="web", reach="open", answer="conference")
def read_card(work: Work, conference_id: ConferenceId) -> ConferenceCard:
    """What the join page shows of a conference. Errors: conferenceNotFound."""
    row = _found(work, conference_id)
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    invited = user_id is not None and conferences.is_invited(work.db, row.id, user_id)
    who = Visitor(user_id=user_id, is_invited=invited, is_back=False, pin=None)
    return msgspec.structs.replace(cards(work, [row])[0], registration_needed=joining.must_register(row, who))


@operation("POST", "/conferences/{conference_id}/join", surface="web", reach="open", answer="participation")
def join(
    work: Work,
    conference_id: ConferenceId,
    name: Annotated[GuestName | None, InBody()] = None,
    pin: Annotated[str | None, InBody()] = None,
    takeover: Annotated[bool, InBody()] = False,  # noqa: FBT002 (a field of the body)
) -> Participation:
    """Take a place in a running meeting. Errors: conferenceNotFound, serviceUnavailable, alreadyJoined,
    tooManyAttempts (wrong PINs), and the reasons of `conferences.joining`.
    """
    conference = _found(work, conference_id, to_change=True)
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    who, display_name = _identity(work, user_id, name)
    places = store.admitted(work.db, conference.stream_id) if conference.stream_id else []
    mine = next((place for place in places if place.participant_id == who), None)
    registered = registrations.find(work.db, conference.id, who) if user_id is None else None
    display_name = registered.display_name if registered else display_name
    visitor = Visitor(
        user_id=user_id,
        is_registered=registered is not None,
        is_invited=user_id is not None and conferences.is_invited(work.db, conference.id, user_id),
        is_called=_is_called(work, conference, user_id),
        is_back=mine is not None,
        pin=pin,
    )
    crowd = Crowd(len(places), sum(place.user_id is None for place in places))
    refusal = guesses.why_not(work, conference, visitor, crowd)
    if refusal is not None:
        raise refusal
    if not display_name:
        raise wrong([missing("name")])
    if work.engine_keys is None:
        raise problem("serviceUnavailable")
    if mine is not None and mine.join_time is not None and not takeover:
        raise refused("alreadyJoined", "You are in this meeting already, in another window.", 409)
    participation = _admit(work, conference, who, display_name, mine)
    if user_id is not None:
        ringing.entered(work, participation.session_id, user_id)
    if mine is None:
        ringing.invite_all(work, conference, user_id)
    return participation


def cards(work: Work, rows: list[ConferenceRow]) -> list[ConferenceCard]:
    """Conferences as the web app shows them to their owners and to invited people, who need not register."""
    owners = users.find_users(work.db, [row.owner for row in rows])
    found = []
    for row in rows:
        owner = owners.get(row.owner)
        times = schedule.next_times(row.schedule, work.now, work.zone)
        upcoming = times is not None and times.start > work.now
        found.append(
            ConferenceCard(
                id=row.id,
                topic=row.topic,
                description=row.description,
                owner=_person(work, row.owner, owner),
                mode=row.type,
                state="running" if row.running else "stopped",
                allow_guests=row.allow_guests,
                pin_required=row.pin is not None and work.caller.user_id != row.owner,
                registration_needed=False,
                is_mine=work.caller.user_id == row.owner,
                schedule=schedule.shown(row.schedule, work.now, work.zone),
                next_start=int(times.start.timestamp()) if times is not None and upcoming else None,
                finished=not row.running and schedule.is_over(row.schedule, work.now),
                participant_count=len(store.present(work.db, row.stream_id)) if row.stream_id else None,
                server_time=int(work.now.timestamp()),
                url=f"{work.links.base}/c/{row.id}",
            )
        )
    return found


def _person(work: Work, user_id: str, account: UserRow | None) -> Person:
    """Somebody whose account may be deleted since."""
    shown_id = uid(user_id, work.server)
    if account is None:
        return Person(shown_id, user_id, None)
    return Person(shown_id, account.display_name, avatar_url(work.links.base, account.avatar))


def _found(work: Work, conference_id: str, *, to_change: bool = False) -> ConferenceRow:
    row = conferences.find_conference(work.db, conference_id, to_change=to_change)
    if row is None:
        raise problem("conferenceNotFound", conference_id=conference_id)
    return row


def _identity(work: Work, user_id: str | None, name: str | None) -> tuple[ParticipantId, str]:
    if user_id is not None:
        account = users.find_user(work.db, user_id)
        return ParticipantId(uid(user_id, work.server)), account.display_name if account else user_id
    if work.caller.kind == "participant" and work.caller.participant_id:
        back = store.find_present(work.db, work.caller.session_id or "", work.caller.participant_id)
        if back is not None and back.user_id is None:
            return ParticipantId(back.participant_id), back.display_name
    if work.caller.kind == "guest" and work.caller.participant_id:
        return ParticipantId(work.caller.participant_id), (name or "").strip() or work.caller.participant_id
    return new_guest_id(work.server), (name or "").strip()


def _is_called(work: Work, conference: ConferenceRow, user_id: str | None) -> bool:
    """Whether somebody is being called into the running session, or was and said yes."""
    return user_id is not None and conference.running and calls.opens_door(work.db, conference.stream_id or "", user_id)


def _admit(
    work: Work, conference: ConferenceRow, who: ParticipantId, display_name: str, mine: ParticipationRow | None
) -> Participation:
    is_owner = work.caller.user_id is not None and work.caller.user_id == conference.owner
    secret = new_secret()
    if mine is None:
        place = _new_place(work, conference, who, display_name, secret, is_owner=is_owner)
    else:
        place = mine
        # The engine itself ends the older connection of a person; its leaving must not end the newer one's place.
        sids = {"engine_sid": None, "superseded_sid": mine.engine_sid or mine.superseded_sid}
        store.renew_participation(work.db, mine, token_hash=hashed(secret), admitted_at=work.now, **sids)
    session = store.find_session(work.db, place.session_id)
    if session is None or work.engine_keys is None:
        raise problem("serviceUnavailable")
    return Participation(
        participant_id=who,
        participant_token=secret,
        display_name=place.display_name,
        session_id=place.session_id,
        conference_id=conference.id,
        topic=conference.topic,
        mode=conference.type,
        role=place.role,
        is_owner=place.is_owner,
        rights=place.rights,
        engine_url=work.links.base.replace("http", "ws", 1) + ENGINE_PATH,
        engine_token=participant_token(
            work.engine_keys,
            session_id=place.session_id,
            participant_id=who,
            display_name=place.display_name,
            attributes={"role": str(place.role), "is_owner": "1" if place.is_owner else "0"},
            grants=rules.grants_for(place.rights),
        ),
        started_at=int(session.start_time.timestamp()),
        on_join_mute_mic=bool(conference.on_join_mute_mic) and not place.is_owner,
        on_join_mute_camera=bool(conference.on_join_mute_camera) and not place.is_owner,
    )


def _new_place(
    work: Work, conference: ConferenceRow, who: ParticipantId, display_name: str, secret: str, *, is_owner: bool
) -> ParticipationRow:
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    allowed = rights.of_caller(work) if user_id is not None else None
    is_operator = allowed is not None and "operator_rights" in allowed
    role = rules.role_of(conference, moderates=is_owner or is_operator)
    place = ParticipationRow(
        session_id=SessionId(conference.stream_id or ""),
        participant_id=who,
        user_id=user_id,
        display_name=display_name,
        role=role,
        is_owner=is_owner,
        rights=rules.rights_of(conference, role, allowed),
        token_hash=hashed(secret),
        admitted_at=work.now,
    )
    try:
        store.insert_participation(work.db, place)
    except Duplicate as error:
        raise refused("alreadyJoined", "You are in this meeting already, in another window.", 409) from error
    return place
