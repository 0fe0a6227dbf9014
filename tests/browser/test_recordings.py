"""Recordings as people see them: from the first seconds on in the list, played while they are made and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import People

_SEEN = """() => {
  const video = document.querySelector('[data-testid="player"]')
  if (!video || !video.videoWidth) return {time: 0, bright: 0, width: 0, duration: 0}
  const canvas = document.createElement('canvas'); canvas.width = 32; canvas.height = 18
  const pen = canvas.getContext('2d'); pen.drawImage(video, 0, 0, 32, 18)
  const data = pen.getImageData(0, 0, 32, 18).data
  let sum = 0
  for (let at = 0; at < data.length; at += 4) sum += (data[at] + data[at+1] + data[at+2]) / 3
  return {time: video.currentTime, bright: sum / (data.length / 4), width: video.videoWidth, duration: video.duration}
}"""


def seen(page: Page) -> dict[str, float]:
    """The player's second, the brightness of its picture (0 to 255), its width, and how long the recording is."""
    return dict(page.evaluate(_SEEN))


def do(page: Page, what: str) -> None:
    page.locator("[data-testid=player]").evaluate(f"video => {{ {what} }}")


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def plays(page: Page, beyond: float) -> None:
    """The picture moves on beyond a second and shows something."""
    do(page, "video.play()")
    until(lambda: seen(page)["time"] > beyond)
    assert seen(page)["bright"] > 20, seen(page)


@pytest.fixture
def recorded(people: People) -> dict[str, Any]:
    """A running conference of Olga's that is being recorded, with Olga in it."""
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.owner_joins(conference, login)
    started = people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/start-record")
    assert started.status_code == 202
    return {"conference": conference["id"], "login": login, "page": page}


def test_watched_while_it_is_made_and_after(people: People, recorded: dict[str, Any]) -> None:
    page = recorded["page"].context.new_page()
    page.goto(f"{people.server.url}/recordings")
    row = page.get_by_test_id("recording")
    expect(row).to_have_attribute("data-state", "beingMade", timeout=20_000)
    row.get_by_test_id("play").click()
    expect(page.locator("[data-testid=player][data-state=ready]")).to_be_visible(timeout=40_000)
    plays(page, 1)
    assert seen(page)["width"] == 1280
    before = seen(page)["duration"]
    until(lambda: seen(page)["duration"] > before + 3)  # it grows
    do(page, "video.currentTime = 0")
    until(lambda: seen(page)["time"] < 1)
    page.get_by_test_id("newest").click()
    until(lambda: seen(page)["time"] > 3)
    assert people.server.call("POST", f"/api/v3.10/conferences/{recorded['conference']}/stop-record").status_code == 202
    expect(page.get_by_test_id("being-made")).to_be_hidden(timeout=40_000)
    length = seen(page)["duration"]
    do(page, "video.currentTime = 1")
    plays(page, 1.5)
    do(page, f"video.currentTime = {length - 1.5}")
    until(lambda: page.locator("[data-testid=player]").evaluate("video => video.ended"))
    with page.expect_download() as caught:
        page.get_by_test_id("download").click()
    assert caught.value.suggested_filename.endswith(".mkv")
    assert caught.value.path().stat().st_size > 50_000


def test_keys_and_speed(people: People, recorded: dict[str, Any]) -> None:
    page = finished(people, recorded, seconds=14)
    page.keyboard.press("Space")
    until(lambda: seen(page)["time"] > 0.2)
    page.keyboard.press("Space")
    assert page.locator("[data-testid=player]").evaluate("video => video.paused")
    at = seen(page)["time"]
    page.keyboard.press("ArrowRight")
    until(lambda: seen(page)["time"] == pytest.approx(at + 10, abs=0.1))
    page.keyboard.press(">")
    assert page.locator("[data-testid=player]").evaluate("video => video.playbackRate") == 1.25
    page.get_by_test_id("speed").select_option("2")
    assert page.locator("[data-testid=player]").evaluate("video => video.playbackRate") == 2


def test_not_for_strangers(people: People, recorded: dict[str, Any]) -> None:
    page = finished(people, recorded, seconds=2)
    address = page.url
    stranger = people.at_home(people.account("Bob Ray"))
    stranger.goto(f"{people.server.url}/recordings")
    expect(stranger.get_by_test_id("no-recordings")).to_be_visible()
    stranger.goto(address)
    expect(stranger.locator("[data-testid=problem][data-reason=recordingNotFound]")).to_be_visible()
    nobody = people.open(address.removeprefix(people.server.url))
    expect(nobody.get_by_test_id("sign-in-login")).to_be_visible()


def finished(people: People, recorded: dict[str, Any], seconds: float) -> Page:
    """The player's page of a recording of so many seconds."""
    api = f"/api/v3.10/conferences/{recorded['conference']}"
    until(lambda: people.server.call("GET", api).json()["conference"]["stream_recording_state"] == 1)
    time.sleep(seconds)
    people.server.call("POST", f"{api}/stop-record")
    page = recorded["page"].context.new_page()
    page.goto(f"{people.server.url}/recordings")
    row = page.get_by_test_id("recording")
    expect(row).to_have_attribute("data-state", "complete", timeout=40_000)
    row.get_by_test_id("play").click()
    expect(page.locator("[data-testid=player][data-state=ready]")).to_be_visible(timeout=20_000)
    return page
