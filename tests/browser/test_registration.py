"""From the public form to the meeting: the letter comes from a real mail server, its link is opened in a browser."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import People
from tests.support.server import running_server
from tests.support.smtp import Sink, text_of

FIELDS = {
    "display_name": {"index": 0, "is_required": True},
    "email": {"index": 1, "is_required": True},
    "company": {"index": 2, "is_required": True},
    "dietary_needs": {"index": 3, "is_required": False},
}


def webinar(people: People, *, run: bool = False, **registration: Any) -> dict[str, Any]:
    start = int(time.time()) + 86_400
    return people.conference(
        people.account("Olga Ivanova"),
        run=run,
        type=3,
        topic="Autumn webinar",
        schedule={"type": 1, "start_time": start, "duration": 3600},
        registration={"enabled": True, "fields": FIELDS} | registration,
    )


def form(people: People, conference: dict[str, Any], **window: Any) -> Page:
    return people.open(f"/c/{conference['id']}/register", **window)


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.get_by_test_id(f"field-{name}").fill(text)
    page.get_by_test_id("register").click()


def letter_link(sink: Sink, to: str) -> str:
    """The personal link in the letter to an address."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for message in sink.messages:
            if message["To"].addresses[0].addr_spec == to:
                return next(word for word in text_of(message).split() if "#" in word)
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to}")


def test_register_and_join_by_the_personal_link(people: People, sink: Sink) -> None:
    conference = webinar(people)
    page = form(people, conference, timezone_id="Europe/Berlin")
    expect(page.get_by_test_id("topic")).to_have_text("Autumn webinar")
    expect(page.get_by_text("by Olga Ivanova")).to_be_visible()
    expect(page.get_by_test_id("when")).to_contain_text("GMT+")
    labels = page.locator("[data-testid=register-form] label").all_inner_texts()
    assert [one.replace(" ", "") for one in labels] == ["Yourname*", "E-mail*", "Company*", "Dietaryneeds"]
    fill(page, display_name="", email="zoe at example", company="Acme")
    expect(page.get_by_text("Please fill this in.")).to_have_count(1)
    expect(page.get_by_text("This is not a mail address.")).to_be_visible()
    expect(page.get_by_test_id("field-display_name")).to_be_focused()
    address = f"zoe{secrets.token_hex(3)}@example.org"
    fill(page, display_name="Zoë <b>", email=address)
    done = page.get_by_test_id("done")
    expect(done).to_contain_text("We have sent you your personal link")
    expect(done).to_contain_text(address)
    link = letter_link(sink, address)

    guest = people.context().new_page()
    guest.goto(link)
    expect(guest.get_by_test_id("personal-name")).to_have_text("Zoë <b>")
    assert "token" not in guest.url
    guest.reload()
    expect(guest.get_by_test_id("personal-name")).to_have_text("Zoë <b>")
    guest.get_by_test_id("join").click()
    expect(guest.get_by_test_id("armed")).to_be_visible()
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=20_000)
    shown = people.server.call("GET", f"/api/v3.10/conferences/{conference['id']}").json()["conference"]
    session = shown["stream_id"].replace("#", "%23").replace("@", "%40")
    path = f"/api/v3.10/conference-sessions/{session}/participants"
    names: list[str] = []
    deadline = time.monotonic() + 20
    while not names and time.monotonic() < deadline:
        names = [one["display_name"] for one in people.server.call("GET", path).json()["participants"]]
        time.sleep(0.2)
    assert names == ["Zoë <b>"]


def test_a_link_of_nobody_leads_to_the_form(people: People) -> None:
    conference = webinar(people, run=True)
    page = people.open(f"/c/{conference['id']}#login=*guest*Zoe&token=gone&lang=en")
    page.get_by_test_id("join").click()
    told = page.locator("[data-testid=join-error][data-reason=registrationNeeded]")
    expect(told).to_contain_text("Register to join")
    told.get_by_role("button", name="Register").click()
    expect(page.get_by_test_id("register-form")).to_be_visible()


def test_closed_while_somebody_filled_it_in(people: People) -> None:
    conference = webinar(people, participants_limit_enabled=True, participants_limit=1)
    page = form(people, conference)
    fields = {"display_name": "Ben", "email": "ben@example.org", "company": "B"}
    path = f"/api/web/conferences/{conference['id']}/registration"
    page.get_by_test_id("register-form").wait_for()
    assert people.server.http.post(path, json={"fields": fields}).status_code == 200
    fill(page, display_name="Carl", email="carl@example.org", company="C")
    expect(page.get_by_test_id("closed")).to_contain_text("All places are taken")
    more = {"registration": {"participants_limit": 5}}
    people.server.call("PUT", f"/api/v3.10/conferences/{conference['id']}", json=more)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("register-form")).to_be_visible()


def test_without_mail_the_server_decides_whether_a_link_is_shown(context: Any, tmp_path: Path) -> None:
    """It shows none unless it is told to; then the link on the page joins, and an address has one place."""
    fields = {"display_name": "Zoe", "email": "zoe@example.org", "company": "Z"}
    for number, (flags, shows) in enumerate((([], False), (["--registration-show-link"], True))):
        with running_server(tmp_path / str(number), media="off", flags=flags) as server:
            people = People(server, context)
            conference = webinar(people)
            page = form(people, conference)
            if not shows:
                expect(page.get_by_test_id("closed")).to_contain_text("This server sends no letters")
                continue
            fill(page, **fields)
            expect(page.get_by_test_id("done")).to_contain_text("You are registered")
            page.get_by_test_id("open-personal").click()
            expect(page.get_by_test_id("personal-name")).to_have_text("Zoe")
            again = form(people, conference)
            fill(again, **fields)
            expect(again.get_by_test_id("done")).to_contain_text("This address is registered already")


@pytest.mark.parametrize(
    ("registration", "words"),
    [
        ({"start_at": str(int(time.time()) + 86_400)}, ["Registration has not begun", "You can register from"]),
        ({"end_at": str(int(time.time()) - 60)}, ["Registration is over"]),
        ({"enabled": False}, ["You need not register"]),
    ],
)
def test_closed_in_plain_words(people: People, registration: dict[str, Any], words: list[str]) -> None:
    page = form(people, webinar(people, **registration))
    for one in words:
        expect(page.get_by_test_id("closed")).to_contain_text(one)


def test_offline_keeps_what_was_written(people: People) -> None:
    page = form(people, webinar(people))
    page.get_by_test_id("register-form").wait_for()
    page.context.set_offline(True)
    fill(page, display_name="Dora", email="dora@example.org", company="D")
    expect(page.get_by_test_id("register-error")).to_contain_text("Check your connection")
    page.context.set_offline(False)
    expect(page.get_by_test_id("field-company")).to_have_value("D")
    page.get_by_test_id("register").click()
    expect(page.get_by_test_id("done")).to_be_visible()
