"""Meetings that are made only because somebody watches: recordings come first, and what was given up goes on later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rostrum.ids import SessionId
from rostrum.journal.events import store as journal
from rostrum.media.production import store as productions
from rostrum.media.production.store import About, Kind, OutputState
from rostrum.recordings import waiting
from tests.broadcasts.test_live import begun, streams, view
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, run, stop

BEGAN = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Table:
    """The meetings that are to be made, as workers find them. Seconds count from `BEGAN`."""

    def __init__(self, hall: Api) -> None:
        self._hall = hall
        self.sessions: list[SessionId] = []

    def ask(self, name: str, at: float, *kinds: Kind, state: OutputState = "waiting") -> None:
        """A meeting wants outputs; a worker has reported a state of them meanwhile."""
        session = SessionId(name)
        self.sessions.append(session)
        about = About(conference_id=name, topic="")
        for kind in kinds:
            number = self._do(productions.ask, session, about, kind, {}, self._at(at))
            if state != "waiting":
                self._do(productions.report, number, state, "", self._at(at))

    def claim(self, worker: str, at: float) -> str | None:
        return self._do(productions.claim, worker, self._at(at))

    def takes_over(self, worker: str, busy: Sequence[str], at: float) -> str | None:
        """What a worker gets where all are busy; what it is told before is the same."""
        waits = self._do(productions.waits_for_a_place, self._at(at))
        taken = self._do(productions.claim_from_viewers, worker, busy, self._at(at))
        assert waits or taken is None
        return taken

    def renews(self, worker: str, name: str, at: float) -> bool:
        return bool(self._do(productions.renew, name, worker, self._at(at)))

    def state(self, name: str) -> str:
        (row,) = self._do(productions.outputs_of, name, "live")
        return str(row.state)

    def clear(self) -> None:
        for session in self.sessions:
            for row in self._do(productions.outputs_of, session):
                self._do(productions.report, row.id, "off", "", BEGAN)
        while session := self._do(productions.claim, "last", BEGAN + timedelta(days=1)):
            self._do(productions.finish, session, "last")

    @staticmethod
    def _at(seconds: float) -> datetime:
        return BEGAN + timedelta(seconds=seconds)

    def _do(self, what: Any, *given: Any) -> Any:
        return self._hall.run(lambda db: what(db, *given))


@pytest.fixture
def table(hall: Api) -> Any:
    made = Table(hall)
    yield made
    made.clear()


def test_what_was_wanted_first_comes_first_but_viewers_last(table: Table) -> None:
    table.ask("watched", 0, "live")
    table.ask("broadcast", 1, "broadcast", "live")
    table.ask("recorded", 2, "live", "recording")
    assert [table.claim(f"w{number}", 5) for number in range(4)] == ["broadcast", "recorded", "watched", None]


@pytest.mark.parametrize("kind", ["recording", "broadcast", "multicast", "mcu"])
def test_the_youngest_that_is_only_watched_gives_way(table: Table, kind: Kind) -> None:
    for number, name in enumerate(["old", "young"]):
        table.ask(name, number, "live", state="on")
        assert table.claim(f"of {name}", number) == name
    busy = ["of old", "of young"]
    table.ask("wanted", 9, kind)
    assert table.takes_over("next", busy, 9.5) is None, "a worker elsewhere may be free"
    assert table.takes_over("next", ["of others"], 10) is None, "each crew gives up its own"
    assert table.takes_over("next", busy, 10) == "wanted"
    assert (table.state("old"), table.state("young")) == ("on", "waiting")
    assert not table.renews("of young", "young", 10.1), "its worker ends"
    assert table.renews("next", "wanted", 10.1)
    assert table.takes_over("third", [*busy, "next"], 12) is None, "nothing waits but viewers"
    assert table.claim("later", 12) == "young", "when a place is free"


def test_viewers_never_take_the_place_of_anything_else(table: Table) -> None:
    table.ask("recorded", 0, "recording", "live", state="on")
    table.ask("paused", 1, "recording", "live", state="paused")
    for name in ("recorded", "paused"):
        assert table.claim(f"of {name}", 2) == name
    table.ask("watched", 3, "live")
    table.ask("wanted", 3, "recording")
    assert table.takes_over("next", ["of recorded", "of paused"], 9) is None
    assert table.claim("free", 9) == "wanted"


def test_a_recording_that_lost_its_worker_comes_before_viewers_too(table: Table) -> None:
    table.ask("recorded", 0, "recording", state="on")
    assert table.claim("first", 0) == "recorded"
    assert table.renews("first", "recorded", 5)
    table.ask("watched", 1, "live", state="on")
    assert table.claim("second", 6) == "watched"
    assert table.takes_over("third", ["second"], 8.9) is None
    assert table.takes_over("third", ["second"], 9.1) == "recorded"


def test_viewers_are_told_that_it_waits(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True)["id"]
    session = run(hall, conference)
    viewer = view(hall, conference)["viewer"]
    begun(hall, session)
    assert hall.run(lambda db: productions.claim(db, "one", datetime.now(UTC))) == session
    other = run(hall, hall.new_conference(recording=1)["id"])
    now = datetime.now(UTC) + timedelta(seconds=2)
    assert hall.run(lambda db: productions.claim_from_viewers(db, "two", ["one"], now)) == other
    shown = view(hall, conference, viewer)
    assert (shown["state"], shown["play_url"]) == ("starting", None), "perhaps a place is free in a moment"
    told = hall.wait(waiting.look(hall.app.database, now + timedelta(seconds=4), journal.insert_event))
    assert [one.session_id for one in told] == [session]
    shown = view(hall, conference, viewer)
    assert (shown["state"], shown["play_url"], shown["viewer"]) == ("busy", None, viewer)
    assert len(streams(hall, session)) == 1
    begun(hall, session)
    assert view(hall, conference, viewer)["state"] == "on"
    stop(hall, conference)
