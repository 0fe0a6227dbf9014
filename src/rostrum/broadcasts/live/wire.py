"""What the page that plays a meeting gets."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class LiveView(Struct, kw_only=True):
    """A meeting as its viewers see it. Times in Unix seconds."""

    conference_id: str
    topic: str
    state: Literal["waiting", "starting", "on", "over"]
    """Not begun yet; its first pictures are being made; to be seen; over for good."""
    next_start: int | None
    server_time: int
    play_url: str | None
    """The playlist, while there is something to be seen."""
    viewer: str | None
    """Proves the viewer's place; given back with the next call."""
