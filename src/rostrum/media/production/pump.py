"""One output in a thread of its own: it may wait for a network as long as it likes, and harms nobody."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

import msgspec
import structlog
from msgspec import Struct

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import Output, OutputError

log = structlog.get_logger()

State = Literal["waiting", "on", "retrying", "failed", "off"]
_MOST_WAITING_S = 10.0
"""A target that is further behind than that loses what it has not taken yet, up to the next keyframe."""
_CHECK_S = 1.0


class Retry(Struct, frozen=True):
    """How often a failed output is opened again; `times` 0: as often as it takes. Pause in seconds."""

    times: int = 0
    pause_s: float = 10.0


class Pump:
    """Feeds one output with packets. `told` learns of each change of state, with the reason of a failure."""

    def __init__(
        self,
        make: Callable[[], Output],
        encoders: tuple[VideoEncoder, AudioEncoder],
        told: Callable[[State, str], None],
        retry: Retry | None = None,
    ) -> None:
        self._make = make
        self._video, self._audio = encoders
        self._told = told
        self._retry = retry
        self._waiting: deque[Encoded] = deque()
        self._woken = threading.Condition()
        self._ending = False
        self._began: float | None = None
        self._skipping = True
        """Nothing is written until the next keyframe."""
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self.state: State = "waiting"

    def start(self) -> None:
        """Begin; the first keyframe from now on is the first picture."""
        self._video.want_keyframe()
        self._thread.start()

    def give(self, *packets: Encoded) -> None:
        """More packets; never waits."""
        with self._woken:
            if not packets or self.state not in {"on", "waiting"} or self._ending:
                return
            self._waiting += packets
            if packets[-1].seconds - self._waiting[0].seconds > _MOST_WAITING_S:
                log.warning("an output is too slow; packets are dropped", dropped=len(self._waiting))
                self._waiting.clear()
                self._skipping = True
                self._video.want_keyframe()
            self._woken.notify()

    def end(self, timeout: float = 20.0) -> None:
        """Write what waits, close the output, and wait for that at most so many seconds."""
        with self._woken:
            self._ending = True
            self._woken.notify()
        self._thread.join(timeout)

    def _run(self) -> None:
        failures = 0
        while not self._ending:
            failed_after = time.monotonic()
            reason = self._once()
            if reason is None:
                self._tell("off", "")
                return
            failures = 1 if time.monotonic() - failed_after > 60 else failures + 1  # noqa: PLR2004 (a minute was good)
            if self._retry is None or (self._retry.times and failures > self._retry.times):
                self._tell("failed", reason)
                return
            self._tell("retrying", reason)
            self._rest(self._retry.pause_s)
        self._tell("off", "")

    def _once(self) -> str | None:
        """One life of the output: the reason why it failed; None: it was ended."""
        output = None
        try:
            output = self._make()
            output.open(self._video, self._audio)
            with self._woken:
                self._waiting.clear()
                self._began, self._skipping = None, True
            self._tell("on", "")
            self._video.want_keyframe()
            self._feed(output)
        except OutputError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 (FFmpeg's errors have many classes)
            # Without the file's name, which FFmpeg adds: an address may hold a password.
            return f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
        finally:
            try:
                if output is not None:
                    output.close()
            except Exception as error:  # noqa: BLE001 (a broken target cannot be closed in order)
                log.info("an output did not close in order", error=type(error).__name__)
        return None

    def _feed(self, output: Output) -> None:
        checked = time.monotonic()
        while True:
            with self._woken:
                if not self._waiting and not self._ending:
                    self._woken.wait(_CHECK_S)
                taken, self._waiting = self._waiting, deque()
                ending = self._ending
            for packet in taken:
                shifted = self._shifted(packet)
                if shifted is not None:
                    output.write(shifted)
            if time.monotonic() - checked >= _CHECK_S:
                output.check()
                checked = time.monotonic()
            if ending:
                return

    def _shifted(self, packet: Encoded) -> Encoded | None:
        """The packet with times that begin at the first keyframe; None: it came before that, or after a loss and before
        the next one. What comes after a loss keeps its time.
        """
        if self._skipping and (packet.kind != "video" or not packet.keyframe):
            return None
        self._skipping = False
        if self._began is None:
            self._began = packet.seconds
        pts = packet.pts - round(Fraction(self._began) / packet.clock)
        return msgspec.structs.replace(packet, pts=pts) if pts >= 0 else None

    def _rest(self, seconds: float) -> None:
        with self._woken:
            self._woken.wait_for(lambda: self._ending, seconds)

    def _tell(self, state: State, reason: str) -> None:
        self.state = state
        self._told(state, reason)
