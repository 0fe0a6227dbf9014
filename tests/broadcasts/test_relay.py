"""Which path leads to which stream, on the one port where streams are fetched."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from rostrum.broadcasts.presets import fetching
from rostrum.broadcasts.running import relay
from rostrum.db.signing import signing_key
from rostrum.media.production import store as productions
from rostrum.settings import BroadcastSettings
from tests.support.api import Api
from tests.support.meeting import WrittenEngine, run, stop
from tests.support.server import free_port

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


@pytest.mark.parametrize(("rtsp_host", "answers", "silent"), [("127.0.0.3", 3, 1), ("", 1, 3)])
def test_the_port_is_open_where_the_settings_say(
    hall: Api, monkeypatch: pytest.MonkeyPatch, rtsp_host: str, answers: int, silent: int
) -> None:
    port = free_port()
    told = BroadcastSettings(rtsp_host=rtsp_host, rtsp_port=port)
    monkeypatch.setattr(hall.app.settings, "broadcasts", told)

    async def scenario() -> bytes:
        listening = asyncio.create_task(hall.app._relay().run())
        await asyncio.sleep(0.2)
        try:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(f"127.0.0.{silent}", port)
            reader, writer = await asyncio.open_connection(f"127.0.0.{answers}", port)
            writer.write(b"OPTIONS rtsp://x/y RTSP/1.0\r\nCSeq: 7\r\n\r\n")
            answer = await asyncio.wait_for(reader.readline(), 10)
            writer.close()
            return answer
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    assert hall.wait(scenario()) == b"RTSP/1.0 404 Not Found\r\n"


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
