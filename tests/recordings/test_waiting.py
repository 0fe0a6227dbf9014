"""When all workers are busy: what the meeting and the event log are told, and that it begins when one is free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import av
from sqlalchemy import update

from rostrum.conferences import store as conferences
from rostrum.journal.events import store as journal
from rostrum.media.commands import TellChanged
from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.production import store as productions
from rostrum.media.production import tables
from rostrum.media.production.kinds import Plan
from rostrum.recordings import files, part_names, waiting
from rostrum.recordings.production import RecordingKind
from tests.meetings.test_room import People
from tests.recordings.test_button import outputs, record, report, state
from tests.support.api import Api
from tests.support.meeting import WrittenEngine

V = "/api/v3.10"


def look(hall: Api, seconds: float, since: datetime | None = None) -> list[Any]:
    """What the server does every second, so many seconds from a moment, or from now; the meetings that it tells."""
    later = (since or datetime.now(UTC)) + timedelta(seconds=seconds)
    told = hall.wait(waiting.look(hall.app.database, later, journal.insert_event))
    assert all(isinstance(one, TellChanged) for one in told)
    return [one.session_id for one in told]


def events(hall: Api, conference: str) -> list[str]:
    listed = hall.get(f"{V}/logs/events", token=hall.secret_key, params={"event_type": "recording_waiting"}).json()
    return [one["payload"] for one in listed["list"] if one["object_name"] == conference]


def shown(hall: Api, people: People) -> int:
    conference = hall.get(f"{V}/conferences/{people.id}", token=hall.secret_key).json()["conference"]
    return int(conference["stream_recording_state"])


def a_worker_records(hall: Api, people: People, owner: dict[str, Any]) -> None:
    """The owner wants a recording; a worker has it, and dies after this."""
    record(hall, owner, "on")
    hall.run(lambda db: productions.claim(db, "one", datetime.now(UTC)))
    hall.run(lambda db: productions.renew(db, people.session, "one", datetime.now(UTC)))
    report(hall, people.session, "on")


def test_who_waits_is_told_once(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, _user, guest = people.all_in()
    before = datetime.now(UTC)
    record(hall, owner, "on")
    assert look(hall, 1, before) == []
    assert state(hall, guest)["recording"] == "starting"
    assert look(hall, 5) == [people.session]
    assert state(hall, guest)["recording"] == "waiting"
    assert "no worker is free" in str(events(hall, people.session))
    assert look(hall, 9) == []
    assert len(events(hall, people.session)) == 1
    assert shown(hall, people) == 0
    claimed = hall.run(lambda db: productions.claim(db, "one", datetime.now(UTC)))
    assert claimed == people.session
    report(hall, people.session, "on")
    assert look(hall, 9) == []
    assert state(hall, guest)["recording"] == "on"


def test_a_recording_that_has_just_been_wanted_does_not_wait_yet(hall: Api, engine: WrittenEngine) -> None:
    """However long viewers of the same meeting have waited already."""
    people = People(hall)
    owner, *_others = people.all_in()
    watched = hall.post(f"/api/web/conferences/{people.id}/live", json={}).json()["live"]["viewer"]
    assert watched
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    values = {"created_at": long_ago}
    hall.run(lambda db: db.execute(update(tables.productions).values(values)))
    before = datetime.now(UTC)
    record(hall, owner, "on")
    assert look(hall, 1, before) == []
    assert look(hall, 5) == [people.session]


def test_what_is_ended_waits_no_more(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, *_others = people.all_in()
    record(hall, owner, "on")
    record(hall, owner, "off")
    assert look(hall, 5) == []
    assert state(hall, owner)["recording"] == "off"


def test_a_dead_worker_that_none_follows_records_nothing(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, *_others = people.all_in()
    before = datetime.now(UTC)
    a_worker_records(hall, people, owner)
    hall.run(lambda db: conferences.set_recording_state(db, people.session, 1))
    assert look(hall, 2, before) == []
    assert (shown(hall, people), state(hall, owner)["recording"]) == (1, "on")
    assert look(hall, 8) == [people.session]
    assert (shown(hall, people), state(hall, owner)["recording"]) == (0, "interrupted")
    (one,) = outputs(hall, people.session)
    assert one.is_open
    assert "its worker is gone" in str(events(hall, people.session))
    assert look(hall, 12) == [], "told once"
    assert hall.run(lambda db: productions.claim(db, "two", datetime.now(UTC) + timedelta(seconds=12)))
    assert state(hall, owner)["recording"] == "interrupted", "until it really goes on"
    report(hall, people.session, "on")
    assert state(hall, owner)["recording"] == "on"


def test_a_worker_that_dies_in_a_pause_is_missed_when_it_is_to_go_on(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    owner, *_others = people.all_in()
    a_worker_records(hall, people, owner)
    record(hall, owner, "paused")
    report(hall, people.session, "paused")
    assert look(hall, 8) == [], "nothing is missed in the pause"
    before = datetime.now(UTC)
    record(hall, owner, "on")
    assert look(hall, 2, before) == []
    assert state(hall, owner)["recording"] == "starting"
    assert look(hall, 8) == [people.session]
    assert state(hall, owner)["recording"] == "interrupted"
    (event,) = events(hall, people.session)
    assert "its worker is gone since the pause" in str(event)
    assert look(hall, 12) == [], "told once"
    (output,) = outputs(hall, people.session)
    kind = RecordingKind(hall.data_dir, hall.settings.recordings, journal.insert_event)
    about = productions.About(conference_id=people.id, topic="")
    folder = part_names.folder_of(files.folder_of(hall.data_dir, people.id), output.settings["recording_id"])
    folder.mkdir(parents=True)
    (folder / part_names.part_name(1, after_pause=False)).touch()
    plan = kind.plan(output, about, lambda _address: None)
    assert isinstance(plan, Plan)
    video, output_file = VideoEncoder(plan.video), plan.make()
    output_file.open(video, AudioEncoder(plan.audio))
    picture = av.VideoFrame(plan.video.width, plan.video.height, "yuv420p")
    for packet in [one for at in range(10) for one in video.encode(picture, at / 10)]:
        output_file.write(packet)
    output_file.close()
    first, second = sorted(folder.glob("*.mkv"))
    assert [part_names.begins_chapter(one) for one in (first, second)] == [False, True]
    record(hall, owner, "paused")
    assert state(hall, owner)["recording"] == "paused"
