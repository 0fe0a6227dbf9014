"""Watching a meeting without joining it: who may, how many, how long, and how its files are handed out."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rostrum.api.errors import ApiError
from rostrum.broadcasts.live import rules, store
from rostrum.broadcasts.live.lists import newest_place
from rostrum.ids import hashed
from rostrum.media.commands import TellChanged
from rostrum.media.outputs.hls import LiveFiles
from rostrum.media.production import store as productions
from rostrum.media.production.store import OutputRow
from tests.media.production.test_hls import written
from tests.meetings.test_room import People, call
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, reason, run, stop


def watch(hall: Api, conference_id: str, viewer: str | None = None) -> Any:
    return hall.post(f"/api/web/conferences/{conference_id}/live", json={"viewer": viewer} if viewer else {})


def view(hall: Api, conference_id: str, viewer: str | None = None) -> dict[str, Any]:
    answer = watch(hall, conference_id, viewer)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["live"])


def streams(hall: Api, session: str) -> list[OutputRow]:
    return list(hall.run(lambda db: productions.outputs_of(db, session, "live")))


def begun(hall: Api, session: str) -> str:
    """What a worker writes down when it has begun; the key of the stream."""
    key = secrets.token_urlsafe(24)
    (row,) = [one for one in streams(hall, session) if one.is_open]
    hall.run(lambda db: productions.tell_address(db, row.id, key))
    hall.run(lambda db: productions.report(db, row.id, "on", "", datetime.now(UTC)))
    return key


def files(hall: Api, key: str, seconds: int = 5) -> LiveFiles:
    return written(hall.data_dir / "live" / key, seconds, still=True)


def age(hall: Api, viewer: str, seconds: float) -> None:
    """A viewer was last heard of so long ago, and no process remembers a later word."""
    hall.app._live._viewers.pop(hashed(viewer), None)
    past = datetime.now(UTC) - timedelta(seconds=seconds)
    hall.run(lambda db: store.forget(db, datetime.now(UTC) + timedelta(days=1)))
    session = hall.__dict__["watched"]
    hall.run(lambda db: store.insert_viewer(db, hashed(viewer), session, past))


@contextmanager
def setting(hall: Api, name: str, value: Any) -> Iterator[None]:
    before = getattr(hall.settings.broadcasts, name)
    setattr(hall.settings.broadcasts, name, value)
    yield
    setattr(hall.settings.broadcasts, name, before)


def test_from_the_first_viewer_to_the_end(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True, topic="Town hall")["id"]
    waits = view(hall, conference)
    assert (waits["state"], waits["play_url"], waits["viewer"], waits["topic"]) == ("waiting", None, None, "Town hall")
    session = run(hall, conference)
    assert streams(hall, session) == [], "nothing is made as long as nobody watches"
    first = view(hall, conference)
    assert (first["state"], first["play_url"]) == ("starting", None)
    second = view(hall, conference)
    assert second["viewer"] != first["viewer"]
    (row,) = streams(hall, session)
    assert row.settings == {"quality": "720p"}
    key = begun(hall, session)
    shown = view(hall, conference, first["viewer"])
    assert shown["viewer"] == first["viewer"]
    assert shown["play_url"] == f"http://server.test/live/{key}/live.m3u8?viewer={first['viewer']}"
    stop(hall, conference)
    assert [one.wanted for one in streams(hall, session)] == ["off"]
    assert view(hall, conference, first["viewer"])["state"] == "waiting", "it may run again"
    past = {"schedule": {"type": 1, "start_time": int(time.time()) + 1, "duration": 1, "time_offset": 0}}
    hall.put(f"/api/v3.10/conferences/{conference}", token=hall.secret_key, json=past)
    time.sleep(2.1)
    assert view(hall, conference)["state"] == "over"


def test_who_may_not_is_told_why(hall: Api, engine: WrittenEngine) -> None:
    def told(**fields: Any) -> tuple[int, str]:
        conference = hall.new_conference(**{"allow_guests": True, **fields})["id"]
        session = run(hall, conference)
        answer = reason(watch(hall, conference))
        assert streams(hall, session) == []
        return answer

    assert told(pin="1234") == (403, "pinRequired")
    assert told(allow_guests=False) == (403, "guestsNotAllowed")
    assert told(registration={"enabled": True}) == (403, "registrationNeeded")
    assert told(waiting_room_enabled=True) == (403, "mustWait")
    assert told(rights={"guest": {"video_rcv": False}}) == (403, "hiddenFromGuests")
    assert reason(watch(hall, "0000000000")) == (404, "conferenceNotFound")
    with setting(hall, "live", value=False):
        assert told() == (403, "liveNotOffered")


def test_no_more_viewers_than_the_setting_says(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True)["id"]
    hall.__dict__["watched"] = run(hall, conference)
    with setting(hall, "live_viewers", 2):
        first, second = (view(hall, conference)["viewer"] for _ in range(2))
        assert reason(watch(hall, conference)) == (403, "liveIsFull")
        assert view(hall, conference, first)["viewer"] == first, "who has a place keeps it"
        age(hall, second, seconds=31)
        third = view(hall, conference)["viewer"]
        assert third not in {None, first, second}, "whose holder is gone is free again"


def test_everybody_in_the_meeting_sees_that_it_is_watched(hall: Api, engine: WrittenEngine) -> None:
    people = People(hall)
    place = join(hall, people.id, token=people.owner_token)

    def state() -> dict[str, Any]:
        return dict(call(hall, place, "GET", "state").json()["state"])

    address = f"http://server.test/c/{people.id}/live"
    assert (state()["watched"], state()["live_url"]) == (False, address)
    view(hall, people.id)
    assert state()["watched"] is False, "nothing can be seen yet"
    begun(hall, people.session)
    assert state()["watched"] is True
    assert call(hall, place, "PUT", "lock", json={"locked": True}).status_code == 200
    assert state()["live_url"] is None
    assert reason(watch(hall, people.id)) == (403, "conferenceIsLocked")
    engine.taken(TellChanged)


def test_the_address_stands_with_the_conference(hall: Api, engine: WrittenEngine) -> None:
    open_one = hall.new_conference(allow_guests=True)["id"]
    closed = hall.new_conference(allow_guests=True, pin="1234")["id"]
    cards = [hall.get(f"/api/web/conferences/{one}").json()["conference"]["live_url"] for one in (open_one, closed)]
    assert cards == [f"http://server.test/c/{open_one}/live", None]
    with setting(hall, "live", value=False):
        assert hall.get(f"/api/web/conferences/{open_one}").json()["conference"]["live_url"] is None


def test_what_nobody_watches_ends(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True)["id"]
    session = hall.__dict__["watched"] = run(hall, conference)
    viewer = view(hall, conference)["viewer"]
    begun(hall, session)
    hall.wait(hall.app._live.step())
    assert [one.wanted for one in streams(hall, session)] == ["on"]
    age(hall, viewer, seconds=31)
    hall.wait(hall.app._live.step())
    assert [one.wanted for one in streams(hall, session)] == ["off"]
    assert view(hall, conference, viewer)["viewer"] != viewer
    assert [one.wanted for one in streams(hall, session)] == ["off", "on"], "who comes back begins it anew"


def test_who_only_plays_the_list_is_heard_of(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True)["id"]
    session = hall.__dict__["watched"] = run(hall, conference)
    viewer = view(hall, conference)["viewer"]
    key = begun(hall, session)
    output = files(hall, key)
    age(hall, viewer, seconds=25)
    assert hall.get(f"/live/{key}/live.m3u8?viewer={viewer}").status_code == 200
    hall.wait(hall.app._live.step())
    held = hall.run(lambda db: store.session_of(db, hashed(viewer)))
    assert held[1] > datetime.now(UTC) - timedelta(seconds=5)
    output.close()


def test_a_stream_that_cannot_be_made_is_not_begun_over_and_over(hall: Api, engine: WrittenEngine) -> None:
    conference = hall.new_conference(allow_guests=True)["id"]
    session = run(hall, conference)
    viewer = view(hall, conference)["viewer"]
    (row,) = streams(hall, session)
    hall.run(lambda db: productions.report(db, row.id, "failed", "no", datetime.now(UTC)))
    assert view(hall, conference, viewer)["state"] == "starting"
    assert len(streams(hall, session)) == 1
    hall.run(lambda db: productions.report(db, row.id, "failed", "no", datetime.now(UTC) - rules.FAILED))
    view(hall, conference, viewer)
    assert len(streams(hall, session)) == 2


@pytest.fixture
def stream(hall: Api, engine: WrittenEngine) -> Iterator[tuple[str, str, LiveFiles]]:
    """A stream that can be seen: its address, a viewer's ticket, and its writer."""
    conference = hall.new_conference(allow_guests=True)["id"]
    session = run(hall, conference)
    viewer = view(hall, conference)["viewer"]
    key = begun(hall, session)
    output = files(hall, key)
    yield f"/live/{key}", viewer, output
    output.close()


def test_lists_are_for_viewers_and_files_for_everybody(hall: Api, stream: tuple[str, str, LiveFiles]) -> None:
    address, viewer, _output = stream
    listed = hall.get(f"{address}/live.m3u8?viewer={viewer}")
    assert listed.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    assert listed.headers["cache-control"] == "no-store"
    assert viewer not in listed.text
    for wrong in ("", "?viewer=x", f"?viewer={viewer}0"):
        assert reason(hall.get(f"{address}/live.m3u8{wrong}")) == (403, "ticketInvalid")
    for name in ("head.mp4", "s1.m4s", "p1.m4s"):
        got = hall.get(f"{address}/{name}")
        assert (got.status_code, got.headers["content-type"]) == (200, "video/mp4")
        assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert got.headers["access-control-allow-origin"] == "*"
    parts = hall.get(f"{address}/s1.m4s", headers={"Range": "bytes=4-7"})
    assert (parts.status_code, parts.content) == (206, b"moof")


@pytest.mark.parametrize("name", ["s99.m4s", "p99.m4s", ".live.m3u8", "x.txt", "..%2f..%2frostrum.db", "head.mp4%00"])
def test_nothing_else_is_handed_out(hall: Api, stream: tuple[str, str, LiveFiles], name: str) -> None:
    folder = hall.data_dir / "live" / Path(stream[0]).name
    (folder / "x.txt").write_text("not for anybody")
    (folder / ".live.m3u8").write_text("half of it")
    assert hall.get(f"{stream[0]}/{name}").status_code == 404


def test_another_stream_is_not_opened_by_a_ticket(hall: Api, stream: tuple[str, str, LiveFiles]) -> None:
    other = secrets.token_urlsafe(24)
    output = files(hall, other)
    assert hall.get(f"{stream[0]}/live.m3u8?viewer={stream[1]}").status_code == 200
    assert reason(hall.get(f"/live/{other}/live.m3u8?viewer={stream[1]}")) == (403, "ticketInvalid")
    output.close()


def test_a_player_waits_for_the_next_part(hall: Api, stream: tuple[str, str, LiveFiles]) -> None:
    address, viewer, output = stream
    listed = f"{address}/live.m3u8?viewer={viewer}"
    segment, parts = newest_place(hall.get(listed).text)
    hint = hall.get(listed).text.rpartition('URI="')[2].partition('"')[0]
    began = time.monotonic()
    assert hall.get(f"{listed}&_HLS_msn={segment}&_HLS_part={parts - 1}").status_code == 200
    assert time.monotonic() - began < 5, "what is there is answered at once; what is not is waited for longer"
    held: dict[str, Any] = {}

    def ask(what: str, path: str) -> None:
        held[what] = hall.get(path)

    asked = {"list": f"{listed}&_HLS_msn={segment}&_HLS_part={parts}", "part": f"{address}/{hint}"}
    asking = [threading.Thread(target=ask, args=one) for one in asked.items()]
    for one in asking:
        one.start()
    time.sleep(0.6)
    assert not held
    output.close()
    for one in asking:
        one.join(30)
    assert f',URI="{hint}"' in held["list"].text
    assert held["part"].status_code == 200
    for wrong in ("_HLS_part=1", "_HLS_msn=x", "_HLS_msn=1&_HLS_part=-1"):
        assert reason(hall.get(f"{listed}&{wrong}"))[0] == 400


def test_a_player_that_asks_too_far_ahead_is_refused(hall: Api, stream: tuple[str, str, LiveFiles]) -> None:
    answer = hall.get(f"{stream[0]}/live.m3u8?viewer={stream[1]}&_HLS_msn=99")
    assert reason(answer) == (400, "invalidRequest")


def test_files_of_what_is_over_go_after_a_while(hall: Api, stream: tuple[str, str, LiveFiles]) -> None:
    folder = hall.data_dir / "live" / Path(stream[0]).name
    stream[2].close()
    hall.wait(hall.app._live.step())
    assert (folder / "live.m3u8").exists(), "who is behind sees the end"
    past = time.time() - 61
    os.utime(folder, (past, past))
    hall.wait(hall.app._live.step())
    assert not folder.exists()


def test_places_in_a_list() -> None:
    text = "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PART:a\n#EXT-X-PART:b\n#EXTINF:2,\ns7\n#EXT-X-PART:c\n"
    newest = newest_place(text)
    assert newest == (8, 1)
    there = {(7, 1): True, (7, 5): True, (8, 0): True, (8, 1): False, (9, 0): False}
    assert {wanted: rules.is_there(wanted, newest) for wanted in there} == there
    assert rules.wanted_place("7", None) == (8, 0), "a whole segment: until the next one has begun"
    with pytest.raises(ApiError):
        rules.wanted_place(None, "1")
