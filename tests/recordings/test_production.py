"""What a worker makes of the parts of a recording, whatever happened to the worker before it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rostrum.api.work import Recorded
from rostrum.ids import SessionId
from rostrum.media.outputs.output import OutputError
from rostrum.media.production.store import About, OutputRow
from rostrum.recordings import parts, store
from rostrum.recordings.playback import store as played
from rostrum.recordings.production import RecordingKind
from rostrum.settings import RecordingSettings
from tests.recordings.test_parts import probe, write_part
from tests.support.api import Api

ABOUT = About(conference_id="plan", topic="Weekly planning")


class Making:
    """A recording in the data folder of a test."""

    def __init__(self, api: Api, folder: Path, **settings: Any) -> None:
        self.api, self.folder = api, folder / "recordings" / "plan"
        now = datetime.now(UTC)
        known = {"stream_id": "s", "conference_id": "plan", "topic": "T", "owner": "o", "created_at": now}
        self.number = api.run(lambda db: store.insert_recording(db, name="r.mkv", **known))
        self.told: list[Recorded] = []
        given = RecordingSettings(**settings)
        self.kind = RecordingKind(folder, given, lambda _db, event, _ip, _now: self.told.append(event))
        self.row = OutputRow(
            id=1,
            session_id=SessionId("s"),
            kind="recording",
            settings={"recording_id": self.number, "name": "r.mkv", "quality": "720p"},
            wanted="off",
            state="on",
            reason="",
            address="",
            changed_at=now,
        )
        self.parts = parts.folder_of(self.folder, self.number)

    def finish(self) -> None:
        self.api.run(self.kind.finished(self.row, ABOUT))

    def seconds(self) -> list[float]:
        """How long its files are, as it is written down."""
        rows = self.api.run(lambda db: played.list_recordings(db, None, None, 10))
        return [row.seconds for row in reversed(rows) if row.id >= self.number]

    def kept(self) -> dict[str, int]:
        rows = self.api.run(lambda db: store.some_finished(db, self.number - 1))
        return {row.name: (self.folder / row.name).stat().st_size for row in rows}


@pytest.fixture
def making(fresh_api: Api, tmp_path: Path) -> Making:
    return Making(fresh_api, tmp_path)


def test_one_part_becomes_the_file_as_it_is(making: Making) -> None:
    write_part(parts.next_path(making.parts, after_pause=False), 2)
    making.finish()
    assert list(making.kept()) == ["r.mkv"]
    assert [path.name for path in making.folder.iterdir()] == ["r.mkv"]
    length = float(probe(making.folder / "r.mkv")["format"]["duration"])
    assert 1.8 < length < 2.2
    assert making.seconds() == [pytest.approx(length, abs=0.01)]


def test_a_worker_killed_after_joining_has_lost_nothing(making: Making) -> None:
    """The whole file is there, its parts are half removed, and nobody has written down that it is finished."""
    for _ in range(3):
        write_part(parts.next_path(making.parts, after_pause=False), 2)
    parts.join(parts.parts_of(making.parts), making.folder / "r.mkv", "T")
    whole = (making.folder / "r.mkv").stat().st_size
    (making.parts / "0001.mkv").unlink()
    making.finish()
    making.finish()
    assert making.kept() == {"r.mkv": whole}
    assert not making.parts.exists()


def test_a_worker_killed_while_joining_has_lost_nothing(making: Making) -> None:
    for _ in range(2):
        write_part(parts.next_path(making.parts, after_pause=False), 2)
    (making.parts / "0011.joining").write_bytes(b"half of it")
    making.finish()
    assert float(probe(making.folder / "r.mkv")["format"]["duration"]) > 3.8
    assert [path.name for path in making.folder.iterdir()] == ["r.mkv"]


def test_without_room_to_join_the_parts_stay_files(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    for length in (3, 2, 2):
        write_part(parts.next_path(making.parts, after_pause=False), length)
    monkeypatch.setattr(parts, "_SPARE", 1 << 60)
    making.finish()
    assert list(making.kept()) == ["r.mkv", "r_2.mkv", "r_3.mkv"]
    assert 2.8 < float(probe(making.folder / "r.mkv")["format"]["duration"]) < 3.2
    assert making.seconds() == pytest.approx([3, 2, 2], abs=0.1)


def test_nothing_was_recorded(making: Making) -> None:
    making.finish()
    assert making.kept() == {}
    assert making.api.run(lambda db: store.names_of_conference(db, "plan")) == set()


def test_a_failure_is_an_event(making: Making) -> None:
    making.api.run(lambda db: making.kind.told(db, making.row, "failed", "the disk is nearly full"))
    (event,) = making.told
    assert (event.event_type, event.severity) == ("recording_failed", "high")
    assert event.payload["error"] == "the disk is nearly full"


def test_a_full_disk_takes_no_recording(fresh_api: Api, tmp_path: Path) -> None:
    making = Making(fresh_api, tmp_path, least_free_mb=1 << 40)
    output = making.kind.plan(making.row, ABOUT, lambda _address: None).make()
    with pytest.raises(OutputError, match="the disk is nearly full"):
        output.open(None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["../../out", "..", "a/b", "a\\b"])
def test_no_conference_has_a_path_for_an_id(fresh_api: Api, name: str) -> None:
    """The folder of a recording and its name begin with the conference's id."""
    owner, _token = fresh_api.new_user()
    body = {"id": name, "topic": "../../etc/passwd", "owner": owner}
    answer = fresh_api.post("/api/v3.10/conferences", token=fresh_api.secret_key, json=body)
    assert answer.status_code == 400
    assert {one.get("location") for one in answer.json()["error"]["errors"]} >= {"id"}
