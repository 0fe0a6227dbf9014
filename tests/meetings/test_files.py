"""Files in the chat of a meeting: who may send and fetch them, and how long they stay."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from sqlalchemy import delete

from rostrum.media.commands import Tell
from rostrum.meetings.files import folder
from rostrum.meetings.tables import messages
from tests.meetings.test_rights import grouped
from tests.meetings.test_room import People, call
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, join, reason, run, seen


def send(hall: Api, place: dict[str, Any], content: bytes = b"%PDF", name: str = "plan.pdf", **more: str) -> Any:
    files = {"file": ("whatever", content, "application/pdf")}
    return call(hall, place, "POST", "files", files=files, data={"name": name, **more})


def listed(hall: Api, place: dict[str, Any]) -> list[str]:
    return [one["message"] for one in call(hall, place, "GET", "messages").json()["messages"]]


def test_a_file_reaches_everybody(hall: Api, engine: WrittenEngine) -> None:
    owner, user, guest = People(hall).all_in()
    content = bytes(range(256)) * 100
    sent = send(hall, guest, content, "Plan ü (1).pdf").json()["message"]
    assert (sent["message"], sent["file"]["name"], sent["file"]["size"]) == ("Plan ü (1).pdf",) * 2 + (25_600,)
    (told,) = engine.taken(Tell)
    assert told.message == {"type": "message", "message": sent}
    assert set(told.to) == {one["participant_id"] for one in (owner, user, guest)}
    for place in (owner, user, guest):
        assert call(hall, place, "GET", "messages").json()["messages"] == [sent]
        got = call(hall, place, "GET", f"files/{sent['file']['id']}")
        assert got.content == content
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")
    log = hall.get("/api/v3.10/logs/messages", token=hall.secret_key, params={"message": "Plan ü (1)"}).json()
    assert log["cnt"] == 1, "the log names the file"


def test_a_private_file_is_for_two(hall: Api, engine: WrittenEngine) -> None:
    owner, user, guest = People(hall).all_in()
    sent = send(hall, owner, to_id=user["participant_id"]).json()["message"]
    (told,) = engine.taken(Tell)
    assert set(told.to) == {owner["participant_id"], user["participant_id"]}
    assert [listed(hall, one) for one in (owner, user, guest)] == [["plan.pdf"], ["plan.pdf"], []]
    address = f"files/{sent['file']['id']}"
    assert call(hall, user, "GET", address).status_code == 200
    assert reason(call(hall, guest, "GET", address)) == (404, "fileNotFound")
    assert reason(send(hall, owner, to_id="nobody")) == (400, "participantNotFound")


@pytest.mark.parametrize("audience", ["user", "guest"])
def test_the_rights_to_send_and_to_receive(hall: Api, engine: WrittenEngine, audience: str) -> None:
    """Whoever may not send is refused; whoever may not receive is not told, sees no such message and gets no file."""
    sending = People(hall, rights={audience: {"file_transfer_send": False}})
    owner, user, guest = sending.all_in()
    mute = {"user": user, "guest": guest}[audience]
    assert reason(send(hall, mute)) == (403, "forbidden")
    assert send(hall, owner).status_code == 200
    receiving = People(hall, rights={audience: {"file_transfer_rcv": False}})
    owner, user, guest = receiving.all_in()
    blind = {"user": user, "guest": guest}[audience]
    engine.taken(Tell)
    sent = send(hall, owner).json()["message"]
    (told,) = engine.taken(Tell)
    assert blind["participant_id"] not in told.to
    assert len(told.to) == 2
    call(hall, owner, "POST", "messages", json={"message": "words"})
    assert listed(hall, blind) == ["words"]
    assert reason(call(hall, blind, "GET", f"files/{sent['file']['id']}")) == (403, "forbidden")
    assert reason(send(hall, owner, to_id=blind["participant_id"])) == (400, "participantNotFound")


def test_a_group_without_the_right_sends_none(hall: Api, engine: WrittenEngine) -> None:
    _login, token = grouped(hall, ["make_calls", "screen_sharing"], version="v3.5")
    made = hall.new_conference()
    run(hall, made["id"])
    place = join(hall, made["id"], token=token)
    seen(hall, place)
    assert reason(send(hall, place)) == (403, "forbidden")


def test_sizes_numbers_and_names(hall: Api, engine: WrittenEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    place = People(hall).all_in()[1]
    monkeypatch.setattr(hall.settings.limits, "chat_file", 10)
    assert send(hall, place, b"x" * 10).status_code == 200
    assert reason(send(hall, place, b"x" * 11)) == (413, "requestTooLarge")
    for name in ("", "a/b", "a\\b", "a\nb", "x" * 256):
        assert send(hall, place, b"x", name).status_code == 400, name
    without = call(hall, place, "POST", "files", data={"name": "a"}, files={"other": ("a", b"x")})
    assert without.json()["error"]["errors"][0]["location"] == "file"
    climbing = send(hall, place, b"x", "..").json()["message"]["file"]
    assert folder.path_of(hall.data_dir, climbing["id"]).parent == hall.data_dir / "files"
    assert reason(call(hall, place, "GET", "files/..%2F..%2Fsecret")) == (404, "fileNotFound")
    monkeypatch.setattr("rostrum.meetings.files.operations.MOST_FILES", 2)
    assert reason(send(hall, place, b"x")) == (409, "tooManyFiles")


def test_it_goes_with_its_message(hall: Api, engine: WrittenEngine) -> None:
    place = People(hall).all_in()[1]
    kept, gone = (send(hall, place).json()["message"] for _ in range(2))
    paths = [folder.path_of(hall.data_dir, one["file"]["id"]) for one in (kept, gone)]
    hall.run(lambda db: db.execute(delete(messages).where(messages.c.id == int(gone["id"]))))
    young = folder.path_of(hall.data_dir, "of-a-transaction-that-runs")
    young.write_bytes(b"x")
    past = time.time() - 7200
    for path in paths:
        os.utime(path, (past, past))
    assert hall.wait(folder.sweep(hall.app.database, hall.data_dir)) == 1
    assert [path.exists() for path in (*paths, young)] == [True, False, True]
    assert (paths[0].stat().st_mode & 0o777, paths[0].parent.stat().st_mode & 0o777) == (0o600, 0o700)
