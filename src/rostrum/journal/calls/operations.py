"""The operations on the log of calls."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from sqlalchemy import Row

from rostrum.api.errors import problem
from rostrum.api.operation import Named, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import Work
from rostrum.ids import SessionId
from rostrum.journal import lists, rules
from rostrum.journal.calls import store
from rostrum.journal.calls.store import CallFilter, InviteFilter, ParticipantFilter
from rostrum.journal.calls.wire import Call, CallInvite, CallInvites, CallParticipant, CallParticipants, Calls
from rostrum.journal.lists import Page
from rostrum.journal.rules import DESCENDING, GROUP_CALL, SortOrder, Timezone
from rostrum.meetings.wire import date_time

CallSort = Literal[
    "conference_id",
    "named_conf_id",
    "topic",
    "class",
    "type",
    "subtype",
    "owner",
    "participant_count",
    "start_time",
    "duration",
    "end_time",
    "term_reason",
]
ParticipantSort = Literal[
    "app_id",
    "avg_cpu_load",
    "avg_sent_fps",
    "bitrate_in",
    "bitrate_out",
    "call_id",
    "display_name",
    "duration",
    "join_time",
    "leave_reason",
    "leave_time",
    "video_h",
    "video_w",
]
InviteSort = Literal["call_id", "invited_call_id", "invite_time", "is_accepted"]


@operation("GET", "/logs/calls", scope="logs.calls:read", since="v3.1")
def list_calls(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: CallSort = "end_time",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    class_: Annotated[int | None, Named("class")] = None,
    named_conf_id: str | None = None,
    owner: str | None = None,
) -> Calls:
    """List calls, running ones first; times are shown `timezone` minutes east of UTC."""
    wanted = CallFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        conference_id=named_conf_id,
        owner=owner,
    )
    if class_ not in {None, GROUP_CALL}:
        return Calls(0, [])
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.CALLS, wanted, page, work.now)
    return Calls(count, [_call(work, row, timezone) for row in rows])


@operation("GET", "/logs/calls/{session_id}", scope="logs.calls:read", since="v3.1")
def read_call(work: Work, session_id: SessionId, timezone: Timezone = 0) -> Call:
    """Read one call. Errors: conferenceNotFound."""
    row = store.find_call(work.db, session_id)
    if row is None:
        raise problem("conferenceNotFound", conference_id=session_id)
    return _call(work, row, timezone)


@operation("GET", "/logs/calls/{session_id}/participants", scope="logs.calls.participants:read", since="v3.1")
def list_call_participants(
    work: Work,
    session_id: SessionId,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: ParticipantSort = "join_time",
    sort_order: SortOrder = 1,
    call_id: str | None = None,
) -> CallParticipants:
    """List who was in a call: one entry for each stay, so that who left and came back is there twice.

    Errors: conferenceNotFound.
    """
    _check_known(work, session_id)
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    wanted = ParticipantFilter(session_id=session_id, call_id=call_id)
    count, rows = lists.read(work.db, store.PARTICIPANTS, wanted, page, work.now)
    return CallParticipants(count, [_participant(work, row, timezone) for row in rows])


@operation("GET", "/logs/calls/{session_id}/invites", scope="logs.calls.invites:read", since="v3.1")
def list_call_invites(
    work: Work,
    session_id: SessionId,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: InviteSort = "invite_time",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    class_: Annotated[int | None, Named("class")] = None,
    call_id: str | None = None,
) -> CallInvites:
    """List who called whom into a call. Errors: conferenceNotFound."""
    _check_known(work, session_id)
    wanted = InviteFilter(
        session_id=session_id,
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        call_id=call_id,
    )
    if class_ not in {None, GROUP_CALL}:
        return CallInvites(0, [])
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.INVITES, wanted, page, work.now)
    return CallInvites(
        count,
        [
            CallInvite(
                call_id=row.call_id,
                invited_call_id=row.invited_call_id,
                invite_time=date_time(row.invite_time, timezone),
                is_accepted=row.is_accepted,
            )
            for row in rows
        ],
    )


def _check_known(work: Work, session_id: str) -> None:
    if not store.is_known(work.db, session_id):
        raise problem("conferenceNotFound", conference_id=session_id)


def _call(work: Work, row: Row[Any], timezone: int) -> Call:
    return Call(
        conference_id=row.id,
        named_conf_id=row.conference_id,
        topic=row.topic,
        class_=GROUP_CALL,
        type=rules.GROUP_CALL_TYPE,
        subtype=row.mode,
        owner=row.owner,
        participant_count=row.participants,
        start_time=date_time(row.start_time, timezone),
        duration=rules.seconds(row.start_time, row.end_time or work.now),
        end_time=None if row.end_time is None else date_time(row.end_time, timezone),
        term_reason=row.term_reason or 0,
    )


def _participant(work: Work, row: Row[Any], timezone: int) -> CallParticipant:
    return CallParticipant(
        app_id=row.app_id,
        avg_cpu_load=round(row.avg_cpu_load),
        avg_sent_fps=row.avg_sent_fps,
        bitrate_in=round(row.bitrate_in),
        bitrate_out=round(row.bitrate_out),
        call_id=row.participant_id,
        display_name=row.display_name,
        duration=rules.seconds(row.join_time, row.leave_time or work.now),
        join_time=date_time(row.join_time, timezone),
        leave_reason=row.leave_reason or 0,
        leave_time=None if row.leave_time is None else date_time(row.leave_time, timezone),
        video_h=row.video_h,
        video_w=row.video_w,
    )
