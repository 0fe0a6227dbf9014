"""How a worker makes a recording: part by part, and one file of them at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from rostrum.api.work import Recorded
from rostrum.conferences import store as conferences
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.outputs.output import Output
from rostrum.media.production.kinds import Announce, Plan
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.meetings import programme
from rostrum.recordings import files, moving, parts, rules, store
from rostrum.settings import RecordingSettings

log = structlog.get_logger()
_MB = 1_000_000

Journal = Callable[[Connection, Recorded, str, datetime], None]


class RecordingKind:
    """The outputs of kind `recording`."""

    def __init__(self, data_dir: Path, settings: RecordingSettings, journal: Journal, *, moves: bool = False) -> None:
        """`moves`: finished recordings go to a storage."""
        self._data_dir, self._settings, self._journal, self._moves = data_dir, settings, journal, moves

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan:
        """A new part for each life of the output; after a pause it begins a chapter."""
        del announce
        folder = self._folder(row, about.conference_id)
        after_pause = row.state == "paused"

        def make() -> Output:
            path = parts.next_path(folder, after_pause=after_pause)
            return MatroskaFile(path, {"title": about.topic}, self._settings.least_free_mb * _MB)

        return Plan(make=make, video=programme.video_format(row.settings["quality"], about.fps), audio="AAC")

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """The conference shows whether it is being recorded; what failed is an event."""
        conferences.set_recording_state(db, row.session_id, 1 if state == "on" else 0)
        if state == "failed":
            payload = {"session_id": row.session_id, "name": row.settings["name"], "error": reason}
            event = Recorded("recording_failed", "conference", row.session_id, payload, "high")
            self._journal(db, event, "", datetime.now(UTC))

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None]:
        """Join the parts; what is to be kept of the result is done with the answer, in a transaction.

        A worker that was killed in the middle of it left the whole file, or the parts: nothing between them.
        """
        number = int(row.settings["recording_id"])
        folder = self._folder(row, about.conference_id)
        target = files.folder_of(self._data_dir, about.conference_id) / row.settings["name"]
        others: list[Path] = []
        if not target.exists():
            found = parts.parts_of(folder)
            if not found:
                parts.forget(folder)
                return lambda db: store.delete_recording(db, number)
            if len(found) == 1 or parts.fit(found, folder):
                parts.join(found, target, about.topic)
            else:
                log.warning("the disk has no room to join a recording; its parts stay single files", name=target.name)
                others = _published(found, target)
        parts.forget(folder)
        size, seconds, now = target.stat().st_size, parts.seconds_of(target), datetime.now(UTC)

        def keep(db: Connection) -> None:
            store.finish(db, number, size, seconds, now)
            if self._moves:
                moving.want(db, number, now)
            for path in others:
                other = store.copy_finished(db, number, path.name, path.stat().st_size, parts.seconds_of(path))
                if self._moves:
                    moving.want(db, other, now)

        return keep

    def _folder(self, row: OutputRow, conference_id: str) -> Path:
        return parts.folder_of(files.folder_of(self._data_dir, conference_id), int(row.settings["recording_id"]))


def _published(found: list[parts.Part], target: Path) -> list[Path]:
    """Make each part a file of its own, the first one last: as long as it is missing, this is done again."""
    others = []
    for part in found[1:]:
        taken = {path.name for path in target.parent.iterdir()} | {target.name}
        others.append(part.path.replace(target.with_name(rules.free_name(target.name, taken))))
    found[0].path.replace(target)
    return others
