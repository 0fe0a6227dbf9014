"""How the contract's contradictions are read. Every reading carries the number of its slip or decision.

A letter with a number is a slip of the published page, `D` with a number a decision made where the page is silent, `T`
what the page says in the text of a table instead of its columns. `facts.py` applies them; a reading that changes
nothing fails a test.
"""

from __future__ import annotations

from typing import Any, NamedTuple

TYPES = {"ObjectDataTime": "DateTime", "bool": "Boolean", "boolean": "Boolean"}  # E2, F19

# Types in readings: the page's own, and "Ref", "Ref[]", "String[]", "{Ref}" (a map with free keys), "Number", "Any"; a
# question mark after the type of a top-level key: it may be missing.


class Permission(NamedTuple):
    """The expression that an endpoint accepts, from a version on (decision 7 leaves v3 as printed)."""

    slip: str
    endpoint: str
    expression: str
    since: str = "v3.1"
    until: str | None = None


PERMISSIONS = (
    Permission("B1", "groups-edit-group", "groups | groups:read | groups:write"),
    Permission("B2", "users-get-user", "users | users:write | users:read"),
    Permission("B3", "conferences-conference-invite", "conferences | conferences:read | conferences:write"),
    Permission("B3", "conferences-conference-notify", "conferences | conferences:read | conferences:write"),
    Permission(
        "B6",
        "conferences-invitations-delete-invitation",
        "conferences.invitations | conferences.invitations:write",
    ),
    Permission("B7", "groups-users-add-user", "groups.users | groups.users:write"),
    Permission("B8", "authorization-generate-token", "none", "v3"),
    Permission("B10", "conferences-records-download-record", "conferences.records", "v3", "v3"),
    Permission("B10", "conferences-records-get-record-list", "conferences.records", "v3", "v3"),
    Permission("B10", "conferences-records-get-record", "conferences.records", "v3", "v3"),
    Permission("B12", "software-clients-get-client-list", "any", "v3", "v3"),
)
"""B4 and B5 (kicking, podium) keep the printed expression; from v3.1 on B10 and B12 are printed."""


class Answer(NamedTuple):
    """The top-level keys of an answer and their types; a single type is the bare object."""

    slip: str
    endpoint: str
    keys: dict[str, str] | str


ANSWERS = (
    Answer("C1", "conference-templates-create-conference-template", {"template": "ObjectConferenceTemplate"}),
    Answer("C1", "conference-templates-edit-conference-template", {"template": "ObjectConferenceTemplate"}),
    Answer("C1", "conference-templates-get-conference-template", {"template": "ObjectConferenceTemplate"}),
    Answer("C1", "conference-templates-get-conference-template-list", {"templates": "ObjectConferenceTemplate[]"}),
    Answer("C2", "users-create-avatar", {"avatar": "Any"}),
    Answer("C2", "users-get-avatar", {"avatar": "Any"}),
    Answer("C2", "users-delete-avatar", {"avatar": "Any"}),
    Answer("C3", "logs-get-call", "ObjectCall"),
    Answer("C3", "logs-get-call-record", "ObjectCallRecord"),
    Answer("C3", "logs-get-recording", "ObjectRecording"),
    Answer(
        "E6",
        "conference-sessions-get-conference-session-participants",
        {"count": "Integer", "participants": "ObjectConferenceSessionParticipant[]"},
    ),
    Answer("C10", "conference-sessions-get-conference-session", {"session": "ObjectConferenceSession"}),
    Answer("D2", "conferences-share-conference", {"embedded": "Embedded", "rtsp_url": "Any"}),
    Answer("T", "conferences-get-conference-calendars", {"calendars": "CalendarLinks"}),
    Answer("C7", "conferences-conference-invite", {"invite": "Boolean"}),
    Answer("C7", "conference-sessions-invite-participant-to-stand-on-a-podium", {"invite": "Boolean"}),
    Answer("C8", "software-clients-get-client-list", {"clients": "ObjectClient[]", "deeplinks": "Deeplinks?"}),
    Answer("D11", "users-get-user-list", {"next_page_id": "Integer", "users": "ObjectUser[]"}),
    Answer(
        "F2",
        "authorization-generate-token",
        {
            "access_token": "String",
            "expires_in": "Integer",
            "token_type": "String",
            "scope": "String",
            "refresh_token": "String?",
        },
    ),
)
"""A question mark: the key may be missing (deeplinks without call_id; client_credentials has no refresh token, D6).
Where nothing stands here the table is right against the example: `cnt` of the conference list (C5), `count` (C6)."""


class Path(NamedTuple):
    """The path of an endpoint, and others that lead there too."""

    slip: str
    endpoint: str
    path: str
    aliases: tuple[str, ...] = ()


PATHS = (
    Path(
        "A1",
        "conferences-conference-notify",
        "/conferences/{conference_id}/notify",
        ("/conference/{conference_id}/notify",),
    ),
)
"""A2 and A3 (one brace missing) are already read right in the data; A5 follows the printed path, as the data do."""


class Filter(NamedTuple):
    """A query parameter that the page names only by a GET tag, in the text, or without its range."""

    slip: str
    endpoint: str
    name: str
    type: str
    values: Any = None
    since: str = "v3.1"
    default: str | None = None


_SORTED_LOGS = (
    "logs-get-call-invite-list",
    "logs-get-call-list",
    "logs-get-call-participant-list",
    "logs-get-call-record-list",
    "logs-get-event-list",
    "logs-get-message-list",
    "logs-get-recording-list",
    "logs-get-setting-list",
)

_LANGUAGES = [
    *("en", "ru", "de", "es", "fa", "fr", "it", "ja", "cs"),
    *("pl", "pt", "ko", "uk", "vi", "zh", "zht", "tr", "he"),
]

FILTERS = (
    Filter("E36", "conferences-get-conference-list", "owner", "String"),
    Filter("E36", "conferences-get-conference-list", "state", "String", ["running", "stopped"]),
    Filter("E36", "logs-get-call-list", "owner", "String"),
    Filter("E36", "logs-get-call-record-list", "owner", "String"),
    Filter("E36", "logs-get-setting-list", "object_type", "String"),
    Filter("E36", "logs-get-setting-list", "object_id", "Integer"),
    Filter("E36", "logs-get-setting-list", "comment", "String"),
    Filter("E36", "logs-get-setting-list", "old_value", "String"),
    Filter("E36", "logs-get-setting-list", "new_value", "String"),
    *(Filter("C15", endpoint, "sort_order", "Integer", [0, 1]) for endpoint in _SORTED_LOGS),
    *(
        Filter("D12", endpoint, "date_from", "DateTimeText")
        for endpoint in _SORTED_LOGS
        if "participant" not in endpoint
    ),
    *(Filter("D12", endpoint, "date_to", "DateTimeText") for endpoint in _SORTED_LOGS if "participant" not in endpoint),
    Filter("F14", "software-clients-get-client-list", "lang", "String", _LANGUAGES),
    Filter("F14", "conferences-get-conference-calendars", "lang", "String", _LANGUAGES, default="en"),
)


class Field(NamedTuple):
    """Facts of a field that replace the printed ones; a field that the object does not have is added."""

    slip: str
    object: str
    name: str
    facts: dict[str, Any]


_BOTH = ["POST", "PUT"]

FIELDS = (
    Field("E10", "ObjectCallInvite", "invited_call_id", {"type": "String"}),
    Field("E14", "ObjectCallParticipant", "avg_sent_fps", {"type": "Number"}),
    Field("E16", "ObjectCallRecord", "file_size", {"nullable": True}),
    Field("E9", "ObjectCall", "duration", {"type": "Integer"}),
    Field("E9", "ObjectCall", "end_time", {"type": "DateTime"}),
    Field("T", "ObjectCall", "term_reason", {"allowed": [0, 1, 2, 3, 4, 5, 6, 10, 15]}),
    Field("T", "ObjectConferenceSessionParticipant", "role", {"allowed": [-1, 0, 1, 2, 3, 4, 5]}),
    Field("E21", "ObjectConferenceSession", "mode", {"allowed": [0, 1, 3]}),
    Field("T", "ObjectConferenceSession", "type", {"allowed": [0, 5, 6]}),
    Field("E21", "ObjectConference", "type", {"allowed": [0, 1, 3]}),
    Field("E5", "ObjectConference", "invitations", {"type": "ObjectInvitationMini[]", "methods": _BOTH}),
    Field("E22", "ObjectConference", "max_podiums", {"methods": _BOTH}),
    Field("E22", "ObjectConference", "reminders_enabled", {"methods": _BOTH}),
    Field("E22", "ObjectConference", "reminders", {"type": "ObjectReminder[]", "methods": _BOTH}),
    Field("E24", "ObjectConference", "url", {"methods": []}),
    Field("E24", "ObjectConference", "webclient_url", {"methods": []}),
    Field("E24", "ObjectConference", "state", {"methods": []}),
    Field("T", "ObjectConference", "schedule", {"type": "ObjectSchedule"}),
    Field("E13", "ObjectConference", "deeplinks", {"type": "Deeplinks"}),
    Field("E13", "ObjectConference", "connect_urls", {"type": "ConnectUrls"}),
    Field("T", "ObjectConference", "tags", {"type": "String[]"}),
    Field(
        "T",
        "ObjectConference",
        "join_options",
        {"type": "String[]", "each": ["clients", "webrtc", "qr_code", "terminal"]},
    ),
    Field("T", "ObjectConference", "rights", {"type": "Rights"}),
    Field("E4", "ObjectConference", "broadcast", {"nullable": True}),
    Field("E4", "ObjectConference", "broadcast_id", {"nullable": True}),
    Field("T", "ObjectConference", "registration", {"type": "ObjectRegistration"}),
    Field("T", "ObjectConference", "transcoding", {"type": "ObjectConferenceTranscodingSettings"}),
    Field(
        "T",
        "ObjectConference",
        "participant_restrictions",
        {"type": "ObjectConferenceParticipantRestrictionsSettings"},
    ),
    Field("T", "ObjectConference", "auto_invite", {"allowed": [0, 1, 2]}),
    Field("T", "ObjectConference", "origin_type", {"allowed": ["restfulapi", "clientapp"]}),
    Field("E26", "ObjectReminder", "before_start", {"allowed": [5, 10, 15, 30, 60, 1440]}),
    Field("E23", "ObjectRegistration", "fields", {"type": "{RegistrationField}"}),
    Field("E11", "ObjectEvent", "payload", {"type": "{Any}"}),
    Field("E11", "ObjectEvent", "created_at", {"type": "DateTime"}),
    Field("E12", "ObjectSetting", "old_value", {"type": "String"}),
    Field("E12", "ObjectSetting", "new_value", {"type": "String"}),
    Field("E8", "ObjectRecording", "started_at", {"type": "Integer", "since": "v3.2"}),
    Field("E18", "ObjectInvitation", "id", {"allowed": None, "size": [1, 64]}),
    Field("E18", "ObjectInvitation", "display_name", {"allowed": None, "size": [1, 64]}),
    Field("D30", "ObjectInvitation", "is_owner", {"type": "Integer", "allowed": [0, 1]}),
    Field("E23", "ObjectInvitation", "translator", {"type": "ObjectTranslator", "methods": _BOTH}),
    Field("E5", "ObjectInvitationMini", "id", {"since": "v3.1"}),
    Field("E5", "ObjectInvitationMini", "display_name", {"since": "v3.1"}),
    Field("E23", "ObjectInvitationMini", "translator", {"type": "ObjectTranslator"}),
    Field("E23", "ObjectTranslator", "languages", {"type": "String[]"}),
    Field("E20", "ObjectContact", "type", {"allowed": ["user", "custom"]}),
    Field("E28", "ObjectParticipant", "invite_time", {"optional": True}),
    Field("E30", "ObjectUser", "uid", {"since": "v3"}),
    Field("T", "ObjectUser", "groups", {"type": "ObjectGroupMini[]"}),
    Field("T", "ObjectUser", "is_active", {"allowed": [0, 1]}),
    Field("T", "ObjectUser", "status", {"allowed": [-127, -1, 0, 1, 2, 5]}),
    Field("D14", "ObjectUser", "password", {"secret": True}),
    Field("E35", "ObjectClient", "type", {"allowed": ["standalone", "single-use", "web"]}),
    Field("E35", "ObjectClient", "platform", {"allowed": ["macos", "ios", "android", "linux", "windows", "webrtc"]}),
    Field("D4", "ObjectClient", "download_urls", {"type": "{String}"}),
    Field("T", "ObjectConferenceTemplate", "object", {"type": "{Any}"}),
    Field("T", "ObjectConferenceTemplate", "creator_id", {"nullable": True}),
    Field("T", "ObjectPreset", "payload", {"type": "{Any}"}),
)
DROPPED = (
    ("E8", "ObjectRecording", "created_at"),
    ("T", "ObjectConference", "rights.guest"),
    ("T", "ObjectConference", "rights.user"),
    ("E23", "ObjectRegistration", "fields.{field_id}.index"),
    ("E23", "ObjectRegistration", "fields.{field_id}.is_required"),
)
"""Fields that are not there under the printed name, or that stand inside a field with a type of its own."""

EXTRA_OBJECTS: dict[str, dict[str, dict[str, Any]]] = {
    "DateTime": {  # E2
        "date": {"type": "String", "pattern": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"},
        "timezone_type": {"type": "Integer", "allowed": [1, 2, 3]},
        "timezone": {"type": "String"},
    },
    "Deeplinks": {"default": {"type": "String"}, "android": {"type": "String"}},  # E13, D3
    "ConnectUrls": {  # E13
        "sip_external": {"type": "String", "nullable": True},
        "sip": {"type": "String[]"},
        "h323": {"type": "String[]"},
    },
    "Embedded": {"webrtc": {"type": "String"}, "cdn_video": {"type": "String", "nullable": True}},  # D2
    "CalendarLinks": {"google": {"type": "String"}, "outlook": {"type": "String"}, "other": {"type": "String"}},
    "Rights": {"guest": {"type": "ObjectClientRights"}, "user": {"type": "ObjectClientRights"}},
    "RegistrationField": {"index": {"type": "Integer"}, "is_required": {"type": "Boolean"}},
}
"""Objects that the page shows in examples only."""

SCHEDULES = {  # the kind decides the form; E25: seconds; D23: nothing else without a schedule
    -1: ("type",),
    0: ("type", "start_time", "duration", "days", "time", "time_offset"),
    1: ("type", "start_time", "duration"),
}

GUEST_LACKS = (  # the guest in the page's example of a participant; somebody with an account has them all
    "uid",
    "avatar",
    "email",
    "first_name",
    "last_name",
    "company",
    "groups",
    "mobile_phone",
    "work_phone",
    "home_phone",
    "is_active",
)
