"""What the web app sees of conferences and meetings."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from rostrum.conferences.wire import ClientRights, Schedule, State
from rostrum.meetings.programme import RecordingState
from rostrum.meetings.rules import Role


class Person(Struct):
    """Somebody on a page."""

    id: str
    display_name: str
    avatar: str | None


class ConferenceCard(Struct, kw_only=True):
    """A conference on the join page and in lists. Times in Unix seconds."""

    id: str
    topic: str
    description: str
    meeting_room: str | None
    """Where people meet who come in person."""
    owner: Person
    mode: Literal[0, 1, 3]
    state: State
    allow_guests: bool
    pin_required: bool
    registration_needed: bool
    """The caller has to register first; a personal link proves that somebody has."""
    is_mine: bool
    may_start: bool
    """The caller owns the conference, and the caller's groups allow starting it."""
    qr_code: bool
    """Whether the way in may be shown as a QR code."""
    schedule: Schedule
    next_start: int | None
    finished: bool
    participant_count: int | None
    server_time: int
    url: str
    broadcast_address: str | None
    """Where its stream is fetched by RTSP while it runs; told to its owner."""
    live_url: str | None
    """The page at which it can be watched without joining; null: it cannot."""


class ConferenceCards(Struct):
    """The conferences of a person."""

    conferences: list[ConferenceCard]


class SendingLimits(Struct, kw_only=True):
    """Upper bounds of what a browser sends: height of the picture, pictures a second of camera and screen."""

    video_quality: Literal["180p", "360p", "540p", "720p", "1080p"]
    framerate_video_limit: int
    framerate_ds_limit: int


class Participation(Struct, kw_only=True):
    """A place in a running meeting, and the keys to it."""

    participant_id: str
    participant_token: str
    display_name: str
    session_id: str
    conference_id: str
    topic: str
    mode: Literal[0, 1, 3]
    role: Role
    is_owner: bool
    rights: ClientRights
    selective: bool
    """Whether some people here may hear but not see, or see but not hear."""
    hides_own_picture: bool
    """Whether the own picture has no tile beside those of others."""
    engine_url: str
    engine_token: str
    started_at: int
    on_join_mute_mic: bool
    on_join_mute_camera: bool
    qr_code: bool
    """Whether the way in may be shown as a QR code."""
    largest_file: int
    """Bytes that a file in the chat may have."""
    waiting: bool
    """In the waiting room: no engine token yet."""
    restrictions: SendingLimits | None
    """Upper bounds of what this participant sends; null: none."""


class MeetingParticipant(Struct, kw_only=True):
    """Somebody in the participant list of a meeting."""

    participant_id: str
    display_name: str
    role: Role
    is_owner: bool
    join_time: int
    avatar: str | None


class MeetingParticipants(Struct):
    """Everybody in a meeting."""

    participants: list[MeetingParticipant]


class Podium(Struct):
    """The places of the podium and who has one; in other modes than the role-based there are none."""

    places: int
    taken: list[str]


class Hand(Struct):
    """A raised hand. Time in Unix seconds."""

    participant_id: str
    since: int


class WaitingPerson(Struct, kw_only=True):
    """Somebody who waits to be let in. Time in Unix seconds."""

    participant_id: str
    display_name: str
    avatar: str | None
    since: int
    is_guest: bool


class OwnPlace(Struct, kw_only=True):
    """What a participant is and may do now, and since when, in Unix seconds: a push that told of it may be lost."""

    role: Role
    rights: ClientRights
    changed_at: float


class MeetingState(Struct, kw_only=True):
    """What holds in a running meeting; `waiting` is told to moderators only. Times in Unix seconds."""

    own: OwnPlace
    locked: bool
    waiting_room_enabled: bool
    waiting_room_scope: Literal["all", "unplanned", "strangers", "guests"]
    ends_at: int | None
    may_extend: bool
    mode: Literal[0, 1, 3]
    voice_opens_podium: bool
    """Whoever asks comes onto the podium by speaking: the browser is to report its own user's voice."""
    remarks_allowed: bool
    podium: Podium
    hosts: list[str]
    hands: list[Hand]
    waiting: list[WaitingPerson]
    podium_invited: bool
    recording: RecordingState
    may_record: bool
    broadcasting: bool
    """Others see and hear the meeting while it goes on: by a broadcast, or by multicast."""
    broadcast_fails: bool
    """A target does not take the stream; told to moderators."""
    broadcast_address: str | None
    """Where the stream is fetched by RTSP; told to moderators."""
    live_url: str | None
    """The page at which the meeting can be watched without joining; null: it cannot."""
    watched: bool
    """People who are not in the meeting watch it on that page."""


class SharedFile(Struct):
    """A file in a chat; `size` in bytes."""

    id: str
    name: str
    size: int


class ChatMessage(Struct, kw_only=True):
    """A message of a meeting's chat; `to_id` null: to everyone. Time in Unix seconds."""

    id: str
    from_id: str
    from_display_name: str
    to_id: str | None
    message: str
    time: float
    file: SharedFile | None = None


class ChatMessages(Struct):
    """Messages, oldest first."""

    messages: list[ChatMessage]


class Nothing(Struct):
    """An answer without content."""
