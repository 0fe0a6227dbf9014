"""Recordings as people see them: from the first seconds on in the list, played while they are made and after."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import recordings
from tests.support.browser import People, picture


def seen(page: Page) -> dict[str, float]:
    """What the player shows."""
    return picture(page, "player")


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
    assert seen(page)["spread"] > 40, seen(page)


@pytest.fixture
def recorded(people: People) -> Iterator[dict[str, Any]]:
    """A running conference of Olga's that is being recorded, with Olga in it."""
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.owner_joins(conference, login)
    started = people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/start-record")
    assert started.status_code == 202
    yield {"conference": conference["id"], "login": login, "page": page}
    people.ends(conference)  # there are as many workers as cores


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
    until(lambda: seen(page)["spread"] > 40)  # before it is played: the very first pictures are empty
    page.keyboard.press("Space")
    until(lambda: seen(page)["time"] > 0.2)
    page.keyboard.press("Space")
    assert page.locator("[data-testid=player]").evaluate("video => video.paused")
    do(page, "video.currentTime = 1")
    until(lambda: not page.locator("[data-testid=player]").evaluate("video => video.seeking"))
    at = seen(page)["time"]
    page.keyboard.press("ArrowRight")
    until(lambda: seen(page)["time"] == pytest.approx(at + 10, abs=0.1))
    page.keyboard.press(">")
    assert page.locator("[data-testid=player]").evaluate("video => video.playbackRate") == 1.25
    page.get_by_test_id("speed").select_option("2")
    assert page.locator("[data-testid=player]").evaluate("video => video.playbackRate") == 2


def test_the_files_of_speakers(people: People) -> None:
    """From where somebody speaks, and their sound alone."""
    login = people.account("Olga Ivanova")
    number = recordings.keep(people.server, login, seconds=8, speakers=("Ann Müller", "Борис Иванов"))
    page = people.at_home(login)
    page.goto(f"{people.server.url}/recordings/{number}")
    expect(page.locator("[data-testid=player][data-state=ready]")).to_be_visible(timeout=20_000)
    rows = page.get_by_test_id("speaker")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_test_id("speaker-play").click()
    until(lambda: seen(page)["time"] > 4)
    began = page.locator("[data-testid=player]").evaluate("video => video.played.start(video.played.length - 1)")
    assert began == pytest.approx(4, abs=0.1)
    with page.expect_download() as caught:
        rows.nth(1).get_by_test_id("speaker-download").click()
    assert caught.value.suggested_filename.endswith(" Борис Иванов.opus")
    assert caught.value.path().read_bytes()[:4] == b"OggS"
    with page.expect_download() as caught:
        page.get_by_test_id("speakers-list").click()
    listed = json.loads(caught.value.path().read_text())["speakers"]
    assert [(one["name"], one["start"]) for one in listed] == [("Ann Müller", 2.0), ("Борис Иванов", 4.0)]


def test_a_storage_that_is_away(people: People) -> None:
    """Is told in words, both at the beginning and later, and the page goes on by itself when the storage is back."""
    login = people.account("Olga Ivanova")
    number = recordings.keep(people.server, login, seconds=90)
    page = people.at_home(login)
    body = '{"error": {"code": 503, "message": "", "errors": [{"reason": "serviceUnavailable", "message": ""}]}}'

    def away(what: str) -> None:
        page.route(what, lambda route: route.fulfill(status=503, body=body, content_type="application/json"))

    away("**/about.json?*")
    page.goto(f"{people.server.url}/recordings/{number}")
    expect(page.get_by_test_id("problem")).to_contain_text("cannot be fetched at the moment")
    page.unroute("**/about.json?*")
    expect(page.locator("[data-testid=player][data-state=ready]")).to_be_visible(timeout=20_000)
    away("**/*.m4s?*")
    do(page, "video.currentTime = 80")
    expect(page.get_by_test_id("away")).to_be_visible(timeout=60_000)
    page.unroute("**/*.m4s?*")
    expect(page.get_by_test_id("away")).to_be_hidden(timeout=20_000)
    plays(page, 80.2)


def test_a_storage_that_the_server_does_not_know(people: People) -> None:
    login = people.account("Olga Ivanova")
    number = recordings.keep(people.server, login, "outOfReach")
    page = people.at_home(login)
    page.goto(f"{people.server.url}/recordings")
    row = page.get_by_test_id("recording")
    expect(row).to_contain_text("in a storage that this server does not know")
    expect(row.get_by_role("button")).to_have_count(0)
    expect(row.get_by_role("link")).to_have_count(0)
    page.goto(f"{people.server.url}/recordings/{number}")
    expect(page.get_by_test_id("problem")).to_contain_text("in a storage that this server does not know")


def test_a_look_before_it_is_played(people: People) -> None:
    """A picture from a moment later, and then it plays from its beginning; back to the list, and home."""
    login = people.account("Olga Ivanova")
    number = recordings.keep(people.server, login)
    page = people.at_home(login)
    page.goto(f"{people.server.url}/recordings/{number}")
    until(lambda: seen(page)["time"] == pytest.approx(1.8, abs=0.01))
    began = """video => new Promise(resolve => {
      video.addEventListener("playing", () => resolve(video.currentTime)); video.play()
    })"""
    assert page.locator("[data-testid=player]").evaluate(began) < 1
    do(page, "video.pause(); video.currentTime = 1.8")
    assert page.locator("[data-testid=player]").evaluate(began) > 1.7  # only once: later it plays from where one went
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("recordings")).to_be_visible()
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("home-recordings")).to_be_visible()


@pytest.mark.parametrize(("window", "shown"), [({}, True), ({"has_touch": True, "is_mobile": True}, False)])
def test_keys_are_explained_where_there_are_any(people: People, window: dict[str, Any], *, shown: bool) -> None:
    login = people.account("Olga Ivanova")
    number = recordings.keep(people.server, login, seconds=2)
    page = people.at_home(login, **window)
    page.goto(f"{people.server.url}/recordings/{number}")
    expect(page.get_by_test_id("download")).to_be_visible()
    expect(page.get_by_text("Space plays and pauses")).to_be_visible(visible=shown)


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


def test_from_the_button_to_the_page(people: People) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    owner, guest = people.owner_joins(conference, login), people.guest_joins(conference, "Ann")

    def press(item: str) -> None:
        owner.get_by_test_id("more").click()
        owner.get_by_test_id(item).click()

    def told(text: str) -> None:
        for page in (owner, guest):
            expect(page.get_by_test_id("sign-recording")).to_have_text(text, timeout=20_000)

    guest.get_by_test_id("more").click()
    expect(guest.get_by_test_id("record-start")).to_have_count(0)
    guest.keyboard.press("Escape")
    press("record-start")
    told("Recording")
    expect(guest.get_by_role("status").get_by_text("This meeting is being recorded.")).to_be_visible()
    time.sleep(4)
    press("record-pause")
    told("Recording paused")
    press("record-goOn")
    told("Recording")
    time.sleep(3)
    late = people.guest_joins(conference, "Bob")
    expect(late.get_by_test_id("sign-recording")).to_have_text("Recording")
    press("record-stop")
    expect(guest.get_by_test_id("sign-recording")).to_have_count(0, timeout=20_000)
    page = owner.context.new_page()
    people.ends(conference)
    page.goto(people.server.url)
    page.get_by_test_id("home-recordings").get_by_test_id("play").click(timeout=40_000)
    expect(page.locator("[data-testid=player][data-state=ready]")).to_be_visible(timeout=40_000)
    expect(page.get_by_test_id("part")).to_have_count(2)
    page.get_by_test_id("part").last.click()
    until(lambda: seen(page)["time"] > 4)
    assert seen(page)["spread"] > 40


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
