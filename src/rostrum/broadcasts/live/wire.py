"""What the page that plays a meeting gets."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

LiveState = Literal["waiting", "starting", "busy", "on", "over"]


class LiveView(Struct, kw_only=True):
    """A meeting as its viewers see it. Times in Unix seconds."""

    conference_id: str
    topic: str
    state: LiveState
    """Not begun yet; its first pictures are being made; all workers have other things to do, it goes on by itself when
    one is free; to be seen; over for good.
    """
    next_start: int | None
    server_time: int
    play_url: str | None
    """The playlist, while there is something to be seen."""
    viewer: str | None
    """Proves the viewer's place; given back with the next call."""
