"""What a worker makes of the parts of a recording, whatever happened to the worker before it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select, update

from rostrum.api.work import Recorded
from rostrum.conferences.tables import conferences
from rostrum.ids import SessionId
from rostrum.media.outputs.output import OutputError
from rostrum.media.production import store as productions
from rostrum.media.production.store import About, OutputRow, OutputState
from rostrum.recordings import parts, speaker_parts, store
from rostrum.recordings import sweep as sweeping
from rostrum.recordings.playback import store as played
from rostrum.recordings.production import RecordingKind
from rostrum.recordings.speakers import folder_of
from rostrum.recordings.sweep import sweep
from rostrum.settings import RecordingSettings
from tests.recordings.test_parts import probe, write_part
from tests.recordings.test_speakers import ANN, BOB, Written
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


class Spoken(Making):
    """A recording of two parts in which Ann speaks, and Bob in the second."""

    def __init__(self, api: Api, folder: Path) -> None:
        super().__init__(api, folder)
        written = Written(self.folder, self.number)
        written.part(3, (ANN, 500, 1, 1))
        written.part(3, (ANN, 500, 1, 1), (BOB, 900, 0.5, 1), later=True)

    def spoke(self) -> dict[str, list[str]]:
        """Who has files beside which recording, as it is written down."""
        rows = self.api.run(lambda db: store.some_finished(db, self.number - 1))
        for row in rows:
            beside = {path.name for path in folder_of(self.folder, row.name).iterdir()}
            assert beside == set(row.files_of_speakers)
        return {row.name: [one.name for one in row.speakers] for row in rows}


@pytest.fixture
def spoken(fresh_api: Api, tmp_path: Path) -> Spoken:
    return Spoken(fresh_api, tmp_path)


def test_the_speakers_are_put_away_with_their_recording(spoken: Spoken) -> None:
    spoken.finish()
    assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}
    assert sorted(path.name for path in spoken.folder.iterdir()) == ["r.mkv", "r.speakers"]


def test_a_worker_killed_after_the_speakers_has_lost_nobody(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_anything: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(parts, "join", killed)
        with pytest.raises(SystemExit):
            spoken.finish()
    assert folder_of(spoken.folder, "r.mkv").is_dir()
    spoken.finish()
    assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}


def test_without_room_each_part_keeps_its_speakers(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SPARE", 1 << 60)
    spoken.finish()
    assert spoken.spoke() == {"r.mkv": ["Ann Müller"], "r_2.mkv": ["Боб", "Ann Müller"]}


def test_speakers_that_cannot_be_put_away_are_tried_again(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_anything: Any) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(speaker_parts, "_joined", full)
        with pytest.raises(OSError, match="No space"):
            spoken.finish()
    spoken.finish()
    assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}


def test_speakers_that_fail_for_good_cost_no_recording(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: Any) -> None:
        raise OSError("Input/output error")

    monkeypatch.setattr(speaker_parts, "_joined", broken)
    spoken.row.settings["tries"] = 12
    spoken.finish()
    assert list(spoken.kept()) == ["r.mkv"]
    assert [path.name for path in spoken.folder.iterdir()] == ["r.mkv"]


def test_who_takes_a_recording_away_takes_its_speakers_away(spoken: Spoken) -> None:
    api, data_dir = spoken.api, spoken.folder.parent.parent
    spoken.finish()
    api.wait(sweep(api.app.database, data_dir, datetime.now(UTC)))
    assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}
    spoken.folder.rename(spoken.folder.with_name("away"))  # the whole place is away: that means nothing
    api.wait(sweep(api.app.database, data_dir, datetime.now(UTC)))
    spoken.folder.with_name("away").rename(spoken.folder)
    assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}
    for _ in range(2):
        api.wait(sweep(api.app.database, data_dir, datetime.now(UTC)))
        assert spoken.spoke() == {"r.mkv": ["Ann Müller", "Боб"]}
        (spoken.folder / "r.mkv").unlink(missing_ok=True)
    api.wait(sweep(api.app.database, data_dir, datetime.now(UTC)))
    assert list(spoken.folder.iterdir()) == []


@pytest.mark.parametrize("state", ["waiting", "on"])
def test_nothing_was_recorded(making: Making, state: OutputState) -> None:
    """It never began, or its worker was killed in its first second."""
    making.row.state = state
    if state == "on":
        parts.next_path(making.parts, after_pause=False).write_bytes(b"torn at once")
    making.finish()
    assert not making.parts.exists()
    assert making.kept() == {}
    assert making.api.run(lambda db: store.names_of_conference(db, "plan")) == set()


def test_what_cannot_be_read_is_not_left_out(making: Making) -> None:
    for _ in range(2):
        write_part(parts.next_path(making.parts, after_pause=False), 2)
    (making.parts / "0002.mkv").unlink()
    (making.parts / "0002.mkv").symlink_to("0002.mkv")
    with pytest.raises(OSError, match="symbolic links"):
        making.finish()
    assert (making.parts / "0001.mkv").exists()


def test_a_failed_attempt_takes_no_room(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_anything: Any) -> None:
        raise OSError("No space left on device")

    before = sorted(spoken.parts.rglob("*"))
    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="No space"):
        spoken.finish()
    assert sorted(spoken.parts.rglob("*")) == before


def test_one_that_ends_late_leaves_the_next_one_on(making: Making) -> None:
    """It is put together while the same meeting is being recorded again."""
    api, now, session = making.api, datetime.now(UTC), making.row.session_id
    conference = str(api.new_conference()["id"])
    mine = conferences.c.id == conference
    api.run(lambda db: db.execute(update(conferences).where(mine).values(stream_id=session)))

    def shown() -> int:
        return int(api.run(lambda db: db.execute(select(conferences.c.stream_recording_state).where(mine)).scalar()))

    other = api.run(lambda db: productions.ask(db, session, ABOUT, "recording", {}, now))
    api.run(lambda db: productions.report(db, other, "on", "", now))
    ended = structs.replace(making.row, id=other + 1)
    api.run(lambda db: making.kind.told(db, ended, "off", ""))
    assert shown() == 1
    api.run(lambda db: productions.want(db, other, "off", now))
    api.run(lambda db: making.kind.told(db, ended, "off", ""))
    assert shown() == 0


def test_a_failure_is_an_event(making: Making) -> None:
    making.api.run(lambda db: making.kind.told(db, making.row, "failed", "the disk is nearly full"))
    (event,) = making.told
    assert (event.event_type, event.severity) == ("recording_failed", "high")
    assert event.payload["error"].startswith("the disk is nearly full")


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


def test_a_recording_that_moves_while_it_is_looked_for_is_not_gone(
    spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken.finish()
    api, looks = spoken.api, sweeping._is_there

    async def moves_first(row: store.Finished, *where: Any) -> bool:
        await api.app.database.run(lambda db: store.mark_stored(db, row.id))
        (spoken.folder / row.name).unlink()
        return await looks(row, *where)

    monkeypatch.setattr(sweeping, "_is_there", moves_first)
    api.wait(sweep(api.app.database, spoken.folder.parent.parent, datetime.now(UTC)))
    (row,) = api.run(lambda db: store.some_finished(db, 0))
    assert (row.is_stored, row.deleted_at) == (True, None)
