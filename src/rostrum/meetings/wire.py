"""Running conferences as the API shows them: state, participants, sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType

from rostrum.accounts.groups.wire import GroupMini, group_ids
from rostrum.api.fields import Since, Was
from rostrum.meetings.rules import Role


class DateTime(Struct):
    """A time as PHP prints it: date `YYYY-MM-DD hh:mm:ss.ffffff`, timezone_type, timezone (slip E2)."""

    date: str
    timezone_type: int
    timezone: str


def date_time(moment: datetime, offset_minutes: int = 0) -> DateTime:
    """A time at an offset from UTC in minutes: a named zone (type 3) for UTC, an offset (type 1) elsewhere."""
    shifted = (moment + timedelta(minutes=offset_minutes)).strftime("%Y-%m-%d %H:%M:%S.%f")
    if not offset_minutes:
        return DateTime(shifted, 3, "UTC")
    sign = "-" if offset_minutes < 0 else "+"
    hours, minutes = divmod(abs(offset_minutes), 60)
    return DateTime(shifted, 1, f"{sign}{hours:02d}:{minutes:02d}")


class RunState(Struct):
    """The state of a conference after it was run or stopped."""

    state: Literal["running", "stopped"]


class Participant(Struct, kw_only=True):
    """Somebody in a running conference; a guest has no account and so none of its fields."""

    id: str
    uid: Annotated[str | UnsetType, Since("v3")] = UNSET
    avatar: str | UnsetType | None = UNSET
    login_name: str
    email: str | UnsetType = UNSET
    display_name: str
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    groups: Annotated[list[GroupMini] | UnsetType, Was(list[str] | UnsetType, until="v3", by=group_ids)] = UNSET
    mobile_phone: str | UnsetType = UNSET
    work_phone: str | UnsetType = UNSET
    home_phone: str | UnsetType = UNSET
    is_active: Literal[0, 1] | UnsetType = UNSET
    status: int
    invite_time: int | None
    join_time: int | None
    is_owner: bool


class Participants(Struct):
    """Everybody in a running conference."""

    participants: list[Participant]


class ConferenceSession(Struct):
    """One run of a conference."""

    stream_id: str
    conference_id: str
    type: Literal[0, 5, 6]
    mode: Literal[0, 1, 3]
    topic: str
    owner: str
    start_time: int


class SessionParticipant(Struct):
    """Somebody in a session, with the role."""

    participant_id: str
    call_id: str
    display_name: str
    join_time: DateTime | None
    role: Role


class SessionParticipants(Struct):
    """One page of a session's participants; `count` counts them all."""

    count: int
    participants: list[SessionParticipant]


class Kicked(Struct):
    """Who was put out."""

    participant_id: str
