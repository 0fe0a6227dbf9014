"""Records: what a folder holds, downloads in whole and in parts, no way out, and what the log learns of deletions."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from rostrum.conferences.tables import conferences
from rostrum.ids import uid
from rostrum.recordings import store
from rostrum.recordings.sweep import sweep
from rostrum.recordings.tables import recordings
from tests.support.api import Api
from tests.wire.shapes import check_error
from tests.wire.test_errors import raw_call

V = "/api/v3.10"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def meeting(api: Api) -> dict[str, Any]:
    made = api.new_conference()
    long_ago = update(conferences).where(conferences.c.id == made["id"])
    api.run(lambda db: db.execute(long_ago.values(created_at=datetime(2020, 1, 1, tzinfo=UTC))))
    folder = folder_of(api, made)
    folder.mkdir(parents=True)
    (folder / "second take.mp4").write_bytes(b"2")
    (folder / "first.mkv").write_bytes(CONTENT)
    os.utime(folder / "first.mkv", (1_600_000_000, 1_600_000_000))
    (folder / "first.mkv.part").write_bytes(b"being made")
    (folder / ".hidden.mkv").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    (folder / "folder.mkv").mkdir()
    (folder / "link.mkv").symlink_to(api.data_dir / "rostrum.db")
    return made


def folder_of(api: Api, conference: dict[str, Any]) -> Path:
    return api.data_dir / "recordings" / str(conference["id"])


def get(api: Api, conference: dict[str, Any], more: str = "", **given: Any) -> Any:
    return api.get(f"{V}/conferences/{conference['id']}/records{more}", token=api.secret_key, **given)


def test_what_is_listed(api: Api, meeting: dict[str, Any]) -> None:
    listed = get(api, meeting).json()["records"]
    assert [one["name"] for one in listed] == ["first.mkv", "second take.mp4"]
    assert listed[0] == {
        "name": "first.mkv",
        "size": str(len(CONTENT)),
        "created": 1_600_000_000,
        "download_url": f"http://server.test{V}/conferences/{meeting['id']}/records/first.mkv/download",
    }
    assert get(api, meeting, "/first.mkv").json() == {"record": listed[0]}
    assert get(api, api.new_conference()).json() == {"records": []}
    followed = api.get(listed[1]["download_url"], token=api.secret_key)
    assert followed.content == b"2"


def test_download_in_whole_and_in_parts(api: Api, meeting: dict[str, Any]) -> None:
    whole = get(api, meeting, "/first.mkv/download")
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert whole.headers["content-type"] == "video/x-matroska"
    assert "first.mkv" in whole.headers["content-disposition"]
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = get(api, meeting, "/first.mkv/download", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, CONTENT[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(CONTENT)}"
    rest = get(api, meeting, "/first.mkv/download", headers={"Range": "bytes=-10"})
    assert rest.content == CONTENT[-10:]
    for wrong, status in (("bytes=999999-", 416), ("bytes=x", 400), ("bytes=9-2", 400)):
        refused = get(api, meeting, "/first.mkv/download", headers={"Range": wrong})
        assert refused.status_code == status, wrong
        check_error(status, refused.json(), reason="invalidRange")
    beyond = get(api, meeting, "/first.mkv/download", headers={"Range": "bytes=999999-"})
    assert beyond.headers["content-range"] == f"bytes */{len(CONTENT)}"
    address = f"{V}/conferences/{meeting['id']}/records/second%20take.mp4/download"
    head = api.request("HEAD", address, token=api.secret_key)
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "video/mp4")


@pytest.mark.parametrize("other", ["items=0-1", "foo", "bytes", "bytes 0-1", "", "=0-1"])
def test_a_range_of_an_unknown_unit_is_none(api: Api, meeting: dict[str, Any], other: str) -> None:
    whole = get(api, meeting, "/first.mkv/download", headers={"Range": other})
    assert (whole.status_code, whole.content) == (200, CONTENT)
    part = get(api, meeting, "/first.mkv/download", headers={"Range": "Bytes=0-1"})
    assert (part.status_code, part.content) == (206, CONTENT[:2])


def test_who_has_the_file_gets_it_once(api: Api, meeting: dict[str, Any]) -> None:
    first = get(api, meeting, "/first.mkv/download").headers
    tag, day = first["etag"], first["last-modified"]
    for asked, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": f'"other", W/{tag}', "Range": "bytes=0-1"}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": day}, 200),
        ({"If-None-Match": '"other"', "Range": "bytes=0-1"}, 206),
        ({"If-Modified-Since": day}, 304),
        ({"If-Modified-Since": "Sat, 12 Sep 2020 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Range": tag, "Range": "bytes=0-1"}, 206),
        ({"If-Range": '"other"', "Range": "bytes=0-1"}, 200),
    ):
        answer = get(api, meeting, "/first.mkv/download", headers=asked)
        assert answer.status_code == status, asked
        if status == 304:
            assert (answer.content, answer.headers["etag"]) == (b"", tag)
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "content-length" not in answer.headers
    os.utime(folder_of(api, meeting) / "first.mkv", (1_700_000_000, 1_700_000_000))
    for asked in ({"If-None-Match": tag}, {"If-Modified-Since": day}):
        assert get(api, meeting, "/first.mkv/download", headers=asked).status_code == 200, "it is another one now"


@pytest.mark.parametrize(
    "name",
    [
        "missing.mkv",
        "link.mkv",
        "folder.mkv",
        ".hidden.mkv",
        "notes.txt",
        "first.mkv.part",
        "..%2F..%2Frostrum.db",
        "..%2Ffirst.mkv",
        "%2Fetc%2Fpasswd",
        "..",
        "%2e%2e",
        "..%5Cfirst.mkv",
        "x" * 300 + ".mkv",
        "first.mkv%2F",
    ],
)
def test_no_way_out_of_the_folder(api: Api, meeting: dict[str, Any], name: str) -> None:
    for more in ("", "/download"):
        path = f"{V}/conferences/{meeting['id']}/records/{name}{more}"
        status, _, body = raw_call(api, "GET", path, authorization=f"Bearer {api.secret_key}")
        assert (status, body["error"]["errors"][0]["reason"]) == (404, "recordNotFound"), path


def test_a_folder_that_leads_elsewhere_holds_nothing(api: Api, tmp_path: Path) -> None:
    made = api.new_conference()
    (tmp_path / "secret.mkv").write_bytes(b"x")
    folder_of(api, made).parent.mkdir(exist_ok=True)
    folder_of(api, made).symlink_to(tmp_path)
    assert get(api, made).json() == {"records": []}
    for more in ("", "/download"):
        assert get(api, made, f"/secret.mkv{more}").status_code == 404


def test_who_may_download(api: Api, meeting: dict[str, Any]) -> None:
    _, stranger = api.new_user()
    address = f"{V}/conferences/{meeting['id']}/records/first.mkv/download"
    assert api.get(address, token=stranger).status_code == 404
    assert api.get(address, token=api.token("conferences.records:read")).status_code == 200
    assert api.get(address, token=api.token("conferences:read")).status_code == 403
    assert api.get(address).status_code == 403


def test_a_new_conference_of_the_same_id_has_none_of_the_old_recordings(api: Api) -> None:
    """They stay for who owned the old one: the log still says where."""
    owner, token = api.new_user()
    other, other_token = api.new_user()
    known = {"id": "weekly", "owner": owner}
    made = api.new_conference(**known)
    row = {"stream_id": "s", "topic": "T", "conference_id": "weekly", "owner": uid(owner, api.settings.server.name)}
    folder_of(api, made).mkdir(parents=True)

    def recorded(name: str, **whose: Any) -> int:
        (folder_of(api, made) / name).write_bytes(name.encode())
        now = datetime.now(UTC)
        moments = {"created_at": now, "stopped_at": now, "size": len(name)}
        return int(api.run(lambda db: store.insert_recording(db, name=name, **row | whose | moments)))

    old = recorded("old.mkv")
    api.delete(f"{V}/conferences/weekly", token=api.secret_key)
    logged = api.get(f"{V}/logs/recordings/{old}", token=api.secret_key).json()
    for may, status in ((token, 200), (api.secret_key, 200), (other_token, 404)):
        answer = api.get(logged["download_url"], token=may)
        assert answer.status_code == status
        if status == 200:
            assert answer.content == b"old.mkv"
        else:
            check_error(404, answer.json(), reason="conferenceNotFound")
    api.new_conference(**known | {"owner": other})
    recorded("new.mkv", owner=uid(other, api.settings.server.name))
    assert [one["name"] for one in get(api, made).json()["records"]] == ["new.mkv"]
    assert get(api, made, "/old.mkv").status_code == 404
    address = f"{V}/conferences/weekly/records/old.mkv/download"
    assert [api.get(address, token=one).status_code for one in (token, api.secret_key, other_token)] == [200, 200, 404]
    new = address.replace("old", "new")
    assert [api.get(new, token=one).status_code for one in (token, api.secret_key, other_token)] == [404, 200, 200]
    mine = api.get("/api/web/recordings", token=token).json()["recordings"]
    assert [one["name"] for one in mine] == ["old.mkv"]


def test_a_file_that_is_older_than_its_conference_is_an_earlier_ones(api: Api) -> None:
    """Nobody here recorded it, so its time says to which conference of this id it belongs."""
    _, token = api.new_user()
    made = api.new_conference(id="again")
    folder = folder_of(api, made)
    folder.mkdir(parents=True)
    for name in ("by hand.mkv", "old.mkv", "new.mkv"):
        (folder / name).write_bytes(name.encode())
    assert len(get(api, made).json()["records"]) == 3
    api.delete(f"{V}/conferences/again", token=api.secret_key)
    for name in ("by hand.mkv", "old.mkv"):
        os.utime(folder / name, (1_600_000_000, 1_600_000_000))
    again = api.new_conference(id="again")
    now = datetime.now(UTC)
    row = {"stream_id": "s", "topic": "T", "conference_id": "again", "owner": "o", "created_at": now, "stopped_at": now}
    api.run(lambda db: store.insert_recording(db, name="old.mkv", **row))
    assert [one["name"] for one in get(api, again).json()["records"]] == ["old.mkv", "new.mkv"]
    for name, status in (("by hand.mkv", 404), ("old.mkv", 200), ("new.mkv", 200)):
        for more in ("", "/download"):
            assert get(api, again, f"/{name}{more}").status_code == status, name + more
            assert api.get(f"{V}/conferences/again/records/{name}{more}", token=token).status_code == 404


def test_deletion_marks(fresh_api: Api) -> None:
    """A file that is gone is marked in the log, one that comes back is not; one that is being made is left alone."""
    api = fresh_api
    made = api.new_conference()
    folder = folder_of(api, made)
    folder.mkdir(parents=True)
    now = datetime.now(UTC)
    row = {"stream_id": "s", "conference_id": made["id"], "topic": "T", "owner": "o", "created_at": now, "size": 1}
    names = [f"{n}.mkv" for n in range(1203)]
    api.run(lambda db: [store.insert_recording(db, name=name, stopped_at=now, **row) for name in names])
    api.run(lambda db: store.insert_recording(db, name="now.mkv", **row))
    for name in names:
        (folder / name).touch()

    def deleted() -> set[str]:
        gone = select(recordings.c.name).where(recordings.c.deleted_at.is_not(None))
        return {one.name for one in api.run(lambda db: db.execute(gone).all())}

    api.wait(sweep(api.app.database, api.data_dir, now))
    assert deleted() == set()
    for name in ("0.mkv", "1202.mkv"):
        (folder / name).unlink()
    api.wait(sweep(api.app.database, api.data_dir, now))
    assert deleted() == {"0.mkv", "1202.mkv"}
    (folder / "0.mkv").touch()
    api.wait(sweep(api.app.database, api.data_dir, now))
    assert deleted() == {"1202.mkv"}


@pytest.mark.parametrize("what", ["start-record", "pause-record", "stop-record"])
def test_without_a_recorder(api: Api, what: str) -> None:
    """The documented reasons come in their order; the last one is that nobody records."""
    made = api.new_conference()
    address = f"{V}/conferences/{made['id']}/{what}"
    stopped = api.post(address, token=api.secret_key)
    assert (stopped.status_code, stopped.json()["error"]["errors"][0]["reason"]) == (400, "conferenceIsNotRunning")
    api.post(f"{V}/conferences/{made['id']}/run", token=api.secret_key)
    running = api.post(address, token=api.secret_key)
    assert (running.status_code, running.json()["error"]["errors"][0]["reason"]) == (503, "serviceUnavailable")
