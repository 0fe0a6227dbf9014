"""What the web app sees of conferences and meetings."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from rostrum.conferences.wire import ClientRights, Schedule, State
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
    owner: Person
    mode: Literal[0, 1, 3]
    state: State
    allow_guests: bool
    pin_required: bool
    registration_needed: bool
    """The caller has to register first; a personal link proves that somebody has."""
    is_mine: bool
    schedule: Schedule
    next_start: int | None
    finished: bool
    participant_count: int | None
    server_time: int
    url: str


class ConferenceCards(Struct):
    """The conferences of a person."""

    conferences: list[ConferenceCard]


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
    engine_url: str
    engine_token: str
    started_at: int
    on_join_mute_mic: bool
    on_join_mute_camera: bool


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


class ChatMessage(Struct, kw_only=True):
    """A message of a meeting's chat; `to_id` null: to everyone. Time in Unix seconds."""

    id: str
    from_id: str
    from_display_name: str
    to_id: str | None
    message: str
    time: float


class ChatMessages(Struct):
    """Messages, oldest first."""

    messages: list[ChatMessage]


class Nothing(Struct):
    """An answer without content."""
