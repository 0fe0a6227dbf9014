"""The logs of messages, events and settings as the API shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from rostrum.api.fields import Since
from rostrum.meetings.wire import DateTime

Severity = Literal["low", "middle", "high"]


class Message(Struct, kw_only=True):
    """A message of a meeting's chat; one to everybody has no recipient."""

    id: str
    time_stamp: DateTime
    conference_id: str
    from_call_id: str
    from_display_name: str
    to_call_id: str
    is_offline: bool
    message: str


class Messages(Struct):
    """One page of messages; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[Message] = msgspec.field(name="list")


class Event(Struct, kw_only=True):
    """Something that happened on the server."""

    id: str
    event_type: str
    object_type: str
    object_name: str
    payload: dict[str, Any]
    created_at: DateTime | None
    severity: Annotated[Severity | None, Since("v3.7")]


class Events(Struct):
    """One page of events; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[Event] = msgspec.field(name="list")


class Setting(Struct, kw_only=True):
    """A change of settings; both values are JSON texts of one section of the settings."""

    id: str
    user_name: str
    created_at: DateTime | None
    object_type: str
    object_id: int
    action_type: Literal["new", "edit", "delete"]
    comment: str
    old_value: str
    new_value: str


class SettingsPage(Struct):
    """One page of changes; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[Setting] = msgspec.field(name="list")
