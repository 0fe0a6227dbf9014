"""All SQL of the logs of messages, events and settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from rostrum.api.work import Recorded
from rostrum.db.prepared import Prepared
from rostrum.db.text import contains
from rostrum.journal.lists import Conditions, Log, between
from rostrum.journal.tables import events
from rostrum.journal.tables import settings as settings_log
from rostrum.meetings.tables import messages

_NAME_LENGTH = 300
_PAYLOAD_BYTES = 16_384
_INSERT_EVENT = Prepared(insert(events))


class MessageFilter(Struct, frozen=True, kw_only=True):
    """What the list of messages selects; None selects all."""

    date_from: datetime | None = None
    before: datetime | None = None
    session_id: str | None = None
    from_call_id: str | None = None
    to_call_id: str | None = None
    message: str | None = None


class EventFilter(Struct, frozen=True, kw_only=True):
    """What the list of events selects; None selects all."""

    date_from: datetime | None = None
    before: datetime | None = None
    object_type: str | None = None
    object_name: str | None = None
    event_type: str | None = None
    invoker_ip: str | None = None
    severity: str | None = None


class SettingFilter(Struct, frozen=True, kw_only=True):
    """What the list of settings selects; None selects all."""

    date_from: datetime | None = None
    before: datetime | None = None
    object_type: str | None = None
    object_id: int | None = None
    comment: str | None = None
    old_value: str | None = None
    new_value: str | None = None


def insert_event(db: Connection, event: Recorded, invoker_ip: str, now: datetime) -> None:
    """Keep an event."""
    values = msgspec.structs.asdict(event) | {"invoker_ip": invoker_ip, "created_at": now}
    values["object_name"] = event.object_name[:_NAME_LENGTH]
    if len(msgspec.json.encode(event.payload)) > _PAYLOAD_BYTES:
        values["payload"] = {name: _shortened(value) for name, value in event.payload.items()}
    _INSERT_EVENT.run(db, values)


def _shortened(value: Any) -> Any:
    """Of a large value only what it consists of."""
    return sorted(value) if isinstance(value, dict) else str(value)[:_NAME_LENGTH]


def latest_settings(db: Connection) -> dict[str, str]:
    """The last known value of every section of the settings, as JSON text."""
    newest = select(func.max(settings_log.c.id)).group_by(settings_log.c.object_type)
    rows = db.execute(select(settings_log.c.object_type, settings_log.c.new_value).where(settings_log.c.id.in_(newest)))
    return {row.object_type: row.new_value for row in rows}


def insert_setting(db: Connection, section: str, old: str | None, new: str, now: datetime) -> None:
    """Keep a change of settings; `old` None: they are new."""
    db.execute(
        insert(settings_log).values(
            user_name="server",
            created_at=now,
            object_type=section,
            object_id=0,
            action_type="new" if old is None else "edit",
            comment="start",
            old_value=old or "{}",
            new_value=new,
        )
    )


def _messages(wanted: MessageFilter) -> Conditions:
    found = between(messages.c.time_stamp, wanted.date_from, wanted.before)
    if wanted.session_id is not None:
        found.append(messages.c.session_id == wanted.session_id)
    return found + _holding(messages.c, wanted, ("from_call_id", "to_call_id", "message"))


def _events(wanted: EventFilter) -> Conditions:
    found = between(events.c.created_at, wanted.date_from, wanted.before)
    for name in ("object_type", "event_type", "severity"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(events.c[name] == value)
    return found + _holding(events.c, wanted, ("object_name", "invoker_ip"))


def _settings(wanted: SettingFilter) -> Conditions:
    found = between(settings_log.c.created_at, wanted.date_from, wanted.before)
    if wanted.object_id is not None:
        found.append(settings_log.c.object_id == wanted.object_id)
    return found + _holding(settings_log.c, wanted, ("object_type", "comment", "old_value", "new_value"))


def _holding(columns: Any, wanted: Any, names: tuple[str, ...]) -> Conditions:
    given = {name: getattr(wanted, name) for name in names}
    return [contains(columns[name], text) for name, text in given.items() if text is not None]


MESSAGES = Log(
    source=messages,
    columns=(messages,),
    key=messages.c.id,
    time=messages.c.time_stamp,
    sorts={
        "id": messages.c.id,
        "time_stamp": messages.c.time_stamp,
        "conference_id": messages.c.session_id,
        "from_call_id": messages.c.from_call_id,
        "from_display_name": messages.c.from_display_name,
        "to_call_id": func.coalesce(messages.c.to_call_id, ""),  # as it is shown
        "is_offline": messages.c.id,  # the same for all
        "message": messages.c.message,
    },
    where=_messages,
)
EVENTS = Log(
    source=events,
    columns=(events,),
    key=events.c.id,
    time=events.c.created_at,
    sorts={
        name: events.c[name]
        for name in ("id", "event_type", "object_type", "object_name", "payload", "created_at", "severity")
    },
    where=_events,
)
SETTINGS = Log(
    source=settings_log,
    columns=(settings_log,),
    key=settings_log.c.id,
    time=settings_log.c.created_at,
    sorts={column.name: column for column in settings_log.c},
    where=_settings,
)
