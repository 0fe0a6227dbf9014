"""What moderators do with the waiting room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.api.errors import problem, refused
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId, hashed, new_secret
from rostrum.media.commands import RemoveParticipant
from rostrum.meetings import changes, control, places, store
from rostrum.meetings.rules import HOST, LEFT_ALONE, ParticipationRow
from rostrum.meetings.waiting import rules, topic
from rostrum.meetings.web_wire import Nothing

Ids = Annotated[list[str], Meta(max_length=10_000)]


@operation("PUT", "/sessions/{session_id}/waiting-room", surface="web", reach="session")
def switch_waiting_room(work: Work, session_id: SessionId, enabled: Annotated[bool, InBody()]) -> Nothing:
    """Let newcomers wait from now on, or no longer: then everybody who waits is let in. Errors: forbidden."""
    conference, _mine = places.moderating(work, session_id)
    store.renew_session(work.db, session_id, waiting_room_enabled=enabled)
    if not enabled:
        _let_in(work, conference, store.waiting(work.db, session_id))
    changes.tell_all(work, session_id)
    return Nothing()


@operation("POST", "/sessions/{session_id}/waiting/admit", surface="web", reach="session")
def admit(work: Work, session_id: SessionId, participant_ids: Annotated[Ids | None, InBody()] = None) -> Nothing:
    """Let people in from the waiting room, without a list all of them, as far as there is room.

    Errors: forbidden, participantNotFound, conferenceIsFull when there is room for none of them.
    """
    conference, _mine = places.moderating(work, session_id)
    wanted = _waiting(work, session_id, participant_ids)
    if wanted and not _let_in(work, conference, wanted):
        raise refused("conferenceIsFull", "All places in this conference are taken.", 400)
    changes.tell_all(work, session_id)
    return Nothing()


@operation("POST", "/sessions/{session_id}/waiting/refuse", surface="web", reach="session")
def refuse(work: Work, session_id: SessionId, participant_ids: Annotated[Ids, InBody()]) -> Nothing:
    """Send people away from the waiting room. Errors: forbidden, participantNotFound."""
    places.moderating(work, session_id)
    for place in _waiting(work, session_id, participant_ids):
        control.remove(work, place)
    return Nothing()


@operation("POST", "/sessions/{session_id}/waiting/move", surface="web", reach="session")
def move_to_waiting_room(work: Work, session_id: SessionId, participant_id: Annotated[str, InBody()]) -> Nothing:
    """Put somebody who is in back before the door. Errors: participantNotFound, forbidden for moderators."""
    places.moderating(work, session_id)
    place = places.somebody(work, session_id, participant_id)
    if place.role == HOST or place.is_owner or changes.is_operator(work, place.user_id):
        raise problem("forbidden")
    _put_out(work, place)
    changes.tell_all(work, session_id)
    return Nothing()


def _waiting(work: Work, session_id: SessionId, wanted: list[str] | None) -> list[ParticipationRow]:
    there = store.waiting(work.db, session_id)
    if wanted is None:
        return there
    missing = set(wanted) - {one.participant_id for one in there}
    if missing:
        raise problem("participantNotFound", given_as="participant_ids", participant_id=min(missing))
    return [one for one in there if one.participant_id in set(wanted)]


def _let_in(work: Work, conference: ConferenceRow, wanted: Sequence[ParticipationRow]) -> bool:
    """Whether anybody was let in."""
    people = store.admitted(work.db, conference.stream_id or "")
    fitting = rules.who_fits(conference, people, wanted)
    for place in fitting:
        values = {"waiting_since": None, "waiting_seen": None, "admitted_at": work.now}
        store.renew_participation(work.db, place, **values)
        topic.tell(work, place, "admitted")
    return bool(fitting)


def _put_out(work: Work, place: ParticipationRow) -> None:
    """The part in the call ends here; a new place waits, and the token of the page stands for that one."""
    control.leave(work.db, place, work.now, LEFT_ALONE)
    store.renew_participation(work.db, place, token_hash=hashed(new_secret()))
    again = msgspec.structs.replace(
        place,
        admitted_at=work.now,
        join_time=None,
        engine_sid=None,
        superseded_sid=None,
        hand_at=None,
        invited_at=None,
        waiting_since=work.now,
        waiting_seen=work.now,
    )
    store.insert_participation(work.db, again)
    if work.media_available:
        work.later(RemoveParticipant(place.session_id, place.participant_id, {"type": "waiting"}))
