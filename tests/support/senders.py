"""People who send known pictures and sounds into a room of the real engine."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import numpy as np
from livekit import rtc

from rostrum.api.work import EngineKeys
from rostrum.media.tokens import SOURCES, Grants, participant_token

RATE = 48_000


class Sender:
    """Somebody with a camera of one colour that flashes, and a voice that beeps, at the same moments."""

    def __init__(
        self, name: str, colour: tuple[int, int, int] = (90, 128, 128), size: tuple[int, int] = (640, 360)
    ) -> None:
        self.name, self.colour, self.size = name, colour, size
        self.room = rtc.Room()
        self.camera_on = True
        self.tone: float | None = None
        """A steady tone (hertz) instead of beeps; 0 is silence."""
        self.flashes = True
        self.flickers = False
        """Grey squares in the middle that are others in each picture: no two moments look alike."""
        self._tasks: list[asyncio.Task[None]] = []
        self.publications: dict[str, Any] = {}
        self.place: dict[str, Any] = {}
        self.told: list[str] = []

    async def enter(
        self, url: str, keys: EngineKeys, session_id: str, attributes: dict[str, str] | None = None
    ) -> None:
        """Join and send."""
        token = participant_token(
            keys,
            session_id=session_id,
            participant_id=f"{self.name}@server.test",
            display_name=self.name,
            attributes=attributes or {"role": "0"},
            grants=Grants(SOURCES, subscribe=True),
        )
        await self.join(url, token)

    async def join(self, url: str, token: str) -> None:
        """Join with a token that somebody else made, and send."""
        await self.room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
        self._video = video = rtc.VideoSource(*self.size)
        audio = rtc.AudioSource(RATE, 1, queue_size_ms=40)
        camera = rtc.LocalVideoTrack.create_video_track("camera", video)
        voice = rtc.LocalAudioTrack.create_audio_track("voice", audio)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=True)
        self.publications["camera"] = await self.room.local_participant.publish_track(camera, options)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        self.publications["voice"] = await self.room.local_participant.publish_track(voice, options)
        self._tasks = [asyncio.create_task(self._show(video)), asyncio.create_task(self._speak(audio))]

    async def turn(self) -> None:
        """Send pictures of the present size, as a phone that is turned: the same track, other pictures."""
        self._tasks.pop(0).cancel()
        self._tasks.insert(0, asyncio.create_task(self._show(self._video)))

    async def leave(self) -> None:
        """Go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()

    @staticmethod
    def lit(at: float) -> bool:
        """Whether a moment (seconds of the monotonic clock) is bright and loud: 200 ms of each second."""
        return at % 1.0 < 0.2

    async def _show(self, source: rtc.VideoSource) -> None:
        width, height = self.size
        planes = {}
        for lit, colour in ((False, self.colour), (True, (235, 128, 128))):
            luma = np.full(width * height, colour[0], np.uint8)
            chroma = [np.full(width * height // 4, value, np.uint8) for value in colour[1:]]
            planes[lit] = np.concatenate([luma, *chroma]).tobytes()
        due = time.monotonic()
        while True:
            if self.camera_on:
                now = self.flashes and self.lit(time.monotonic())
                shown = self._flickering(planes[now]) if self.flickers else planes[now]
                source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, shown))
            due += 1 / 30
            await asyncio.sleep(max(0, due - time.monotonic()))

    def _flickering(self, picture: bytes) -> bytes:
        width, height = self.size
        made = np.frombuffer(picture, np.uint8).copy()
        squares = np.random.default_rng().integers(40, 200, (height // 80, width // 80), np.uint8)
        middle = made[: width * height].reshape(height, width)[height // 4 : height // 4 * 3, width // 4 :]
        middle[: len(squares) * 40, : len(squares[0]) * 40] = np.kron(squares, np.ones((40, 40), np.uint8))
        return made.tobytes()

    async def _speak(self, source: rtc.AudioSource) -> None:
        count = RATE // 100
        phase = 0
        while True:
            wave = np.zeros(count)
            beeps = 1000 if self.flashes and self.lit(time.monotonic()) else 0
            hertz = beeps if self.tone is None else self.tone
            if hertz:
                wave = np.sin(2 * np.pi * hertz * np.arange(phase, phase + count) / RATE) * 12_000
            phase += count
            await source.capture_frame(rtc.AudioFrame(wave.astype(np.int16).tobytes(), RATE, 1, count))
