"""Every page and state, desktop and phone, light and dark: nothing that axe finds, nothing wider than the window.

`make screenshots` keeps the pictures under docs/screenshots/.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support import recordings
from tests.support.browser import PASSWORD, People, received

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"
KEEP = bool(os.environ.get("ROSTRUM_SCREENSHOTS"))
VIEWS = {
    "desktop-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def look(view: str) -> Callable[[Page, str], None]:
    """Check a page in its present state, and keep its picture when asked to."""

    def check(page: Page, name: str) -> None:
        page.wait_for_timeout(400)
        if KEEP:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{view}.png")
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{name} is {width} px wider than the window"
        found = Axe().run(page)["violations"]
        assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]

    return check


def test_home(people: People, view: str, look: Any) -> None:
    page = people.open("/", **VIEWS[view])
    page.get_by_test_id("sign-in-login").wait_for()
    look(page, "sign-in")
    login = people.account("Olga Ivanova")
    people.conference(login, topic="Weekly planning")
    start = int(time.time()) + 5400
    people.conference(
        login, run=False, topic="Design review", schedule={"type": 1, "start_time": start, "duration": 3600}
    )
    days = ["monday", "thursday"]
    weekly = {"type": 0, "days": days, "time": "11:30", "duration": 3600}
    people.conference(login, run=False, topic="Team breakfast", schedule=weekly)
    page.get_by_test_id("sign-in-login").fill(login)
    page.get_by_test_id("sign-in-password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("conference-row")).to_have_count(3)
    look(page, "home")


def test_home_with_contacts(people: People, view: str, look: Any) -> None:
    logins = people.colleagues("Olga Ivanova", "Ann Lee", "Bob Ray", "Chloé Martin", "Dmitri Orlov")
    people.at_home(logins[1])
    meeting = people.conference(logins[2])
    people.owner_joins(meeting, logins[2])
    people.conference(logins[0], run=False, topic="Team breakfast")
    page = people.at_home(logins[0], **VIEWS[view])
    for login, status in zip(logins[1:], ["online", "busy", "offline", "offline"], strict=True):
        row = page.locator(f"[data-testid=contact][data-contact={login}]")
        expect(row).to_have_attribute("data-status", status, timeout=10_000)
    look(page, "home-contacts")


def test_a_call(people: People, view: str, look: Any) -> None:
    olga, ann = people.colleagues("Olga Ivanova", "Ann Lee")
    called = people.at_home(ann, **VIEWS[view])
    caller = people.at_home(olga, **VIEWS[view])
    caller.get_by_test_id("call-contact").click()
    called.get_by_test_id("incoming-call").wait_for(timeout=10_000)
    look(called, "call-incoming")
    caller.get_by_test_id("outgoing-call").wait_for(timeout=15_000)
    expect(caller.get_by_test_id("invite-card")).to_have_count(0)
    look(caller, "call-outgoing")
    called.get_by_test_id("decline-call").click()
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("declined", timeout=10_000)
    caller.get_by_test_id("over").wait_for(timeout=15_000)
    look(caller, "call-declined")


def test_a_call_into_a_meeting(people: People, view: str, look: Any) -> None:
    olga, ann, *_others = people.colleagues("Olga Ivanova", "Ann Lee", "Bob Ray", "Chloé Martin")
    caller = people.owner_joins(people.conference(ann), ann)
    page = people.owner_joins(people.conference(olga), olga, **VIEWS[view])
    page.get_by_test_id("toggle-people").click()
    look(page, "meeting-people")
    page.get_by_test_id("add-people").click()
    expect(page.locator("[data-status=busy]").first).to_be_visible(timeout=10_000)
    look(page, "meeting-add-people")
    page.keyboard.press("Escape")
    caller.get_by_test_id("toggle-people").click()
    caller.get_by_test_id("add-people").click()
    caller.get_by_test_id("ring-contact").click(timeout=10_000)
    page.get_by_test_id("incoming-call").wait_for(timeout=10_000)
    look(page, "call-incoming-in-a-meeting")


def test_join(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.get_by_test_id("guest-name").wait_for()
    page.get_by_test_id("preview-video").wait_for()
    look(page, "join-guest")


def test_join_before_the_start(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    schedule = {"type": 1, "start_time": int(time.time()) + 720, "duration": 3600}
    conference = people.conference(login, run=False, schedule=schedule, meeting_room="Blue room, 2nd floor")
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.get_by_test_id("state").first.wait_for()
    expect(page.get_by_test_id("room")).to_have_text("Room: Blue room, 2nd floor")
    look(page, "join-before-the-start")


def test_the_owners_link_as_a_code(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, run=False)
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    people.sign_in(page, login)
    page.get_by_test_id("show-code").click()
    page.get_by_test_id("qr-code").wait_for()
    look(page, "join-owner-code")
    page.get_by_test_id("join").click()
    page.get_by_test_id("more").click(timeout=20_000)
    page.get_by_test_id("show-code").click()
    expect(page.get_by_test_id("code-dialog").get_by_test_id("qr-code")).to_be_visible()
    look(page, "meeting-code")


def test_join_with_a_wrong_pin(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, pin="2468")
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.get_by_test_id("guest-name").fill("Ann")
    page.get_by_test_id("pin").fill("1111")
    page.get_by_test_id("join").click()
    page.locator("[data-testid=pin][aria-invalid=true]").wait_for()
    look(page, "join-wrong-pin")


def test_register(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    names = {"display_name": True, "email": True, "company": False}
    fields = {name: {"index": at, "is_required": needed} for at, (name, needed) in enumerate(names.items())}
    start = int(time.time()) + 172_800
    conference = people.conference(
        login,
        run=False,
        type=3,
        topic="Autumn webinar",
        description="What is new, and your questions.",
        schedule={"type": 1, "start_time": start, "duration": 5400},
        registration={"enabled": True, "fields": fields, "end_at": str(start - 3600)},
    )
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.get_by_test_id("to-register").wait_for()
    page.get_by_test_id("preview-video").wait_for()
    look(page, "join-register-first")
    page.get_by_test_id("to-register").click()
    page.get_by_test_id("register-form").wait_for()
    look(page, "register")
    page.get_by_test_id("field-email").fill("zoe")
    page.get_by_test_id("register").click()
    page.locator("[data-testid=field-email][aria-invalid=true]").wait_for()
    look(page, "register-errors")
    page.get_by_test_id("field-display_name").fill("Zoe Smith")
    page.get_by_test_id("field-email").fill("zoe@example.org")
    page.get_by_test_id("register").click()
    page.get_by_test_id("done").wait_for()
    look(page, "register-done")
    later = {"registration": {"start_at": str(start - 7200)}}
    people.server.call("PUT", f"/api/v3.10/conferences/{conference['id']}", json=later)
    page.reload()
    page.get_by_test_id("closed").wait_for()
    look(page, "register-not-open")


def test_refused_at_the_door(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, join_options_enabled=True, join_options=["clients"])
    page = people.open(f"/c/{conference['id']}", **VIEWS[view])
    page.get_by_test_id("guest-name").fill("Ann")
    page.get_by_test_id("join").click()
    page.locator("[data-testid=join-error][data-reason=browserNotAllowed]").wait_for()
    look(page, "join-refused")


def test_unknown_conference(people: People, view: str, look: Any) -> None:
    page = people.open("/c/nowhere", **VIEWS[view])
    page.get_by_test_id("problem").first.wait_for()
    look(page, "join-unknown")


def test_meeting(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login, **VIEWS[view])
    look(owner, "meeting-alone")
    guest = people.guest_joins(conference, "Ann", **VIEWS["phone-light"])
    _until(lambda: received(owner)["frames"] > 30)
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
    owner.get_by_test_id("over").wait_for(timeout=10_000)
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
    _until(lambda: received(owner)["frames"] > 30)
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
    _until(lambda: received(guest)["frames"] > 30)
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
    _until(lambda: received(owner)["frames"] > 30)
    look(guest, "meeting-on-the-podium")


def test_recordings(people: People, view: str, look: Any) -> None:
    page = people.at_home(people.account("Olga Ivanova"), **VIEWS[view])
    page.goto(f"{people.server.url}/recordings")
    page.get_by_test_id("no-recordings").wait_for()
    look(page, "recordings-none")
    page.route("**/api/web/recordings**", lambda route: route.abort())
    page.reload()
    page.get_by_test_id("problem").wait_for(timeout=15_000)
    look(page, "recordings-offline")


def test_watching_a_recording(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    recordings.keep(people.server, login, "deleted", topic="Budget 2026")
    number = recordings.keep(people.server, login, seconds=12)
    made = recordings.keep(people.server, login, "beingMade", topic="Design review")
    page = people.at_home(login, **VIEWS[view])
    page.get_by_test_id("home-recordings").wait_for()
    look(page, "home-recordings")
    page.get_by_test_id("all-recordings").click()
    expect(page.get_by_test_id("recording")).to_have_count(3)
    look(page, "recordings")
    for one, name in ((number, "recording"), (made, "recording-being-made")):
        page.goto(f"{people.server.url}/recordings/{one}")
        page.locator("[data-testid=player][data-state=ready]").wait_for(timeout=20_000)
        page.locator("[data-testid=player]").evaluate("video => { video.currentTime = 5 }")
        look(page, name)
    page.goto(f"{people.server.url}/recordings/999999")
    page.get_by_test_id("problem").wait_for()
    look(page, "recording-unknown")


def test_a_meeting_that_is_recorded(people: People, view: str, look: Any) -> None:
    login = people.account("Olga Ivanova")
    conference = people.conference(login, recording=1)
    page = people.owner_joins(conference, login, **VIEWS[view])
    expect(page.get_by_test_id("sign-recording")).to_have_text("Recording", timeout=20_000)
    look(page, "meeting-recorded")
    page.get_by_test_id("more").click()
    page.get_by_test_id("record-pause").wait_for()
    look(page, "meeting-record-menu")
    people.ends(conference)


def test_documentation_of_the_api(people: People, view: str) -> None:
    page = people.open("/api/docs", **VIEWS[view])
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    if KEEP:
        page.screenshot(path=PICTURES / f"api-docs-{view}.png")


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
