"""What the rest of the server asks of the engine. Recorded in a unit of work, carried out after its commit."""

from __future__ import annotations

from typing import Any, Literal

from rostrum.api.work import Deferred
from rostrum.media.tokens import Grants

Source = Literal["microphone", "camera", "screen_share"]


class Tell(Deferred):
    """Send a JSON message to the participants of a session, or to some of them."""

    session_id: str
    message: dict[str, Any]
    to: list[str] | None = None


class TellChanged(Deferred):
    """Tell everybody in a session that its state is another; of many at once one is sent."""

    session_id: str


class UpdateParticipant(Deferred):
    """Make the engine allow somebody exactly this, and show it to everybody: role, owner, hand."""

    session_id: str
    participant_id: str
    attributes: dict[str, str]
    grants: Grants


class Mute(Deferred):
    """Silence what some participants send of one kind; a shared screen is taken away.

    They may switch it on again.
    """

    session_id: str
    source: Source
    grants: dict[str, Grants]
    """Who, and what each of them may send."""


class RemoveParticipant(Deferred):
    """Put one participant out of a session."""

    session_id: str
    participant_id: str
    message: dict[str, Any]
    """Told first, so that the person learns why."""


class EndRoom(Deferred):
    """Put everybody out of a session and close it."""

    session_id: str
    message: dict[str, Any]
    """Told first, so that everybody learns why."""
