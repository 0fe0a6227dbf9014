"""The clock: composes, mixes and encodes once for each wanted format, and hands the packets to the outputs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import av
import structlog

from rostrum.media.composition.composer import Composer, Pictures
from rostrum.media.composition.scene import Person, Scene
from rostrum.media.composition.sound import RATE, Mixer, Samples
from rostrum.media.encoding import AudioEncoder, Encoded, Speaker, VideoEncoder
from rostrum.media.formats import AudioCodec, VideoFormat
from rostrum.media.production.pump import Pump

log = structlog.get_logger()

STILL_S = 1.0
"""How long a picture that does not change stands before it is encoded once more."""
_PICTURE_LATE_S = 0.08
"""How much later a picture is dated than it came: as much as the voices wait in the mixer and in the encoder."""
_MOVES_S = 0.5
"""Pictures that change more often than that are moving ones; a clock does not move."""
_VOICE_LATE_S = 0.045
"""How much later a voice by itself is dated than it came: as much as it waits in the mixer, give or take 30 ms."""
_RESTS_AFTER_S = 2.0
_RESTING = 10
"""Looks a second for a new picture while none moves; the first one may come by so much later."""
_ASLEEP = 4
"""Looks a second while nobody is heard either; whatever comes is looked at when it comes."""
_BEHIND_S = 0.5
_CALM_S = 20.0
_TELL_AGAIN_S = 10.0
_SLOWEST = 5
"""Frames a second at least, however slow the machine is."""

Formats = tuple[VideoFormat, AudioCodec]
Watcher = Callable[[av.VideoFrame], None]
"""Given each composed picture, on the composing thread: it must be quick, and leave the picture as it is."""


class Pipeline:
    """One programme. `look` gives the people and their pictures of a moment, `shown` is told each new scene."""

    def __init__(
        self,
        composer: Composer,
        look: Callable[[float], tuple[Iterable[Person], Pictures]],
        shown: Callable[[Scene], None],
        zone: ZoneInfo,
        fps: int = 30,
    ) -> None:
        self._composer, self._look, self._shown, self._zone = composer, look, shown, zone
        self._fps = self._wanted_fps = fps
        self._mixer = Mixer()
        self._sound_lock = threading.Lock()
        self._lock = threading.Lock()
        self._videos: dict[VideoFormat, VideoEncoder] = {}
        self._audios: dict[AudioCodec, AudioEncoder] = {}
        self._pumps: dict[str, tuple[Pump, Formats]] = {}
        self._watchers: dict[str, Watcher] = {}
        self._ending = threading.Event()
        self._stirred = threading.Event()
        self._asleep = False
        self._thread = threading.Thread(target=self._run, name="composition", daemon=True)
        self._listeners: dict[str, Pump] = {}
        self._began = time.monotonic()
        self._position = 0
        self._last_scene: Scene | None = None
        self._slow_since = self._calm_since = self._told_after = self._changed_at = self._moved_at = 0.0

    def start(self) -> None:
        """Begin to compose."""
        self._began = time.monotonic()
        self._thread.start()

    def end(self) -> None:
        """Stop composing, and end all outputs in order."""
        self._ending.set()
        self._stirred.set()
        if self._thread.is_alive():
            self._thread.join(10)
        for name in list(self._pumps):
            self.remove(name)

    def hear(self, voice: str, samples: Samples, speaker: Speaker | None = None) -> None:
        """Samples of a voice that came just now. From any thread."""
        with self._sound_lock:
            self._mixer.feed(voice, samples)
        self.stir()
        if speaker is None or not self._listeners:
            return
        at = int((time.monotonic() - self._began + _VOICE_LATE_S) * RATE) - len(samples)
        packet = Encoded("voice", samples.tobytes(), at, Fraction(1, RATE), keyframe=True, speaker=speaker)
        with self._lock:
            pumps = list(self._listeners.values())
        for pump in pumps:
            pump.give(packet)

    def silent(self, voice: str) -> None:
        """A voice is gone. From any thread."""
        with self._sound_lock:
            self._mixer.forget(voice)

    def look_again(self) -> None:
        """Tell the present scene once more: whoever receives the pictures is a new one. From any thread."""
        self._last_scene = None
        self.stir()

    def stir(self) -> None:
        """Something came that may change the picture or the sound. From any thread."""
        if self._asleep:
            self._stirred.set()

    def encoders(self, formats: Formats) -> tuple[VideoEncoder, AudioEncoder]:
        """The encoders of a format: the ones that are there, or new ones. From any thread."""
        video, audio = formats
        with self._lock:
            if video not in self._videos:
                self._videos[video] = VideoEncoder(video)
            if audio not in self._audios:
                self._audios[audio] = AudioEncoder(audio)
            return self._videos[video], self._audios[audio]

    def add(self, name: str, pump: Pump, formats: Formats, *, voices: bool = False) -> None:
        """A further output, fed from now on; with `voices` also with each voice by itself. From any thread."""
        pump.start()
        with self._lock:
            self._pumps[name] = pump, formats
            if voices:
                self._listeners[name] = pump

    def remove(self, name: str) -> None:
        """End an output in order; encoders that nobody needs any more go too. From any thread."""
        with self._lock:
            pump, _formats = self._pumps.pop(name)
            self._listeners.pop(name, None)
            used = [formats for _pump, formats in self._pumps.values()]
            self._videos = {one: encoder for one, encoder in self._videos.items() if any(one == v for v, _a in used)}
            self._audios = {one: encoder for one, encoder in self._audios.items() if any(one == a for _v, a in used)}
        pump.end()

    def watch(self, name: str, watcher: Watcher) -> None:
        """Give the pictures themselves to somebody too. From any thread."""
        with self._lock:
            self._watchers[name] = watcher

    def unwatch(self, name: str) -> None:
        """Give them no more. From any thread."""
        with self._lock:
            self._watchers.pop(name, None)

    def _run(self) -> None:
        began = self._began
        due = 0.0
        drawn = -STILL_S
        while not self._ending.is_set():
            now = time.monotonic() - began
            if now < due and not self._stirred.wait(due - now):
                continue
            self._stirred.clear()
            now = time.monotonic() - began
            try:
                drawn = self._tick(began, now, drawn)
            except Exception as error:  # noqa: BLE001 (an avatar, a codec: whatever it was, the meeting goes on)
                self._stumbled(now, error)
            spent = time.monotonic() - began - now
            due = max(min(due, now) + 1 / self._looks(now), now)
            self._adapt(now, spent)

    def _looks(self, now: float) -> int:
        """How many moments a second are worth looking at."""
        rests = now - self._moved_at > _RESTS_AFTER_S
        self._asleep = rests and self._mixer.is_silent
        return min(self._fps, _ASLEEP if self._asleep else _RESTING) if rests else self._fps

    def _stumbled(self, now: float, error: Exception) -> None:
        """One moment went wrong; the programme goes on with the next one."""
        if now >= self._told_after:
            self._told_after = now + _TELL_AGAIN_S
            log.error("a moment could not be composed", exc_info=error)

    def _tick(self, began: float, now: float, drawn: float) -> float:
        """One moment: the sound up to it, and the picture if it changed. When the last picture was drawn."""
        packets: list[tuple[Encoded, VideoFormat | AudioCodec]] = [*self._sound(now)]
        people, pictures = self._look(began + now)
        frame = self._composer.compose(list(people), pictures, began + now, datetime.now(self._zone))
        if self._composer.scene != self._last_scene:
            self._last_scene = self._composer.scene
            self._shown(self._last_scene)
        if frame is not None:
            if now - self._changed_at < _MOVES_S:
                self._moved_at = now
            self._changed_at = now
        elif now - drawn >= STILL_S:
            frame = self._composer.last()
        if frame is not None:
            drawn = now
            packets += self._picture(frame, now + _PICTURE_LATE_S)
        with self._lock:
            pumps = list(self._pumps.values())
        for pump, formats in pumps:
            pump.give(*(packet for packet, made_for in packets if made_for in formats))
        return drawn

    def _sound(self, now: float) -> Iterable[tuple[Encoded, AudioCodec]]:
        count = int(now * RATE) - self._position
        if count <= 0:
            return
        with self._sound_lock:
            samples = self._mixer.take(count)
        with self._lock:
            audios = list(self._audios.items())
        for codec, encoder in audios:
            for packet in encoder.encode(samples, self._position):
                yield packet, codec
        self._position += count

    def _picture(self, frame: av.VideoFrame, seconds: float) -> list[tuple[Encoded, VideoFormat]]:
        with self._lock:
            videos, watchers = list(self._videos.items()), list(self._watchers.values())
        for watcher in watchers:
            watcher(frame)
        made = []
        for wanted, encoder in videos:
            picture = frame
            if (wanted.width, wanted.height) != (frame.width, frame.height):
                picture = frame.reformat(wanted.width, wanted.height)
            made += [(packet, wanted) for packet in encoder.encode(picture, seconds)]
        return made

    def _adapt(self, now: float, spent: float) -> None:
        """Fewer pictures a second when the machine cannot keep up, and the wanted number when it can again."""
        period = 1 / self._fps
        if spent > period:
            self._calm_since = now
            self._slow_since = self._slow_since or now
            if now - self._slow_since > _BEHIND_S and self._fps > _SLOWEST:
                self._fps = max(_SLOWEST, self._fps // 2)
                self._slow_since = 0.0
                log.warning("the machine cannot keep up with the composition", fps=self._fps)
            return
        self._slow_since = 0.0
        if spent > period / 3:
            self._calm_since = now
        elif self._fps < self._wanted_fps and now - self._calm_since > _CALM_S:
            self._fps = min(self._wanted_fps, self._fps * 2)
            self._calm_since = now
            log.info("the composition has its frame rate again", fps=self._fps)
