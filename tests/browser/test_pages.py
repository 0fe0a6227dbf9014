"""Every page outside of meetings in its states, desktop and phone, light and dark: nothing that axe finds, nothing
wider than the window.

`make screenshots` keeps the pictures under docs/screenshots/.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import expect

from tests.support import recordings
from tests.support.browser import PASSWORD, People
from tests.support.screenshots import VIEWS, keep_picture, schemes

_SHOWS_A_PICTURE = """() => {
  const video = document.querySelector('[data-testid=player]')
  return !video.seeking && video.readyState >= 3
}"""


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
        expect(row).to_have_attribute("data-status", status)
    look(page, "home-contacts")


def test_a_call(people: People, view: str, look: Any) -> None:
    olga, ann = people.colleagues("Olga Ivanova", "Ann Lee")
    called = people.at_home(ann, **VIEWS[view])
    caller = people.at_home(olga, **VIEWS[view])
    caller.get_by_test_id("call-contact").click()
    called.get_by_test_id("incoming-call").wait_for(timeout=15_000)
    look(called, "call-incoming")
    caller.get_by_test_id("outgoing-call").wait_for(timeout=15_000)
    expect(caller.get_by_test_id("invite-card")).to_have_count(0)
    look(caller, "call-outgoing")
    called.get_by_test_id("decline-call").click()
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("declined")
    caller.get_by_test_id("over").wait_for(timeout=15_000)
    look(caller, "call-declined")


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
    number = recordings.keep(people.server, login, seconds=12, speakers=("Ann Müller", "Борис Иванов"))
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
        page.wait_for_function(_SHOWS_A_PICTURE)
        look(page, name)
    page.route("**/about.json?*", lambda route: route.abort())
    page.goto(f"{people.server.url}/recordings/{number}")
    page.get_by_test_id("problem").wait_for()
    look(page, "recording-away")
    elsewhere = recordings.keep(people.server, login, "outOfReach", topic="Interview")
    page.goto(f"{people.server.url}/recordings/{elsewhere}")
    page.get_by_test_id("problem").wait_for()
    look(page, "recording-out-of-reach")
    page.goto(f"{people.server.url}/recordings/999999")
    page.get_by_test_id("problem").wait_for()
    look(page, "recording-unknown")


def test_documentation_of_the_api(people: People, view: str) -> None:
    page = people.open("/api/docs", **VIEWS[view])
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    for scheme in schemes(view):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        keep_picture(page, f"api-docs-{view}-{scheme}")


def test_missed_calls(people: People, view: str, look: Any) -> None:
    olga, ann, bob = people.colleagues("Olga Ivanova", "Ann Lee", "Bob Ray")
    people.at_home(ann)
    for caller, topic, stays in ((ann, "Design review", False), (bob, "Weekly planning", True)):
        meeting = people.conference(caller, topic=topic)
        invitation = {"invitations": [{"id": olga}]}
        people.server.call("POST", f"/api/v3.10/conferences/{meeting['id']}/invite", json=invitation)
        if not stays:
            people.ends(meeting)
    page = people.at_home(olga, **VIEWS[view])
    expect(page.get_by_test_id("missed-call")).to_have_count(2)
    look(page, "home-missed")


def test_an_application_asks_for_leave(people: People, view: str, look: Any) -> None:
    back = "https://portal.example.org/signed-in"
    scopes = "users:read conferences"
    made = people.server.command("app", "create", "Company portal", "--scope", scopes, "--redirect-uri", back)
    asked = {"client_id": made["client_id"], "response_type": "code", "redirect_uri": back, "state": "x"}
    page = people.open(f"/oauth2/authorize?{urlencode(asked | {'scope': scopes})}", **VIEWS[view])
    page.locator("#username").fill(people.account("Olga Ivanova"))
    look(page, "consent-sign-in")
    page.locator("#password").fill(PASSWORD)
    page.locator("button[value=sign_in]").click()
    page.locator("button[value=allow]").wait_for()
    look(page, "consent")
