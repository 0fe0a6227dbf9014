"""Seeing which files were taken away: the log marks their recordings as deleted, and forgives when they come back."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

from rostrum.db.database import Database
from rostrum.recordings import files, speakers, store
from rostrum.storage import Storage
from rostrum.storage.store import name_of


async def sweep(database: Database, data_dir: Path, now: datetime, storage: Storage | None = None) -> None:
    """Compare all finished recordings with the data folder and the storage, a few hundred at a time."""
    after = 0
    while True:
        rows = await database.run(lambda db, behind=after: store.some_finished(db, behind), write=False)  # type: ignore[misc]
        if not rows:
            return
        there = {row.id: await _is_there(row, data_dir, storage) for row in rows}
        gone = [row for row in rows if row.deleted_at is None and not there[row.id]]
        back = [row.id for row in rows if row.deleted_at is not None and there[row.id]]
        if gone:
            await database.run(lambda db, rows=gone: store.mark_gone(db, rows, now))  # type: ignore[misc]
        if back:
            await database.run(lambda db, ids=back: store.mark_back(db, ids))  # type: ignore[misc]
        # Not before the second look: at the first one it may just have moved to the storage.
        for row in [row for row in rows if row.deleted_at is not None and row.speakers]:
            if not there[row.id] and await _forget_speakers(row, data_dir, storage):
                await database.run(lambda db, number=row.id: store.keep_speakers(db, number, []))  # type: ignore[misc]
        after = rows[-1].id


async def _forget_speakers(row: store.Finished, data_dir: Path, storage: Storage | None) -> bool:
    """Whoever takes a recording away takes its speakers away too. False: they are not there either, perhaps because the
    whole place is away.
    """
    folder = speakers.folder_of(files.folder_of(data_dir, row.conference_id), row.name)
    found = folder.is_dir()
    if found:
        await asyncio.to_thread(shutil.rmtree, folder)
    if not row.is_stored or storage is None:
        return found
    for name in row.files_of_speakers:
        kept = name_of(row.conference_id, folder.name, name)
        found = found or await storage.find(kept) is not None
        await storage.delete(kept)
    return found


async def _is_there(row: store.Finished, data_dir: Path, storage: Storage | None) -> bool:
    """Whether the file of a recording can be had; where nobody can be asked, nothing changes."""
    if not row.is_stored:
        return files.find_file(files.folder_of(data_dir, row.conference_id), row.name) is not None
    if storage is None:
        return row.deleted_at is None
    return await storage.find(name_of(row.conference_id, row.name)) is not None
