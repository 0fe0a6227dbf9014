"""The operations on the logs of recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from sqlalchemy import Row

from rostrum.api.errors import problem
from rostrum.api.fields import Since, Until
from rostrum.api.operation import Named, operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import Work
from rostrum.ids import SessionId
from rostrum.journal import lists, rules
from rostrum.journal.lists import Page
from rostrum.journal.recordings import store
from rostrum.journal.recordings.store import RecordFilter
from rostrum.journal.recordings.wire import CallRecord, CallRecords, Recording, Recordings
from rostrum.journal.rules import DESCENDING, GROUP_CALL, SortOrder, Timezone
from rostrum.meetings.wire import date_time
from rostrum.recordings.rules import number_of

RecordSort = Literal[
    "conference_id",
    "name",
    "named_conf_id",
    "topic",
    "owner",
    "class",
    "type",
    "subtype",
    "duration",
    "file_size",
    "start_time",
    "end_time",
    "is_public",
    "download_url",
    "is_deleted",
]
RecordingSort = Literal[
    "id",
    "name",
    "stream_id",
    "conference_id",
    "topic",
    "owner",
    "started_at",
    "created_at",
    "stopped_at",
    "deleted_at",
    "size",
    "download_url",
]


@operation("GET", "/logs/records", scope="logs.records:read", since="v3.1")
def list_call_records(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: RecordSort = "start_time",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    class_: Annotated[int | None, Named("class")] = None,
    named_conf_id: str | None = None,
    owner: str | None = None,
) -> CallRecords:
    """List recordings with their calls, also those whose file is gone. The list of recordings says more."""
    wanted = RecordFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        conference_id=named_conf_id,
        owner=owner,
    )
    if class_ not in {None, GROUP_CALL}:
        return CallRecords(0, [])
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.RECORDS, wanted, page, work.now)
    return CallRecords(count, [_record(work, row, timezone) for row in rows])


@operation("GET", "/logs/records/{session_id}", scope="logs.records:read", since="v3.1")
def read_call_record(work: Work, session_id: SessionId, timezone: Timezone = 0) -> CallRecord:
    """The newest recording of one call. Errors: conferenceNotFound."""
    row = store.find_record(work.db, session_id)
    if row is None:
        raise problem("conferenceNotFound", conference_id=session_id)
    return _record(work, row, timezone)


@operation("GET", "/logs/recordings", scope="logs.recordings:read", since="v3.2")
def list_recordings(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: RecordingSort = "started_at",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    class_: Annotated[int | None, Named("class")] = None,
    named_conf_id: str | None = None,
    stream_id: Annotated[str | None, Since("v3.4"), Until("v3.4")] = None,
    show_deleted: bool = False,  # noqa: FBT001, FBT002 (a query parameter)
    owner: str | None = None,
    topic: Annotated[str | None, Since("v3.7")] = None,
) -> Recordings:
    """List recordings; those whose file is gone only with `show_deleted`."""
    wanted = RecordFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        conference_id=named_conf_id,
        session_id=stream_id,
        owner=owner,
        topic=topic,
        deleted=show_deleted,
    )
    if class_ not in {None, GROUP_CALL}:
        return Recordings(0, [])
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.RECORDINGS, wanted, page, work.now)
    return Recordings(count, [_recording(work, row) for row in rows])


@operation("GET", "/logs/recordings/{recording_id}", scope="logs.recordings:read", since="v3.2")
def read_recording(work: Work, recording_id: str) -> Recording:
    """One recording, also when its file is gone. Errors: recordingNotFound."""
    number = number_of(recording_id)
    row = None if number is None else store.find_recording(work.db, number)
    if row is None:
        raise problem("recordingNotFound", recording_id=recording_id)
    return _recording(work, row)


def _record(work: Work, row: Row[Any], timezone: int) -> CallRecord:
    # Where the log of the call is gone, the recording's own times stand for the call's.
    start, end = (row.created_at, row.stopped_at) if row.start_time is None else (row.start_time, row.end_time)
    return CallRecord(
        conference_id=row.stream_id,
        name=row.name,
        named_conf_id=row.conference_id,
        topic=row.topic,
        owner=row.owner,
        class_=GROUP_CALL,
        type=rules.GROUP_CALL_TYPE,
        subtype=row.mode or 0,
        duration=rules.seconds(start, end or work.now),
        file_size=None if row.deleted_at is not None else str(row.size),
        start_time=date_time(start, timezone),
        end_time=None if end is None else date_time(end, timezone),
        is_public=row.is_public,
        download_url=_download(work, row),
        is_deleted=row.deleted_at is not None,
    )


def _recording(work: Work, row: Row[Any]) -> Recording:
    return Recording(
        id=str(row.id),
        name=row.name,
        stream_id=row.stream_id,
        conference_id=row.conference_id,
        topic=row.topic,
        owner=row.owner,
        started_at=_unix(row.created_at),
        stopped_at=0 if row.stopped_at is None else _unix(row.stopped_at),
        deleted_at=None if row.deleted_at is None else _unix(row.deleted_at),
        size=str(row.size),
        download_url=_download(work, row),
    )


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())


def _download(work: Work, row: Row[Any]) -> str:
    """Where the file is to be had; the addresses of the page's examples have no operation (slip A6)."""
    path = f"/api/v3.10/conferences/{row.conference_id}/records/{quote(row.name, safe='')}/download"
    return work.links.base + path
