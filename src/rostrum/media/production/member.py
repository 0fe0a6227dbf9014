"""The unseen member of a meeting: receives what the scene shows, in the size in which it shows it, and all voices."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import av
import numpy as np
import structlog
from livekit import rtc
from livekit.rtc import _ffi_client

from rostrum.media.composition.composer import Seen
from rostrum.media.composition.scene import Person, Scene, Source
from rostrum.media.composition.sound import RATE, Samples
from rostrum.media.encoding import Speaker
from rostrum.media.tokens import MIXER

log = structlog.get_logger()

_SOURCES: dict[int, Source] = {
    rtc.TrackSource.SOURCE_CAMERA: "camera",
    rtc.TrackSource.SOURCE_SCREENSHARE: "screen",
}
_VOICES = {rtc.TrackSource.SOURCE_MICROPHONE, rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO}
_FROZEN_S = 5.0
"""A camera that has sent nothing for so long shows its owner's initials instead of a standing picture."""
_SMALL, _MIDDLE = 200, 400
"""Heights of rectangles up to which the lower qualities are enough, pixels."""
_WAITING = 3
"""Pictures of one source that may wait; the newest counts."""

_TAKES = itertools.count(1)
_PART_MS = 20
"""How much of a voice comes at once, as it was packed for the way; a silent one costs as much as a loud one."""

Hears = Callable[[str, Samples, Speaker | None], None]
"""Told of samples (48 kHz, mono) of a voice, by the name of its track; what a shared screen plays is nobody's voice."""


def _joined_at(one: rtc.RemoteParticipant) -> float:
    """When somebody joined, seconds, as the engine knows it: a worker that comes later finds the same order."""
    return one.joined_at.timestamp() if one.joined_at else time.time()


class Member:
    """Holds one hidden connection. All methods but `pictures` and `people` belong to the event loop."""

    def __init__(self, hears: Hears, silent: Callable[[str], None], stirs: Callable[[], None]) -> None:
        """`silent` is told of a voice that is gone, `stirs` that something else is not as it was."""
        keep_engine_quiet()
        self._room = rtc.Room()
        self._hears, self._silent, self._stirs = hears, silent, stirs
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pictures: dict[tuple[str, Source], tuple[Seen, float]] = {}
        self._people: tuple[Person, ...] = ()
        self._spoke: dict[str, float] = {}
        self._shared: dict[str, float] = {}
        self._joined: dict[str, float] = {}
        self._qualities: dict[str, int] = {}
        self._lock = Lock()
        self._number = 0
        self.gone = asyncio.Event()
        """Set when the connection is over for good."""

    async def enter(self, url: str, token: str) -> None:
        """Connect. Raises rtc.ConnectError."""
        for event in (
            "participant_connected",
            "participant_disconnected",
            "participant_attributes_changed",
            "participant_name_changed",
            "track_published",
            "track_unpublished",
            "track_muted",
            "track_unmuted",
        ):
            self._room.on(event, self._changed)
        self._room.on("track_subscribed", self._subscribed)
        self._room.on("track_unsubscribed", self._unsubscribed)
        self._room.on("active_speakers_changed", self._speaking)
        self._room.on("disconnected", lambda *_reason: self.gone.set())
        await self._room.connect(url, token, rtc.RoomOptions(auto_subscribe=False))
        self._changed()

    async def leave(self) -> None:
        """Disconnect, and forget all."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._room.disconnect()

    def people(self) -> tuple[Person, ...]:
        """Everybody in the meeting, as of now. From any thread."""
        return self._people

    def pictures(self, now: float) -> dict[tuple[str, Source], Seen]:
        """The newest picture of each source; a camera that is off or frozen has none. From any thread."""
        with self._lock:
            return {
                key: seen for key, (seen, at) in self._pictures.items() if key[1] == "screen" or now - at < _FROZEN_S
            }

    def look_at(self, shown: Scene) -> None:
        """Receive what a scene shows, in no larger size than it needs, and no other picture."""
        wanted = {(spot.person.id, spot.source): spot.rect.height for spot in shown.spots}
        for identity, person in self._others():
            for publication in person.track_publications.values():
                source = _SOURCES.get(publication.source)
                if source is None:
                    continue
                height = wanted.get((identity, source))
                needed = height is not None and not publication.muted
                if needed != publication.subscribed:
                    publication.set_subscribed(needed)
                if height is not None and source == "camera" and publication.simulcasted:
                    self._ask_for(publication, height)

    def _ask_for(self, publication: rtc.RemoteTrackPublication, height: int) -> None:
        quality = rtc.VideoQuality.VIDEO_QUALITY_HIGH
        if height <= _SMALL:
            quality = rtc.VideoQuality.VIDEO_QUALITY_LOW
        elif height <= _MIDDLE:
            quality = rtc.VideoQuality.VIDEO_QUALITY_MEDIUM
        if self._qualities.get(publication.sid) != quality:
            self._qualities[publication.sid] = quality
            publication.set_video_quality(quality)

    def _changed(self, *_what: Any) -> None:
        """Look at the room anew: who is there, and whose voice is not heard yet."""
        now = time.monotonic()
        found, tracks = [], set()
        for identity, one in self._others():
            sources = {
                _SOURCES[publication.source]: publication
                for publication in one.track_publications.values()
                if publication.source in _SOURCES and not publication.muted
            }
            if "screen" not in sources:
                self._shared.pop(identity, None)
            for publication in one.track_publications.values():
                tracks.add(publication.sid)
                if publication.source in _VOICES:
                    self._listen(publication, one)
            role = one.attributes.get("role", "0")
            found.append(
                Person(
                    id=identity,
                    name=one.name or identity,
                    role=int(role) if role.isdigit() else 0,
                    has_camera="camera" in sources,
                    has_screen="screen" in sources,
                    spoke_at=self._spoke.get(identity),
                    joined_at=self._joined.setdefault(identity, _joined_at(one)),
                    shared_at=self._shared.setdefault(identity, now) if "screen" in sources else 0,
                )
            )
        there = {(one.id, source) for one in found for source in _seen(one)}
        with self._lock:
            for key in [key for key in self._pictures if key not in there]:
                del self._pictures[key]
        self._forget(tracks)
        self._people = tuple(found)
        self._stirs()

    def _listen(self, publication: rtc.RemoteTrackPublication, person: rtc.RemoteParticipant) -> None:
        """Be subscribed to every voice, so that it is heard at once, but read none that is off: silence costs too."""
        if not publication.subscribed:
            publication.set_subscribed(True)
        elif publication.muted:
            self._drop(publication.sid)
        elif publication.track is not None and publication.sid not in self._tasks:
            work = self._hear(publication.track, publication.sid, self._speaker(publication, person))
            self._tasks[publication.sid] = asyncio.create_task(work)

    def _forget(self, tracks: set[str]) -> None:
        """Forget people and tracks that are gone."""
        for known in (self._spoke, self._joined, self._shared):
            for identity in known.keys() - self._room.remote_participants.keys():
                del known[identity]
        for sid in self._tasks.keys() - tracks:
            self._drop(sid)
        for sid in self._qualities.keys() - tracks:
            del self._qualities[sid]

    def _others(self) -> list[tuple[str, rtc.RemoteParticipant]]:
        return [(identity, one) for identity, one in self._room.remote_participants.items() if identity != MIXER]

    def _speaking(self, speakers: list[rtc.Participant]) -> None:
        now = time.monotonic()
        for one in speakers:
            self._spoke[one.identity] = now
        self._changed()

    def _subscribed(
        self, track: rtc.Track, publication: rtc.RemoteTrackPublication, person: rtc.RemoteParticipant
    ) -> None:
        source = _SOURCES.get(publication.source)
        if source is None and publication.muted:
            return
        speaker = self._speaker(publication, person)
        work = self._watch(track, (person.identity, source)) if source else self._hear(track, publication.sid, speaker)
        self._drop(publication.sid)
        self._tasks[publication.sid] = asyncio.create_task(work)

    def _unsubscribed(
        self, _track: rtc.Track, publication: rtc.RemoteTrackPublication, _person: rtc.RemoteParticipant
    ) -> None:
        self._drop(publication.sid)
        self._qualities.pop(publication.sid, None)

    def _drop(self, sid: str) -> None:
        task = self._tasks.pop(sid, None)
        if task is not None:
            task.cancel()

    async def _watch(self, track: rtc.Track, key: tuple[str, Source]) -> None:
        stream = rtc.VideoStream.from_track(track=track, format=rtc.VideoBufferType.I420, capacity=_WAITING)
        try:
            async for event in stream:
                self._number += 1
                seen = Seen(_picture(event.frame), self._number)
                with self._lock:
                    self._pictures[key] = (seen, time.monotonic())
                self._stirs()
        finally:
            with contextlib.suppress(Exception):
                await stream.aclose()

    def _speaker(self, publication: rtc.RemoteTrackPublication, person: rtc.RemoteParticipant) -> Speaker | None:
        """Who begins to be heard now; None: what a shared screen plays."""
        if publication.source != rtc.TrackSource.SOURCE_MICROPHONE:
            return None
        return Speaker(person.identity, person.name or person.identity, next(_TAKES))

    async def _hear(self, track: rtc.Track, name: str, speaker: Speaker | None) -> None:
        stream = rtc.AudioStream.from_track(track=track, sample_rate=RATE, num_channels=1, frame_size_ms=_PART_MS)
        try:
            async for event in stream:
                self._hears(name, np.frombuffer(event.frame.data, np.int16), speaker)
        finally:
            self._silent(name)
            with contextlib.suppress(Exception):
                await stream.aclose()


def keep_engine_quiet() -> None:
    """Let the engine's library not hand every line of its log to Python, where nobody reads it: 60 lines a second in an
    idle meeting, a fifth of all that it costs. Its errors still go to the process's own log.
    """
    library = _ffi_client.FfiClient.instance._ffi_lib  # noqa: SLF001 (it has no switch)
    library.livekit_ffi_initialize(_ffi_client.ffi_event_callback, False, b"python", rtc.__version__.encode())  # noqa: FBT003


def _seen(one: Person) -> list[Source]:
    return [source for source, there in (("camera", one.has_camera), ("screen", one.has_screen)) if there]  # type: ignore[misc]


def _picture(frame: rtc.VideoFrame) -> av.VideoFrame:
    """The engine's picture as FFmpeg's; one column or row of an odd size is left out."""
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    flat = np.frombuffer(frame.data, np.uint8)
    if (width, height) == (frame.width, frame.height):
        return av.VideoFrame.from_ndarray(flat.reshape(height * 3 // 2, width), "yuv420p")
    luma, chroma_width, chroma_height = frame.width * frame.height, (frame.width + 1) // 2, (frame.height + 1) // 2
    chroma = chroma_width * chroma_height
    parts = [flat[:luma].reshape(frame.height, frame.width)[:height, :width]]
    for start in (luma, luma + chroma):
        plane = flat[start : start + chroma].reshape(chroma_height, chroma_width)
        parts.append(plane[: height // 2, : width // 2])
    whole = np.concatenate([part.reshape(-1) for part in parts]).reshape(height * 3 // 2, width)
    return av.VideoFrame.from_ndarray(whole, "yuv420p")
