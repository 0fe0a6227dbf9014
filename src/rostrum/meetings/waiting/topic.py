"""Where messages to somebody who waits are published."""

from __future__ import annotations

from typing import Literal

from rostrum.api.work import Work
from rostrum.bus import Publish
from rostrum.meetings.rules import ParticipationRow

Word = Literal["admitted", "refused", "ended"]


def topic(session_id: str, participant_id: str) -> str:
    """The topic of one place in a waiting room."""
    return f"waiting:{session_id}:{participant_id}"


def tell(work: Work, place: ParticipationRow, word: Word) -> None:
    """Tell somebody who waits what comes of it."""
    work.later(Publish(topic(place.session_id, place.participant_id), {"type": word}))
