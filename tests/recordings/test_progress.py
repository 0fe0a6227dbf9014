"""How far a recording is, as the list of its owner tells it: also of one whose worker is gone."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rostrum.journal.events import store as journal
from rostrum.media.production import store as productions
from rostrum.recordings import store, waiting
from tests.meetings.test_room import People
from tests.recordings.test_button import outputs, record, report, state
from tests.recordings.test_parts import probe
from tests.recordings.test_recording import Meeting, fetched, until, workers
from tests.support.api import Api
from tests.support.meeting import WrittenEngine
from tests.support.server import running_server


def test_each_state_of_one_that_is_being_made(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, *_others = people.all_in()

    def progress() -> str:
        (card,) = hall.get("/api/web/recordings", token=people.owner_token).json()["recordings"]
        assert card["state"] == "beingMade"
        opened = hall.get(f"/api/web/recordings/{card['id']}", token=people.owner_token).json()["recording"]
        assert opened["progress"] == card["progress"]
        return str(card["progress"])

    def later(seconds: float) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    record(hall, owner, "on")
    assert progress() == "starting"
    hall.wait(waiting.look(hall.app.database, later(5), journal.insert_event))
    assert progress() == "waiting"
    hall.run(lambda db: productions.claim(db, "one", datetime.now(UTC)))
    report(hall, people.session, "on")
    assert progress() == "on"
    record(hall, owner, "paused")
    report(hall, people.session, "paused")
    assert progress() == "paused"
    record(hall, owner, "on")
    report(hall, people.session, "on")
    hall.wait(waiting.look(hall.app.database, later(40), journal.insert_event))
    assert progress() == state(hall, owner)["recording"] == "interrupted"
    record(hall, owner, "off")
    assert (progress(), state(hall, owner)["recording"]) == ("ending", "off")
    (output,) = outputs(hall, people.session)
    hall.run(lambda db: productions.report(db, output.id, "failed", "the disk is away", datetime.now(UTC)))
    assert progress() == "unfinished"


def test_one_that_is_complete_makes_no_progress(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, *_others = people.all_in()
    record(hall, owner, "on")
    (output,) = outputs(hall, people.session)
    number = output.settings["recording_id"]
    kept = store.FileKept("whole.mkv", 1, 1.0)
    hall.run(lambda db: store.finish(db, number, kept, datetime.now(UTC)))
    (card,) = hall.get("/api/web/recordings", token=people.owner_token).json()["recordings"]
    assert (card["state"], card["progress"]) == ("complete", None)


def test_one_that_lost_its_worker_and_is_ended_then_is_put_together_of_its_parts(tmp_path: Path) -> None:
    async def scenario() -> None:
        lost, other = Meeting(server), Meeting(server)
        ann, _bob = await lost.enter("Ann"), await other.enter("Bob")
        assert lost.do("start-record") == 202
        await lost.until(1)
        await asyncio.sleep(4)
        (worker,) = workers(server)
        assert other.do("start-record") == 202
        os.kill(worker, signal.SIGKILL)
        await other.until(1)  # it has the place of the one that was killed
        await until(lambda: lost.seen_by(ann) == "interrupted")
        assert lost.shown["stream_recording_state"] == 0
        assert _card(lost)["progress"] == "interrupted"
        assert lost.do("stop-record") == 202
        assert (lost.seen_by(ann), _card(lost)["progress"]) == ("off", "ending")
        assert lost.records() == []
        assert other.do("stop-record") == 202
        await until(lambda: len(lost.records()) == 1)
        known = probe(fetched(server, lost.records()[0], tmp_path))
        assert float(known["format"]["duration"]) > 2
        assert (_card(lost)["state"], _card(lost)["progress"]) == ("complete", None)
        for one in (lost, other):
            one.do("stop")
            await one.leave()
        await until(lambda: not workers(server))

    with running_server(tmp_path, flags=["--media-workers", "1"]) as server:
        asyncio.run(scenario())


def _card(meeting: Meeting) -> dict[str, Any]:
    """The recording of a meeting in the list of all."""
    listed = meeting.server.call("GET", "/api/web/recordings").json()["recordings"]
    return dict(next(one for one in listed if one["conference_id"] == meeting.id))
