"""Wanting the outputs that a conference asks for by its own fields, as soon as it runs."""

from __future__ import annotations

from typing import Any

from rostrum.api.work import Work
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId
from rostrum.media.production import store as productions
from rostrum.media.production.store import Kind
from rostrum.meetings import programme


def start(work: Work, conference: ConferenceRow, session_id: SessionId) -> None:
    """Broadcast by the preset, send to the multicast group: what the conference wants, and nothing else."""

    def ask(kind: Kind, settings: dict[str, Any]) -> None:
        quality = programme.stream_quality(conference)
        about = programme.about(conference)
        productions.ask(work.db, session_id, about, kind, settings | {"quality": quality}, work.now)

    if conference.broadcast_enabled and conference.broadcast_id:
        ask("broadcast", {"preset_id": conference.broadcast_id})
    if conference.multicast_enable and conference.multicast_address:
        ask("multicast", {"address": conference.multicast_address})
