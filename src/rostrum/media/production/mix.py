"""The composed picture as one track of the room: whoever has a weak machine receives it instead of all the others.

Voices are not mixed in: they are cheap to receive, and in a mix of all everybody would hear themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import av
import structlog
from livekit import rtc

from rostrum.media.formats import VideoFormat
from rostrum.media.production.pump import State
from rostrum.media.tokens import MIXER

log = structlog.get_logger()

TRACK = "mix"
_AGAIN_S = 1.0


class Mix:
    """Sends one picture into a room. `give` belongs to the composing thread, everything else to the event loop."""

    def __init__(self, wanted: VideoFormat, told: Callable[[State, str], None], *, selective: bool) -> None:
        self._wanted, self._told, self._selective = wanted, told, selective
        self._source: rtc.VideoSource | None = None

    async def run(self, url: Callable[[], str], token: Callable[[], str]) -> None:
        """Send until cancelled; the engine may go and come back meanwhile."""
        while True:
            room, gone = rtc.Room(), asyncio.Event()
            room.on("disconnected", lambda *_reason, gone=gone: gone.set())
            try:
                await room.connect(url(), token(), rtc.RoomOptions(auto_subscribe=False))
                await self._publish(room)
                self._told("on", "")
                await gone.wait()
                self._told("retrying", "the engine is gone")
            except Exception as error:  # noqa: BLE001 (the engine may be away in any way it likes)
                self._told("retrying", str(error))
            finally:
                self._source = None
                with contextlib.suppress(Exception):
                    await room.disconnect()
            await asyncio.sleep(_AGAIN_S)

    def give(self, frame: av.VideoFrame) -> None:
        """The next picture."""
        source = self._source
        if source is None:
            return
        wanted = self._wanted
        if (frame.width, frame.height) != (wanted.width, wanted.height):
            frame = frame.reformat(wanted.width, wanted.height)
        data = frame.to_ndarray().tobytes()
        source.capture_frame(rtc.VideoFrame(wanted.width, wanted.height, rtc.VideoBufferType.I420, data))

    async def _publish(self, room: rtc.Room) -> None:
        wanted = self._wanted
        if self._selective:
            self._keep_from_those_who_may_not_see(room)
        source = rtc.VideoSource(wanted.width, wanted.height)
        track = rtc.LocalVideoTrack.create_video_track(TRACK, source)
        encoding = rtc.VideoEncoding(max_bitrate=wanted.kbit * 1000, max_framerate=wanted.fps)
        options = rtc.TrackPublishOptions(simulcast=False, video_encoding=encoding)
        await room.local_participant.publish_track(track, options)
        self._source = source

    @staticmethod
    def _keep_from_those_who_may_not_see(room: rtc.Room) -> None:
        """What browsers do with their own pictures (receivers.ts): the engine holds the track back from all others."""

        def tell(*_what: Any) -> None:
            allowed = [
                rtc.ParticipantTrackPermission(participant_identity=identity, allow_all=True)
                for identity, one in room.remote_participants.items()
                if one.attributes.get("receives") != "audio" and identity != MIXER
            ]
            room.local_participant.set_track_subscription_permissions(
                allow_all_participants=False, participant_permissions=allowed
            )

        room.on("participant_connected", tell)
        room.on("participant_attributes_changed", tell)
        tell()
