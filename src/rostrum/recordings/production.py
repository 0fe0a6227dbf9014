"""How a worker makes a recording: part by part, and one file of them at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from rostrum.conferences import store as conferences
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.outputs.output import Output
from rostrum.media.production.producer import Announce, Plan
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.meetings import programme
from rostrum.recordings import files, parts, store


class RecordingKind:
    """The outputs of kind `recording`."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan:
        """A new part for each life of the output; after a pause it begins a chapter."""
        del announce
        folder = self._folder(row, about.conference_id)
        after_pause = row.state == "paused"

        def make() -> Output:
            path = parts.next_path(folder, after_pause=after_pause)
            return MatroskaFile(path, {"title": about.topic})

        return Plan(make=make, video=programme.video_format(row.settings["quality"], about.fps), audio="AAC")

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """The conference shows whether it is being recorded."""
        del reason
        conferences.set_recording_state(db, row.session_id, 1 if state == "on" else 0)

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None]:
        """Join the parts; what is to be kept of the result is done with the answer, in a transaction."""
        number = int(row.settings["recording_id"])
        folder = self._folder(row, about.conference_id)
        found = parts.parts_of(folder)
        if not found:
            parts.forget(folder)
            return lambda db: store.delete_recording(db, number)
        target = files.folder_of(self._data_dir, about.conference_id) / row.settings["name"]
        parts.join(found, target, about.topic)
        parts.forget(folder)
        size, now = target.stat().st_size, datetime.now(UTC)
        return lambda db: store.finish(db, number, size, now)

    def _folder(self, row: OutputRow, conference_id: str) -> Path:
        return parts.folder_of(files.folder_of(self._data_dir, conference_id), int(row.settings["recording_id"]))
