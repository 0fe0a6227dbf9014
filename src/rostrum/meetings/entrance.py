"""The way into a meeting: the join page's view of a conference, and admission."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.accounts import rights
from rostrum.accounts.users import store as users
from rostrum.api.errors import missing, problem, refused, wrong
from rostrum.api.operation import InBody, operation
from rostrum.api.texts import VISIBLE, one_line
from rostrum.api.work import EngineKeys, Work
from rostrum.conferences import joining
from rostrum.conferences import store as conferences
from rostrum.conferences.joining import Crowd, Visitor
from rostrum.conferences.registration import store as registrations
from rostrum.conferences.rules import ConferenceRow
from rostrum.db.errors import Duplicate
from rostrum.ids import ConferenceId, ParticipantId, SessionId, hashed, new_guest_id, new_secret, uid
from rostrum.media.tokens import participant_token
from rostrum.meetings import changes, guesses, programme, rules, store
from rostrum.meetings.calls import ringing
from rostrum.meetings.calls import store as calls
from rostrum.meetings.cards import cards
from rostrum.meetings.podium import rules as podium
from rostrum.meetings.rules import ParticipationRow
from rostrum.meetings.waiting import rules as waiting
from rostrum.meetings.web_wire import ConferenceCard, Participation, SendingLimits

GuestName = Annotated[str, Meta(min_length=1, max_length=64, pattern=VISIBLE)]
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
    comes_back: Annotated[str | None, InBody()] = None,
) -> Participation:
    """Take a place in a running meeting. `comes_back`: by itself, to the place of this token, not from another window.

    Errors: conferenceNotFound, serviceUnavailable, alreadyJoined, tooManyAttempts (wrong PINs), and the reasons of
    `conferences.joining`.
    """
    conference = _found(work, conference_id, to_change=True)
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    who, display_name = _identity(work, user_id, name)
    last = store.find_last(work.db, conference.stream_id, who) if conference.stream_id else None
    mine = last if last is not None and last.leave_time is None else None
    registered = registrations.find(work.db, conference.id, who) if user_id is None else None
    display_name = registered.display_name if registered else display_name
    visitor = msgspec.structs.replace(_visitor(work, conference, last), is_registered=registered is not None, pin=pin)
    crowd = _crowd(work, conference.stream_id)
    refusal = guesses.why_not(work, conference, visitor, crowd)
    if refusal is not None:
        raise refusal
    if not display_name:
        raise wrong([missing("name")])
    if work.engine_keys is None:
        raise problem("serviceUnavailable")
    if mine is not None and rules.is_held(mine, takeover=takeover, comes_back=comes_back):
        raise refused("alreadyJoined", "You are in this meeting already, in another window.", 409)
    place, secret = _take(work, conference, who, display_name, last, comes_back)
    _wait_or_enter(work, place, waits=joining.must_wait(conference, visitor, crowd))
    if user_id is not None and not place.waits:
        ringing.entered(work, place.session_id, user_id)
    if mine is None and not place.waits:
        ringing.invite_all(work, conference, user_id)
    return _shown(work, conference, place, secret)


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
        back = store.find_last(work.db, work.caller.session_id or "", work.caller.participant_id)
        if back is not None and back.user_id is None:
            return ParticipantId(back.participant_id), back.display_name
    if work.caller.kind == "guest" and work.caller.participant_id:
        return ParticipantId(work.caller.participant_id), one_line(name or "") or work.caller.participant_id
    return new_guest_id(work.server), one_line(name or "")


def _is_called(work: Work, conference: ConferenceRow, user_id: str | None) -> bool:
    """Whether somebody is being called into the running session, or was and said yes."""
    return user_id is not None and conference.running and calls.opens_door(work.db, conference.stream_id or "", user_id)


def _visitor(work: Work, conference: ConferenceRow, last: ParticipationRow | None) -> Visitor:
    """What our rows know of somebody at the door."""
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    is_back = last is not None and last.leave_time is None
    return Visitor(
        user_id=user_id,
        is_invited=user_id is not None and conferences.is_invited(work.db, conference.id, user_id),
        is_called=_is_called(work, conference, user_id),
        is_back=is_back,
        is_let_in=waiting.was_let_in(last) or _moderates(work, conference, last),
        is_waiting=is_back and last is not None and last.waits,
        was_refused=waiting.was_refused(last, work.now),
        pin=None,
        browsers_allowed=work.settings.features.webrtc,
    )


def _wait_or_enter(work: Work, place: ParticipationRow, *, waits: bool) -> None:
    was_in_state = rules.is_in_state(place)
    if waits or place.waits:
        values = {
            "waiting_since": (place.waiting_since or work.now) if waits else None,
            "waiting_seen": work.now if waits else None,
        }
        store.renew_participation(work.db, place, **values)
        place.waiting_since, place.waiting_seen = values["waiting_since"], values["waiting_seen"]
    if was_in_state or rules.is_in_state(place):
        changes.tell_all(work, place.session_id)


def _crowd(work: Work, session_id: str | None) -> Crowd:
    session = store.find_session(work.db, session_id) if session_id else None
    if session is None:
        return Crowd(0, 0)
    people = store.admitted(work.db, session.id)
    return Crowd(
        participants=len(people),
        guests=sum(place.user_id is None for place in people),
        waiting=len(store.waiting(work.db, session.id)),
        waiting_room=session.waiting_room_enabled,
    )


def _take(
    work: Work,
    conference: ConferenceRow,
    who: ParticipantId,
    display_name: str,
    last: ParticipationRow | None,
    comes_back: str | None,
) -> tuple[ParticipationRow, str]:
    """Somebody's place, new or kept, and its token: a fresh one, but for the page that comes back to its own place."""
    if last is None or last.leave_time is not None:
        secret = new_secret()
        return _new_place(work, conference, who, display_name, secret, last), secret
    is_same = comes_back is not None and hashed(comes_back) == last.token_hash
    secret = comes_back if comes_back is not None and is_same else new_secret()
    # The engine itself ends the older connection of a person; its leaving must not end the newer one's place.
    sids = {"engine_sid": None, "superseded_sid": last.engine_sid or last.superseded_sid}
    kept = {"token_hash": hashed(secret), "admitted_at": work.now, **sids}
    store.renew_participation(work.db, last, **kept)
    return msgspec.structs.replace(last, **kept), secret


def _shown(work: Work, conference: ConferenceRow, place: ParticipationRow, secret: str) -> Participation:
    session = store.find_session(work.db, place.session_id)
    if session is None or work.engine_keys is None:
        raise problem("serviceUnavailable")
    limits = conference.participant_restrictions
    return Participation(
        participant_id=place.participant_id,
        participant_token=secret,
        display_name=place.display_name,
        session_id=place.session_id,
        conference_id=conference.id,
        topic=conference.topic,
        mode=conference.type,
        role=place.role,
        is_owner=place.is_owner,
        rights=place.rights,
        selective=rules.is_selective(conference),
        hides_own_picture=programme.hides_own_picture(conference),
        engine_url=work.links.base.replace("http", "ws", 1) + ENGINE_PATH,
        engine_token="" if place.waits else _engine_token(work.engine_keys, place),
        started_at=int(session.start_time.timestamp()),
        on_join_mute_mic=bool(conference.on_join_mute_mic) and not place.is_owner,
        on_join_mute_camera=bool(conference.on_join_mute_camera) and not place.is_owner,
        qr_code=joining.shows_code(conference, work.settings.features),
        largest_file=work.settings.limits.chat_file,
        waiting=place.waits,
        restrictions=SendingLimits(
            video_quality=limits.video_quality,
            framerate_video_limit=limits.framerate_video_limit,
            framerate_ds_limit=limits.framerate_ds_limit,
        )
        if limits.use_local_stream_config
        else None,
    )


def _engine_token(keys: EngineKeys, place: ParticipationRow) -> str:
    return participant_token(
        keys,
        session_id=place.session_id,
        participant_id=place.participant_id,
        display_name=place.display_name,
        attributes=rules.attributes_of(place),
        grants=rules.grants_for(place.rights),
    )


def _moderates(work: Work, conference: ConferenceRow, last: ParticipationRow | None) -> bool:
    """The owner, operators, and whoever was made a host and left by themselves."""
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    if user_id is not None and (user_id == conference.owner or "operator_rights" in rights.of_caller(work)):
        return True
    return last is not None and last.role == rules.HOST and last.leave_reason in {None, rules.LEFT_ALONE}


def _new_place(
    work: Work,
    conference: ConferenceRow,
    who: ParticipantId,
    display_name: str,
    secret: str,
    last: ParticipationRow | None,
) -> ParticipationRow:
    user_id = work.caller.user_id if work.caller.kind == "user" else None
    allowed = rights.of_caller(work) if user_id is not None else None
    role = rules.role_of(conference, moderates=_moderates(work, conference, last))
    if role == rules.LISTENER:
        people = store.admitted(work.db, conference.stream_id or "")
        role = podium.kept_role(conference, people, last, work.now) or role
    place = ParticipationRow(
        session_id=SessionId(conference.stream_id or ""),
        participant_id=who,
        user_id=user_id,
        display_name=display_name,
        role=role,
        is_owner=user_id is not None and user_id == conference.owner,
        rights=rules.rights_of(conference, role, allowed),
        token_hash=hashed(secret),
        admitted_at=work.now,
    )
    try:
        store.insert_participation(work.db, place)
    except Duplicate as error:
        raise refused("alreadyJoined", "You are in this meeting already, in another window.", 409) from error
    return store.find_present(work.db, place.session_id, who) or place
