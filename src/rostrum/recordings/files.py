"""The files of recordings: one folder for each conference, and no way out of it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

MEDIA_TYPES = {
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".mka": "audio/x-matroska",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}
"""What counts as a recording; a file that is still being written has another ending."""


class RecordFile(Struct, frozen=True):
    """One file of a conference. Size in bytes."""

    path: Path
    size: int
    created: datetime

    @property
    def media_type(self) -> str:
        """The media type by the name's ending."""
        return MEDIA_TYPES[self.path.suffix.lower()]


def folder_of(data_dir: Path, conference_id: str) -> Path:
    """Where the recordings of a conference lie."""
    return data_dir / "recordings" / conference_id


def list_files(folder: Path) -> list[RecordFile]:
    """The recordings in a folder, oldest first; a missing folder holds none."""
    try:
        names = [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = [file for name in names if (file := find_file(folder, name)) is not None]
    return sorted(found, key=lambda file: (file.created, file.path.name))


def find_file(folder: Path, name: str) -> RecordFile | None:
    """One recording by its name: a plain file of this very folder, no link and no path."""
    plain = name == Path(name).name and not name.startswith(".") and "\\" not in name
    if not plain or Path(name).suffix.lower() not in MEDIA_TYPES:
        return None
    path = folder / name
    if folder.is_symlink():  # the folder of all recordings may lie elsewhere, that of one conference is its own
        return None
    try:
        known = path.lstat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    return RecordFile(path, known.st_size, datetime.fromtimestamp(known.st_mtime, UTC))
