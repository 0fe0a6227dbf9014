"""What a participant does inside a meeting: list, chat, quality reports, leaving, ending it for all."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rostrum.accounts.users import store as users
from rostrum.accounts.users.operations import avatar_url
from rostrum.api.errors import problem
from rostrum.api.operation import InBody, operation
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.ids import ParticipantId, SessionId
from rostrum.media.commands import Tell
from rostrum.meetings import changes, control, places, rules, store
from rostrum.meetings.calls import ringing
from rostrum.meetings.calls import store as calls
from rostrum.meetings.files import store as files
from rostrum.meetings.files.shown import message_shown
from rostrum.meetings.rules import Quality
from rostrum.meetings.web_wire import (
    ChatMessage,
    ChatMessages,
    MeetingParticipant,
    MeetingParticipants,
    Nothing,
)

_MOST_MESSAGES = 500
Text = Annotated[str, Meta(min_length=1, max_length=4096, pattern=r"\S")]
Rate = Annotated[float, Meta(ge=0, le=10_000_000)]
Pixels = Annotated[int, Meta(ge=0, le=16_384)]


@operation("GET", "/sessions/{session_id}/participants", surface="web", reach="session")
def list_meeting(work: Work, session_id: SessionId) -> MeetingParticipants:
    """Everybody in the meeting, in the order of joining."""
    mine = places.own(work, session_id)
    present = store.present(work.db, mine.session_id)
    people = users.find_users(work.db, [one.user_id for one in present if one.user_id])
    return MeetingParticipants(
        [
            MeetingParticipant(
                participant_id=one.participant_id,
                display_name=one.display_name,
                role=one.role,
                is_owner=one.is_owner,
                join_time=int((one.join_time or one.admitted_at).timestamp()),
                avatar=avatar_url(work.links.base, people[one.user_id].avatar) if one.user_id in people else None,
            )
            for one in present
        ]
    )


@operation("GET", "/sessions/{session_id}/messages", surface="web", reach="session")
def list_chat(work: Work, session_id: SessionId, after: Annotated[int, Meta(ge=0, le=2**62)] = 0) -> ChatMessages:
    """The messages of the meeting that this participant may read, after the one with the id `after`."""
    mine = places.own(work, session_id)
    if not mine.rights.chat_rcv:
        return ChatMessages([])
    found = store.list_messages(work.db, mine.session_id, mine.participant_id, after, _MOST_MESSAGES)
    brought = files.of_messages(work.db, [row.id for row in found])
    if not mine.rights.file_transfer_rcv:
        found = [row for row in found if row.id not in brought]
    return ChatMessages([message_shown(row, brought.get(row.id)) for row in found])


@operation("POST", "/sessions/{session_id}/messages", surface="web", reach="session", answer="message")
def send_message(
    work: Work,
    session_id: SessionId,
    message: Annotated[Text, InBody()],
    to_id: Annotated[str | None, InBody()] = None,
) -> ChatMessage:
    """Send a message to everyone or to one participant. Errors: forbidden, participantNotFound."""
    mine = places.own(work, session_id)
    if not mine.rights.chat_send:
        raise problem("forbidden")
    readers = [one for one in store.admitted(work.db, mine.session_id) if one.rights.chat_rcv]
    if to_id is not None:
        readers = [one for one in readers if one.participant_id in {to_id, mine.participant_id}]
        if all(one.participant_id != to_id for one in readers):
            raise problem("participantNotFound", given_as="to_id", participant_id=to_id)
    to = ParticipantId(to_id) if to_id is not None else None
    row = store.insert_message(work.db, mine.session_id, mine, to, message, work.now)
    shown = message_shown(row, None)
    if readers:  # an empty list would mean everybody
        told = {"type": "message", "message": msgspec.to_builtins(shown)}
        work.later(Tell(mine.session_id, told, [one.participant_id for one in readers]))
    return shown


@operation("POST", "/sessions/{session_id}/stats", surface="web", reach="session")
def report_quality(  # noqa: PLR0913, PLR0917 (the figures of a report)
    work: Work,
    session_id: SessionId,
    app_id: Annotated[Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{0,32}\Z")], InBody()] = "",
    fps_sent: Annotated[Rate, InBody()] = 0,
    bitrate_in: Annotated[Rate, InBody()] = 0,
    bitrate_out: Annotated[Rate, InBody()] = 0,
    video_w: Annotated[Pixels, InBody()] = 0,
    video_h: Annotated[Pixels, InBody()] = 0,
    cpu_load: Annotated[Rate, InBody()] = 0,
) -> Nothing:
    """Report what the browser measured since the last report; the call's log shows the averages."""
    mine = places.own(work, session_id)
    report = Quality(
        app_id=app_id.upper(),
        fps_sent=fps_sent,
        bitrate_in=bitrate_in,
        bitrate_out=bitrate_out,
        video_w=video_w,
        video_h=video_h,
        cpu_load=cpu_load,
    )
    store.keep_averages(work.db, mine, rules.averaged(store.averages(work.db, mine), report))
    return Nothing()


@operation("POST", "/sessions/{session_id}/leave", surface="web", reach="session")
def leave_meeting(
    work: Work,
    session_id: SessionId,
    hang_up: Annotated[bool, InBody()] = False,  # noqa: FBT002 (a field of the body)
) -> Nothing:
    """Give one's place back. Whoever hangs up, instead of only closing or reloading the page, stops ringing others."""
    mine = places.own_or_waiting(work, session_id)
    if hang_up:
        ringing.ended(work, calls.end_by_caller(work.db, mine.session_id, mine.participant_id, "cancelled"))
    control.leave(work.db, mine, work.now, rules.LEFT_ALONE)
    if rules.is_in_state(mine):
        changes.tell_all(work, session_id)
    return Nothing()


@operation("POST", "/sessions/{session_id}/end", surface="web", reach="session")
def end_meeting(work: Work, session_id: SessionId) -> Nothing:
    """End the meeting for everybody. Errors: forbidden unless the participant is its host."""
    mine = places.own(work, session_id)
    if mine.role != rules.HOST:
        raise problem("forbidden")
    conference = conferences.find_by_session(work.db, mine.session_id)
    if conference is None:
        raise problem("conferenceSessionNotFound", session_id=session_id)
    control.stop(work, conference, rules.TERM_BY_MODERATOR)
    return Nothing()
