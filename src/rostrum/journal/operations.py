"""The operations on the logs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy import Row

from rostrum.api.errors import problem
from rostrum.api.operation import Named, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import Work
from rostrum.ids import SessionId, short_id, uid
from rostrum.journal import rules, store
from rostrum.journal.store import CallFilter
from rostrum.journal.wire import Call, Calls
from rostrum.meetings.wire import date_time

Timezone = Annotated[int, Meta(ge=-1440, le=1440)]
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
GROUP_CALL = 10
"""The class of a call with more than two places (decision 34)."""


@operation("GET", "/logs/calls", scope="logs.calls:read", since="v3.1")
def list_calls(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: CallSort = "end_time",
    sort_order: Literal[0, 1] = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    class_: Annotated[int | None, Named("class")] = None,
    named_conf_id: str | None = None,
    owner: str | None = None,
) -> Calls:
    """List calls, running ones first; times are shown `timezone` minutes east of UTC."""
    if class_ is not None and class_ != GROUP_CALL:
        return Calls(0, [])
    wanted = CallFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        date_to=rules.moment(date_to, "date_to", timezone),
        conference_id=named_conf_id,
        owner=None if owner is None else uid(short_id(owner, work.server), work.server),
    )
    count, rows = store.list_calls(
        work.db, wanted, sort_field, descending=sort_order == 1, page_size=page_size, page_id=max(page_id, 1)
    )
    return Calls(count, [_shown(work, row, timezone) for row in rows])


@operation("GET", "/logs/calls/{session_id}", scope="logs.calls:read", since="v3.1")
def read_call(work: Work, session_id: SessionId, timezone: Timezone = 0) -> Call:
    """Read one call. Errors: conferenceNotFound."""
    row = store.find_call(work.db, session_id)
    if row is None:
        raise problem("conferenceNotFound", conference_id=session_id)
    return _shown(work, row, timezone)


def _shown(work: Work, row: Row[Any], timezone: int) -> Call:
    return Call(
        conference_id=row.id,
        named_conf_id=row.conference_id,
        topic=row.topic,
        class_=GROUP_CALL,
        type=5,
        subtype=row.mode,
        owner=row.owner,
        participant_count=row.participants,
        start_time=date_time(row.start_time, timezone),
        duration=rules.seconds(row.start_time, row.end_time or work.now),
        end_time=None if row.end_time is None else date_time(row.end_time, timezone),
        term_reason=row.term_reason or 0,
    )
