"""Recordings as the web app shows them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

RecordingState = Literal["beingMade", "complete", "deleted", "outOfReach"]
"""Out of reach is what lies in a storage while the server has none."""
Progress = Literal["starting", "waiting", "interrupted", "on", "paused", "ending", "unfinished"]
"""Of one that is being made: as its meeting sees it; then ended, its parts being put together; and what could not be
put together, until that is tried again.
"""


class RecordingCard(Struct, kw_only=True):
    """A recording in the list. `created_at` in Unix seconds; `size` in bytes, 0 while it is being made."""

    id: int
    name: str
    topic: str
    conference_id: str
    owner: str
    """The uid of who owned the conference."""
    state: RecordingState
    progress: Progress | None
    """Null when it is complete, or its file is gone."""
    created_at: int
    seconds: float | None
    """How long it is; null while it is being made, or when its file is gone or out of reach."""
    size: int


class RecordingCards(Struct):
    """Recordings, newest first."""

    recordings: list[RecordingCard]
    more: bool
    """There are older ones: ask with `before`, the number of the last one."""


class SpeakerCard(Struct, kw_only=True):
    """One speaker's sound as a file of its own. Seconds; `size` in bytes."""

    name: str
    call_id: str
    start: float
    """Where it begins in the recording."""
    duration: float
    size: int
    download_url: str


class RecordingPlay(RecordingCard, kw_only=True):
    """A recording to watch. The addresses open for whoever has them, for some minutes and nothing else."""

    play_url: str | None
    """An HLS playlist; null where there is no file to be had."""
    about_url: str | None
    """JSON: `seconds`, `chapters` (where they begin, in seconds), `complete`."""
    download_url: str | None
    """The file; null until it is complete."""
    speakers: list[SpeakerCard]
    """In the order in which they began to speak; empty until it is complete, and where the server writes none."""
    speakers_url: str | None
    """JSON with the same list, as it stands beside the files; null where there are none."""
    ticket_seconds: int
    """How long the addresses are good."""
