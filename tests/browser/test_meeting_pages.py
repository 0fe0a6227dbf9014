"""Every state of a meeting, desktop and phone: nothing that axe finds, nothing wider than the window.

`make screenshots` keeps the pictures under docs/screenshots/.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.support.browser import People, received, until
from tests.support.screenshots import VIEWS


@pytest.fixture(params=["desktop-dark", "phone-light"])
def view(request: pytest.FixtureRequest) -> str:
    """The stage is dark by day too: each size once."""
    return str(request.param)


def test_a_call_into_a_meeting(people: People, view: str, look: Any) -> None:
    olga, ann, *_others = people.colleagues("Olga Ivanova", "Ann Lee", "Bob Ray", "Chloé Martin")
    caller = people.owner_joins(people.conference(ann), ann)
    page = people.owner_joins(people.conference(olga), olga, **VIEWS[view])
    page.get_by_test_id("toggle-people").click()
    look(page, "meeting-people")
    page.get_by_test_id("add-people").click()
    expect(page.locator("[data-status=busy]").first).to_be_visible(timeout=15_000)
    look(page, "meeting-add-people")
    page.keyboard.press("Escape")
    caller.get_by_test_id("toggle-people").click()
    caller.get_by_test_id("add-people").click()
    caller.get_by_test_id("ring-contact").click()
    page.get_by_test_id("incoming-call").wait_for(timeout=15_000)
    look(page, "call-incoming-in-a-meeting")


def test_meeting(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login, **VIEWS[view])
    look(owner, "meeting-alone")
    guest = people.guest_joins(conference, "Ann", **VIEWS["phone-light"])
    until(lambda: received(owner)["frames"] > 30)
    look(owner, "meeting-two")
    guest.get_by_test_id("toggle-chat").click()
    for text in ("Good morning!", "The agenda is in the invitation.", "Shall we start with the numbers?"):
        guest.get_by_test_id("chat-input").fill(text)
        guest.get_by_test_id("chat-send").click()
        expect(guest.get_by_test_id("message").filter(has_text=text)).to_be_visible()
    agenda = {"name": "Agenda.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" * 20_000}
    guest.get_by_test_id("file-input").set_input_files(files=[agenda])
    owner.get_by_test_id("toggle-chat").click()
    expect(owner.get_by_test_id("chat-file")).to_be_visible()
    expect(owner.get_by_test_id("message")).to_have_count(4)
    look(owner, "meeting-chat")
    owner.get_by_test_id("toggle-chat").click(force=True)
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/stop")
    owner.get_by_test_id("over").wait_for(timeout=15_000)
    look(owner, "meeting-over")


def test_waiting_to_be_let_in(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, waiting_room_enabled=True, waiting_room_scope="all")
    owner = people.owner_joins(conference, login, **VIEWS[view])
    guests = []
    for name in ("Ann Lee", "Boris Petrov"):
        guests.append(people.open(f"/c/{conference['id']}", **VIEWS[view]))
        guests[-1].get_by_test_id("guest-name").fill(name)
        guests[-1].get_by_test_id("join").click()
        guests[-1].get_by_test_id("waiting").wait_for(timeout=15_000)
    look(guests[0], "join-waiting")
    owner.get_by_test_id("toggle-people-dot").wait_for()
    look(owner, "meeting-somebody-waits")
    owner.get_by_test_id("toggle-people").click(force=True)
    expect(owner.get_by_test_id("waiting-person")).to_have_count(2)
    look(owner, "meeting-waiting-room")
    owner.get_by_test_id("refuse").first.click()
    guests[0].locator("[data-testid=join-error][data-reason=refusedByHost]").wait_for(timeout=15_000)
    look(guests[0], "join-not-let-in")


def test_hands_and_tools_of_the_host(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    start = int(time.time()) - 60
    schedule = {"type": 1, "start_time": start, "duration": 480}
    conference = people.conference(login, schedule=schedule)
    owner = people.owner_joins(conference, login, **VIEWS[view])
    guest = people.guest_joins(conference, "Ann Lee", **VIEWS[view])
    until(lambda: received(owner)["frames"] > 30)
    guest.get_by_test_id("toggle-hand").click()
    expect(owner.get_by_test_id("hand-badge").first).to_be_visible(timeout=15_000)
    look(owner, "meeting-hand")
    owner.get_by_test_id("toggle-people").click(force=True)
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    look(owner, "meeting-person-menu")
    owner.get_by_test_id("do-remove").click()
    look(owner, "meeting-remove")
    owner.keyboard.press("Escape")
    owner.get_by_role("button", name="Close").click()
    if owner.get_by_test_id("toggle-host").is_visible():
        owner.get_by_test_id("toggle-host").click()
    else:
        owner.get_by_test_id("more").click()
        owner.get_by_test_id("open-host-tools").click()
    owner.get_by_test_id("lock").press("Space")
    owner.get_by_test_id("waiting-room-switch").press("Space")
    owner.get_by_test_id("sign-locked").wait_for(state="attached", timeout=15_000)
    look(owner, "meeting-host-tools")
    owner.get_by_role("button", name="Close").click()
    look(owner, "meeting-locked")


def test_podium(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, type=3, max_podiums=2)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann Lee", **VIEWS[view])
    guest.get_by_test_id("remark").wait_for(timeout=15_000)
    until(lambda: received(guest)["frames"] > 30)
    guest.get_by_test_id("toggle-hand").click()
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("hands").wait_for(timeout=15_000)
    look(guest, "meeting-listener")
    look(owner, "meeting-asks-to-speak")
    owner.get_by_test_id("lower-hand").click()
    owner.get_by_test_id("hands").wait_for(state="detached", timeout=15_000)
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-invite").click()
    guest.get_by_test_id("podium-accept").wait_for(timeout=15_000)
    look(guest, "meeting-invited")
    guest.get_by_test_id("podium-accept").click()
    guest.get_by_test_id("toggle-camera").wait_for(timeout=15_000)
    until(lambda: received(owner)["frames"] > 30)
    look(guest, "meeting-on-the-podium")


def test_a_meeting_that_is_recorded(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.owner_joins(conference, login, **VIEWS[view])
    page.get_by_test_id("more").click()
    page.get_by_test_id("record-start").wait_for()
    look(page, "meeting-more")
    page.get_by_test_id("record-start").click()
    expect(page.get_by_test_id("sign-recording")).to_have_text("Recording", timeout=20_000)
    look(page, "meeting-recorded")
    page.get_by_test_id("more").click()
    page.get_by_test_id("record-pause").wait_for()
    look(page, "meeting-record-menu")
    people.ends(conference)


@pytest.mark.parametrize(
    ("state", "sign", "picture"),
    [
        ({"broadcasting": True, "recording": "on"}, "sign-broadcasting", "meeting-broadcast"),
        ({"broadcast_fails": True}, "sign-broadcast-fails", "meeting-broadcast-fails"),
    ],
)
def test_a_meeting_that_is_broadcast(
    people: People, view: str, look: Any, state: dict[str, Any], sign: str, picture: str
) -> None:
    """The state tells of it once a target takes the stream (broadcasts/test_running.py); here it has to be seen."""

    def broadcast(route: Route) -> None:
        told = route.fetch().json()
        told["state"] |= state
        route.fulfill(json=told)

    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.route("**/api/web/sessions/*/state", broadcast)
    people.sign_in(page, login)
    page.get_by_test_id("join").click()
    expect(page.get_by_test_id(sign)).to_be_attached(timeout=20_000)
    look(page, picture)


def test_a_shared_screen(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann Lee", **VIEWS[view])
    owner.get_by_test_id("toggle-share").click()
    screen = guest.get_by_test_id("screen").locator("video").first
    screen.wait_for(timeout=15_000)
    until(lambda: screen.evaluate("video => video.currentTime") > 1)
    look(guest, "meeting-screen")


def test_who_speaks_has_the_podium(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, type=3, vad_selector=1, max_podiums=2)
    people.owner_joins(conference, login)
    guest = people.open(f"/c/{conference['id']}", **VIEWS[view])
    guest.get_by_test_id("guest-name").fill("Ann Lee")
    guest.get_by_test_id("preview-microphone").click()
    guest.get_by_test_id("join").click()
    guest.get_by_test_id("toggle-voice").wait_for(timeout=20_000)
    until(lambda: received(guest)["frames"] > 30)
    look(guest, "meeting-smart")
