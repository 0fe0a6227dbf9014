"""A meeting watched without joining it: the page waits, plays with sound, counts places, and says when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import People, picture
from tests.support.server import Server, running_server

MOST = 2

_LOUDEST = """() => {
  const video = document.querySelector('[data-testid="live-player"]')
  if (!window.__ear) {
    const context = new AudioContext(), analyser = context.createAnalyser()
    context.createMediaStreamSource(video.captureStream()).connect(analyser)
    window.__ear = analyser; window.__loud = 0
    setInterval(() => {
      const heard = new Float32Array(analyser.fftSize); analyser.getFloatTimeDomainData(heard)
      window.__loud = Math.max(window.__loud, ...heard.map(Math.abs))
    }, 20)
  }
  return window.__loud
}"""

_STATE = """() => {
  const video = document.querySelector('[data-testid="live-player"]')
  const spans = ranges => Array.from({length: ranges.length}, (_, at) => [ranges.start(at), ranges.end(at)])
  const {paused, seeking, readyState, currentTime, error} = video
  const {buffered, seekable} = video
  return JSON.stringify({paused, seeking, readyState, currentTime, error: error?.message, state: video.dataset.state,
    buffered: spans(buffered), seekable: spans(seekable)})
}"""

_STRICT = """
  const play = HTMLMediaElement.prototype.play
  let pressed = false
  addEventListener('pointerdown', () => { pressed = true }, true)
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || pressed) return play.call(this)
    return Promise.reject(new DOMException('play() needs a press first', 'NotAllowedError'))
  }
"""
"""What browsers do with sound outside of tests, where each look at a page counts as a press."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    flags = ["--broadcasts-live-viewers", str(MOST)]
    with running_server(tmp_path_factory.mktemp("live-page"), flags=flags) as running:
        yield running


def seen(page: Page) -> dict[str, float]:
    """What the player shows."""
    return picture(page, "live-player")


def loudest(page: Page) -> float:
    """The loudest sound since this was asked first (0 to 1)."""
    return float(page.evaluate(_LOUDEST))


def until(condition: Callable[[], Any], seconds: float = 30, page: Page | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, page.evaluate(_STATE) if page else "it did not happen in time"
        time.sleep(0.2)


def plays(page: Page) -> None:
    """A picture that moves, with sound."""
    expect(page.locator("[data-testid=live-player][data-state=ready]")).to_be_visible(timeout=40_000)
    began = seen(page)["time"]
    until(lambda: seen(page)["time"] > began + 2)
    prints = {seen(page)["print"]}
    until(lambda: prints.add(seen(page)["print"]) or len(prints) > 3)
    assert seen(page)["spread"] > 40
    until(lambda: loudest(page) > 0.01)


def test_from_before_the_start_to_the_end(people: People) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, run=False)
    viewer = people.open(f"/c/{conference['id']}/live")
    expect(viewer.get_by_test_id("live-waiting")).to_be_visible()
    expect(viewer.get_by_test_id("topic")).to_have_text("Weekly planning")
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    owner = people.owner_joins(conference, login)
    plays(viewer)
    assert seen(viewer)["width"] == 1280
    expect(owner.get_by_test_id("sign-watched")).to_have_text("Watched live")
    owner.get_by_test_id("more").click()
    expect(owner.get_by_test_id("copy-live-link")).to_be_visible()
    owner.keyboard.press("Escape")
    door = people.open(f"/c/{conference['id']}")
    door.get_by_test_id("watch-only").click()
    plays(door)
    full = people.open(f"/c/{conference['id']}/live")
    expect(full.locator("[data-testid=problem][data-reason=liveIsFull]")).to_be_visible()
    viewer.reload()
    plays(viewer)  # whoever loads the page anew keeps the place
    door.context.close()
    expect(full.locator("[data-testid=live-player][data-state=ready]")).to_be_visible(timeout=60_000)
    people.ends(conference)
    expect(viewer.get_by_test_id("live-over")).to_be_visible(timeout=30_000)
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    people.guest_joins(conference, "Ann")
    plays(viewer)  # a meeting that begins anew is simply on again
    people.ends(conference)


def test_play_and_sound(people: People) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    people.owner_joins(conference, login)
    viewer = people.open(f"/c/{conference['id']}/live")
    began_anew: list[str] = []
    viewer.on("request", lambda request: began_anew.append(request.url) if request.url.endswith("/head.mp4") else None)
    plays(viewer)
    video = viewer.locator("[data-testid=live-player]")
    viewer.get_by_test_id("live-play").click()
    assert video.evaluate("video => video.paused")
    viewer.get_by_test_id("live-play").click()
    until(lambda: not video.evaluate("video => video.paused"))
    viewer.get_by_test_id("live-mute").click()
    assert video.evaluate("video => video.muted")
    viewer.locator("body").press("m")
    assert not video.evaluate("video => video.muted")
    viewer.locator("body").press("f")
    until(lambda: viewer.evaluate("document.fullscreenElement?.dataset.testid") == "live-screen")
    viewer.get_by_test_id("live-play").click()
    time.sleep(16)
    assert video.evaluate("video => video.paused")
    viewer.get_by_test_id("live-play").click()
    behind = "video => video.seekable.end(video.seekable.length - 1) - video.currentTime"
    until(lambda: video.evaluate(behind) < 8)  # what went by while it stood still is over
    began = seen(viewer)["time"]
    until(lambda: seen(viewer)["time"] > began + 1, page=viewer)
    assert len(began_anew) == 1, "the page asks every five seconds, and plays on meanwhile"
    people.ends(conference)


def test_where_the_browser_wants_a_press_before_there_is_sound(people: People, context: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    people.owner_joins(conference, login)
    page = context().new_page()
    page.add_init_script(_STRICT)
    page.goto(f"{people.server.url}/c/{conference['id']}/live")
    expect(page.get_by_test_id("live-sound")).to_be_visible(timeout=40_000)
    video = page.locator("[data-testid=live-player]")
    until(lambda: video.evaluate("video => video.currentTime > 1 && video.muted"))
    page.get_by_test_id("live-sound").click()
    expect(page.get_by_test_id("live-sound")).to_have_count(0)
    assert not video.evaluate("video => video.muted || video.paused")
    people.ends(conference)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"pin": "1234"}, "pinRequired"), ({"allow_guests": False}, "guestsNotAllowed"), (None, "conferenceNotFound")],
)
def test_who_may_not_watch_is_told_why(people: People, fields: dict[str, Any] | None, reason: str) -> None:
    conference_id = "0000000000" if fields is None else people.conference(people.account("Olga"), **fields)["id"]
    page = people.open(f"/c/{conference_id}/live")
    expect(page.locator(f"[data-testid=problem][data-reason={reason}]")).to_be_visible()
    if fields is not None:
        page.get_by_test_id("live-join").click()
        page.wait_for_url(f"**/c/{conference_id}")
        expect(page.get_by_test_id("watch-only")).to_have_count(0)
