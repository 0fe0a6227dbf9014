"""How a worker makes broadcasts: by a preset, and to a multicast group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from rostrum.api.work import Recorded
from rostrum.broadcasts.addresses import refusal_now
from rostrum.broadcasts.presets import fetching
from rostrum.broadcasts.presets import store as presets
from rostrum.broadcasts.targets import PAYLOADS
from rostrum.broadcasts.targets.target import Destination
from rostrum.conferences import multicast
from rostrum.db.database import Database
from rostrum.db.signing import signing_key
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.multicast import Multicast
from rostrum.media.outputs.output import Output, OutputError
from rostrum.media.outputs.push import Push, shown
from rostrum.media.outputs.rtsp_serve import RtspServe
from rostrum.media.production.kinds import Announce, Plan, Published
from rostrum.media.production.pump import Retry
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.meetings import programme
from rostrum.settings import BroadcastSettings

Journal = Callable[[Connection, Recorded, str, datetime], None]
_AGAIN = Retry(times=0, pause_s=5)


class BroadcastKind:
    """The outputs of kind `broadcast`: one preset's target each."""

    def __init__(self, database: Database, settings: BroadcastSettings, journal: Journal) -> None:
        self._database, self._settings, self._journal = database, settings, journal

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan:
        """As the preset says now. Raises OutputError for one that is gone or lacks a setting."""
        preset_id = row.settings["preset_id"]
        preset = self._database.run_here(lambda db: presets.find_preset(db, preset_id), write=False)
        key = self._database.run_here(signing_key, write=False)
        path = fetching.path(key, about.conference_id, preset_id)
        if preset is None:
            raise OutputError("the preset is gone")
        try:
            payload: Any = msgspec.convert(preset.payload, PAYLOADS[preset.type])
            target: Destination = payload.destination(about.conference_id, self._settings)
        except msgspec.ValidationError as error:  # kept before such values were refused
            raise OutputError(f"the preset has a value that cannot be: {error}") from None
        except ValueError as error:
            raise OutputError(str(error)) from error
        retry = Retry(times=target.retries, pause_s=target.retry_delay_s)
        video = _video(row, about, target)

        def make() -> Output:
            if target.url:
                return self._push(target)
            host = self._settings.worker_address
            return RtspServe(about.topic, path, lambda port: announce(f"{host}:{port}"), host)

        return Plan(make=make, video=video, audio=target.audio, retry=retry)

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """Each failure is an event."""
        tell_failure(self._journal, db, row, state, reason)

    def finished(self, row: OutputRow, about: About) -> None:
        """Nothing is left of a broadcast."""

    def _push(self, target: Destination) -> Output:
        reason = refusal_now(target.url, allow_local=self._settings.allow_local)
        if reason is not None:
            raise OutputError(f"{shown(target.url)}: {reason}")
        return Push(target.url, over_tcp=target.over_tcp, silence_s=target.silence_s)


class MulticastKind:
    """The outputs of kind `multicast`."""

    def __init__(self, settings: BroadcastSettings, journal: Journal) -> None:
        self._settings, self._journal = settings, journal

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan:
        """MPEG-TS with H.264 and AAC, as every receiver knows it."""
        del announce
        settings = self._settings
        reason = multicast.refusal(row.settings["address"])
        if reason is not None:  # kept before such addresses were refused
            raise OutputError(f"the multicast address cannot be: {reason}")
        address = multicast.destination(row.settings["address"])

        def make() -> Output:
            return Multicast(address, ttl=settings.multicast_ttl, interface=settings.multicast_interface)

        return Plan(
            make=make, video=programme.video_format(row.settings["quality"], about.fps), audio="AAC", retry=_AGAIN
        )

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """Each failure is an event."""
        tell_failure(self._journal, db, row, state, reason)

    def finished(self, row: OutputRow, about: About) -> None:
        """Nothing is left of it."""


class MixKind:
    """The outputs of kind `mcu`: one picture for all, sent into the meeting itself."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Published:
        """One track in the size for browsers."""
        del announce
        video = programme.video_format(row.settings["quality"], about.fps)
        return Published(video=video, selective=bool(row.settings["selective"]))

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """Each failure is an event."""
        tell_failure(self._journal, db, row, state, reason)

    def finished(self, row: OutputRow, about: About) -> None:
        """Nothing is left of it."""


def tell_failure(journal: Journal, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
    """A failed output in the event log. The reason holds no credentials."""
    if state in {"retrying", "failed"}:
        payload = {"session_id": row.session_id, "kind": row.kind, "state": state, "error": reason}
        event = Recorded("broadcast", "conference", row.session_id, payload, "middle")
        journal(db, event, "", datetime.now(UTC))


def _video(row: OutputRow, about: About, target: Destination) -> VideoFormat:
    wanted = programme.video_format(row.settings["quality"], about.fps)
    return msgspec.structs.replace(wanted, codec=target.video)
