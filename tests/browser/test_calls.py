"""Calling from the home page and out of a meeting: the card, the answers, and what the caller sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import People, nothing_found, received, until


def test_a_call_from_the_home_page_is_accepted(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    caller, called = people.at_home(ann), people.at_home(bob)
    contact = caller.locator(f"[data-testid=contact][data-contact={bob}]")
    expect(contact).to_have_attribute("data-status", "online")
    contact.get_by_test_id("call-contact").click()
    card = called.get_by_test_id("incoming-call")
    expect(card).to_be_visible()
    expect(card).to_have_role("alertdialog")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Ann Lee")
    called.wait_for_function("document.title === 'Ann Lee is calling'")
    expect(caller.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("Ringing Bob Ray…")
    called.get_by_test_id("accept-call").click()
    expect(called.get_by_test_id("meeting")).to_be_visible(timeout=15_000)
    assert re.search(r"/webrtc/\d+$", called.url), called.url
    for page in (caller, called):
        until(lambda page=page: received(page)["frames"] > 30, "frames are decoded")
        expect(page.get_by_test_id("outgoing-call")).to_have_count(0)
    expect(card).to_have_count(0)
    called.wait_for_function("!document.title.includes('is calling')")


def test_declining_by_key_ends_it_for_the_caller(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    caller, called = people.at_home(ann), people.at_home(bob)
    _call(caller, bob)
    expect(called.get_by_test_id("incoming-call")).to_be_focused()
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("Ringing Bob Ray…", timeout=15_000)
    called.keyboard.press("Escape")
    expect(called.get_by_test_id("incoming-call")).to_have_count(0)
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("Bob Ray declined")
    expect(caller.get_by_test_id("over")).to_have_attribute("data-why", "declined", timeout=15_000)


def test_hanging_up_takes_the_card_away(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    caller, called = people.at_home(ann), people.at_home(bob)
    _call(caller, bob)
    expect(called.get_by_test_id("incoming-call")).to_be_visible()
    expect(caller.get_by_test_id("outgoing-call")).to_be_visible(timeout=15_000)
    caller.get_by_test_id("leave").click()
    caller.get_by_test_id("leave-only").click()
    expect(called.get_by_test_id("incoming-call")).to_have_count(0)


def test_a_missed_call_is_told_at_home_until_it_is_put_away(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    caller, called = people.at_home(ann), people.at_home(bob)
    for _ in range(2):
        _call(caller, bob)
        expect(called.get_by_test_id("incoming-call")).to_be_visible()
        caller.get_by_test_id("leave").click(timeout=15_000)
        caller.get_by_test_id("leave-only").click()
        expect(called.get_by_test_id("incoming-call")).to_have_count(0)
        caller.goto(people.server.url)
    note = called.get_by_test_id("missed-call")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("Ann Lee called you")
    expect(note).to_contain_text("2 times")
    called.reload()
    expect(note.get_by_test_id("call-back")).to_be_visible()
    nothing_found(called)
    note.get_by_test_id("put-away").click()
    expect(note).to_have_count(0)
    called.reload()
    expect(called.get_by_test_id("contacts")).to_be_visible()
    expect(note).to_have_count(0)


def test_a_missed_call_leads_into_the_meeting_that_goes_on_and_back_to_the_caller(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    conference = people.conference(ann)
    invitation = {"invitations": [{"id": bob}]}
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/invite", json=invitation)
    called = people.at_home(bob)
    note = called.get_by_test_id("missed-call")
    expect(note).to_contain_text("Ann Lee called you into: Weekly planning")
    expect(note.get_by_test_id("missed-join")).to_be_visible()
    people.ends(conference)
    people.at_home(ann)
    called.reload()
    note.get_by_test_id("call-back").click()
    expect(called.get_by_test_id("outgoing-call")).to_contain_text("Ringing Ann Lee…", timeout=15_000)


def test_a_contact_beyond_the_first_five_hundred_is_found(people: People) -> None:
    ann, zoe = people.colleagues("Ann Lee", "Zoe Zimmer")
    for number in range(500):
        given = {"contact_id": f"#sip:a{number}@elsewhere.test", "display_name": f"Room {number}"}
        people.server.call("POST", f"/api/v3.10/users/{ann}/addressbook", json=given)
    page = people.at_home(ann)
    contact = page.locator(f"[data-testid=contact][data-contact={zoe}]")
    expect(page.get_by_test_id("contacts")).to_contain_text("Only the first 500 are shown.")
    expect(contact).to_have_count(0)
    page.get_by_label("Find a contact").fill("zimm")
    expect(contact).to_be_visible()
    expect(page.get_by_test_id("contact")).to_have_count(1)
    page.get_by_label("Find a contact").fill("room 49")
    expect(page.get_by_test_id("contact")).to_have_count(11)


def test_nobody_answers(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    caller, called = people.at_home(ann), people.at_home(bob)
    _call(caller, bob)
    expect(called.get_by_test_id("incoming-call")).to_be_visible()
    called.reload()
    expect(called.get_by_test_id("incoming-call")).to_be_visible()
    expect(caller.get_by_test_id("outgoing-call")).to_contain_text("Bob Ray did not answer", timeout=45_000)
    expect(called.get_by_test_id("incoming-call")).to_have_count(0)
    expect(caller.get_by_test_id("over")).to_have_attribute("data-why", "declined", timeout=15_000)


def test_a_host_rings_somebody_who_is_in_another_meeting(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    host = people.owner_joins(people.conference(ann), ann)
    busy = people.owner_joins(people.conference(bob), bob)
    host.get_by_test_id("toggle-people").click()
    host.get_by_test_id("add-people").click()
    contact = host.locator(f"[data-testid=contact][data-contact={bob}]")
    expect(contact).to_have_attribute("data-status", "busy")
    contact.get_by_test_id("ring-contact").click()
    card = busy.get_by_test_id("incoming-call")
    expect(card).to_contain_text("You leave this meeting when you accept.")
    card.get_by_test_id("accept-call").click()
    host.keyboard.press("Escape")
    expect(host.get_by_test_id("tile")).to_have_count(2, timeout=15_000)
    until(lambda: received(host)["frames"] > 30, "frames are decoded")
    until(lambda: received(busy)["frames"] > 30, "frames are decoded by who came")


def test_who_has_left_comes_back_by_a_call(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    conference = people.conference(ann)
    host, called = people.owner_joins(conference, ann), people.owner_joins(conference, bob)
    called.get_by_test_id("leave").click()
    expect(called.get_by_test_id("over")).to_have_attribute("data-why", "left")
    host.get_by_test_id("toggle-people").click()
    host.get_by_test_id("add-people").click()
    host.locator(f"[data-testid=contact][data-contact={bob}]").get_by_test_id("ring-contact").click()
    called.get_by_test_id("accept-call").click()
    host.keyboard.press("Escape")
    expect(called.get_by_test_id("meeting")).to_be_visible()
    expect(host.get_by_test_id("tile")).to_have_count(2)
    until(lambda: received(called)["frames"] > 30, "frames are decoded by who came back")


def test_presence_moves_by_itself(people: People) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray")
    page = people.at_home(ann)
    contact = page.locator(f"[data-testid=contact][data-contact={bob}]")
    expect(contact).to_have_attribute("data-status", "offline")
    other = people.at_home(bob)
    expect(contact).to_have_attribute("data-status", "online")
    other.context.close()
    expect(contact).to_have_attribute("data-status", "offline")


@pytest.mark.parametrize("rights", [["create_group_conference"]])
def test_without_the_right_there_is_a_reason_instead_of_a_button(people: People, rights: list[str]) -> None:
    ann, bob = people.colleagues("Ann Lee", "Bob Ray", rights=rights)
    page = people.at_home(ann)
    people.at_home(bob)
    contact = page.locator(f"[data-testid=contact][data-contact={bob}]")
    expect(contact).to_have_attribute("data-status", "online")
    expect(page.get_by_test_id("contacts")).to_contain_text("Calls are not open to you.")
    expect(page.get_by_test_id("call-contact")).to_have_count(0)


def _call(page: Page, contact: str) -> None:
    row = page.locator(f"[data-testid=contact][data-contact={contact}]")
    row.get_by_test_id("call-contact").click()
