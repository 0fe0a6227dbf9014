"""The finished recordings of a conference, wherever their files lie: in the data folder or in the storage."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from msgspec import Struct

from rostrum.api.answers import Download, Elsewhere, FileAnswer, Redirect
from rostrum.api.work import Work
from rostrum.conferences import store as conferences
from rostrum.conferences.rules import ConferenceRow
from rostrum.ids import uid
from rostrum.recordings import files, store
from rostrum.recordings.files import MEDIA_TYPES, RecordFile
from rostrum.storage import opened
from rostrum.storage.store import name_of


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
    for name in store.names_of_earlier(work.db, conference.id, conference.created_at):
        found.pop(name, None)
    return sorted(found.values(), key=lambda one: (one.created, one.name))


def find_of(work: Work, conference: ConferenceRow, name: str) -> Found | None:
    """One recording of a conference, by its name."""
    if name in store.names_of_earlier(work.db, conference.id, conference.created_at):
        return None
    return find(work, conference.id, name)


def find_left_behind(work: Work, conference_id: str, name: str) -> Found | None:
    """A recording of a conference that is deleted, for its owner and whoever sees all: the logs still tell of it."""
    present = conferences.find_conference(work.db, conference_id)
    began = None if present is None else present.created_at
    if not store.is_left_behind(work.db, conference_id, name, began, whose(work)):
        return None
    return find(work, conference_id, name)


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
    storage, name = opened(work.settings.storage), name_of(conference_id, found.name)
    assert storage is not None
    if storage.gives_links:
        return Redirect(storage.link(name, work.settings.storage.link_seconds))
    media_type = MEDIA_TYPES[PurePath(found.name).suffix.lower()]
    return Elsewhere(found.size, media_type, found.name, lambda start, end: storage.read(name, start, end))


def _stored(work: Work, conference_id: str) -> list[Found]:
    if not work.settings.storage.url:
        return []
    return [Found(one.name, one.size, one.stopped_at, None) for one in store.stored(work.db, conference_id)]
