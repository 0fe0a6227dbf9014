"""Due work: finished recordings move from the data folder to the storage."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from rostrum.db.database import Database
from rostrum.jobs import store as jobs
from rostrum.jobs.runner import Outside
from rostrum.recordings import files, speakers, store
from rostrum.storage import Storage
from rostrum.storage.store import name_of

JOB = "recording.move"
PATIENCE = timedelta(days=30)
"""How long a storage that takes nothing is tried; the file stays in the data folder meanwhile, and after."""


def want(db: Connection, number: int, now: datetime) -> None:
    """Move a recording as soon as may be."""
    jobs.enqueue(db, JOB, {"recording_id": number}, now, key=f"{JOB}:{number}")


def _sizes(folder: Path, names: list[str]) -> dict[str, int]:
    """The files that are there, and their sizes in bytes."""
    return {name: (folder / name).stat().st_size for name in names if (folder / name).is_file()}


async def _put(storage: Storage, name: str, path: Path, size: int) -> None:
    there = await storage.put(name, path)
    if there != size:
        raise OSError(f"{path.name}: {there} of {size} bytes arrived in the storage")


def handler(database: Database, data_dir: Path, storage: Storage) -> Outside:
    """Who does it. The file goes when its copy is there and that is written down."""

    async def move(payload: Mapping[str, Any]) -> None:
        number = int(payload["recording_id"])
        row = await database.run(lambda db: store.to_store(db, number), write=False)
        if row is None:
            return
        file = files.find_file(files.folder_of(data_dir, row.conference_id), row.name)
        if file is None:
            return  # taken away by hand; the sweep says so
        beside = speakers.folder_of(file.path.parent, row.name)
        for name, size in _sizes(beside, row.files_of_speakers).items():
            await _put(storage, name_of(row.conference_id, beside.name, name), beside / name, size)
        await _put(storage, name_of(row.conference_id, row.name), file.path, file.size)
        await database.run(lambda db: store.mark_stored(db, number))
        await asyncio.to_thread(file.path.unlink, missing_ok=True)
        await asyncio.to_thread(shutil.rmtree, beside, ignore_errors=True)

    return Outside(move, PATIENCE)
