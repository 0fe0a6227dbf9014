"""One worker and several meetings: who waits, who gives way, and what becomes of a meeting whose worker is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broadcasts.test_live_files import Viewer
from tests.recordings.test_parts import probe
from tests.recordings.test_recording import Meeting, fetched, until, workers
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("one-worker"), flags=["--media-workers", "1"]) as running:
        yield running


def test_the_second_meeting_is_recorded_when_the_first_is_done(server: Server) -> None:
    async def scenario() -> None:
        first, second = Meeting(server, recording=1), Meeting(server, rights={"guest": {"recording": True}})
        await first.enter("Ann")
        bob = await second.enter("Bob")
        await first.until(1)
        assert second.inside(bob, "POST", "recording", json={"state": "on"}).status_code == 200
        await until(lambda: second.seen_by(bob) == "waiting")
        logged = server.call("GET", "/api/v3.10/logs/events", params={"event_type": "recording_waiting"}).json()
        assert second.shown["stream_id"] in {one["object_name"] for one in logged["list"]}
        assert second.shown["stream_recording_state"] == 0
        await asyncio.sleep(2)
        assert len(workers(server)) == 1
        bob.told.clear()
        first.do("stop")
        await second.until(1)
        assert second.seen_by(bob) == "on"
        await until(lambda: "state" in bob.told)
        await asyncio.sleep(2)
        second.do("stop")
        for one in (first, second):
            await until(lambda one=one: len(one.records()) == 1)
            await one.leave()

    asyncio.run(scenario())


def test_a_worker_that_dies_as_it_begins_is_replaced_at_once(server: Server) -> None:
    async def scenario() -> None:
        meeting = Meeting(server)
        ann = await meeting.enter("Ann")
        assert meeting.do("start-record") == 202
        await until(lambda: len(workers(server)) == 1)
        os.kill(workers(server)[0], signal.SIGKILL)
        killed = time.monotonic()
        await meeting.until(1)
        assert time.monotonic() - killed < 10  # its codecs take their time on a busy machine; the lease alone is 30 s
        assert meeting.seen_by(ann) == "on"
        await asyncio.sleep(2)
        meeting.do("stop")
        await until(lambda: len(meeting.records()) == 1)
        await meeting.leave()

    asyncio.run(scenario())


def test_one_that_is_ended_after_it_lost_its_worker_is_put_together(server: Server, tmp_path: Path) -> None:
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

    asyncio.run(scenario())


def _card(meeting: Meeting) -> dict[str, Any]:
    """The recording of a meeting in the list of all."""
    listed = meeting.server.call("GET", "/api/web/recordings").json()["recordings"]
    return dict(next(one for one in listed if one["conference_id"] == meeting.id))


def test_a_recording_does_not_wait_for_people_who_watch(server: Server) -> None:
    small = {"use_local_mixer_config": True, "rtsp_video_quality": "180p", "mixer_max_framerate": 10}

    async def scenario() -> None:
        watched, recorded = Meeting(server, transcoding=small), Meeting(server, transcoding=small)
        ann = await watched.enter("Ann")
        await recorded.enter("Bob")
        viewer = Viewer(watched)
        before = await viewer.sees()
        (first,) = workers(server)
        assert recorded.do("start-record") == 202
        await recorded.until(1)
        await asyncio.sleep(2)
        await until(lambda: first not in workers(server))
        assert len(workers(server)) == 1
        await until(lambda: viewer.look()["state"] == "busy")
        assert "#EXT-X-ENDLIST" in server.http.get(before).text
        assert watched.inside(ann, "GET", "state").json()["state"]["watched"] is False
        logged = server.call("GET", "/api/v3.10/logs/events", params={"page_size": 200}).json()["list"]
        told = {(one["event_type"], one["object_name"]) for one in logged}
        assert ("live_waiting", watched.shown["stream_id"]) in told
        assert ("recording_waiting", recorded.shown["stream_id"]) not in told, "nobody had to wait"
        assert recorded.do("stop-record") == 202
        await until(lambda: len(recorded.records()) == 1)
        await until(lambda: viewer.look()["state"] == "on")
        assert await viewer.sees() != before
        for one in (watched, recorded):
            one.do("stop")
            await one.leave()
        await until(lambda: not workers(server))

    asyncio.run(scenario())
