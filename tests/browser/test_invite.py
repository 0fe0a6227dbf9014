"""The link to send and its QR code, and what an owner who may not start a meeting reads."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page, expect

from tests.support.browser import People

TITLE = "QR code of the link to this meeting"


def signed_in(people: People, conference_id: str, login: str) -> Page:
    """The join page, with somebody signed in."""
    page = people.open(f"/c/{conference_id}")
    people.sign_in(page, login)
    return page


def test_the_link_is_shown_as_a_code(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, run=False)
    guest = people.open(f"/c/{conference['id']}")
    expect(guest.get_by_test_id("join")).to_be_visible()
    expect(guest.get_by_test_id("show-code")).to_have_count(0)
    page = signed_in(people, conference["id"], login)
    page.get_by_test_id("show-code").click()
    expect(page.get_by_role("img", name=TITLE)).to_be_visible()
    page.get_by_test_id("show-code").click()
    expect(page.get_by_role("img", name=TITLE)).to_have_count(0)
    page.get_by_test_id("join").click()
    card = page.get_by_test_id("invite-card")
    expect(card.get_by_role("img", name=TITLE)).to_be_visible(timeout=15_000)
    page.get_by_test_id("more").click()
    page.get_by_test_id("show-code").click()
    dialog = page.get_by_role("dialog", name="QR code")
    expect(dialog.get_by_role("img", name=TITLE)).to_be_visible()
    expect(dialog).to_contain_text(f"/c/{conference['id']}")


def test_without_that_way_in_there_is_no_code(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, join_options_enabled=True, join_options=["webrtc"])
    page = signed_in(people, conference["id"], login)
    expect(page.get_by_test_id("show-code")).to_have_count(0)
    page.get_by_test_id("join").click()
    expect(page.get_by_test_id("invite-card")).to_be_visible(timeout=15_000)
    expect(page.get_by_test_id("qr-code")).to_have_count(0)
    page.get_by_test_id("more").click()
    expect(page.get_by_test_id("copy-link")).to_be_visible()
    expect(page.get_by_test_id("show-code")).to_have_count(0)


def test_an_owner_who_may_not_start_it_waits_and_reads_why(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, run=False)
    given = {"display_name": f"Listeners {secrets.token_hex(4)}", "rights": ["make_calls"]}
    group = people.server.call("POST", "/api/v3.10/groups", json=given).json()["group"]["id"]
    people.server.call("POST", f"/api/v3.10/groups/{group}/users", json={"user_id": login})
    page = signed_in(people, conference["id"], login)
    expect(page.get_by_test_id("may-not-start")).to_contain_text("Your account may not start meetings")
    page.get_by_test_id("join").click()
    expect(page.get_by_test_id("armed")).to_be_visible()
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    expect(page.get_by_test_id("meeting")).to_be_visible(timeout=20_000)
