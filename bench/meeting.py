"""People in a running meeting, and the worker that records it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from livekit import rtc

from bench import join
from bench.servers import Server, ask, command_of, tree

_SIZE, _FPS = (320, 180), 15
_RATE = 48_000
Tracks = tuple[rtc.LocalVideoTrack, rtc.LocalAudioTrack]


def worker_of(server: Server) -> int:
    """The process that produces the one meeting."""
    (worker,) = [pid for pid in tree(server.process.pid) if "--lease" in command_of(pid)]
    return worker


def cpu_s(pid: int) -> float:
    """What a process took so far, seconds, as the scheduler counts it: ticks of 10 ms say little of one that rests."""
    taken = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            taken += int((task / "schedstat").read_text().split()[0])
    return taken / 1e9


@asynccontextmanager
async def quiet_guest(server: Server, name: str) -> AsyncIterator[None]:
    """Somebody with a microphone that is off, as long as the block runs."""
    room = await _entered(server, name)
    voice = rtc.LocalAudioTrack.create_audio_track("voice", rtc.AudioSource(_RATE, 1))
    await _publish(room, voice, rtc.TrackSource.SOURCE_MICROPHONE)
    voice.mute()
    yield
    await room.disconnect()


@asynccontextmanager
async def moving_guest(server: Server, name: str) -> AsyncIterator[Tracks]:
    """Somebody with a small moving picture and a quiet tone, as long as the block runs; gives both tracks."""
    room = await _entered(server, name)
    video, audio = rtc.VideoSource(*_SIZE), rtc.AudioSource(_RATE, 1, queue_size_ms=100)
    camera = rtc.LocalVideoTrack.create_video_track("camera", video)
    voice = rtc.LocalAudioTrack.create_audio_track("voice", audio)
    await _publish(room, camera, rtc.TrackSource.SOURCE_CAMERA)
    await _publish(room, voice, rtc.TrackSource.SOURCE_MICROPHONE)
    tasks = [asyncio.create_task(_show(video)), asyncio.create_task(_speak(audio))]
    try:
        yield camera, voice
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await room.disconnect()


async def _entered(server: Server, name: str) -> rtc.Room:
    body = json.dumps({"name": name}).encode()
    address = f"/api/web/conferences/{join.CONFERENCE}/join"
    status, answer = await asyncio.to_thread(ask, server.port, "POST", address, body)
    if status != 200:
        raise RuntimeError(f"join answers {status}: {answer.decode()}")
    place = json.loads(answer)["participation"]
    room = rtc.Room()
    await room.connect(place["engine_url"], place["engine_token"], rtc.RoomOptions(auto_subscribe=False))
    return room


async def _publish(room: rtc.Room, track: rtc.LocalTrack, source: rtc.TrackSource.ValueType) -> None:
    options = rtc.TrackPublishOptions(source=source, simulcast=False)
    await room.local_participant.publish_track(track, options)


async def _show(source: rtc.VideoSource) -> None:
    """A bright bar that wanders over the picture."""
    width, height = _SIZE
    turn = 0
    while True:
        luma = np.full((height, width), 90, np.uint8)
        luma[:, turn % width : turn % width + 40] = 220
        data = luma.tobytes() + bytes([128]) * (width * height // 2)
        source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, data))
        turn += 4
        await asyncio.sleep(1 / _FPS)


async def _speak(source: rtc.AudioSource) -> None:
    count = _RATE // 50
    wave = (np.sin(2 * np.pi * 300 * np.arange(count) / _RATE) * 3_000).astype(np.int16).tobytes()
    while True:
        await source.capture_frame(rtc.AudioFrame(wave, _RATE, 1, count))
