"""Conferences as the API shows them, in the newest shape. Fields stand in the order of the documentation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from rostrum.api.fields import POST, PUT_POST, READ_ONLY, Implies, Since, Takes, Until, Was, Written
from rostrum.api.texts import LABEL, VISIBLE

Mode = Literal[0, 1, 3]
"""0 all on screen, 1 video lecture, 3 role-based."""
Switch = Literal[0, 1]
State = Literal["running", "stopped"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
JoinOption = Literal["clients", "webrtc", "qr_code", "terminal"]
Quality = Literal["180p", "360p", "720p", "1080p"]
SipQuality = Literal[
    "180p", "360p", "720p", "1080p", "540p", "QSIF", "QCIF", "QVGA", "SIF", "CIF", "VGA", "4SIF", "4CIF"
]
Tag = Annotated[str, Meta(min_length=1, max_length=128)]
OwnId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{1,128}\Z")]
Topic = Annotated[str, Meta(min_length=1, max_length=240, pattern=VISIBLE)]
"""What a conference of its own needs; in a template both may be empty."""
PersonId = Annotated[str, Meta(min_length=1, max_length=128, pattern=VISIBLE)]
"""As it is given: what is kept is shorter where it names this server (`invitations.people`)."""

OR_FROM_TEMPLATE = Written(PUT_POST.methods, required=True, unless="template_id")


class Schedule(Struct, omit_defaults=True):
    """When a conference takes place: type -1 without schedule, 0 weekly, 1 once. Times in Unix seconds."""

    type: Literal[-1, 0, 1]
    start_time: int | UnsetType = UNSET
    duration: Annotated[int, Meta(ge=1, le=100_000_000)] | UnsetType = UNSET
    days: list[Day] | UnsetType = UNSET
    time: Annotated[str, Meta(pattern=r"^([01]\d|2[0-4]):[0-5]\d\Z")] | UnsetType = UNSET
    time_offset: Annotated[int | UnsetType, READ_ONLY] = UNSET


class ClientRights(Struct):
    """What a participant may send and receive."""

    chat_send: bool = True
    chat_rcv: bool = True
    slide_show_send: bool = True
    slide_show_rcv: bool = True
    white_board_send: bool = True
    white_board_rcv: bool = True
    file_transfer_send: bool = True
    file_transfer_rcv: bool = True
    desktop_sharing: bool = True
    recording: bool = True
    audio_send: bool = True
    audio_rcv: bool = True
    video_send: bool = True
    video_rcv: bool = True


class Rights(Struct):
    """The rights of the two audiences."""

    guest: ClientRights = msgspec.field(default_factory=lambda: ClientRights(recording=False))
    user: ClientRights = msgspec.field(default_factory=ClientRights)


class RegistrationField(Struct):
    """One field of the registration form."""

    index: Annotated[int, Meta(ge=0, le=1000)]
    is_required: bool


def _registration_fields() -> dict[str, RegistrationField]:
    return {"display_name": RegistrationField(0, is_required=True), "email": RegistrationField(1, is_required=True)}


FieldName = Annotated[str, Meta(min_length=1, max_length=128, pattern=LABEL)]
"""`display_name`, `email`, or a name of the organiser's own, which the form shows as the label."""
UnixText = Annotated[str, Meta(pattern=r"^[0-9]{1,12}\Z")]
UnixTime = UnixText | Annotated[int, Meta(ge=0, lt=10**12)]


class Registration(Struct, kw_only=True):
    """Registration for a webinar; its times are Unix seconds as text."""

    enabled: bool = False
    start_at: Annotated[UnixText | None, Takes(UnixTime | None)] = None
    end_at: Annotated[UnixText | None, Takes(UnixTime | None)] = None
    participants_limit_enabled: bool = False
    participants_limit: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    allow_users_access: bool = False
    fields: Annotated[dict[str, RegistrationField], Takes(dict[FieldName, RegistrationField])] = msgspec.field(
        default_factory=_registration_fields
    )
    limit_reached: Annotated[bool, Since("v3.8"), READ_ONLY] = False


class Transcoding(Struct, kw_only=True):
    """Sizes and rates of what the server mixes for this conference."""

    use_local_mixer_config: bool = False
    mixer_max_framerate: Literal[10, 15, 30, 60] = 30
    record_video_quality: Quality = "720p"
    sip_video_quality: SipQuality = "720p"
    rtsp_video_quality: Quality = "720p"
    webrtc_video_quality: Quality = "720p"
    enable_sip_layouts: bool = False
    enable_webrtc_layouts: bool = False
    enable_vad_layouts: bool = False
    enable_load_balancing: bool = False


class ParticipantRestrictions(Struct, kw_only=True):
    """Upper bounds of what a participant sends in this conference."""

    use_local_stream_config: bool = False
    video_quality: Literal["180p", "360p", "540p", "720p", "1080p"] = "720p"
    framerate_video_limit: Literal[10, 15, 30, 60] = 30
    framerate_ds_limit: Literal[1, 3, 5, 10, 15, 30, 60] = 15


class Translator(Struct):
    """The two languages between which an invited person translates."""

    languages: Annotated[list[Annotated[str, Meta(min_length=2, max_length=8)]], Meta(min_length=2, max_length=2)]


class InvitationMini(Struct, gc=False):
    """The short form of an invitation that a conference carries."""

    id: str
    display_name: str
    translator: Annotated[Translator | None, Since("v3.9")] = None


class InvitationGiven(Struct):
    """An invitation in a request body; without a name the one of the account, or the id, is taken."""

    id: PersonId
    display_name: Annotated[str, Meta(max_length=64)] | None = None
    translator: Translator | None = None


class Reminder(Struct):
    """How long before the start a reminder is sent, minutes."""

    before_start: Literal[5, 10, 15, 30, 60, 1440]


def invitation_ids(invitations: list[InvitationMini]) -> list[str]:
    """What v3 shows of the invitations."""
    return [invitation.id for invitation in invitations]


class Conference(Struct, kw_only=True):
    """A conference."""

    id: Annotated[str, Takes(OwnId), POST]
    topic: Annotated[str, Takes(Topic), OR_FROM_TEMPLATE]
    description: Annotated[str, Meta(max_length=20_000), PUT_POST]
    owner: Annotated[str, Takes(PersonId), OR_FROM_TEMPLATE]
    type: Annotated[Mode, PUT_POST]
    invitations: Annotated[
        list[InvitationMini],
        Was(list[str], until="v3", by=invitation_ids),
        Takes(Annotated[list[PersonId | InvitationGiven], Meta(max_length=10_000)]),
        PUT_POST,
    ]
    created_at: Annotated[int, Since("v3.1")]
    multicast_enable: Annotated[bool, Since("v3.1"), PUT_POST]
    multicast_address: Annotated[Annotated[str, Meta(max_length=64)] | None, Since("v3.1"), PUT_POST]
    max_podiums: Annotated[int, Takes(Annotated[int, Meta(ge=1)]), PUT_POST]
    max_participants: Annotated[int, Takes(Annotated[int, Meta(ge=1)]), PUT_POST]
    schedule: Annotated[Schedule, PUT_POST]
    allow_guests: Annotated[bool, PUT_POST]
    rights: Annotated[Rights, Since("v3.1"), PUT_POST]
    broadcast_enabled: Annotated[bool, Since("v3.1"), PUT_POST]
    broadcast_id: Annotated[Annotated[str, Meta(max_length=64)] | None, Since("v3.1"), PUT_POST]
    broadcast: Annotated[str | None, Since("v3.1")]
    allow_only_planned_participants: Annotated[bool, Since("v3.1"), PUT_POST]
    auto_invite: Annotated[Literal[0, 1, 2], PUT_POST]
    url: str
    webclient_url: str
    state: State
    tags: Annotated[list[str], Takes(Annotated[list[Tag], Meta(max_length=100)]), Since("v3.1"), PUT_POST]
    recording: Annotated[Switch, Since("v3.1"), PUT_POST]
    stream_recording_state: Annotated[Switch, Since("v3.1")]
    stream_id: Annotated[str | None, Since("v3.2")]
    deeplinks: Annotated[dict[str, str], Since("v3.2")]
    connect_urls: Annotated[dict[str, Any], Since("v3.2")]
    pin_enabled: Annotated[bool, Since("v3.4")]
    pin: Annotated[str | None, Takes(Annotated[str, Meta(max_length=64)] | None), Since("v3.4"), PUT_POST]
    meeting_room: Annotated[Annotated[str, Meta(max_length=240)] | None, Since("v3.4"), PUT_POST]
    on_join_mute_mic: Annotated[Switch, Since("v3.4"), PUT_POST]
    on_join_mute_camera: Annotated[Switch, Since("v3.4"), PUT_POST]
    registration: Annotated[Registration, Since("v3.4"), PUT_POST]
    vad_selector: Annotated[Switch, Since("v3.5"), PUT_POST]
    max_guests: Annotated[int, Takes(Annotated[int, Meta(ge=0)]), Since("v3.6"), PUT_POST]
    participants_lock_enabled: Annotated[bool | None, Since("v3.7")]
    reminders_enabled: Annotated[bool, Since("v3.7"), PUT_POST]
    reminders: Annotated[list[Reminder], Takes(Annotated[list[Reminder], Meta(max_length=4)]), Since("v3.7"), PUT_POST]
    waiting_room_enabled: Annotated[bool, Since("v3.7"), PUT_POST]
    waiting_room_scope: Annotated[Literal["all", "unplanned", "strangers", "guests"], Since("v3.7"), PUT_POST]
    origin_type: Annotated[Literal["restfulapi", "clientapp"], Since("v3.8")]
    use_translation: Annotated[bool, Since("v3.9"), PUT_POST]
    translation_flat_volume: Annotated[Annotated[int, Meta(ge=0, le=100)] | None, Since("v3.9"), PUT_POST]
    expiration_time_updating_allowed: Annotated[bool, Since("v3.9"), PUT_POST]
    expiration_time_alert: Annotated[int, Takes(Annotated[int, Meta(ge=0, le=86_400)]), Since("v3.9"), PUT_POST]
    sequence_type: Annotated[Switch, Since("v3.9"), PUT_POST]
    scan_type: Annotated[Switch, Since("v3.9"), PUT_POST]
    disable_audio_remarks: Annotated[bool, Since("v3.9"), PUT_POST]
    mcu_mode: Annotated[bool, Since("v3.10"), PUT_POST]
    transcoding: Annotated[Transcoding, Since("v3.10"), PUT_POST]
    participant_restrictions: Annotated[ParticipantRestrictions, Since("v3.10"), PUT_POST]
    join_options_enabled: Annotated[bool, Since("v3.10"), PUT_POST]
    join_options: Annotated[
        list[JoinOption], Implies({"join_options_enabled": True}, until="v3.9"), Since("v3.9"), PUT_POST
    ]
    allow_guests_message: Annotated[bool, Until("v3"), PUT_POST]
    allow_guests_audio_video: Annotated[bool, Until("v3"), PUT_POST]


class ConferencePage(Struct):
    """One page of conferences; `cnt` counts all that the filter selects."""

    cnt: int
    conferences: list[Conference]
