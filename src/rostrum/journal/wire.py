"""The logs as the API shows them."""

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
