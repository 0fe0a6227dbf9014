"""What the rest of the server asks of the engine. Recorded in a unit of work, carried out after its commit."""

from __future__ import annotations

from typing import Any

from rostrum.api.work import Deferred


class Tell(Deferred):
    """Send a JSON message to the participants of a session, or to some of them."""

    session_id: str
    message: dict[str, Any]
    to: list[str] | None = None


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
