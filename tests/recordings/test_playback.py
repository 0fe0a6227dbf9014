"""Watching recordings: what a playlist and its pieces hold, while a recording is made and after, and who gets them."""

from __future__ import annotations

import asyncio
import itertools
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from rostrum import storage
from rostrum.ids import uid
from rostrum.recordings import files, parts, store
from rostrum.recordings.playback import tickets
from rostrum.recordings.playback.shelf import Opened, Recorded, Shelf
from rostrum.settings import StorageSettings
from rostrum.storage.store import name_of
from tests.recordings.test_parts import write_part
from tests.support.api import Api
from tests.wire.shapes import check_error

ONE = Recorded(7, "first", "first.mkv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the parts of recording 7 lie."""
    return parts.folder_of(files.folder_of(tmp_path, ONE.conference_id), ONE.number)


def assembled(shelf: Shelf, opened: Opened, path: Path) -> Any:
    """What a browser puts together, opened by a player: pictures (second, brightness) and times of sound."""
    head, _ = shelf.piece(opened, 0)
    pieces = [shelf.piece(opened, number)[1] for number in range(len(opened.timeline.segments))]
    path.write_bytes(head + b"".join(pieces))
    with av.open(str(path)) as whole:
        streams = {one.type: one for one in whole.streams}
        frames = [(float(frame.time or 0), float(np.mean(frame.to_ndarray()[:180]))) for frame in whole.decode(video=0)]
        assert {one.codec_context.name for one in streams.values()} == {"h264", "aac"}
    with av.open(str(path)) as whole:
        sound = [float(one.pts * one.time_base) for one in whole.demux(audio=0) if one.pts is not None]
    return frames, sound


def test_a_whole_file_is_cut_at_its_keyframes(tmp_path: Path, folder: Path) -> None:
    write_part(parts.next_path(folder, after_pause=False), 5)
    write_part(parts.next_path(folder, after_pause=True), 3)
    parts.join(parts.parts_of(folder), folder.parent / ONE.name, "Weekly planning")
    parts.forget(folder)
    shelf = Shelf(tmp_path)
    opened = shelf.open(ONE)
    shown = opened.timeline
    assert shown.complete
    assert 7.8 < shown.seconds < 8.2
    assert [round(one) for one in shown.chapters] == [0, 5]
    assert all(1.9 < one.seconds < 2.1 for one in shown.segments[:2])
    for one, following in itertools.pairwise(shown.segments):
        assert one.at + one.seconds == pytest.approx(following.at)
    frames, sound = assembled(shelf, opened, tmp_path / "assembled.mp4")
    assert len(frames) > 7.8 * 30
    assert all(0.02 < following - one < 0.1 for (one, _), (following, _) in itertools.pairwise(frames))
    assert all(0 < following - one < 0.1 for one, following in itertools.pairwise(sound))
    assert abs(frames[-1][0] - sound[-1]) < 0.2


def test_a_piece_keeps_its_time_when_it_is_asked_for_alone(tmp_path: Path, folder: Path) -> None:
    write_part(parts.next_path(folder, after_pause=False), 7)
    shelf = Shelf(tmp_path)
    opened = shelf.open(ONE)
    head, piece = shelf.piece(opened, 2)
    (tmp_path / "one.mp4").write_bytes(head + piece)
    asked = ["ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-select_streams", "v", "-of", "csv=p=0"]
    ran = subprocess.run([*asked, str(tmp_path / "one.mp4")], check=True, capture_output=True, text=True)
    assert abs(float(ran.stdout.split()[0].strip(",")) - opened.timeline.segments[2].at) < 0.05


def test_parts_follow_each_other_and_the_growing_one_ends_at_its_newest_keyframe(tmp_path: Path, folder: Path) -> None:
    write_part(parts.next_path(folder, after_pause=False), 3, bright=60)
    write_part(parts.next_path(folder, after_pause=True), 7.5, bright=180, torn=True)
    shelf = Shelf(tmp_path)
    opened = shelf.open(ONE)
    assert not opened.timeline.complete
    assert [round(one) for one in opened.timeline.chapters] == [0, 3]
    assert opened.timeline.seconds == pytest.approx(7, abs=0.2)  # the piece from 4 s on is not whole yet
    frames, _sound = assembled(shelf, opened, tmp_path / "assembled.mp4")
    assert frames[0][1] < 100
    assert frames[-1][1] > 140
    assert all(0 < following - one < 0.2 for (one, _), (following, _) in itertools.pairwise(frames))


def test_what_is_added_is_read_on_and_the_numbers_of_pieces_stay(tmp_path: Path, folder: Path) -> None:
    path = parts.next_path(folder, after_pause=False)
    write_part(path, 9, torn=True)
    all_of_it = path.read_bytes()
    path.write_bytes(all_of_it[: len(all_of_it) // 2])
    shelf = Shelf(tmp_path)
    before = shelf.open(ONE).timeline
    path.write_bytes(all_of_it)
    after = shelf.open(ONE).timeline
    assert 1 <= len(before.segments) < len(after.segments)
    assert after.segments[: len(before.segments)] == before.segments
    write_part(path, 9)
    parts.join(parts.parts_of(folder), folder.parent / ONE.name, "")
    parts.forget(folder)
    whole = shelf.open(ONE).timeline
    assert whole.complete
    for one, same in zip(before.segments, whole.segments, strict=False):
        assert one.at == pytest.approx(same.at, abs=0.01)


def test_from_the_storage_by_its_index(tmp_path: Path, folder: Path) -> None:
    write_part(parts.next_path(folder, after_pause=False), 5)
    write_part(parts.next_path(folder, after_pause=True), 3)
    here = folder.parent / ONE.name
    parts.join(parts.parts_of(folder), here, "Weekly planning")
    local = Shelf(tmp_path).open(ONE)
    kept = storage.opened(StorageSettings(url=f"file://{tmp_path}/elsewhere"))
    assert kept is not None
    size = asyncio.run(kept.put(name_of(ONE.conference_id, ONE.name), here))
    here.unlink()
    shelf = Shelf(tmp_path, kept)
    opened = shelf.open(msgspec.structs.replace(ONE, is_stored=True, size=size))
    assert opened.timeline == local.timeline
    frames, _sound = assembled(shelf, opened, tmp_path / "assembled.mp4")
    assert len(frames) > 7.8 * 30


def test_nothing_to_play_yet(tmp_path: Path, folder: Path) -> None:
    shelf = Shelf(tmp_path)
    with pytest.raises(FileNotFoundError):
        shelf.open(ONE)
    parts.next_path(folder, after_pause=False).write_bytes(b"")
    opened = shelf.open(ONE)
    assert opened.timeline.segments == []
    with pytest.raises(IndexError):
        shelf.piece(opened, 0)


def test_tickets() -> None:
    now = 1_800_000_000.5
    good = tickets.ticket("key", 7, now)
    assert tickets.opens("key", 7, good, now + tickets.LASTS_S - 1)
    assert not tickets.opens("key", 7, good, now + tickets.LASTS_S + 1)
    assert not tickets.opens("key", 8, good, now)
    assert not tickets.opens("another", 7, good, now)
    until, _, signature = good.partition(".")
    later = f"{int(until) + 1}.{signature}"
    assert not any(tickets.opens("key", 7, bad, now) for bad in ("", ".", "x.y", until, later, f"{until}.ä", "9" * 99))


def test_the_server_starts_without_codecs() -> None:
    asked = "import sys, rostrum.app; print([one for one in ('av', 'numpy', 'livekit') if one in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


class Library:
    """An owner with a recording, complete or being made."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.owner, self.token = api.new_user()
        self.conference = str(api.new_conference(owner=self.owner)["id"])

    def keep(self, *, complete: bool = True, name: str = "first.mkv", deleted: bool = False) -> int:
        now = datetime.now(UTC) + timedelta(seconds=1)
        row = {
            "stream_id": "session",
            "conference_id": self.conference,
            "name": name,
            "topic": "Weekly planning",
            "owner": uid(self.owner, self.api.settings.server.name),
            "created_at": now,
            "stopped_at": now if complete else None,
            "deleted_at": now if deleted else None,
        }
        number = int(self.api.run(lambda db: store.insert_recording(db, **row)))
        folder = files.folder_of(self.api.data_dir, self.conference)
        if complete and not deleted:
            folder.mkdir(parents=True, exist_ok=True)
            write_part(folder / name, 3)
        elif not complete:
            write_part(parts.next_path(parts.folder_of(folder, number), after_pause=False), 5, torn=True)
        return number

    def opened(self, number: int) -> dict[str, Any]:
        return dict(self.api.get(f"/api/web/recordings/{number}", token=self.token).json()["recording"])


@pytest.fixture
def library(api: Api) -> Library:
    return Library(api)


def test_the_list_of_an_owner(library: Library) -> None:
    numbers = [
        library.keep(),
        library.keep(complete=False, name="second.mkv"),
        library.keep(name="third.mkv", deleted=True),
    ]
    listed = library.api.get("/api/web/recordings", token=library.token).json()
    assert [one["id"] for one in listed["recordings"]] == numbers[::-1]
    assert [one["state"] for one in listed["recordings"]] == ["deleted", "beingMade", "complete"]
    assert not listed["more"]
    complete = listed["recordings"][-1]
    assert 2.8 < complete["seconds"] < 3.2
    assert complete["topic"] == "Weekly planning"
    older = library.api.get("/api/web/recordings", token=library.token, params={"before": numbers[1]}).json()
    assert [one["id"] for one in older["recordings"]] == numbers[:1]
    _stranger, token = library.api.new_user()
    assert library.api.get("/api/web/recordings", token=token).json() == {"recordings": [], "more": False}
    everything = library.api.get("/api/web/recordings", token=library.api.secret_key).json()["recordings"]
    assert set(numbers) <= {one["id"] for one in everything}


def test_playing_and_downloading_by_ticket(library: Library) -> None:
    number = library.keep()
    opened = library.opened(number)
    listed = library.api.get(opened["play_url"])
    assert listed.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert "#EXT-X-ENDLIST" in listed.text
    names = re.findall(r'^(\d+\.m4s\?ticket=\S+)$|URI="(head\.mp4\?[^"]+)"', listed.text, re.MULTILINE)
    assert len(names) == 3
    for found in names:
        piece = library.api.get(f"/recordings/{number}/{''.join(found)}")
        assert piece.status_code == 200
        assert piece.headers["content-type"] == "video/mp4"
        assert piece.content[4:8] in {b"ftyp", b"moof"}
    about = library.api.get(opened["about_url"]).json()
    assert about["complete"]
    assert about["chapters"] == [0]
    assert 2.8 < about["seconds"] < 3.2
    whole = library.api.get(opened["download_url"])
    assert whole.headers["content-type"] == "video/x-matroska"
    assert "first.mkv" in whole.headers["content-disposition"]
    part = library.api.get(opened["download_url"], headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.content == whole.content[10:20]


def test_while_it_is_being_made(library: Library) -> None:
    opened = library.opened(library.keep(complete=False))
    assert (opened["state"], opened["progress"]) == ("beingMade", "unfinished"), "nobody works on it"
    assert opened["download_url"] is None
    listed = library.api.get(opened["play_url"]).text
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in listed
    assert "#EXT-X-ENDLIST" not in listed


def test_who_may_not(library: Library) -> None:
    number = library.keep()
    other = library.keep(name="second.mkv")
    opened, api = library.opened(number), library.api
    _stranger, token = api.new_user()
    refused = api.get(f"/api/web/recordings/{number}", token=token)
    check_error(404, refused.json(), reason="recordingNotFound")
    for name in ("index.m3u8", "about.json", "head.mp4", "0.m4s", "file"):
        for ticket in ("", f"{int(time.time()) + 60}.{'0' * 64}", opened["play_url"].partition("ticket=")[2]):
            answer = api.get(f"/recordings/{other}/{name}", params={"ticket": ticket} if ticket else {})
            assert answer.status_code == 403
            check_error(403, answer.json(), reason="ticketInvalid")


def test_an_account_of_the_same_login_inherits_nothing(library: Library) -> None:
    number, api = library.keep(), library.api
    api.delete(f"/api/v3.10/users/{library.owner}", token=api.secret_key)
    time.sleep(1.1)  # the recording was made a second from then
    _login, token = api.new_user(library.owner)
    assert api.get("/api/web/recordings", token=token).json()["recordings"] == []
    assert api.get(f"/api/web/recordings/{number}", token=token).status_code == 404


def test_a_deleted_one_is_listed_and_not_played(library: Library) -> None:
    number = library.keep(deleted=True)
    opened = library.opened(number)
    assert opened["state"] == "deleted"
    assert opened["play_url"] is opened["download_url"] is None
