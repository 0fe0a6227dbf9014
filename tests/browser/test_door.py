"""Whoever cannot join reads why in plain words, with one way on: every reason is provoked for real."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PASSWORD, People

JOIN = "/api/web/conferences/{}/join"


def knock(people: People, conference: dict[str, Any], **fields: str) -> Page:
    """A guest opens the page, fills in what is asked for, and presses the button."""
    page = people.open(f"/c/{conference['id']}")
    for name, text in {"guest-name": "Ann", **fields}.items():
        page.get_by_test_id(name).fill(text)
    page.get_by_test_id("join").click()
    return page


def sign_in(page: Page, login: str) -> None:
    """With the form that stands on the page."""
    page.get_by_test_id("sign-in-login").fill(login)
    page.get_by_test_id("sign-in-password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("account-name")).to_be_visible()


def says(page: Page, reason: str, *words: str) -> None:
    """The refusal of the join form, by its reason and in these words."""
    told = page.locator(f"[data-testid=join-error][data-reason={reason}]")
    for one in words:
        expect(told).to_contain_text(one)


def guest_in(people: People, conference: dict[str, Any]) -> dict[str, Any]:
    """Somebody who has a place already."""
    answer = people.server.http.post(JOIN.format(conference["id"]), json={"name": "Somebody"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["participation"])


def test_finished(people: People) -> None:
    login = people.account("Olga")
    past = {"type": 1, "start_time": int(time.time()) - 7200, "duration": 3600}
    conference = people.conference(login, run=False, schedule=past)
    page = people.open(f"/c/{conference['id']}")
    problem = page.get_by_test_id("problem")
    expect(problem).to_contain_text("This conference is over")
    problem.get_by_role("button", name="Go to the home page").click()
    page.wait_for_url(f"{people.server.url}/")


def test_not_started(people: People) -> None:
    conference = people.conference(people.account("Olga"), run=False)
    page = knock(people, conference)
    expect(page.get_by_test_id("armed")).to_contain_text("Keep this page open: it takes you in as soon as")
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    expect(page.get_by_test_id("meeting")).to_be_visible(timeout=20_000)


def test_unknown(people: People) -> None:
    page = people.open("/c/nowhere")
    expect(page.get_by_test_id("problem")).to_contain_text("There is no such conference")


def test_not_from_a_browser(people: People) -> None:
    conference = people.conference(people.account("Olga"), join_options_enabled=True, join_options=["clients"])
    page = knock(people, conference)
    says(page, "browserNotAllowed", "This conference is not open to browsers", "from apps only")
    expect(page.get_by_test_id("join-error").get_by_role("button", name="Go to the home page")).to_be_visible()


def test_guests_not_allowed(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, allow_guests=False)
    page = people.open(f"/c/{conference['id']}")
    expect(page.get_by_text("This conference is for people with an account.")).to_be_visible()
    sign_in(page, login)
    direct = people.open(f"/webrtc/{conference['id']}#login={quote('*guest*Ann', safe='*')}")
    problem = direct.locator("[data-testid=problem][data-reason=guestsNotAllowed]")
    expect(problem).to_contain_text("Sign in to join it.")
    problem.get_by_role("button").click()
    expect(direct.get_by_test_id("sign-in-login")).to_be_visible()


def test_not_invited(people: People) -> None:
    conference = people.conference(people.account("Olga"), allow_guests=False, allow_only_planned_participants=True)
    page = people.open(f"/c/{conference['id']}")
    sign_in(page, people.account("Ben"))
    page.get_by_test_id("join").click()
    says(page, "notInvited", "You are not on the list of this conference", "Ask the organiser to invite you")


def test_registration_needed(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, registration={"enabled": True})
    page = people.open(f"/c/{conference['id']}")
    first = page.get_by_test_id("register-first")
    expect(first).to_contain_text("Register to join")
    expect(first).to_contain_text("open the personal link from your letter")
    first.get_by_test_id("to-register").click()
    page.wait_for_url(f"**/c/{conference['id']}/register")
    expect(page.get_by_test_id("register-form")).to_be_visible()
    page.go_back()
    page.get_by_test_id("show-sign-in").click()
    sign_in(page, login)
    expect(page.get_by_test_id("join")).to_be_visible()
    direct = people.open(f"/webrtc/{conference['id']}#login={quote('*guest*Ann', safe='*')}")
    expect(direct.locator("[data-testid=problem][data-reason=registrationNeeded]")).to_contain_text("Register to join")


def test_locked(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    token = people.token(login)
    host = people.server.call("POST", JOIN.format(conference["id"]), token=token, json={}).json()["participation"]
    path = f"/api/web/sessions/{quote(host['session_id'], safe='')}/lock"
    closed = people.server.call("PUT", path, token=host["participant_token"], json={"locked": True})
    assert closed.status_code == 200, closed.text
    says(knock(people, conference), "conferenceIsLocked", "The host has closed the door", "then try again")


def test_pin_wrong_and_guessed(people: People) -> None:
    conference = people.conference(people.account("Olga"), pin="2468")
    page = knock(people, conference, pin="1111")
    expect(page.get_by_text("This is not the PIN of this conference.")).to_be_visible()
    expect(page.get_by_test_id("pin")).to_be_focused()
    for _ in range(9):
        people.server.http.post(JOIN.format(conference["id"]), json={"name": "Ann", "pin": "1111"})
    page.get_by_test_id("pin").fill("2468")
    page.get_by_test_id("join").click()
    says(page, "tooManyAttempts", "Too many wrong tries", "try again at")
    without = people.open(f"/webrtc/{conference['id']}#login={quote('*guest*Ann', safe='*')}")
    expect(without.locator("[data-testid=problem][data-reason=pinRequired]")).to_contain_text("Enter the PIN")


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"max_participants": 1}, "conferenceIsFull", ["The conference is full", "when somebody has left"]),
        ({"max_guests": 1}, "tooManyGuests", ["No places left for guests", "Sign in with an account"]),
    ],
)
def test_no_places(people: People, fields: dict[str, Any], reason: str, words: list[str]) -> None:
    """Whoever has an account signs in right here, where that helps."""
    conference = people.conference(people.account("Olga"), **fields)
    guest_in(people, conference)
    page = knock(people, conference)
    says(page, reason, *words)
    button = page.get_by_test_id("join-error").get_by_role("button", name="Sign in")
    if reason == "tooManyGuests":
        button.click()
        sign_in(page, people.account("Ben"))
        page.get_by_test_id("join").click()
        expect(page.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    else:
        expect(button).to_have_count(0)
