"""Wanting the outputs that a conference asks for by its own fields, as soon as it runs."""

from __future__ import annotations

from typing import Any

from rostrum.api.work import Work
from rostrum.conferences import multicast
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import SessionId
from rostrum.media.production import store as productions
from rostrum.media.production.store import Kind
from rostrum.meetings import programme, rules


def start(work: Work, conference: ConferenceRow, session_id: SessionId) -> None:
    """Broadcast by the preset, send to the multicast group, mix one picture for all: what the conference wants."""

    def ask(kind: Kind, settings: dict[str, Any]) -> None:
        about = programme.about(conference, work.settings.picture)
        productions.ask(work.db, session_id, about, kind, settings, work.now)

    quality = programme.stream_quality(conference)

    if conference.broadcast_enabled and conference.broadcast_id:
        ask("broadcast", {"preset_id": conference.broadcast_id, "quality": quality})
    if conference.multicast_enable:
        group = conference.multicast_address or multicast.group_of(conference.id)
        ask("multicast", {"address": group, "quality": quality})
    if conference.mcu_mode:
        selective = rules.is_selective(conference)
        ask("mcu", {"quality": programme.mix_quality(conference), "selective": selective})
