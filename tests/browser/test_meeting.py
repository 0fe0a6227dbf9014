"""Two people meet in two browsers in a conference that was made by the API."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser import People, picture, received, until


def test_two_people_see_hear_and_write_each_other(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    for page in (owner, guest):
        until(lambda page=page: received(page)["frames"] > 30, "frames are decoded")
        before, shown = received(page), picture(page)
        until(lambda page=page, before=before: received(page)["frames"] > before["frames"] + 20, "frames go on")
        until(lambda page=page, shown=shown: picture(page)["time"] > shown["time"] + 0.5, "the picture moves on")
        assert picture(page)["spread"] > 40, "the picture is black or flat"
        until(lambda page=page: received(page)["audioEnergy"] > 0, "sound arrives")
    _say(owner, "hello from the owner")
    expect(guest.get_by_test_id("toggle-chat-dot")).to_be_visible()
    guest.get_by_test_id("toggle-chat").click()
    expect(guest.get_by_test_id("message").filter(has_text="hello from the owner")).to_be_visible()
    _say(guest, "hello back")
    expect(owner.get_by_test_id("message").filter(has_text="hello back")).to_be_visible()
    until(lambda: len(_participants(people, conference)) == 2, "both are listed")
    roles = {one["display_name"]: one["role"] for one in _participants(people, conference)}
    assert roles == {"Olga": 2, "Ann": 0}


def test_screen_sharing_arrives(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    owner.get_by_test_id("toggle-share").click()
    expect(guest.get_by_test_id("screen").first).to_be_visible(timeout=15_000)
    screen = guest.get_by_test_id("screen").locator("video").first
    until(lambda: screen.evaluate("video => video.videoWidth") > 0, "the screen has a picture")
    before = screen.evaluate("video => video.currentTime")
    until(lambda: screen.evaluate("video => video.currentTime") > before + 0.5, "the screen goes on")
    owner.get_by_test_id("toggle-share").click()
    expect(guest.get_by_test_id("screen")).to_have_count(0)


def test_stop_ends_it_for_both_and_the_call_is_in_the_log(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    until(lambda: len(_participants(people, conference)) == 2, "both are listed")
    time.sleep(11)  # one report of quality
    stopped = people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/stop")
    assert stopped.json() == {"state": "stopped"}
    expect(owner.get_by_test_id("over")).to_be_visible(timeout=15_000)
    expect(guest.get_by_test_id("over")).to_be_visible(timeout=15_000)
    session = _quoted(conference["stream_id"])
    assert people.server.call("GET", f"/api/v3.10/conference-sessions/{session}").status_code == 404
    call = people.server.call("GET", f"/api/v3.10/logs/calls/{session}").json()
    assert call["participant_count"] == 2
    assert call["term_reason"] == 15
    assert call["duration"] >= 11


def test_the_owner_ends_it_for_all(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    owner.get_by_test_id("leave").click()
    owner.get_by_test_id("end-for-all").click()
    expect(guest.get_by_test_id("over")).to_be_visible(timeout=15_000)
    call = people.server.call("GET", f"/api/v3.10/logs/calls/{_quoted(conference['stream_id'])}").json()
    assert call["term_reason"] == 10


def test_leaving_is_seen_by_the_other(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    expect(owner.get_by_test_id("tile")).to_have_count(2)
    guest.get_by_test_id("leave").click()
    expect(owner.get_by_test_id("tile")).to_have_count(1)
    until(lambda: len(_participants(people, conference)) == 1, "the guest is gone from the list")


def test_listeners_below_a_podium_cannot_send(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    until(lambda: received(guest)["frames"] > 10, "the listener sees the lecturer")
    allowed = guest.evaluate("window.__rostrum.room.localParticipant.permissions.canPublish")
    assert allowed is False
    assert received(owner)["frames"] == 0


def test_a_second_tab_takes_over(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    first = people.owner_joins(conference, login)
    second = first.context.new_page()
    second.goto(f"{people.server.url}/c/{conference['id']}")
    second.get_by_test_id("join").click()
    expect(second.get_by_test_id("already-joined")).to_be_visible(timeout=15_000)
    second.get_by_test_id("takeover").click()
    expect(second.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    expect(first.get_by_test_id("over")).to_be_visible(timeout=15_000)
    until(
        lambda: len(_participants(people, conference)) == 1, f"one place is left: {_participants(people, conference)}"
    )


def test_a_link_of_the_api_joins_as_the_person_it_names(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    guest = people.open(_join_link(people, conference["id"], "2$visitor7*Ann Lee"))
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    owner = people.open(_join_link(people, conference["id"], login))
    expect(owner.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    until(lambda: len(_participants(people, conference)) == 2, "both are listed")
    found = {one["participant_id"]: (one["display_name"], one["role"]) for one in _participants(people, conference)}
    assert found == {"#guest2:visitor7@server.test": ("Ann Lee", 0), f"{login}@server.test": ("Olga", 2)}


def test_a_killed_engine_is_not_the_end(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    until(lambda: received(guest)["frames"] > 20, "frames are decoded")
    guest.evaluate("window.__rostrum.room.once('signalReconnecting', () => { window.broke = true })")
    guest.evaluate("window.__rostrum.room.once('reconnecting', () => { window.broke = true })")
    people.server.kill_engine()
    until(lambda: guest.evaluate("window.broke === true"), "the line is broken")
    until(lambda: guest.evaluate("window.__rostrum.room.state") == "connected", "the guest is back", 30)
    until(lambda: received(guest)["frames"] > 20, "frames are decoded again", 30)
    until(lambda: len(_participants(people, conference)) == 2, "both are listed")


def _join_link(people: People, conference_id: str, user: str) -> str:
    asked = {"call_id": conference_id, "user": user}
    clients = people.server.call("GET", "/api/v3.10/software/clients", params=asked).json()["clients"]
    return str(next(one["web_url"] for one in clients if one["type"] == "web")).removeprefix(people.server.url)


def _say(page: Page, text: str) -> None:
    if not page.get_by_test_id("chat-input").is_visible():
        page.get_by_test_id("toggle-chat").click()
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()
    expect(page.get_by_test_id("message").filter(has_text=text)).to_be_visible()


def _participants(people: People, conference: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/v3.10/conference-sessions/{_quoted(conference['stream_id'])}/participants"
    return list(people.server.call("GET", path).json()["participants"])


def _quoted(text: str) -> str:
    return text.replace("#", "%23").replace("@", "%40")
