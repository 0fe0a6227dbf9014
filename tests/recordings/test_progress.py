"""How far a recording is, as the list of its owner tells it: also of one whose worker is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rostrum.journal.events import store as journal
from rostrum.media.production import store as productions
from rostrum.recordings import store, waiting
from tests.meetings.test_room import People
from tests.recordings.test_button import outputs, record, report, state
from tests.support.api import Api
from tests.support.meeting import WrittenEngine


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
