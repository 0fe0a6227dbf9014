"""Decisions about conferences: values in, values or an error out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from rostrum.api import errors
from rostrum.api.errors import problem
from rostrum.api.inputs import Changes
from rostrum.api.texts import one_line
from rostrum.conferences import multicast, schedule
from rostrum.conferences.wire import (
    ClientRights,
    InvitationGiven,
    JoinOption,
    Mode,
    ParticipantRestrictions,
    Registration,
    Reminder,
    Rights,
    Schedule,
    Transcoding,
    Translator,
)
from rostrum.ids import ConferenceId, UserId
from rostrum.settings import FeatureSettings, LimitSettings

ALL_ON_SCREEN, LECTURE, ROLE_BASED = 0, 1, 3
AD_HOC = "clientapp"
"""The `origin_type` of what somebody began in the web app on the spot: it ends by itself, and is gone after its end."""
ALL_JOIN_OPTIONS: list[JoinOption] = ["clients", "webrtc", "qr_code", "terminal"]
_MULTICAST_OPTIONS: set[JoinOption] = {"clients", "qr_code"}
_MCU_OPTIONS: list[JoinOption] = ["webrtc", "terminal"]


class ConferenceRow(Struct, kw_only=True):
    """A conference as it is kept; the defaults are those of a conference made with topic and owner only."""

    id: ConferenceId
    topic: str
    description: str = ""
    owner: UserId
    type: Mode = 0
    created_at: datetime
    multicast_enable: bool = False
    multicast_address: str | None = None
    max_podiums: int = 0
    max_participants: int = 0
    schedule: Schedule = msgspec.field(default_factory=lambda: Schedule(type=-1))
    allow_guests: bool = False
    rights: Rights = msgspec.field(default_factory=Rights)
    broadcast_enabled: bool = False
    broadcast_id: str | None = None
    allow_only_planned_participants: bool = False
    auto_invite: Literal[0, 1, 2] = 0
    tags: list[str] = msgspec.field(default_factory=list)
    recording: Literal[0, 1] = 0
    pin: str | None = None
    meeting_room: str | None = None
    on_join_mute_mic: Literal[0, 1] = 0
    on_join_mute_camera: Literal[0, 1] = 0
    registration: Registration = msgspec.field(default_factory=Registration)
    vad_selector: Literal[0, 1] = 0
    max_guests: int = 0
    reminders_enabled: bool = False
    reminders: list[Reminder] = msgspec.field(default_factory=list)
    waiting_room_enabled: bool = False
    waiting_room_scope: Literal["all", "unplanned", "strangers", "guests"] = "all"
    origin_type: Literal["restfulapi", "clientapp"] = "restfulapi"
    use_translation: bool = False
    translation_flat_volume: int | None = None
    expiration_time_updating_allowed: bool = False
    expiration_time_alert: int = 0
    sequence_type: Literal[0, 1] = 0
    scan_type: Literal[0, 1] = 0
    disable_audio_remarks: bool = False
    mcu_mode: bool = False
    transcoding: Transcoding = msgspec.field(default_factory=Transcoding)
    participant_restrictions: ParticipantRestrictions = msgspec.field(default_factory=ParticipantRestrictions)
    join_options_enabled: bool = False
    join_options: list[JoinOption] = msgspec.field(default_factory=lambda: list(ALL_JOIN_OPTIONS))
    stream_id: str | None = None
    participants_lock_enabled: bool | None = None
    stream_recording_state: Literal[0, 1] = 0
    changed_at: datetime | None = None
    sequence: int = 0
    """How often what calendars show changed (SEQUENCE of RFC 5545)."""

    @property
    def running(self) -> bool:
        """Whether a session is open."""
        return self.stream_id is not None


class InvitationRow(Struct, frozen=True, gc=False):
    """An invitation as it is kept; `type` is user for an account of this server and custom for everybody else."""

    id: str
    display_name: str
    type: Literal["user", "custom"]
    translator: Translator | None = None


def new_conference(
    body: Changes, identity: ConferenceId, owner: UserId, now: datetime, limits: LimitSettings
) -> ConferenceRow:
    """The conference that a request body describes, with limits that fit its mode."""
    blank = ConferenceRow(id=identity, topic=body["topic"], owner=owner, created_at=now, max_guests=limits.guests)
    made = changed(blank, body, owner, now, limits)
    made.sequence, made.changed_at = 0, None
    return made


def changed(row: ConferenceRow, body: Changes, owner: UserId, now: datetime, limits: LimitSettings) -> ConferenceRow:
    """The conference as it is after a change: nested objects are merged, limits follow the mode (decisions 21, 22)."""
    fields = {name: value for name, value in body.items() if name in row.__struct_fields__}
    fields |= {"id": row.id, "owner": owner}
    _put_in_form(fields)
    if "schedule" in fields:
        fields["schedule"] = schedule.checked(fields["schedule"], now)
    for name in ("rights", "registration", "transcoding", "participant_restrictions"):
        if name in fields:
            fields[name] = _merged(getattr(row, name), fields[name])
    after = msgspec.structs.replace(row, **fields)
    _apply_guest_flags(after, body)
    _apply_limits(after, body, limits)
    if after != row:
        mark_changed(after, now)
    return after


def mark_changed(row: ConferenceRow, now: datetime) -> None:
    """A conference, or its list of invitations, is not what it was."""
    row.sequence += 1
    row.changed_at = now


def check(after: ConferenceRow, body: Changes, features: FeatureSettings) -> None:
    """Raise an error when a conference, as it would be after a change, breaks a rule (decision 28)."""
    wrong = []
    if after.registration.enabled and after.pin:
        wrong.append(errors.invalid("pin", "A conference with registration has no PIN"))
    start, end = after.registration.start_at, after.registration.end_at
    if start is not None and end is not None and int(start) > int(end):
        wrong.append(errors.invalid("registration.start_at", "The registration starts after its end"))
    if after.multicast_address and (reason := multicast.refusal(after.multicast_address)):
        wrong.append(errors.invalid("multicast_address", reason))
    if wrong:
        raise errors.wrong(wrong)
    if after.mcu_mode and after.multicast_enable:
        raise problem("mcuModeUnavailableWhenMulticastIsEnabled")
    _check_join_options(after, body, features)


def invited(given: Iterable[str | InvitationGiven]) -> list[InvitationGiven]:
    """Invitations in one form; v3 and lenient clients give bare ids."""
    return [one if isinstance(one, InvitationGiven) else InvitationGiven(id=one) for one in given]


def check_invitations(
    after: ConferenceRow, rows: list[InvitationRow], limits: LimitSettings, before: Sequence[InvitationRow] = ()
) -> None:
    """Raise an error for too many invitations, too many guests, or a list without the owner.

    `before`: a list that was good when it was made; it may stay as long as it is, whatever the limits are now.
    """
    if len(rows) > max(after.max_participants, len(before)):
        raise problem("conferenceMaxInvitationsLimit", conference_id=after.id, max_participants=after.max_participants)
    allowed = min(after.max_guests, limits.guests)
    if _guests(rows) > max(allowed, _guests(before)):
        raise problem("maxGuestsLimitReached", max_guests=allowed)
    if all(row.id != after.owner for row in rows):
        raise problem("conferenceOwnerNotInInvitationsList")


def check_field_changes_while_running(row: ConferenceRow, body: Changes) -> None:
    """From v3.4 on a running conference lets only its description be changed (decision 26)."""
    if row.running:
        locked = next((name for name in body if name != "description"), None)
        if locked is not None:
            raise problem("conferenceFieldUnavailableForChange", location=locked)


def check_not_running(row: ConferenceRow) -> None:
    """Raise `conferenceUnavailableForChange` for a running conference."""
    if row.running:
        raise problem("conferenceUnavailableForChange", conference_id=row.id)


def most_participants(mode: int, limits: LimitSettings) -> int:
    """How many participants a mode allows."""
    return {
        ALL_ON_SCREEN: limits.participants_all_on_screen,
        LECTURE: limits.participants_lecture,
        ROLE_BASED: limits.participants_role_based,
    }[mode]


def ways_to_join(row: ConferenceRow) -> set[JoinOption]:
    """The ways that lead into a conference: its own where they are switched on, else all; of either only those that
    multicast or MCU leave. What the server offers at all is asked elsewhere.
    """
    ways = set(row.join_options if row.join_options_enabled else ALL_JOIN_OPTIONS)
    if row.mcu_mode:
        return set(_MCU_OPTIONS)
    return ways & _MULTICAST_OPTIONS if row.multicast_enable else ways


def _guests(rows: Iterable[InvitationRow]) -> int:
    return sum(row.type == "custom" for row in rows)


def _put_in_form(fields: Changes) -> None:
    """Values as they are kept: a topic in one line, nothing twice in a list, nothing at all for an empty text."""
    if "topic" in fields:
        fields["topic"] = one_line(fields["topic"])
    if "reminders" in fields:
        fields["reminders"] = list({one.before_start: one for one in fields["reminders"]}.values())
    if "join_options" in fields:
        fields["join_options"] = list(dict.fromkeys(fields["join_options"]))
    for name in ("pin", "broadcast_id", "multicast_address"):
        if name in fields:
            fields[name] = fields[name] or None


def _merged(current: Any, given: Changes) -> Any:
    parts = {}
    for name, value in given.items():
        old = getattr(current, name)
        parts[name] = _merged(old, value) if isinstance(old, Struct) and isinstance(value, dict) else value
        if name in {"start_at", "end_at"} and isinstance(value, int):
            parts[name] = str(value)
    return msgspec.structs.replace(current, **parts)


def _apply_guest_flags(after: ConferenceRow, body: Changes) -> None:
    """The two flags of v3 are the guests' rights of later versions."""
    flags: Changes = {}
    if "allow_guests_message" in body:
        flags["chat_send"] = body["allow_guests_message"]
    if "allow_guests_audio_video" in body:
        flags |= dict.fromkeys(("audio_send", "video_send"), body["allow_guests_audio_video"])
    if flags:
        guest: ClientRights = msgspec.structs.replace(after.rights.guest, **flags)
        after.rights = Rights(guest=guest, user=after.rights.user)


def _apply_limits(after: ConferenceRow, body: Changes, limits: LimitSettings) -> None:
    most = most_participants(after.type, limits)
    if "max_participants" not in body and ("type" in body or not 1 <= after.max_participants <= most):
        after.max_participants = most
    if after.max_participants > most:
        raise errors.wrong_value("max_participants", f"At most {most} participants are possible in this mode")
    if "max_guests" not in body:
        after.max_guests = min(after.max_guests, limits.guests)
    if after.max_guests > limits.guests:
        raise errors.wrong_value("max_guests", f"At most {limits.guests} guests are possible")
    if after.type == ALL_ON_SCREEN:
        after.max_podiums = after.max_participants
    elif after.type == LECTURE:
        after.max_podiums = 1
    else:
        possible = min(limits.podiums, after.max_participants)
        if "max_podiums" not in body and ("type" in body or not 1 <= after.max_podiums <= possible):
            after.max_podiums = possible
        if after.max_podiums > possible:
            raise errors.wrong_value("max_podiums", f"At most {possible} speakers are possible here")


def _check_join_options(after: ConferenceRow, body: Changes, features: FeatureSettings) -> None:
    given = "join_options" in body
    if after.mcu_mode:
        if given and set(after.join_options) != set(_MCU_OPTIONS):
            raise problem("joinOptionsNotEditableInMcuMode")
        after.join_options = list(_MCU_OPTIONS)
    if after.multicast_enable:
        if given and not set(after.join_options) <= _MULTICAST_OPTIONS:
            raise problem("joinOptionsNotAllowedWhenMulticastIsEnabled")
        after.join_options = [option for option in after.join_options if option in _MULTICAST_OPTIONS]
    licensed = {"terminal": features.terminals, "webrtc": features.webrtc}
    if given and any(not licensed.get(option, True) for option in after.join_options):
        raise problem("joinOptionsNotAllowedByLicense")
