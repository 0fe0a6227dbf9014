"""Recordings in an S3 service: a real one that speaks its protocol, and what is done while it is away."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import msgspec
import obstore
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from rostrum.db.signing import signing_key
from rostrum.jobs.tables import jobs
from rostrum.recordings import moving, store
from rostrum.recordings.playback import tickets
from rostrum.recordings.speakers import SpeakerTrack
from rostrum.recordings.sweep import sweep
from rostrum.settings import StorageSettings
from rostrum.storage import Storage
from rostrum.storage.store import _open
from tests.conftest import make_settings
from tests.recordings.test_parts import probe, write_part
from tests.support.api import Api
from tests.support.server import Server, free_port
from tests.wire.shapes import check_error

V = "/api/v3.10/conferences"
CONTENT = bytes(range(256)) * 40_000
KEYS = {"access_key": "key", "secret_key": "secret", "region": "us-east-1"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 service on loopback with a bucket."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = [Server.python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        deadline = time.monotonic() + 150
        while True:
            try:
                assert httpx.put(f"{address}/meetings", timeout=25).status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield address
        service.kill()


class Hall:
    """A server whose recordings go to a storage."""

    def __init__(self, folder: Path, database_url: str, **storage: Any) -> None:
        settings = make_settings(database_url)
        settings.storage = StorageSettings(**storage)
        folder.mkdir(exist_ok=True)
        self.api = Api(settings, folder)
        self.conference = self.api.new_conference()
        self.folder = folder / "recordings" / str(self.conference["id"])
        self.folder.mkdir(parents=True)
        self.number = self.recorded("a plan.mkv")

    def recorded(self, name: str, seconds: float | None = None) -> int:
        """A finished recording: a film of some seconds, or any bytes."""
        if seconds is None:
            (self.folder / name).write_bytes(CONTENT)
        else:
            write_part(self.folder / name, seconds)
        now = datetime.now(UTC)
        known = {"stream_id": "s", "conference_id": self.conference["id"], "topic": "T", "owner": "o"}
        size = (self.folder / name).stat().st_size
        moments = {"created_at": now, "stopped_at": now, "size": size, "seconds": seconds}
        number = self.api.run(lambda db: store.insert_recording(db, name=name, **known, **moments))
        self.api.run(lambda db: moving.want(db, number, now))
        return int(number)

    def move(self) -> None:
        assert self.api.wait(self.api.app.moves.step()) is True

    def records(self) -> list[dict[str, Any]]:
        answer = self.api.get(f"{V}/{self.conference['id']}/records", token=self.api.secret_key)
        return list(answer.json()["records"])

    def download(self, **given: Any) -> Any:
        address = urlsplit(self.records()[0]["download_url"]).path
        return self.api.request(given.pop("method", "GET"), address, token=self.api.secret_key, **given)


@pytest.fixture(params=["links", "through"])
def hall(request: pytest.FixtureRequest, s3: str, tmp_path: Path, database_url: str) -> Iterator[Hall]:
    place = {"url": f"s3://meetings/{time.monotonic_ns()}", "endpoint": s3, "serve": request.param}
    made = Hall(tmp_path, database_url, **place, **KEYS)
    yield made
    made.api.close()


def test_moved_listed_and_fetched(hall: Hall) -> None:
    before = hall.records()
    hall.move()
    assert list(hall.folder.iterdir()) == []
    (after,) = hall.records()
    assert {**after, "created": 0} == {**before[0], "created": 0}
    one = hall.api.get(f"{V}/{hall.conference['id']}/records/a plan.mkv", token=hall.api.secret_key)
    assert one.json() == {"record": after}
    answer = hall.download()
    if hall.api.settings.storage.serve == "links":
        assert answer.status_code == 302
        assert "X-Amz-Signature" in answer.headers["location"]
        fetched = httpx.get(answer.headers["location"], timeout=60)
        assert fetched.content == CONTENT
        part = httpx.get(answer.headers["location"], headers={"Range": "bytes=100-199"}, timeout=60)
        assert (part.status_code, part.content) == (206, CONTENT[100:200])
        assert hall.api.settings.storage.secret_key not in answer.headers["location"].partition("?")[0]
        return
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "video/x-matroska"
    assert hall.download(method="HEAD").headers["content-length"] == str(len(CONTENT))
    for asked, start, end in (("100-199", 100, 200), ("-10", len(CONTENT) - 10, None), ("9-", 9, None)):
        part = hall.download(headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, CONTENT[start:end])
    for asked, status in ((f"{len(CONTENT)}-", 416), ("x", 400), ("9-2", 400)):
        assert hall.download(headers={"Range": f"bytes={asked}"}).status_code == status
    assert hall.download(headers={"Range": "BYTES=0-1"}).content == CONTENT[:2]
    for given in ({"Range": "items=0-1"}, {"Range": "foo"}, {"Range": "bytes=0-1", "If-Range": '"an older one"'}):
        whole = hall.download(headers=given)
        assert (whole.status_code, whole.content) == (200, CONTENT), given


def test_a_link_is_good_for_as_long_as_the_setting_says(s3: str, tmp_path: Path, database_url: str) -> None:
    place = {"url": f"s3://meetings/{time.monotonic_ns()}", "endpoint": s3}
    hall = Hall(tmp_path, database_url, link_seconds=77, **place, **KEYS)
    try:
        hall.move()
        opened = hall.api.get(f"/api/web/recordings/{hall.number}", token=hall.api.secret_key).json()["recording"]
        for answer in (hall.download(), hall.api.get(opened["download_url"])):
            assert parse_qs(urlsplit(answer.headers["location"]).query)["X-Amz-Expires"] == ["77"]
    finally:
        hall.api.close()


def test_played_and_downloaded_from_the_storage(hall: Hall, tmp_path: Path) -> None:
    """As the page does it: the list knows how long it is, the pieces come by ranges, the file by its address."""
    hall.move()
    api, number = hall.api, hall.recorded("a film.mkv", 5)
    film = (hall.folder / "a film.mkv").read_bytes()
    hall.move()
    assert list(hall.folder.iterdir()) == []
    listed = api.get("/api/web/recordings", token=api.secret_key).json()["recordings"]
    assert [one["seconds"] for one in listed] == [5, None]
    opened = api.get(f"/api/web/recordings/{number}", token=api.secret_key).json()["recording"]
    assert opened["seconds"] == 5
    assert api.get(opened["about_url"]).json()["complete"]
    names = re.findall(r'^(\d+\.m4s\?\S+)$|URI="(head\.mp4\?[^"]+)"', api.get(opened["play_url"]).text, re.MULTILINE)
    pieces = [api.get(f"/recordings/{number}/{''.join(one)}").content for one in names]
    (tmp_path / "played.mp4").write_bytes(b"".join(pieces))
    assert 4.8 < float(probe(tmp_path / "played.mp4")["format"]["duration"]) < 5.2
    answer = api.get(opened["download_url"])
    if api.settings.storage.serve == "links":
        assert answer.status_code == 302
        answer = httpx.get(answer.headers["location"], timeout=60)
    assert answer.content == film


def test_the_files_of_speakers_go_with_their_recording(hall: Hall) -> None:
    """Moved, fetched and taken away along with it."""
    hall.move()
    api, number = hall.api, hall.recorded("a talk.mkv")
    known = {"name": "Ann / Ånn", "call_id": "ann@server.test", "start": 1.5, "duration": 2.0, "size": 9}
    tracks = [SpeakerTrack(file=f"0{at}.opus", **known) for at in (1, 2)]
    folder = hall.folder / "a talk.speakers"
    folder.mkdir()
    for name in ("01.opus", "02.opus", "speakers.json"):
        (folder / name).write_bytes(b"a" + name.encode()[:8].ljust(8))
    api.run(lambda db: store.keep_speakers(db, number, tracks))

    def fetched() -> list[bytes]:
        opened = api.get(f"/api/web/recordings/{number}", token=api.secret_key).json()["recording"]
        answers = [api.get(one["download_url"]) for one in opened["speakers"]]
        if answers[0].status_code == 302:
            answers = [httpx.get(one.headers["location"], timeout=60) for one in answers]
        else:
            assert answers[0].headers["content-type"] == "audio/ogg"
            assert "a%20talk%20Ann%20_%20%C3%85nn.opus" in answers[0].headers["content-disposition"]
        told = api.get(opened["speakers_url"]).json()["speakers"]
        assert [(one["file"], one["start"]) for one in told] == [("01.opus", 1.5), ("02.opus", 1.5)]
        return [one.content for one in answers]

    assert fetched() == [b"a01.opus ", b"a02.opus "]
    hall.move()
    assert list(hall.folder.iterdir()) == []
    assert fetched() == [b"a01.opus ", b"a02.opus "]
    address = f"/recordings/{number}/speakers/03.opus"
    ticket = {"ticket": tickets.ticket(api.run(signing_key), number, time.time())}
    assert api.get(address, params=ticket).status_code == 404
    assert api.get(address.replace("3", "1")).status_code == 403
    storage, place = Storage(api.settings.storage), _open(api.settings.storage)
    obstore.delete(place, f"{hall.conference['id']}/a talk.mkv")
    for _ in range(2):
        api.wait(sweep(api.app.database, api.data_dir, datetime.now(UTC), storage))
    left = [one["path"].rpartition("/")[2] for page in obstore.list(place) for one in page]
    assert left == ["a plan.mkv"]


def test_deletion_marks_follow_the_storage(hall: Hall) -> None:
    hall.move()
    api, now = hall.api, datetime.now(UTC)
    storage = Storage(api.settings.storage)

    def deleted() -> bool:
        rows = api.run(lambda db: store.some_finished(db, 0))
        return rows[0].deleted_at is not None

    api.wait(sweep(api.app.database, api.data_dir, now, storage))
    assert not deleted()
    place = _open(api.settings.storage)
    obstore.delete(place, f"{hall.conference['id']}/a plan.mkv")
    api.wait(sweep(api.app.database, api.data_dir, now, storage))
    assert deleted()
    assert hall.records() == []


def test_while_the_storage_is_away_the_file_stays_and_is_tried_again(tmp_path: Path, database_url: str) -> None:
    away = {"url": "s3://meetings/x", "endpoint": f"http://127.0.0.1:{free_port()}", "retries": 0}
    hall = Hall(tmp_path, database_url, **away, **KEYS)
    hall.move()
    assert [path.name for path in hall.folder.iterdir()] == ["a plan.mkv"]
    assert hall.download().content == CONTENT
    (job,) = hall.api.run(lambda db: db.execute(select(jobs.c.attempts, jobs.c.last_error)).all())
    assert job.attempts == 1
    assert "secret" not in job.last_error
    hall.api.close()


@pytest.fixture
def stored(s3: str, tmp_path: Path, database_url: str) -> Iterator[Hall]:
    """A film in a storage that can be read through the server."""
    place = {"url": f"s3://meetings/{time.monotonic_ns()}", "endpoint": s3, "serve": "through", "retries": 0}
    hall = Hall(tmp_path, database_url, **place, **KEYS)
    hall.move()
    hall.number = hall.recorded("a film.mkv", 3)
    hall.move()
    yield hall
    hall.api.close()


def reopened(hall: Hall, tmp_path: Path, **storage: Any) -> Api:
    """The same server with other settings of its storage."""
    settings = msgspec.structs.replace(hall.api.settings, storage=StorageSettings(**storage))
    return Api(settings, tmp_path)


def test_what_is_asked_of_a_storage_that_is_away_is_refused_in_the_documented_shape(
    stored: Hall, tmp_path: Path
) -> None:
    """Before the first byte, with one line for the operator, and without what only helps whoever wrote the server."""
    away = {"url": stored.api.settings.storage.url, "endpoint": f"http://127.0.0.1:{free_port()}", "retries": 0}
    api = reopened(stored, tmp_path, serve="through", **away, **KEYS)
    opened = api.get(f"/api/web/recordings/{stored.number}", token=api.secret_key).json()["recording"]
    assert opened["state"] == "complete"
    of_the_api = f"{V}/{stored.conference['id']}/records/a film.mkv/download"
    for address in (opened["about_url"], opened["play_url"], opened["download_url"], of_the_api):
        with capture_logs() as lines:
            answer = api.get(address, token=api.secret_key)
        assert answer.status_code == 503, address
        check_error(503, answer.json(), reason="serviceUnavailable")
        (line,) = lines
        assert line["event"] == "the storage cannot be read"
        assert "\n" not in line["error"]
        assert "exc_info" not in line
    api.close()


def test_a_storage_that_loses_a_file_says_that_it_is_not_there(stored: Hall) -> None:
    api = stored.api
    obstore.delete(_open(api.settings.storage), f"{stored.conference['id']}/a film.mkv")
    opened = api.get(f"/api/web/recordings/{stored.number}", token=api.secret_key).json()["recording"]
    check_error(404, api.get(opened["about_url"]).json(), reason="recordingNotFound")
    check_error(404, api.get(opened["download_url"]).json(), reason="recordNotFound")


def test_a_server_without_a_storage_says_what_it_cannot_reach(stored: Hall, tmp_path: Path) -> None:
    api = reopened(stored, tmp_path)
    listed = api.get("/api/web/recordings", token=api.secret_key).json()["recordings"]
    assert {one["state"] for one in listed} == {"outOfReach"}
    opened = api.get(f"/api/web/recordings/{stored.number}", token=api.secret_key).json()["recording"]
    assert opened["play_url"] is opened["about_url"] is opened["download_url"] is None
    write_part(stored.folder / "a film.mkv", 3)  # somebody fetched it by hand
    opened = api.get(f"/api/web/recordings/{stored.number}", token=api.secret_key).json()["recording"]
    assert opened["state"] == "complete"
    assert api.get(opened["about_url"]).status_code == 200
    api.close()


def test_a_folder_elsewhere(tmp_path: Path, database_url: str) -> None:
    hall = Hall(tmp_path / "data", database_url, url=f"file://{tmp_path}/archive")
    hall.move()
    assert (tmp_path / "archive" / hall.conference["id"] / "a plan.mkv").read_bytes() == CONTENT
    assert hall.download(headers={"Range": "bytes=5-8"}).content == CONTENT[5:9]
    hall.api.close()
