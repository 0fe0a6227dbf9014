"""What could not be put together is tried again, by the worker's own code, until its file is complete."""

from __future__ import annotations

import asyncio
import functools
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from sqlalchemy import Connection, select, update

from rostrum.api.work import EngineKeys
from rostrum.db.database import Database
from rostrum.ids import SessionId
from rostrum.jobs.runner import Inside, Runner
from rostrum.jobs.tables import jobs
from rostrum.media.encoding import Encoded
from rostrum.media.outputs.file import MatroskaFile
from rostrum.media.outputs.output import OutputError
from rostrum.media.production import store as productions
from rostrum.media.production.attendance import Engine
from rostrum.media.production.kinds import Announce, Plan, Published
from rostrum.media.production.producer import Producer
from rostrum.media.production.store import About, OutputRow
from rostrum.recordings import finishing, parts, store
from rostrum.recordings.tables import recordings
from rostrum.settings import Settings
from rostrum.worker import MediaKinds
from tests.recordings.test_parts import probe, write_part
from tests.support.api import Api
from tests.support.disk import filled, mounted_disk

ABOUT = About(conference_id="plan", topic="Weekly planning")
V = "/api/v3.10"
SESSION = SessionId("s")
T = TypeVar("T")


class LateDatabase(Database):
    """What it read a while ago is what it answers: a busy machine."""

    def __init__(self, url: str, data_dir: Path, late_s: float) -> None:
        super().__init__(url, data_dir, 2)
        self._late_s = late_s

    async def run(self, unit: Callable[[Connection], T], *, write: bool = True) -> T:
        answer = await super().run(unit, write=write)
        await asyncio.sleep(0 if write else self._late_s)
        return answer


class LateKinds(MediaKinds):
    """What is put away takes its time there too."""

    def __init__(self, database: Database, settings: Settings, data_dir: Path, late_s: float) -> None:
        super().__init__(database, settings, data_dir)
        self._late_s = late_s

    def finished(self, row: OutputRow, about: About) -> Callable[[Connection], None] | None:
        time.sleep(self._late_s)
        return super().finished(row, about)


class BreakingFile(MatroskaFile):
    """Its disk holds each packet up until it is told to, and then takes none."""

    reached = threading.Event()

    def __init__(self, path: Path, breaks: threading.Event) -> None:
        super().__init__(path, least_free=0)
        self._breaks = breaks

    def write(self, packet: Encoded) -> None:  # noqa: ARG002 (none is taken)
        self.reached.set()
        self._breaks.wait(20)
        raise OutputError("the disk is broken")


class BreakingKinds(MediaKinds):
    """Recordings on such a disk."""

    breaks: threading.Event
    folder: Path

    def plan(self, row: OutputRow, about: About, announce: Announce) -> Plan | Published:
        whole = super().plan(row, about, announce)
        assert isinstance(whole, Plan)
        folder = parts.folder_of(self.folder, int(row.settings["recording_id"]))
        made = functools.partial(BreakingFile, parts.next_path(folder, after_pause=False), self.breaks)
        return structs.replace(whole, make=made)


class Ended:
    """A recording that has ended: a torn part and a whole one, or the torn one alone; nobody has put it together."""

    def __init__(self, api: Api, *, lone: bool = False) -> None:
        self.api, self.folder = api, api.data_dir / "recordings" / "plan"
        now = datetime.now(UTC)
        known = {"stream_id": SESSION, "conference_id": "plan", "topic": "T", "owner": "o", "created_at": now}
        self.number = int(api.run(lambda db: store.insert_recording(db, name="r.mkv", **known)))
        self.parts = parts.folder_of(self.folder, self.number)
        write_part(parts.next_path(self.parts, after_pause=False), 3, torn=True)
        (self.parts / "0001.copy").unlink()
        if not lone:
            write_part(parts.next_path(self.parts, after_pause=True), 2)
        settings = {"recording_id": self.number, "name": "r.mkv", "quality": "720p"}
        output = api.run(lambda db: productions.ask(db, SESSION, ABOUT, "recording", settings, now))
        api.run(lambda db: productions.report(db, output, "on", "", now))
        api.run(lambda db: productions.want(db, output, "off", now))

    def work(self, late_s: float = 0, breaks: threading.Event | None = None) -> bool:
        """A free worker comes by, to whom what is read comes so many seconds late; whether there was work to do."""
        name = "one"
        taken = self.api.run(lambda db: productions.claim(db, name, datetime.now(UTC)))
        if taken is None:
            return False

        async def produce() -> None:
            settings = self.api.settings
            database = LateDatabase(settings.database.url, self.api.data_dir, late_s)
            engine = Engine(lambda: "ws://127.0.0.1:9", EngineKeys("key", "secret" * 8))
            kinds: MediaKinds = LateKinds(database, settings, self.api.data_dir, late_s)
            if breaks is not None:
                kinds = BreakingKinds(database, settings, self.api.data_dir)
                kinds.breaks, kinds.folder = breaks, self.folder
            await Producer(database, engine, kinds, taken, name, ZoneInfo("UTC")).run()
            database.close()

        self.api.wait(produce())
        return True

    def job(self) -> tuple[int, datetime] | None:
        """How often it was tried in vain, and when it is tried again; None: it is not."""
        wanted = select(jobs.c.payload, jobs.c.due_at).where(jobs.c.kind == finishing.JOB)
        row = self.api.run(lambda db: db.execute(wanted).one_or_none())
        return None if row is None else (row.payload["tries"], row.due_at)

    def pass_time(self) -> None:
        """The pause is over, and the server does what is due."""
        self.api.run(lambda db: db.execute(update(jobs).values(due_at=datetime.now(UTC))))
        while self.api.wait(self.api.app.jobs.step()):
            pass

    def card(self) -> dict[str, Any]:
        (card,) = self.api.get("/api/web/recordings", token=self.api.secret_key).json()["recordings"]
        return dict(card)

    def failures(self) -> list[dict[str, Any]]:
        params = {"event_type": "recording_failed"}
        listed = self.api.get(f"{V}/logs/events", token=self.api.secret_key, params=params)
        return [one["payload"] for one in listed.json()["list"]]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@contextmanager
def away(folder: Path) -> Any:
    """The disk of the recordings is not mounted."""
    folder.rename(folder.with_name("away"))
    yield
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_name("away").rename(folder)


@contextmanager
def unreadable(folder: Path) -> Any:
    """A part lies where nobody gets at it."""
    (part,) = folder.glob("plan/.*/0002*.mkv")
    kept = part.rename(folder / "elsewhere")
    part.symlink_to(kept.with_name("nowhere"))
    yield
    part.unlink()
    kept.rename(part)


@pytest.mark.parametrize("fault", [away, unreadable])
def test_tried_again_until_it_is_complete(
    fresh_api: Api, fault: Callable[[Path], AbstractContextManager[None]]
) -> None:
    _fails_and_is_finished(Ended(fresh_api), fault)


def test_what_was_read_before_it_failed_is_not_put_away_twice(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    with away(fresh_api.data_dir / "recordings"):
        assert ended.work(late_s=0.3)
    assert len(ended.failures()) == 1


def test_what_was_read_before_it_failed_does_not_begin_again(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    fresh_api.settings.recordings.least_free_mb = 10**9
    (output,) = fresh_api.run(lambda db: productions.outputs_of(db, SESSION))
    fresh_api.run(lambda db: productions.want(db, output.id, "on", datetime.now(UTC)))
    assert ended.work(late_s=0.3)
    (failure,) = ended.failures()
    assert "the disk is nearly full" in str(failure)
    assert ended.card()["state"] == "complete"


def test_what_fails_while_it_is_ended_has_failed(fresh_api: Api) -> None:
    """The file is made of what there is, and an event says that something is missing in it."""
    ended, breaks = Ended(fresh_api), threading.Event()
    (output,) = fresh_api.run(lambda db: productions.outputs_of(db, SESSION))
    fresh_api.run(lambda db: productions.want(db, output.id, "on", datetime.now(UTC)))
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(ended.work, 0, breaks)
        assert BreakingFile.reached.wait(20)
        fresh_api.run(lambda db: productions.want(db, output.id, "off", datetime.now(UTC)))
        time.sleep(1)
        breaks.set()
        assert worker.result(30)
    (failure,) = ended.failures()
    assert "the disk is broken" in str(failure)
    assert ended.card()["state"] == "complete"


def test_who_was_taken_for_lost_says_that_the_recording_goes_on(fresh_api: Api) -> None:
    """The database was away for longer than the lease, and a server looked before the worker did."""
    ended = Ended(fresh_api)
    (output,) = fresh_api.run(lambda db: productions.outputs_of(db, SESSION))

    def say(state: productions.OutputState, reason: str) -> None:
        fresh_api.run(lambda db: productions.report(db, output.id, state, reason, datetime.now(UTC)))

    def is_on() -> bool:
        deadline = time.monotonic() + 20
        while fresh_api.run(lambda db: productions.outputs_of(db, SESSION))[0].state != "on":
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    say("waiting", "")
    fresh_api.run(lambda db: productions.want(db, output.id, "on", datetime.now(UTC)))
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(ended.work)
        assert is_on()
        say("waiting", productions.LOST)
        came_back = is_on()
        fresh_api.run(lambda db: productions.want(db, output.id, "off", datetime.now(UTC)))
        assert worker.result(30)
    assert came_back


def test_a_full_disk_leaves_the_parts_until_there_is_room(fresh_api: Api) -> None:
    with mounted_disk(fresh_api.data_dir / "recordings", 2):
        _fails_and_is_finished(Ended(fresh_api, lone=True), filled)


def _fails_and_is_finished(ended: Ended, fault: Callable[[Path], AbstractContextManager[None]]) -> None:
    length = sum(part.length for part in parts.parts_of(ended.parts))
    kept = sorted(path.name for path in ended.parts.iterdir())
    with fault(ended.api.data_dir / "recordings"):
        for tries, pause in ((1, 5), (2, 10), (3, 20)):
            before = datetime.now(UTC)
            assert ended.work()
            after = datetime.now(UTC)
            assert not ended.work(), "not before the pause is over"
            _is_tried_again(ended, tries, timedelta(seconds=pause), before, after)
            assert (ended.card()["state"], ended.card()["progress"]) == ("beingMade", "unfinished")
            ended.pass_time()
        (event,) = ended.failures()
        assert "tried again" in str(event)
    assert sorted(path.name for path in ended.parts.iterdir()) == kept
    assert ended.card()["progress"] == "ending"
    assert ended.work()
    assert ended.card()["state"] == "complete"
    assert ended.files() == ["r.mkv"]
    assert float(probe(ended.folder / "r.mkv")["format"]["duration"]) == pytest.approx(length, abs=0.1)
    assert ended.job() is None
    ended.pass_time()
    assert not ended.work()
    assert len(ended.failures()) == 1


def _is_tried_again(ended: Ended, tries: int, pause: timedelta, before: datetime, after: datetime) -> None:
    """After so many tries, so long after a moment between those two."""
    told = ended.job()
    assert told is not None
    assert told[0] == tries
    assert before <= told[1] - pause <= after


def test_the_pauses_grow_up_to_an_hour_and_never_end(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    now = datetime.now(UTC)
    fresh_api.run(lambda db: finishing.want(db, ended.number, 5_000, now))
    _is_tried_again(ended, 5_000, timedelta(hours=1), now, now)


def test_one_that_was_paused_before_it_began_leaves_nothing(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    shutil.rmtree(ended.folder)
    (output,) = fresh_api.run(lambda db: productions.outputs_of(db, SESSION))
    fresh_api.run(lambda db: productions.report(db, output.id, "waiting", "", datetime.now(UTC)))

    def want(wanted: productions.WantedState) -> None:
        fresh_api.run(lambda db: productions.want(db, output.id, wanted, datetime.now(UTC)))

    def is_paused() -> bool:
        return any(one.state == "paused" for one in fresh_api.run(lambda db: productions.outputs_of(db, SESSION)))

    want("paused")
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(ended.work)
        deadline = time.monotonic() + 20
        while not is_paused() and time.monotonic() < deadline:
            time.sleep(0.05)
        want("off")
        assert worker.result(20)
    listed = fresh_api.get("/api/web/recordings", token=fresh_api.secret_key).json()["recordings"]
    assert (listed, ended.failures(), ended.job()) == ([], [], None)


def test_two_servers_ask_for_one_worker(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    with away(fresh_api.data_dir / "recordings"):
        ended.work()
    due = datetime.now(UTC) - timedelta(seconds=1)
    fresh_api.run(lambda db: db.execute(update(jobs).values(due_at=due)))
    runners = [Runner(fresh_api.app.database, {finishing.JOB: Inside(finishing.again)}, node) for node in "ab"]

    async def both() -> list[bool]:
        return list(await asyncio.gather(*(one.step() for one in runners)))

    assert sorted(fresh_api.wait(both())) == [False, True]
    for _ in range(2):  # asked once more, by whomever: somebody has it already
        fresh_api.run(lambda db: finishing.again(db, {"recording_id": ended.number, "tries": 1}))
    assert len(fresh_api.run(lambda db: productions.outputs_of(db, SESSION))) == 1
    assert ended.work()
    fresh_api.run(lambda db: finishing.again(db, {"recording_id": ended.number, "tries": 1}))
    assert not ended.work(), "finished once"


def test_what_nobody_knows_of_is_taken_up(fresh_api: Api) -> None:
    """As an earlier version left it."""
    ended = Ended(fresh_api)
    look = lambda: fresh_api.wait(finishing.look(fresh_api.app.database, datetime.now(UTC)))  # noqa: E731
    look()
    assert ended.job() is None, "a worker is to come for it"
    with away(fresh_api.data_dir / "recordings"):
        ended.work()
    fresh_api.run(lambda db: db.execute(jobs.delete()))
    before = datetime.now(UTC)
    look()
    look()
    _is_tried_again(ended, 1, timedelta(seconds=5), before, datetime.now(UTC))
    ended.pass_time()
    look()
    assert ended.job() is None
    assert ended.work()
    assert ended.card()["state"] == "complete"


def test_it_takes_nobody_the_place_of_a_meeting(fresh_api: Api) -> None:
    """Viewers are watching, and no worker is free: the recording waits for one, however long."""
    now = datetime.now(UTC)
    ended = Ended(fresh_api)
    with away(fresh_api.data_dir / "recordings"):
        ended.work()
    fresh_api.run(lambda db: productions.ask(db, SessionId("watched"), ABOUT, "live", {}, now))
    assert fresh_api.run(lambda db: productions.claim(db, "busy", now)) == "watched"
    ended.pass_time()
    later = now + timedelta(seconds=20)
    assert not fresh_api.run(lambda db: productions.waits_for_a_place(db, later))
    assert fresh_api.run(lambda db: productions.claim_from_viewers(db, "two", ["busy"], later)) is None
    assert fresh_api.run(lambda db: productions.claim(db, "free", later)) == SESSION


def test_parts_that_stay_away_are_taken_for_lost_after_a_month(fresh_api: Api) -> None:
    ended = Ended(fresh_api)
    with away(fresh_api.data_dir / "recordings"):
        ended.work()
        for tries, state in ((719, "beingMade"), (721, "deleted")):
            fresh_api.run(lambda db, tries=tries: finishing.want(db, ended.number, tries, datetime.now(UTC)))
            ended.pass_time()
            assert ended.work()
            assert ended.card()["state"] == state
    assert ended.job() is None
    assert fresh_api.run(lambda db: db.execute(select(recordings.c.stopped_at)).scalar_one()) is not None
