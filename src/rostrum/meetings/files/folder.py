"""The folder that holds what files of chats hold. A name in it is the file's id; nothing that a person wrote."""

from __future__ import annotations

import time
from pathlib import Path

from rostrum.db.database import Database
from rostrum.meetings.files import store

_YOUNG_S = 3600
"""A file this young may belong to a message whose transaction is not over."""
_STEP = 500


def path_of(data_dir: Path, file_id: str) -> Path:
    """Where a file lies."""
    return data_dir / "files" / file_id


def keep(data_dir: Path, file_id: str, content: bytes) -> None:
    """Write a file, readable for nobody else."""
    path = path_of(data_dir, file_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


async def sweep(database: Database, data_dir: Path) -> int:
    """Delete files whose message is gone: the log let it go, or it never came to be. How many."""
    folder = data_dir / "files"
    if not folder.is_dir():
        return 0
    before = time.time() - _YOUNG_S
    old = [path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before]
    gone = 0
    for first in range(0, len(old), _STEP):
        part = old[first : first + _STEP]
        left = await database.run(lambda db, part=part: store.known(db, part), write=False)  # type: ignore[misc]
        for name in set(part) - left:
            (folder / name).unlink(missing_ok=True)
            gone += 1
    return gone
