"""The state of a running meeting, as its participants see it."""

from __future__ import annotations

from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.api.operation import operation
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ROLE_BASED
from rostrum.ids import SessionId
from rostrum.media.production import store as productions
from rostrum.meetings import changes, places, programme, store
from rostrum.meetings.podium.rules import has_voice, speakers
from rostrum.meetings.rules import HOST, ParticipationRow, SessionRow
from rostrum.meetings.web_wire import Hand, MeetingState, Podium, WaitingPerson


@operation("GET", "/sessions/{session_id}/state", surface="web", reach="session", answer="state")
def read_state(work: Work, session_id: SessionId) -> MeetingState:
    """What holds in the meeting now: lock, waiting room, planned end, podium, hands, recording, broadcast."""
    mine = places.own(work, session_id)
    session = store.find_session(work.db, session_id)
    found = conferences.find_conference(work.db, session.conference_id) if session is not None else None
    if session is None or found is None:
        raise places.no_session(session_id)
    people = store.admitted(work.db, session_id)
    outputs = productions.outputs_of(work.db, session_id)
    moderates = mine.role == HOST
    has_podium = found.type == ROLE_BASED
    hands = sorted((one.hand_at, one.number, one.participant_id) for one in people if one.hand_at is not None)
    return MeetingState(
        own=changes.own(mine),
        locked=bool(found.participants_lock_enabled),
        waiting_room_enabled=session.waiting_room_enabled,
        waiting_room_scope=found.waiting_room_scope,
        ends_at=None if session.ends_at is None else int(session.ends_at.timestamp()),
        may_extend=moderates and found.expiration_time_updating_allowed and session.ends_at is not None,
        mode=found.type,
        voice_opens_podium=has_voice(found, mine),
        remarks_allowed=has_podium and not found.disable_audio_remarks,
        podium=Podium(
            places=found.max_podiums if has_podium else 0,
            taken=[one.participant_id for one in speakers(people)] if has_podium else [],
        ),
        hosts=[one.participant_id for one in people if one.role == HOST],
        hands=[Hand(participant_id=who, since=int(since.timestamp())) for since, _number, who in hands],
        waiting=_waiting(work, session) if moderates else [],
        podium_invited=mine.invited_at is not None,
        recording=programme.recording_state(outputs),
        may_record=mine.rights.recording and work.media_available,
        broadcasting=programme.is_broadcast(outputs),
        broadcast_fails=moderates and programme.is_broadcast_in_vain(outputs),
        broadcast_address=programme.fetch_addresses(work, [found]).get(found.id) if moderates else None,
        live_url=programme.live_page(work, found, waiting_room=session.waiting_room_enabled),
        watched=programme.is_watched(outputs),
    )


def _waiting(work: Work, session: SessionRow) -> list[WaitingPerson]:
    rows = store.waiting(work.db, session.id)
    people = users.find_users(work.db, [one.user_id for one in rows if one.user_id])

    def picture(one: ParticipationRow) -> str | None:
        return avatar_url(work.links.base, people[one.user_id].avatar) if one.user_id in people else None

    return [
        WaitingPerson(
            participant_id=one.participant_id,
            display_name=one.display_name,
            avatar=picture(one),
            since=int((one.waiting_since or one.admitted_at).timestamp()),
            is_guest=one.user_id is None,
        )
        for one in rows
    ]
