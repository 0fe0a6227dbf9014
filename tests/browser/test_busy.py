"""What people see on a server whose only worker is wanted for two meetings."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.recordings.test_recording import workers
from tests.support.browser import People, nothing_found, stands_still
from tests.support.screenshots import VIEWS, keep_picture, schemes
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("busy"), flags=["--media-workers", "1"]) as running:
        yield running


@pytest.fixture
def recorded(people: People) -> Iterator[dict[str, Any]]:
    """A meeting of somebody else's that runs, to be recorded; it has ended after the test."""
    conference = people.conference(people.account("Boris Orlov"))
    yield conference
    people.ends(conference)


def record(people: People, conference: dict[str, Any], what: str) -> None:
    answer = people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/{what}-record")
    assert answer.status_code == 202


def look(page: Page, name: str) -> None:
    """A state that takes long to come to, in both sizes of window, by day and by night."""
    for view in ("desktop", "phone"):
        page.set_viewport_size(VIEWS[view]["viewport"])
        for number, scheme in enumerate(schemes(view)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            stands_still(page)
            keep_picture(page, f"{name}-{view}-{scheme}")
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            nothing_found(page, *(["color-contrast"] if number else []))  # by night only the colours are others
    page.set_viewport_size(VIEWS["desktop"]["viewport"])


def test_who_watches_is_told_that_a_recording_comes_first(people: People, recorded: dict[str, Any]) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, topic="Town hall: the plan for spring")
    owner = people.owner_joins(conference, login)
    page = people.open(f"/c/{conference['id']}/live")
    player = page.locator("[data-testid=live-player][data-state=ready]")
    player.wait_for(timeout=40_000)
    expect(owner.get_by_test_id("sign-watched")).to_be_visible(timeout=15_000)
    record(people, recorded, "start")
    page.get_by_test_id("live-busy").wait_for(timeout=40_000)
    expect(page.get_by_text("as soon as there is room")).to_be_visible()
    expect(owner.get_by_test_id("sign-watched")).to_have_count(0)
    look(page, "live-busy")
    record(people, recorded, "stop")
    player.wait_for(timeout=40_000)
    people.ends(conference)


def test_a_recording_that_lost_its_worker_says_so_to_its_end(people: People, recorded: dict[str, Any]) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.owner_joins(conference, login)

    def told(text: str) -> None:
        expect(page.get_by_test_id("sign-recording")).to_have_text(text, timeout=20_000)

    record(people, conference, "start")
    told("Recording")
    time.sleep(4)
    record(people, recorded, "start")
    for worker in workers(people.server):
        os.kill(worker, signal.SIGKILL)
    told("Recording interrupted")
    look(page, "meeting-recording-interrupted")
    at_home = page.context.new_page()
    at_home.goto(f"{people.server.url}/recordings")
    expect(at_home.get_by_test_id("being-made")).to_have_text("Interrupted; goes on as soon as a recorder is free")
    page.bring_to_front()
    page.get_by_test_id("more").click()
    page.get_by_test_id("record-stop").click()
    expect(page.get_by_role("status").get_by_text("before the interruption")).to_be_visible()
    at_home.bring_to_front()
    at_home.reload()
    expect(at_home.get_by_test_id("being-made")).to_have_text("Ended; the file is being put together")
    look(at_home, "recordings-ending")
    at_home.get_by_test_id("play").click()
    at_home.locator("[data-testid=player][data-state=ready]").wait_for(timeout=20_000)
    expect(at_home.get_by_test_id("newest")).to_have_count(0)
    look(at_home, "recording-ending")
    record(people, recorded, "stop")
    at_home.get_by_test_id("download").wait_for(timeout=40_000)
    people.ends(conference)
