"""Which path leads to which stream, on the one port where streams are fetched."""

from __future__ import annotations

from datetime import UTC, datetime

from rostrum.broadcasts.presets import fetching
from rostrum.broadcasts.running import relay
from rostrum.db.signing import signing_key
from rostrum.media.production import store as productions
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, run, stop

PRESETS = "/api/v3.10/broadcast/presets"
PAYLOAD = {"audio_codec": "AAC", "video_codec": "H264"}


def preset(hall: Api) -> str:
    given = {"name": "Fetched", "type": "manualPull", "payload": PAYLOAD}
    return str(hall.post(PRESETS, token=hall.secret_key, json=given).json()["preset"]["id"])


def path(hall: Api, conference_id: str, preset_id: str) -> str:
    return str(hall.run(lambda db: fetching.path(signing_key(db), conference_id, preset_id)))


def found(hall: Api, asked: str) -> str | None:
    address: str | None = hall.run(lambda db: relay.find_address(db, asked))
    return address


def test_only_the_whole_path_leads_to_a_stream_that_is_made(hall: Api, engine: WrittenEngine) -> None:
    mine, other = preset(hall), preset(hall)
    conference = hall.new_conference(broadcast_enabled=True, broadcast_id=mine)["id"]
    right = path(hall, conference, mine)
    assert right == path(hall, conference, mine)
    assert found(hall, right) is None, "it does not run"
    session = run(hall, conference)
    (row,) = hall.run(lambda db: productions.outputs_of(db, session, "broadcast"))
    assert found(hall, right) is None, "no worker has begun"
    hall.run(lambda db: productions.tell_address(db, row.id, "127.0.0.1:4000"))
    hall.run(lambda db: productions.report(db, row.id, "on", "", datetime.now(UTC)))
    assert found(hall, right) == "127.0.0.1:4000"
    elsewhere = hall.new_conference(broadcast_enabled=True, broadcast_id=mine)["id"]
    key = path(hall, elsewhere, mine).partition("/")[2]
    for wrong in (conference, f"{conference}/", right[:-1], right + "0", right.upper(), f"{conference}/{key}", "", "/"):
        assert found(hall, wrong) is None, wrong
    assert found(hall, path(hall, conference, other)) is None
    stop(hall, conference)
    assert found(hall, right) is None
