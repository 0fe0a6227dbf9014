"""Recordings that nobody had to wait for: rows of a running server's database, and films in its folder."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, update

from rostrum.db.database import Database
from rostrum.ids import SessionId
from rostrum.media.production import store as productions
from rostrum.media.production import tables
from rostrum.recordings import files, parts, store
from rostrum.recordings.speakers import SpeakerTrack, folder_of
from tests.support.server import Server

_HELD = {"worker": "somebody", "leased_until": datetime(2100, 1, 1, tzinfo=UTC)}


def film(path: Path, seconds: float) -> None:
    """A Matroska file as our worker writes it, with a picture that moves and a sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sources = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "sine=440"]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-bf", "0", "-pix_fmt", "yuv420p"]
    written = ["-c:a", "aac", "-cluster_time_limit", "1000", "-t", str(seconds), str(path)]
    subprocess.run(["ffmpeg", "-v", "error", *sources, *video, *written], check=True)


def voices(folder: Path, names: Sequence[str], seconds: float) -> list[SpeakerTrack]:
    """The files of speakers in a folder, who begin one after the other."""
    folder.mkdir(exist_ok=True)
    made = []
    for number, name in enumerate(names, 1):
        path = folder / f"{number:02d}.opus"
        tone = ["-f", "lavfi", "-i", f"sine={300 * number}", "-c:a", "libopus", "-t", str(seconds / 2), str(path)]
        subprocess.run(["ffmpeg", "-v", "error", *tone], check=True)
        told = {"name": name, "call_id": f"#guest:{number}@server.test", "file": path.name}
        made.append(SpeakerTrack(start=2.0 * number, duration=seconds / 2, size=path.stat().st_size, **told))
    return made


def being_made(db: Connection, session: str, number: int, now: datetime) -> None:
    """A worker has a recording, and reports that it goes on; no other one comes for it."""
    about = productions.About(conference_id=session, topic="")
    settings = {"recording_id": number}
    output = productions.ask(db, SessionId(session), about, "recording", settings, now)
    db.execute(update(tables.productions).where(tables.productions.c.session_id == session).values(_HELD))
    productions.report(db, output, "on", "", now)


def keep(
    server: Server,
    owner: str,
    state: str = "complete",
    seconds: float = 8,
    topic: str = "Weekly planning",
    speakers: Sequence[str] = (),
) -> int:
    """A recording of somebody's; its number."""
    now = datetime.now(UTC)
    row = {
        "stream_id": f"session {now:%f} of {owner}",
        "conference_id": f"of-{owner}",
        "name": f"{topic} {now:%H-%M-%S-%f}.mkv",
        "topic": topic,
        "owner": f"{owner}@server.test",
        "created_at": now,
        "stopped_at": None if state == "beingMade" else now,
        "deleted_at": now if state == "deleted" else None,
        "is_stored": state == "outOfReach",
    }
    folder = files.folder_of(server.data_dir, row["conference_id"])
    if state == "complete":
        film(folder / row["name"], seconds)
        row["size"] = (folder / row["name"]).stat().st_size
        row["speakers"] = voices(folder_of(folder, row["name"]), speakers, seconds) if speakers else []
    database = Database(server.environment["ROSTRUM_DATABASE_URL"], server.data_dir, 1)
    number = int(database.run_here(lambda db: store.insert_recording(db, **row)))
    if state == "beingMade":
        database.run_here(lambda db: being_made(db, row["stream_id"], number, now))
    database.close()
    if state == "beingMade":
        for later in (False, True):
            film(parts.next_path(parts.folder_of(folder, number), after_pause=later), seconds)
    return number
