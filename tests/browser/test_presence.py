"""Who has a page open and is signed in is online; being in a meeting shows too."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.support.browser import PASSWORD, People


def _sign_in(people: People, login: str, path: str) -> Page:
    page = people.open(path)
    page.get_by_test_id("show-sign-in").click()
    page.get_by_test_id("sign-in-login").fill(login)
    page.get_by_test_id("sign-in-password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("account-name")).to_be_visible()
    return page


def _becomes(people: People, login: str, wanted: int) -> None:
    deadline = time.monotonic() + 30
    found = None
    while time.monotonic() < deadline:
        found = people.server.call("GET", f"/api/v3.10/users/{login}").json()["user"]["status"]
        if found == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"the status of {login} is {found}, wanted {wanted}")


def test_a_signed_in_page_is_online_until_it_closes(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, run=False)
    page = _sign_in(people, login, f"/c/{conference['id']}")
    _becomes(people, login, 1)
    page.reload()
    _becomes(people, login, 1)
    page.close()
    _becomes(people, login, 0)


def test_the_owner_of_a_meeting_shows_it_and_a_disconnected_page_stays_away(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    people.owner_joins(conference, login)
    _becomes(people, login, 5)
    assert people.server.call("POST", f"/api/v3.10/users/{login}/disconnect").json() == {"state": "disconnecting"}
    _becomes(people, login, 0)
    time.sleep(3)
    _becomes(people, login, 0)
