"""What the groups of a person do not allow is not offered."""

from __future__ import annotations

import secrets

from playwright.sync_api import expect

from tests.support.browser import PASSWORD, People


def test_a_group_that_starts_no_meetings(people: People) -> None:
    login = people.account("Olga")
    body = {"display_name": f"Visitors {secrets.token_hex(4)}", "rights": ["make_calls"]}
    group = people.server.call("POST", "/api/v3.10/groups", json=body).json()["group"]["id"]
    people.server.call("POST", f"/api/v3.10/groups/{group}/users", json={"user_id": login})
    page = people.open("/")
    page.get_by_test_id("sign-in-login").fill(login)
    page.get_by_test_id("sign-in-password").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("no-new-meeting")).to_be_visible()
    expect(page.get_by_test_id("new-meeting")).to_have_count(0)
    more = {"rights": ["create_group_conference", "make_calls"]}
    people.server.call("PUT", f"/api/v3.10/groups/{group}", json=more)
    page.reload()
    expect(page.get_by_test_id("new-meeting")).to_be_visible()
