"""The finished recordings of a conference, wherever their files lie: in the data folder or in the storage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import PurePath

import structlog
from msgspec import Struct

from rostrum.api.answers import Download, Elsewhere, FileAnswer, Redirect
from rostrum.api.errors import ApiError, problem
from rostrum.api.work import Work
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import uid
from rostrum.recordings import files, speakers, store
from rostrum.recordings.files import MEDIA_TYPES, RecordFile
from rostrum.recordings.speakers import SpeakerTrack
from rostrum.storage import Storage, StorageAway, opened
from rostrum.storage.store import name_of

log = structlog.get_logger()
_COARSE = timedelta(seconds=2)
"""The times of files are no finer than this on some disks."""
_UNFIT = dict.fromkeys([*range(32), *map(ord, '/\\:*?"<>|')], "_")
"""What no name of a file may hold on any system."""


class Found(Struct, frozen=True):
    """A recording that can be fetched. Size in bytes."""

    name: str
    size: int
    created: datetime
    file: RecordFile | None
    """None: it is in the storage."""


def all_of(work: Work, conference: ConferenceRow) -> list[Found]:
    """The recordings of a conference, oldest first, and none of an earlier one that had its id. One that is just being
    moved is there once.
    """
    here = files.list_files(files.folder_of(work.data_dir, conference.id))
    found = {one.path.name: Found(one.path.name, one.size, one.created, one) for one in here}
    for one in _stored(work, conference.id):
        found.setdefault(one.name, one)
    begun = store.begun(work.db, conference.id)
    own = [one for one in found.values() if _is_of(conference, one, begun)]
    return sorted(own, key=lambda one: (one.created, one.name))


def find_of(work: Work, conference: ConferenceRow, name: str) -> Found | None:
    """One recording of a conference, by its name."""
    found = find(work, conference.id, name)
    if found is None or not _is_of(conference, found, store.begun(work.db, conference.id, name)):
        return None
    return found


def find_kept(work: Work, conference_id: str, name: str) -> Found | None:
    """A recording that the caller finds among all recordings too, whatever became of its conference: the logs go on
    telling where it is.
    """
    return find(work, conference_id, name) if store.is_kept(work.db, conference_id, name, whose(work)) else None


def whose(work: Work) -> tuple[str, str] | None:
    """Whose recordings the caller sees wherever they are listed: login and uid; None: everybody's."""
    if work.caller.sees_all:
        return None
    login = work.caller.user_id or ""
    return login, uid(login, work.server)


def find(work: Work, conference_id: str, name: str) -> Found | None:
    """One recording by its name, of whichever conference that had the id."""
    file = files.find_file(files.folder_of(work.data_dir, conference_id), name)
    if file is not None:
        return Found(name, file.size, file.created, file)
    return next((one for one in _stored(work, conference_id) if one.name == name), None)


def download(work: Work, conference_id: str, found: Found) -> Download:
    """The file: ours, a signed link to the storage, or the storage's through us, as the settings say."""
    if found.file is not None:
        return FileAnswer(found.file.path, found.file.media_type, found.name)
    media_type = MEDIA_TYPES[PurePath(found.name).suffix.lower()]
    return _from_storage(work, name_of(conference_id, found.name), found.size, media_type, found.name)


def download_speaker(work: Work, conference_id: str, name: str, track: SpeakerTrack) -> Download | None:
    """The file of one speaker of a recording with a name, as `download` gives the recording's; None: it is gone."""
    folder = speakers.folder_of(files.folder_of(work.data_dir, conference_id), name)
    shown = f"{PurePath(name).stem} {track.name.translate(_UNFIT)}.opus"
    if (folder / track.file).is_file():
        return FileAnswer(folder / track.file, speakers.MEDIA_TYPE, shown)
    if not work.settings.storage.url:
        return None
    kept = name_of(conference_id, folder.name, track.file)
    return _from_storage(work, kept, track.size, speakers.MEDIA_TYPE, shown)


def _from_storage(work: Work, kept: str, size: int, media_type: str, shown: str) -> Download:
    storage = opened(work.settings.storage)
    assert storage is not None
    if storage.gives_links:
        return Redirect(storage.link(kept, work.settings.storage.link_seconds))
    return Elsewhere(size, media_type, shown, lambda start, end: _read(storage, kept, start, end))


async def _read(storage: Storage, kept: str, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        async for piece in storage.read(kept, start, end):
            yield piece
    except FileNotFoundError as error:
        raise problem("recordNotFound", record_id=kept.rpartition("/")[2]) from error
    except StorageAway as error:
        raise away(error) from error


def away(error: StorageAway) -> ApiError:
    """What the storage's not answering is for whoever asked us; the operator is told why."""
    log.warning("the storage cannot be read", error=str(error))
    return problem("serviceUnavailable")


def _is_of(conference: ConferenceRow, found: Found, begun: Mapping[str, datetime]) -> bool:
    """Whether a recording is not of an earlier conference that had the id: by its row, or by the time of a file that
    nobody here recorded.
    """
    return begun.get(found.name, found.created + _COARSE) >= conference.created_at


def _stored(work: Work, conference_id: str) -> list[Found]:
    if not work.settings.storage.url:
        return []
    return [Found(one.name, one.size, one.stopped_at, None) for one in store.stored(work.db, conference_id)]
