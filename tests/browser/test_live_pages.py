"""The page that shows a meeting to people who do not join: nothing that axe finds, nothing wider than the window.

`make screenshots` keeps the pictures under docs/screenshots/.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import expect

from tests.support.browser import People
from tests.support.screenshots import VIEWS


def test_watching(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    schedule = {"type": 1, "start_time": int(time.time()) + 5400, "duration": 3600}
    conference = people.conference(login, run=False, topic="Town hall: the plan for spring", schedule=schedule)
    page = people.open(f"/c/{conference['id']}/live", **VIEWS[view])
    page.get_by_test_id("live-waiting").wait_for()
    look(page, "live-waiting")
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    owner = people.owner_joins(conference, login, **VIEWS[view])
    page.locator("[data-testid=live-player][data-state=ready]").wait_for(timeout=40_000)
    page.wait_for_timeout(1000)
    page.get_by_test_id("live-screen").hover()
    film, bar = (page.get_by_test_id(one).bounding_box() for one in ("live-player", "live-bar"))
    assert film
    assert bar
    beside_names = bar["x"] > film["x"] + film["width"] * 3 / 4 - 16
    assert bar["y"] >= film["y"] + film["height"] if view == "phone" else beside_names
    look(page, "live")
    expect(owner.get_by_test_id("sign-watched")).to_be_visible(timeout=10_000)
    look(owner, "meeting-watched")
    people.ends(conference)
    page.get_by_test_id("live-over").wait_for(timeout=30_000)
    look(page, "live-over")


def test_nothing_to_watch(people: People, view: str, look: Any) -> None:
    conference = people.conference(people.account("Olga Ivanova"), pin="1234")
    page = people.open(f"/c/{conference['id']}/live", **VIEWS[view])
    page.get_by_test_id("problem").wait_for()
    look(page, "live-refused")
