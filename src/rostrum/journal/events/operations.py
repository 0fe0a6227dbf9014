"""The operations on the logs of messages, events and settings."""

from __future__ import annotations

from typing import Annotated, Literal

from rostrum.api.fields import Since
from rostrum.api.operation import operation
from rostrum.api.paging import PageId, PageSize
from rostrum.api.work import Work
from rostrum.journal import lists, rules
from rostrum.journal.events import store
from rostrum.journal.events.store import EventFilter, MessageFilter, SettingFilter
from rostrum.journal.events.wire import Event, Events, Message, Messages, Setting, SettingsPage, Severity
from rostrum.journal.lists import Page
from rostrum.journal.rules import DESCENDING, SortOrder, Timezone
from rostrum.meetings.wire import date_time

MessageSort = Literal[
    "id",
    "time_stamp",
    "conference_id",
    "from_call_id",
    "from_display_name",
    "to_call_id",
    "is_offline",
    "message",
]
EventSort = Literal["id", "event_type", "object_type", "object_name", "payload", "created_at", "severity"]
SettingSort = Literal[
    "id",
    "user_name",
    "created_at",
    "object_type",
    "object_id",
    "action_type",
    "comment",
    "old_value",
    "new_value",
]
ObjectId = Annotated[int, rules.SmallNumber]


@operation("GET", "/logs/messages", scope="logs.messages:read", since="v3.1")
def list_messages(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: MessageSort = "time_stamp",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    from_call_id: str | None = None,
    to_call_id: str | None = None,
    message: str | None = None,
    conference_id: str | None = None,
) -> Messages:
    """List what was written in meetings, to everybody or to one person; `conference_id` is the session's."""
    wanted = MessageFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        session_id=conference_id,
        from_call_id=from_call_id,
        to_call_id=to_call_id,
        message=message,
    )
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.MESSAGES, wanted, page, work.now)
    return Messages(
        count,
        [
            Message(
                id=str(row.id),
                time_stamp=date_time(row.time_stamp, timezone),
                conference_id=row.session_id,
                from_call_id=row.from_call_id,
                from_display_name=row.from_display_name,
                to_call_id=row.to_call_id or "",
                is_offline=False,
                message=row.message,
            )
            for row in rows
        ],
    )


@operation("GET", "/logs/events", scope="logs.events:read", since="v3.1")
def list_events(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: EventSort = "created_at",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    object_type: str | None = None,
    object_name: str | None = None,
    event_type: str | None = None,
    invoker_ip: Annotated[str | None, Since("v3.7")] = None,
    severity: Annotated[Severity | None, Since("v3.7")] = None,
) -> Events:
    """List what happened on the server: sign-ins, changes of users, groups and conferences, starts and ends."""
    wanted = EventFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        object_type=rules.word(object_type),
        object_name=object_name,
        event_type=rules.word(event_type),
        invoker_ip=invoker_ip,
        severity=severity,
    )
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.EVENTS, wanted, page, work.now)
    return Events(
        count,
        [
            Event(
                id=str(row.id),
                event_type=row.event_type,
                object_type=row.object_type,
                object_name=row.object_name,
                payload=row.payload,
                created_at=date_time(row.created_at, timezone),
                severity=row.severity,
            )
            for row in rows
        ],
    )


@operation("GET", "/logs/settings", scope="logs.settings:read", since="v3.1")
def list_settings(
    work: Work,
    timezone: Timezone = 0,
    page_size: PageSize = 20,
    page_id: PageId = 1,
    sort_field: SettingSort = "created_at",
    sort_order: SortOrder = 1,
    date_from: str | None = None,
    date_to: str | None = None,
    object_type: str | None = None,
    object_id: ObjectId | None = None,
    comment: str | None = None,
    old_value: str | None = None,
    new_value: str | None = None,
) -> SettingsPage:
    """List changes of the server's settings; secrets are blank in both values."""
    wanted = SettingFilter(
        date_from=rules.moment(date_from, "date_from", timezone),
        before=rules.behind(date_to, "date_to", timezone),
        object_type=object_type,
        object_id=object_id,
        comment=comment,
        old_value=old_value,
        new_value=new_value,
    )
    page = Page(sort_field, sort_order == DESCENDING, page_size, page_id)
    count, rows = lists.read(work.db, store.SETTINGS, wanted, page, work.now)
    return SettingsPage(
        count,
        [
            Setting(
                id=str(row.id),
                user_name=row.user_name,
                created_at=date_time(row.created_at, timezone),
                object_type=row.object_type,
                object_id=row.object_id,
                action_type=row.action_type,
                comment=row.comment,
                old_value=row.old_value,
                new_value=row.new_value,
            )
            for row in rows
        ],
    )
