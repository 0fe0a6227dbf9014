"""Watching a meeting without joining it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from rostrum.api.errors import problem
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.broadcasts.live import control, rules, store
from rostrum.broadcasts.live.wire import LiveState, LiveView
from rostrum.conferences import joining, schedule
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import ConferenceId, hashed, new_secret
from rostrum.media.production.store import OutputRow
from rostrum.meetings import store as meetings

Ticket = Annotated[str, Meta(max_length=128)]


@operation("POST", "/conferences/{conference_id}/live", surface="web", reach="open", answer="live")
def watch(work: Work, conference_id: ConferenceId, viewer: Annotated[Ticket | None, InBody()] = None) -> LiveView:
    """Watch a conference, for whoever could join it as a guest at once. The page asks again and again, with its place.

    Errors: conferenceNotFound, liveNotOffered, liveIsFull, serviceUnavailable, mustWait, hiddenFromGuests, and the
    reasons of `conferences.joining`.
    """
    conference = _found(work, conference_id)
    if not work.settings.broadcasts.live:
        raise rules.not_offered()
    session_id = conference.stream_id
    has_place = session_id is not None and viewer is not None and _has_place(work, viewer, session_id)
    waiting_room = _waiting_room(work, conference)
    refusal = joining.why_not_watch(
        conference, work.settings.features, work.now, waiting_room=waiting_room, is_back=has_place
    )
    if refusal is not None:
        raise refusal
    if session_id is None:
        over = schedule.is_over(conference.schedule, work.now)
        return _shown(work, conference, "over" if over else "waiting", None, None)
    if not work.media_available:
        raise problem("serviceUnavailable")
    stream = control.stream_of(work, session_id)
    if not has_place or stream is None:
        # Of two who come at once, the later one sees the stream and the place of the earlier one.
        conference = _found(work, conference_id, to_change=True)
        if conference.stream_id != session_id:
            return _shown(work, conference, "waiting", None, None)
        viewer = viewer if has_place else _take_place(work, session_id)
        stream = control.stream_of(work, session_id) or control.start(work, conference)
    state = "starting" if stream is None else control.state_of(stream)
    return _shown(work, conference, state, stream if state == "on" else None, viewer)


def _found(work: Work, conference_id: str, *, to_change: bool = False) -> ConferenceRow:
    row = conferences.find_conference(work.db, conference_id, to_change=to_change)
    if row is None:
        raise problem("conferenceNotFound", conference_id=conference_id)
    return row


def _waiting_room(work: Work, conference: ConferenceRow) -> bool:
    session = meetings.find_session(work.db, conference.stream_id) if conference.stream_id else None
    return conference.waiting_room_enabled if session is None else session.waiting_room_enabled


def _has_place(work: Work, viewer: str, session_id: str) -> bool:
    """Whether a ticket is good for this session; its holder has been heard of then."""
    held = store.session_of(work.db, hashed(viewer))
    if held is None or held[0] != session_id or held[1] <= work.now - rules.UNSEEN:
        return False
    if held[1] <= work.now - rules.RENEWED:
        store.renew(work.db, [(hashed(viewer), work.now)])
    return True


def _take_place(work: Work, session_id: str) -> str:
    watching = store.count_viewers(work.db, session_id, work.now - rules.UNSEEN)
    rules.check_room(watching, work.settings.broadcasts.live_viewers)
    ticket = new_secret()
    store.insert_viewer(work.db, hashed(ticket), session_id, work.now)
    return ticket


def _shown(
    work: Work,
    conference: ConferenceRow,
    state: LiveState,
    stream: OutputRow | None,
    viewer: str | None,
) -> LiveView:
    times = schedule.next_times(conference.schedule, work.now, work.zone)
    upcoming = times is not None and times.start > work.now
    return LiveView(
        conference_id=conference.id,
        topic=conference.topic,
        state=state,
        next_start=int(times.start.timestamp()) if times is not None and upcoming else None,
        server_time=int(work.now.timestamp()),
        play_url=f"{work.links.base}/live/{stream.address}/live.m3u8?viewer={viewer}" if stream else None,
        viewer=viewer,
    )
