"""How a worker makes a recording: part by part, and one file of them at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import av
import structlog
from sqlalchemy import Connection

from rostrum.api.work import Recorded
from rostrum.conferences import store as conferences
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.outputs.output import Output
from rostrum.media.outputs.speakers import WithSpeakers
from rostrum.media.production import store as productions
from rostrum.media.production.kinds import Announce, Plan
from rostrum.media.production.store import LOST_IN_PAUSE, About, OutputRow, OutputState
from rostrum.meetings import programme
from rostrum.recordings import files, finishing, moving, parts, rules, speaker_parts, store
from rostrum.recordings.speakers import SpeakerTrack
from rostrum.recordings.store import FileKept
from rostrum.settings import RecordingSettings

log = structlog.get_logger()
_MB = 1_000_000
_TRIED_AGAIN = "putting it together is tried again"
_MOST_TRIES_OF_NOTHING = 720
"""Hours, about a month, until parts that are nowhere to be found are taken for lost."""
_MOST_TRIES_FOR_SPEAKERS = 12
"""Some hours, until a recording is finished without its speakers' files."""

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
        after_pause = row.state == "paused" or row.reason == LOST_IN_PAUSE

        def make() -> Output:
            path = parts.next_path(folder, after_pause=after_pause)
            file = MatroskaFile(path, {"title": about.topic}, self._settings.least_free_mb * _MB)
            return WithSpeakers(file, speaker_parts.folder_of(path)) if self._settings.speakers else file

        wanted = programme.video_format(row.settings["quality"], about.fps)
        return Plan(make=make, video=wanted, audio="AAC", voices=self._settings.speakers)

    def told(self, db: Connection, row: OutputRow, state: OutputState, reason: str) -> None:
        """The conference shows whether it is being recorded; what failed is an event, once. What could not be put
        together is tried again.
        """
        made = productions.outputs_of(db, row.session_id, "recording")  # an earlier one may end while another goes on
        is_on = state == "on" or any(one.state == "on" and one.is_open for one in made if one.id != row.id)
        conferences.set_recording_state(db, row.session_id, 1 if is_on else 0)
        if state != "failed":
            return
        number, tries, now = int(row.settings["recording_id"]), _tries(row), datetime.now(UTC)
        if store.unfinished(db, number):
            finishing.want(db, number, tries + 1, now)
            reason = f"{reason} ({_TRIED_AGAIN})"
        if tries == 0:
            payload = {"session_id": row.session_id, "name": row.settings["name"], "error": reason}
            event = Recorded("recording_failed", "conference", row.session_id, payload, "high")
            self._journal(db, event, "", now)

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None]:
        """Join the parts; what is to be kept of the result is done with the answer, in a transaction.

        A worker that was killed in the middle of it left the whole file, or the parts: nothing between them.
        """
        number = int(row.settings["recording_id"])
        folder = self._folder(row, about.conference_id)
        target = files.folder_of(self._data_dir, about.conference_id) / row.settings["name"]
        others: list[FileKept] = []
        if target.exists():
            tracks = _speakers([], target)
        else:
            found = parts.parts_of(folder)
            if not found:
                return _nothing(row, folder)
            if len(found) == 1 or parts.fit(found, folder):
                tracks = _speakers(found, target, are_tried_again=_tries(row) < _MOST_TRIES_FOR_SPEAKERS)
                parts.join(found, target, about.topic)
            else:
                log.warning("the disk has no room to join a recording; its parts stay single files", name=target.name)
                tracks, others = _published(found, target)
        parts.forget(folder)
        whole, now = _kept(target, tracks), datetime.now(UTC)

        def keep(db: Connection) -> None:
            store.finish(db, number, whole, now)
            numbers = [number, *(store.copy_finished(db, number, other) for other in others)]
            for one in numbers if self._moves else ():
                moving.want(db, one, now)

        return keep

    def _folder(self, row: OutputRow, conference_id: str) -> Path:
        return parts.folder_of(files.folder_of(self._data_dir, conference_id), int(row.settings["recording_id"]))


def _tries(row: OutputRow) -> int:
    """How often it was tried in vain to put a recording together."""
    return int(row.settings.get("tries", 0))


def _nothing(row: OutputRow, folder: Path) -> Callable[[Connection], None]:
    """There is nothing to put together. Raises FileNotFoundError where there was something: its disk may be away."""
    number = int(row.settings["recording_id"])
    if (_tries(row) > 0 or row.has_begun) and not folder.is_dir():
        if _tries(row) < _MOST_TRIES_OF_NOTHING:
            raise FileNotFoundError(f"the parts of {row.settings['name']} are not there")
        return lambda db: store.lose(db, number, datetime.now(UTC))

    def keep(db: Connection) -> None:
        store.delete_recording(db, number)
        parts.forget(folder)

    return keep


def _published(found: list[parts.Part], target: Path) -> tuple[list[SpeakerTrack], list[FileKept]]:
    """Make each part a file of its own, the first one last: as long as it is missing, this is done again. The speakers
    of the first one, and what the others are.
    """
    others = []
    for part in found[1:]:
        taken = {path.name for path in target.parent.iterdir()} | {target.name}
        path = target.with_name(rules.free_name(target.name, taken))
        tracks = _speakers([part], path)
        others.append(_kept(part.path.replace(path), tracks))
    tracks = _speakers(found[:1], target)
    found[0].path.replace(target)
    return tracks, others


def _speakers(found: list[parts.Part], target: Path, *, are_tried_again: bool = False) -> list[SpeakerTrack]:
    """The speakers' files beside a recording. They never cost the recording itself: what fails for good is logged."""
    try:
        return speaker_parts.put_away(found, target)
    except (OSError, av.FFmpegError) as error:
        if are_tried_again:
            raise
        log.warning("the files of speakers could not be made", recording=target.name, error=str(error))
        return []


def _kept(path: Path, tracks: list[SpeakerTrack]) -> FileKept:
    return FileKept(path.name, path.stat().st_size, parts.seconds_of(path), tracks)
