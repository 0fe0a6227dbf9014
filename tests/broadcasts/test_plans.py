"""How a worker makes the outputs of broadcasts, by the presets and the settings; and why it cannot."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from rostrum.broadcasts.presets import store as presets
from rostrum.broadcasts.presets.store import PresetRow
from rostrum.broadcasts.running.production import BroadcastKind, MulticastKind
from rostrum.broadcasts.targets import PresetType
from rostrum.media.encoding import AudioEncoder, VideoEncoder
from rostrum.media.formats import VideoFormat
from rostrum.media.outputs.output import OutputError
from rostrum.media.production import store as productions
from rostrum.media.production.kinds import Plan
from rostrum.media.production.store import About, OutputRow
from rostrum.settings import BroadcastSettings
from tests.support.api import Api
from tests.support.meeting import run

PULLED = {"audio_codec": "AAC", "video_codec": "H264"}
SMALL = VideoFormat(width=320, height=180)


def recorded(*_given: Any) -> None:
    """Nobody reads the journal here."""


def planned(hall: Api, kind: PresetType, payload: dict[str, Any], **settings: Any) -> tuple[Plan, list[str]]:
    """The plan of a conference that runs with a preset, and where its stream is said to be."""
    preset = PresetRow(id=os.urandom(6).hex(), name="P", type=kind, payload=payload)
    hall.run(lambda db: presets.insert_preset(db, preset))
    row, about = wanted(hall, "broadcast", broadcast_enabled=True, broadcast_id=preset.id)
    told: list[str] = []
    maker = BroadcastKind(hall.app.database, BroadcastSettings(**settings), recorded)
    return maker.plan(row, about, told.append), told


def wanted(hall: Api, kind: productions.Kind, **fields: Any) -> tuple[OutputRow, About]:
    session = run(hall, hall.new_conference(**fields)["id"])
    (row,) = hall.run(lambda db: productions.outputs_of(db, session, kind))
    about = hall.run(lambda db: productions.about(db, session))
    assert about is not None
    return row, about


@pytest.mark.usefixtures("engine")
def test_what_lacks_a_setting_says_which(hall: Api) -> None:
    with pytest.raises(OutputError, match=r"broadcasts\.rtsp_port"):
        planned(hall, "manualPull", PULLED, rtsp_port=0)
    assert planned(hall, "manualPull", PULLED)[0].audio == "AAC"
    with pytest.raises(OutputError, match=r"broadcasts\.cdnvideo_url"):
        planned(hall, "cdnvideo", {"username": "ann", "password": "secret"})


@pytest.mark.usefixtures("engine")
def test_what_was_kept_before_it_was_refused(hall: Api) -> None:
    youtube = {"stream_url": "rtmp://y.test/live", "stream_key": "a-secret-key\n"}
    with pytest.raises(OutputError, match="stream_key") as refused:
        planned(hall, "youtube", youtube)
    assert "a-secret-key" not in str(refused.value)
    row, about = wanted(hall, "multicast", multicast_enable=True, multicast_address="239.1.2.3")
    row.settings["address"] = "ff02::1"
    with pytest.raises(OutputError, match="belong to the network itself"):
        MulticastKind(BroadcastSettings(), recorded).plan(row, about, recorded)


@pytest.mark.usefixtures("engine")
def test_streams_wait_at_the_address_of_the_worker(hall: Api) -> None:
    plan, told = planned(hall, "manualPull", PULLED, worker_address="127.0.0.5")
    output = plan.make()
    output.open(VideoEncoder(SMALL), AudioEncoder("AAC"))
    try:
        (address,) = told
        host, _, port = address.partition(":")
        assert host == "127.0.0.5"
        with socket.create_connection((host, int(port)), 5) as line, line.makefile("rb") as answer:
            line.sendall(b"TEARDOWN rtsp://x/y RTSP/1.0\r\nCSeq: 7\r\n\r\n")
            assert answer.read().startswith(b"RTSP/1.0 404")  # and no more: it is hung up
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)), 5)
    finally:
        output.close()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("ttl", [0, 7])
def test_multicast_passes_as_many_routers_as_the_setting_says(hall: Api, ttl: int) -> None:
    row, about = wanted(hall, "multicast", multicast_enable=True, multicast_address="239.255.7.7:5999")
    settings = BroadcastSettings(multicast_ttl=ttl, multicast_interface="127.0.0.1")
    output = MulticastKind(settings, recorded).plan(row, about, recorded).make()
    before = datagram_sockets()
    output.open(VideoEncoder(SMALL), AudioEncoder("AAC"))
    try:
        (made,) = datagram_sockets() - before
        with socket.socket(fileno=os.dup(made)) as sends:
            assert sends.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == ttl
            assert sends.getsockname()[0] == "127.0.0.1"
    finally:
        output.close()


def datagram_sockets() -> set[int]:
    """The numbers of this process's open sockets that send single packets."""
    found = set()
    for entry in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):  # closed meanwhile
            if str(entry.readlink()).startswith("socket:"):
                with socket.socket(fileno=os.dup(int(entry.name))) as one:
                    found |= {int(entry.name)} if one.type == socket.SOCK_DGRAM else set()
    return found
