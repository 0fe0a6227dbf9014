"""Broadcasts of a real meeting: the server, its worker, the engine, somebody who sends, and servers that receive."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import av
import numpy as np
import pytest
from msgspec import Struct

from tests.support.meeting import reason
from tests.support.postgresql import new_database
from tests.support.senders import Sender
from tests.support.server import Server, free_port, running_server
from tests.support.targets import Nginx, nginx, rtsp_recorder

V = "/api/v3.10"
SECRETS = ("a-very-secret-word", "key-nobody-may-see")
KEY_IN_ADDRESS = "key-in-an-address"
"""Of a preset whose address people see when they edit it; but it is in no log."""
SMALL = {"use_local_mixer_config": True, "rtsp_video_quality": "180p", "mixer_max_framerate": 15}
SECONDS = 6
PASSWORD = "secret-password"


@pytest.fixture(scope="module")
def rtmp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with nginx(tmp_path_factory.mktemp("nginx")) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database_server: str | None, rtmp: Nginx) -> Iterator[Server]:
    url = new_database(database_server) if database_server else ""
    told: dict[str, Any] = {"rtsp-port": free_port(), "multicast-ttl": 0, "multicast-interface": "127.0.0.1"}
    told["cdnvideo-url"] = f"{rtmp.url}/{{username}}-{{conference_id}}"
    flags = [word for name, value in told.items() for word in (f"--broadcasts-{name}", str(value))]
    flags += ["--broadcasts-allow-local", "--media-workers", "4"]
    with running_server(tmp_path_factory.mktemp("broadcast"), flags=flags, database_url=url) as one:
        yield one


class Meeting:
    """A running conference that is broadcast, with somebody who sends."""

    def __init__(self, server: Server, **fields: Any) -> None:
        self.server = server
        login = f"owner{time.monotonic_ns()}"
        self.login, self.place = login, {}
        self.told: list[str] = []
        server.call("POST", f"{V}/users", json={"login_name": login, "password": PASSWORD})
        given = {"topic": "Weekly planning", "owner": login, "allow_guests": True, "transcoding": SMALL, **fields}
        self.id = server.call("POST", f"{V}/conferences", json=given).json()["conference"]["id"]

    def state(self, place: dict[str, Any] | None = None) -> dict[str, Any]:
        """What holds in the meeting, as the person in it sees it, or another one."""
        place = place or self.place
        address = f"/api/web/sessions/{quote(place['session_id'], safe='')}/state"
        return dict(self.server.call("GET", address, token=place["participant_token"]).json()["state"])

    @cached_property
    def owner_token(self) -> str:
        given = {
            "grant_type": "password",
            "client_id": "trueconf_server_users",
            "username": self.login,
            "password": PASSWORD,
        }
        return str(self.server.http.post("/oauth2/v1/token", data=given).json()["access_token"])

    @cached_property
    def owner_place(self) -> dict[str, Any]:
        """The owner's page in the meeting; it sends nothing."""
        joined = self.server.call("POST", f"/api/web/conferences/{self.id}/join", token=self.owner_token, json={})
        return dict(joined.json()["participation"])

    def card(self) -> dict[str, Any]:
        """The conference in its owner's list."""
        cards = self.server.call("GET", "/api/web/conferences", token=self.owner_token).json()["conferences"]
        return dict(next(one for one in cards if one["id"] == self.id))

    def events(self) -> list[dict[str, Any]]:
        listed = self.server.call("GET", f"{V}/logs/events", params={"page_size": 1000}).json()["list"]
        mine = (self.place["session_id"], "broadcast")
        return [one for one in listed if (one["object_name"], one["event_type"]) == mine]


def preset(server: Server, kind: str, **payload: Any) -> str:
    given = {"name": "Tested", "type": kind, "payload": payload}
    answer = server.call("POST", f"{V}/broadcast/presets", json=given)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["preset"]["id"])


@asynccontextmanager
async def meeting(server: Server, **fields: Any) -> AsyncIterator[Meeting]:
    """A conference that runs with one person in it; it ends with the block, and its worker too."""
    held = Meeting(server, **fields)
    server.call("POST", f"{V}/conferences/{held.id}/run")
    answer = server.http.post(f"/api/web/conferences/{held.id}/join", json={"name": "Ann"})
    place = held.place = answer.json()["participation"]
    sender = Sender("Ann")
    held.told = sender.told
    sender.room.on("data_received", lambda packet: sender.told.append(json.loads(packet.data)["type"]))
    await sender.join(place["engine_url"], place["engine_token"])
    try:
        yield held
    finally:
        await asyncio.to_thread(server.call, "POST", f"{V}/conferences/{held.id}/stop")
        await sender.leave()
        await until(lambda: not workers(server))


async def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something that is asked elsewhere: whoever sends here is not held up by it."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.1)


def workers(server: Server) -> list[int]:
    """The worker processes of a server's data folder."""
    asked = ["pgrep", "-f", f"worker --data-dir {server.data_dir}"]
    return [int(pid) for pid in subprocess.run(asked, check=False, capture_output=True, text=True).stdout.split()]


class Seen(Struct):
    """What arrived: codecs, size of the picture, pictures a second, the seconds at which it became bright, and how loud
    it is at most.
    """

    codecs: set[str]
    width: int
    fps: float
    flashes: list[float]
    loudest: float


async def fetched(url: str, path: Path, *options: str) -> Path:
    """Some seconds of a stream, as it is, by FFmpeg's program; asked again until there is a stream."""
    words = ["ffmpeg", "-v", "error", "-y", *options, "-i", url, "-t", str(SECONDS), "-c", "copy", str(path)]
    deadline = time.monotonic() + 60
    while True:
        process = await asyncio.create_subprocess_exec(*words, stderr=subprocess.PIPE)
        _out, told = await asyncio.wait_for(process.communicate(), 60)
        if process.returncode == 0 and _size(path) > 10_000:
            return path
        assert time.monotonic() < deadline, told
        await asyncio.sleep(0.3)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def seen(path: Path) -> Seen:
    """What is in a file."""
    asked = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,codec_type", "-of", "json", str(path)]
    found = json.loads(subprocess.run(asked, check=False, capture_output=True, text=True).stdout)["streams"]
    lights = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            lights += [(float(frame.time or 0), float(frame.to_ndarray(format="gray").mean()))]
    at, light = np.array(lights).T
    middle = (light.min() + light.max()) / 2
    assert light.max() - light.min() > 60, "the picture does not move"
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", 8_000)
        sounds = [one.to_ndarray() for frame in container.decode(audio=0) for one in resampler.resample(frame)]
    rises = at[1:][(light[1:] > middle) & (light[:-1] <= middle)]
    return Seen(
        {one["codec_name"] for one in found},
        max(one.get("width", 0) for one in found),
        (len(at) - 1) / (at[-1] - at[0]),
        [float(one) for one in rises],
        float(np.abs(np.concatenate(sounds, axis=1).astype(int)).max()),
    )


def check(found: Seen, codecs: set[str]) -> None:
    """The codecs, the size, the frame rate, and a flash in each second as the sender sends them. A machine that is very
    busy misses a picture here and there.
    """
    assert found.codecs == codecs
    assert found.width == 320
    assert 10 < found.fps < 15.6
    assert len(found.flashes) >= 4
    assert 0.9 < np.median(np.diff(found.flashes)) < 1.1
    assert found.loudest > 2_000


RTMP = {
    "youtube": ({"stream_key": "key-nobody-may-see", "audio_codec": "AAC"}, {"h264", "aac"}, "key-nobody-may-see"),
    "manualPush": ({"username": "ann", "password": "a-very-secret-word"}, {"h264", "mp3"}, "pushed"),
    "cdnvideo": ({"username": "ann", "password": "a-very-secret-word"}, {"h264", "aac"}, "ann-{id}"),
}


@pytest.mark.parametrize("kind", RTMP)
def test_over_rtmp(server: Server, rtmp: Nginx, tmp_path: Path, kind: str) -> None:
    payload, codecs, name = RTMP[kind]
    if kind != "cdnvideo":
        field, path = ("stream_url", "") if kind == "youtube" else ("url_publish", "/pushed")
        payload = payload | {field: rtmp.url + path}

    async def scenario() -> None:
        async with meeting(server, broadcast_enabled=True, broadcast_id=preset(server, kind, **payload)) as held:
            path = await fetched(f"{rtmp.url}/{name.format(id=held.id)}", tmp_path / "seen.mkv")
            assert await asyncio.to_thread(held.events) == []
        check(seen(path), codecs)
        secret_free(server)

    asyncio.run(scenario())


RTSP = [
    ("manualPush", "H264", "MP3", {"h264", "mp3"}, False),
    ("manualPush", "VP8", "PCM", {"vp8", "pcm_s16be"}, True),
    ("wowzaServer", "H264", "G711_U", {"h264", "pcm_mulaw"}, True),
    ("wowzaCloud", "H264", "G711_A", {"h264", "pcm_alaw"}, True),
    ("wowzaCloud", "VP8", "AAC", {"vp8", "aac"}, False),
]


@pytest.mark.parametrize(("kind", "video", "audio", "codecs", "over_tcp"), RTSP)
def test_over_rtsp(
    server: Server, tmp_path: Path, kind: str, video: str, audio: str, codecs: set[str], over_tcp: bool
) -> None:
    async def scenario() -> None:
        path = tmp_path / "sent.mkv"
        conference = f"own{time.monotonic_ns()}"
        with rtsp_recorder(path, video, audio, "/live/pushed", f"/live/{conference}") as target:
            port = target.port
            places = {
                "manualPush": {"url_publish": f"rtsp://127.0.0.1:{port}/live/pushed"},
                "wowzaServer": {"host_server": "127.0.0.1", "host_port": port, "application": "live"},
                "wowzaCloud": {"primary_server": "127.0.0.1/live", "host_port": port, "stream_name": "pushed"},
            }
            given = {"video_codec": video, "audio_codec": audio, "rtp_over_tcp": over_tcp, "retry_delay": 1}
            made = preset(server, kind, **places[kind], **given)
            async with meeting(server, id=conference, broadcast_enabled=True, broadcast_id=made) as held:
                await until(lambda: _size(path) > 10_000)
                await asyncio.sleep(SECONDS)
                assert await asyncio.to_thread(held.events) == []
        check(seen(path), codecs)

    asyncio.run(scenario())


def test_fetched_over_rtsp(server: Server, tmp_path: Path) -> None:
    """One port for all: the conference's id with the key of its preset leads to its stream, other paths nowhere."""
    port = int(server.flags[len(server.flags) - server.flags[::-1].index("--broadcasts-rtsp-port")])

    def status(path: str) -> bytes:
        return asked(port, f"rtsp://127.0.0.1:{port}/{path}").split(b"\r\n")[0]

    async def scenario() -> None:
        made = preset(server, "manualPull", audio_codec="AAC", video_codec="H264")
        async with meeting(server, broadcast_enabled=True, broadcast_id=made) as held:
            told = await asyncio.to_thread(held.state)
            assert told["broadcast_address"] is None  # only to moderators
            address = (await asyncio.to_thread(held.card))["broadcast_address"]
            host, conference, key = address.removeprefix("rtsp://").split("/")
            assert (host, conference) == (f"127.0.0.1:{port}", held.id)
            assert len(key) == 32
            path = await fetched(address, tmp_path / "seen.mkv", "-rtsp_transport", "tcp")
            await until(lambda: held.state()["broadcasting"])
            other = key[:-1] + ("0" if key[-1] != "0" else "1")
            wrong = ["unknown", f"unknown/{key}", held.id, f"{held.id}/", f"{held.id}/{other}", f"{held.id}/{key}x"]
            for one in (*wrong, f"{held.id}x/{key}", key, "", "%2e%2e"):
                assert status(one) == b"RTSP/1.0 404 Not Found", one
            for one in (f"{held.id}/{key}", f"{held.id}/{key}/", f"{held.id}/{key}/track0"):
                assert status(one) == b"RTSP/1.0 200 OK", one
            assert held.card()["broadcast_address"] == address  # a player that comes back finds it again
            assert held.events() == []
            refused = server.call("PUT", f"{V}/conferences/{held.id}", json={"broadcast_enabled": False})
            assert reason(refused) == (400, "conferenceFieldUnavailableForChange")  # decision 26
        check(seen(path), {"h264", "aac"})
        assert status(f"{held.id}/{key}") == b"RTSP/1.0 404 Not Found"  # it is over
        elsewhere = Meeting(server, broadcast_enabled=True, broadcast_id=made)
        assert key not in elsewhere.card()["broadcast_address"]  # the key of one conference opens no other
        assert key not in server.log.read_text()

    asyncio.run(scenario())


def test_what_nobody_can_fetch_is_no_broadcast(tmp_path: Path) -> None:
    """Without a port for it the meeting does not say that it is broadcast, and an event says why."""

    async def scenario(server: Server) -> None:
        made = preset(server, "manualPull", audio_codec="AAC", video_codec="H264")
        async with meeting(server, broadcast_enabled=True, broadcast_id=made) as held:
            await until(lambda: bool(held.events()))
            (told,) = held.events()
            assert told["payload"]["state"] == "failed"
            assert "broadcasts.rtsp_port" in told["payload"]["error"]
            assert held.card()["broadcast_address"] is None
            assert held.state()["broadcasting"] is False
            await until(lambda: not workers(server))

    with running_server(tmp_path, flags=["--broadcasts-rtsp-port", "0", "--media-workers", "1"]) as server:
        asyncio.run(scenario(server))


def test_a_target_that_goes_and_comes_back(server: Server, rtmp: Nginx, tmp_path: Path) -> None:
    """Each failure is an event that names no secret; the meeting's recording goes on all the while."""

    async def scenario() -> None:
        payload = {"url_publish": f"{rtmp.url}/{KEY_IN_ADDRESS}", "retry_delay": 1, "inactive_receiver_timeout": 3}
        made = preset(server, "manualPush", **payload, username="ann", password="a-very-secret-word")
        async with meeting(server, broadcast_enabled=True, broadcast_id=made, recording=1) as held:
            await until(lambda: held.state()["broadcasting"] and held.state()["recording"] == "on")
            assert not (await asyncio.to_thread(lambda: held.state(held.owner_place)))["broadcast_fails"]
            await until(lambda: "state" in held.told)
            await asyncio.sleep(1)
            held.told.clear()
            await asyncio.to_thread(rtmp.kill)
            await until(lambda: len(held.events()) >= 2)
            seen_by_owner, seen_by_ann = await asyncio.to_thread(lambda: (held.state(held.owner_place), held.state()))
            assert not seen_by_ann["broadcasting"]
            assert seen_by_owner["broadcast_fails"]
            assert not seen_by_ann["broadcast_fails"], "that is for hosts"
            await until(lambda: "state" in held.told)
            assert held.told.count("state") == 1, "not at each try"
            await asyncio.to_thread(rtmp.start)
            await until(lambda: held.state()["broadcasting"])
            await until(lambda: held.told.count("state") == 2)
            path = await fetched(f"{rtmp.url}/{KEY_IN_ADDRESS}", tmp_path / "seen.mkv")
            told = await asyncio.to_thread(held.events)
            assert {(one["event_type"], one["object_type"]) for one in told} == {("broadcast", "conference")}
            assert {one["payload"]["state"] for one in told} == {"retrying"}
            assert all(f"rtmp://127.0.0.1:{rtmp.port} " in one["payload"]["error"] for one in told)
        check(seen(path), {"h264", "mp3"})
        records = f"{V}/conferences/{held.id}/records"
        await until(lambda: len(server.call("GET", records).json()["records"]) == 1)
        record = server.call("GET", records).json()["records"][0]
        whole = tmp_path / "whole.mkv"
        whole.write_bytes(server.call("GET", record["download_url"].removeprefix(server.url)).content)
        await asyncio.to_thread(steady, whole)
        secret_free(server)

    asyncio.run(scenario())


def steady(path: Path) -> None:
    """A recording with flashes from its beginning to its end."""
    flashes = seen(path).flashes
    assert len(flashes) > SECONDS
    assert max(np.diff(flashes)) < 3.5  # whoever sends is held up by this test's own questions


def test_retries_have_an_end(server: Server, rtmp: Nginx) -> None:
    """As often as the preset says, and no more; that is no harm to the meeting."""

    async def scenario() -> None:
        made = preset(server, "manualPush", url_publish=f"rtmp://127.0.0.1:{free_port()}/x", retries=2, retry_delay=1)
        async with meeting(server, broadcast_enabled=True, broadcast_id=made) as held:
            await until(lambda: len(held.events()) == 3)
            assert sorted(one["payload"]["state"] for one in held.events()) == ["failed", "retrying", "retrying"]
            assert not held.state()["broadcasting"]
            assert server.call("GET", f"{V}/conferences/{held.id}").json()["conference"]["state"] == "running"

    asyncio.run(scenario())


@pytest.fixture
def multicast_route() -> Iterator[None]:
    """Multicast stays on this machine."""
    asked = ["ip", "route", "replace", "239.0.0.0/8", "dev", "lo"]
    if subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("a route for multicast needs root")
    yield
    subprocess.run(["ip", "route", "del", "239.0.0.0/8", "dev", "lo"], check=True)


@pytest.mark.usefixtures("multicast_route")
def test_by_multicast(server: Server, tmp_path: Path) -> None:
    """MPEG-TS to the conference's group. Nobody joins such a conference from a browser: the picture stands still."""
    path = tmp_path / "seen.ts"

    async def scenario() -> None:
        held = Meeting(server, multicast_enable=True, multicast_address="239.10.0.1:5010")
        server.call("POST", f"{V}/conferences/{held.id}/run")
        await fetched("udp://@239.10.0.1:5010?localaddr=127.0.0.1", path)
        server.call("POST", f"{V}/conferences/{held.id}/stop")
        await until(lambda: not workers(server))

    asyncio.run(scenario())
    asked = ["ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_entries"]
    known = [*asked, "stream=codec_name,width,nb_read_frames:format=format_name", str(path)]
    told = json.loads(subprocess.run(known, check=True, capture_output=True, text=True).stdout)
    found = {one["codec_name"]: one for one in told["streams"]}
    assert told["format"]["format_name"] == "mpegts"
    assert set(found) == {"h264", "aac"}
    assert found["h264"]["width"] == 320
    assert int(found["h264"]["nb_read_frames"]) >= 3  # a still picture is sent once a second
    assert int(found["aac"]["nb_read_frames"]) > 100


def asked(port: int, address: str) -> bytes:
    """The answer to one question."""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(f"OPTIONS {address} RTSP/1.0\r\nCSeq: 7\r\n\r\n".encode())
        return line.recv(1000)


def secret_free(server: Server) -> None:
    """No secret is in what server and workers print, in the event log or in answers about presets."""
    logged = server.log.read_text() + server.call("GET", f"{V}/logs/events?page_size=1000").text
    presets = server.call("GET", f"{V}/broadcast/presets").text
    assert not [one for one in (*SECRETS, KEY_IN_ADDRESS) if one in logged]
    assert not [one for one in SECRETS if one in presets]
