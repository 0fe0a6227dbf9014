"""What the slices tell a producer of their outputs: how each is made, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from PIL import Image
from sqlalchemy import Connection

from rostrum.media.formats import AudioCodec, VideoFormat
from rostrum.media.outputs.output import Output
from rostrum.media.production.pump import Retry
from rostrum.media.production.store import About, OutputRow, OutputState


class Plan(Struct, frozen=True, kw_only=True):
    """How one output is made. `make` is called for each attempt."""

    make: Callable[[], Output]
    video: VideoFormat
    audio: AudioCodec
    retry: Retry | None = None
    voices: bool = False
    """Whether it is also given each voice by itself."""


class Published(Struct, frozen=True, kw_only=True):
    """An output that is a track of the meeting itself. `selective`: some people there may hear but not see."""

    video: VideoFormat
    selective: bool


Announce = Callable[[str], None]
"""Tells the address (host:port) at which an output can be fetched. From any thread."""


class Kinds(Protocol):
    """What the slices know of their outputs; every method but `finished` is quick."""

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan | Published:
        """How an output is made; one that others come to announces its address. Raises OutputError for one that cannot
        be.
        """

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """An output has another state; called in the transaction that keeps it."""

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None] | None:
        """An output is over for good: put its result away. Runs in a thread, may take long, and is asked again after a
        crash. What it answers is done in the transaction that keeps the new state.
        """

    def avatar(self, participant_id: str) -> Image.Image | None:
        """The picture of somebody without a camera."""
