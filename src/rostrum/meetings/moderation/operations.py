"""What moderators do to a running meeting and to the people in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from rostrum.api.errors import problem, refused
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.ids import SessionId
from rostrum.media.commands import Mute, Source, Tell
from rostrum.meetings import changes, control, places, rules, store
from rostrum.meetings.web_wire import Nothing

Minutes = Annotated[int, Meta(ge=1, le=1440)]


@operation("PUT", "/sessions/{session_id}/lock", surface="web", reach="session")
def lock_meeting(work: Work, session_id: SessionId, locked: Annotated[bool, InBody()]) -> Nothing:
    """Close the meeting for newcomers, or open it again. Errors: forbidden."""
    conference, _mine = places.moderating(work, session_id)
    conferences.set_locked(work.db, conference.id, locked=locked)
    changes.tell_all(work, session_id)
    return Nothing()


@operation("POST", "/sessions/{session_id}/mute", surface="web", reach="session")
def mute(
    work: Work,
    session_id: SessionId,
    source: Annotated[Source, InBody()],
    participant_id: Annotated[str | None, InBody()] = None,
) -> Nothing:
    """Silence somebody, or everybody else: sound, picture or shared screen. They may switch it on again.

    Errors: forbidden, participantNotFound, serviceUnavailable.
    """
    _conference, mine = places.moderating(work, session_id)
    if participant_id is None:
        people = [one for one in store.present(work.db, session_id) if one.number != mine.number]
    else:
        people = [places.somebody(work, session_id, participant_id)]
    if not work.media_available:
        raise problem("serviceUnavailable")
    if people:
        grants = {str(one.participant_id): rules.grants_for(one.rights) for one in people}
        work.later(Mute(session_id, source, grants))
        work.later(Tell(session_id, {"type": "muted", "source": source}, list(grants)))
    return Nothing()


@operation("POST", "/sessions/{session_id}/participants/remove", surface="web", reach="session")
def remove_participant(work: Work, session_id: SessionId, participant_id: Annotated[str, InBody()]) -> Nothing:
    """Put somebody out of the meeting, never its owner. Errors: forbidden, participantNotFound."""
    places.moderating(work, session_id)
    place = places.somebody(work, session_id, participant_id)
    if place.is_owner:
        raise problem("forbidden")
    control.remove(work, place)
    return Nothing()


@operation("POST", "/sessions/{session_id}/role", surface="web", reach="session")
def change_host(
    work: Work, session_id: SessionId, participant_id: Annotated[str, InBody()], host: Annotated[bool, InBody()]
) -> Nothing:
    """Let somebody moderate, or no longer; owner and operators always do. Errors: forbidden, participantNotFound."""
    conference, _mine = places.moderating(work, session_id)
    place = places.somebody(work, session_id, participant_id)
    if not host and (place.is_owner or changes.is_operator(work, place.user_id)):
        raise problem("forbidden")
    if host != (place.role == rules.HOST):
        role = rules.role_of(conference, moderates=host)
        changes.change_role(work, conference, place, role, hand_at=None, invited_at=None, spoke_at=None)
    return Nothing()


@operation("POST", "/sessions/{session_id}/extend", surface="web", reach="session")
def extend(work: Work, session_id: SessionId, minutes: Annotated[Minutes, InBody()]) -> Nothing:
    """Let the meeting go on longer than planned. Errors: forbidden, extensionNotAllowed, conferenceHasNoEnd."""
    conference, _mine = places.moderating(work, session_id)
    session = store.find_session(work.db, session_id)
    if not conference.expiration_time_updating_allowed:
        raise refused("extensionNotAllowed", "This conference cannot be extended.")
    if session is None or session.ends_at is None:
        raise refused("conferenceHasNoEnd", "This conference has no planned end.", 400)
    control.plan_end(work, conference, session_id, session.ends_at + timedelta(minutes=minutes))
    changes.tell_all(work, session_id)
    return Nothing()
