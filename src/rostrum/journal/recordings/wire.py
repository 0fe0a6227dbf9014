"""The logs of recordings as the API shows them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Struct

from rostrum.api.fields import Since
from rostrum.meetings.wire import DateTime


class CallRecord(Struct, kw_only=True):
    """A recording with the call that it shows; `duration` (seconds) is the call's, `file_size` (bytes) is text."""

    conference_id: str
    name: str
    named_conf_id: str | None
    topic: str | None
    owner: str
    class_: int = msgspec.field(name="class")
    type: int
    subtype: int
    duration: int
    file_size: str | None
    start_time: DateTime | None
    end_time: DateTime | None
    is_public: bool
    download_url: str
    is_deleted: bool


class CallRecords(Struct):
    """One page of records; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[CallRecord] = msgspec.field(name="list")


class Recording(Struct, kw_only=True):
    """A recording; times are Unix seconds, `stopped_at` is 0 while it is being made, `size` (bytes) is text."""

    id: str
    name: str
    stream_id: str
    conference_id: str
    topic: Annotated[str, Since("v3.7")]
    owner: Annotated[str, Since("v3.4")]
    started_at: int
    stopped_at: int
    deleted_at: int | None
    size: str
    download_url: str


class Recordings(Struct):
    """One page of recordings; `cnt` counts all that the filter selects."""

    cnt: int
    list_: list[Recording] = msgspec.field(name="list")
