"""Watching a meeting without joining it: from a flash before a camera to the flash on a viewer's screen, in Chromium.

Somebody sends a picture that moves all the time and flashes now and then; the page `/c/{id}/live` plays it in a browser
on the same machine, so both ends have one clock. A flash counts from the moment when the sender hands over its first
bright frame to the moment when the browser presents the first bright one.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path

import numpy as np
from livekit import rtc
from msgspec import Struct
from playwright.sync_api import Browser, Page, sync_playwright

from bench import join
from bench.fleet import Say
from bench.join import CONFERENCE
from bench.servers import Server, ask
from bench.stats import Spread, spread

_EVERY_S = 9.0
"""Longer than any delay, so that each flash on the screen belongs to one before the camera."""
_LIT_S = 0.5
_FPS = 30
_SIZE = 640, 360
_TIMEOUT_MS = 60_000
_WATCH = """() => {
  const video = document.querySelector('[data-testid="live-player"]')
  const canvas = document.createElement('canvas'); canvas.width = 16; canvas.height = 9
  const pen = canvas.getContext('2d', {willReadFrequently: true})
  window.__flashes = []
  let lit = true
  const look = (now) => {
    pen.drawImage(video, 0, 0, 16, 9)
    const [red, green, blue] = pen.getImageData(8, 3, 1, 1).data
    const bright = (red + green + blue) / 3 > 150
    if (bright && !lit) window.__flashes.push((performance.timeOrigin + now) / 1000)
    lit = bright
    video.requestVideoFrameCallback(look)
  }
  video.requestVideoFrameCallback(look)
}"""


class LiveDelay(Struct):
    """What was measured, seconds."""

    flashes: int
    behind: Spread
    """From the camera to the screen."""
    first_viewer: float
    """From opening the page to the picture, where nothing was being made yet."""
    next_viewer: float
    """The same for a further viewer."""


def measure(folder: Path, flashes: int, say: Say) -> LiveDelay:
    """Watch so many flashes."""
    with join.running(folder) as server, sync_playwright() as playwright:
        sender = _Sender(server)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=join.FLAGS)
        try:
            sender.start()
            page, first = _opened(browser, server)
            _other, following = _opened(browser, server)
            page.evaluate(_WATCH)
            page.wait_for_timeout(_EVERY_S * (flashes + 2) * 1000)
            seen: list[float] = page.evaluate("window.__flashes")
        finally:
            browser.close()
            sender.end()
    delays = _delays(sender.flashed, seen)[:flashes]
    found = LiveDelay(len(delays), spread(delays), first, following)
    say(f"live: {found.behind} s behind, {found.flashes} flashes; pictures after {first:.1f} and {following:.1f} s")
    return found


def _opened(browser: Browser, server: Server) -> tuple[Page, float]:
    """A viewer's page that plays, and after how many seconds it did."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    began = time.monotonic()
    page.goto(f"http://127.0.0.1:{server.port}/c/{CONFERENCE}/live")
    page.wait_for_selector("[data-testid=live-player][data-state=ready]", timeout=_TIMEOUT_MS)
    page.wait_for_function("document.querySelector('[data-testid=live-player]').currentTime > 0", timeout=_TIMEOUT_MS)
    return page, time.monotonic() - began


def _delays(flashed: list[float], seen: list[float]) -> list[float]:
    """How long each flash that was seen took to come."""
    found = []
    for at in seen:
        before = [one for one in flashed if one < at]
        if before:
            found.append(at - before[-1])
    return found


class _Sender(threading.Thread):
    """Somebody in the meeting whose camera flashes."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        body = json.dumps({"name": "Flash"}).encode()
        _status, answer = ask(server.port, "POST", f"/api/web/conferences/{CONFERENCE}/join", body)
        self._place = json.loads(answer)["participation"]
        self._ending = threading.Event()
        self.flashed: list[float] = []
        """When, by the clock of the machine."""

    def run(self) -> None:
        """Send until the end."""
        asyncio.run(self._send())

    def end(self) -> None:
        """Leave."""
        self._ending.set()
        self.join(10)

    async def _send(self) -> None:
        room = rtc.Room()
        await room.connect(self._place["engine_url"], self._place["engine_token"])
        source = rtc.VideoSource(*_SIZE)
        track = rtc.LocalVideoTrack.create_video_track("camera", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA)
        await room.local_participant.publish_track(track, options)
        began = due = time.monotonic()
        lit_before = False
        while not self._ending.is_set():
            now = time.monotonic() - began
            lit = now > _EVERY_S and now % _EVERY_S < _LIT_S
            if lit and not lit_before:
                self.flashed.append(time.time())
            lit_before = lit
            source.capture_frame(rtc.VideoFrame(*_SIZE, rtc.VideoBufferType.I420, _picture(int(now * _FPS), lit=lit)))
            due += 1 / _FPS
            await asyncio.sleep(max(0, due - time.monotonic()))
        await room.disconnect()


def _picture(number: int, *, lit: bool) -> bytes:
    """Grey, or white in a flash, with a line that walks along the lower edge."""
    width, height = _SIZE
    luma = np.full((height, width), 235 if lit else 60, np.uint8)
    at = number * 6 % (width - 40)
    luma[height - 60 :, at : at + 40] = 140
    return luma.tobytes() + bytes([128]) * (width * height // 2)
