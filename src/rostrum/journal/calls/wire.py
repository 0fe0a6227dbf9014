"""The log of calls as the API shows it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Struct

from rostrum.api.fields import Since
from rostrum.meetings.wire import DateTime


class Call(Struct, kw_only=True):
    """A call: one session of a conference. A running one has no end, and its duration (seconds) runs."""

    conference_id: str
    named_conf_id: str | None
    topic: str | None
    class_: int = msgspec.field(name="class")
    type: int
    subtype: int
    owner: str
    participant_count: int
    start_time: DateTime | None
    duration: int
    end_time: DateTime | None
    term_reason: Annotated[int, Since("v3.9")]


class Calls(Struct):
    """One page of calls; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[Call] = msgspec.field(name="list")


class CallParticipant(Struct, kw_only=True):
    """One stay of somebody in a call, with the averages of the connection: rates in kbit/s, sizes in pixels."""

    app_id: str
    avg_cpu_load: int
    avg_sent_fps: float
    bitrate_in: int
    bitrate_out: int
    call_id: str
    display_name: str
    duration: int
    join_time: DateTime | None
    leave_reason: int
    leave_time: DateTime | None
    video_h: int
    video_w: int


class CallParticipants(Struct):
    """One page of stays; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[CallParticipant] = msgspec.field(name="list")


class CallInvite(Struct, kw_only=True):
    """Somebody was called into a call."""

    call_id: str
    invited_call_id: str
    invite_time: DateTime | None
    is_accepted: bool


class CallInvites(Struct):
    """One page of invites; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[CallInvite] = msgspec.field(name="list")
