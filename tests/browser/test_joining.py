"""Between the press on Join and being in: devices that open late, and second thoughts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as Timeout

from tests.support.browser import People, received, until

_LATE_DEVICES = """
  const media = navigator.mediaDevices, real = media?.getUserMedia.bind(media)
  const allowed = new Promise((go) => { window.allowDevices = () => go() })
  if (media) media.getUserMedia = async (wanted) => { await allowed; return real(wanted) }
"""
"""The browser asks the person until the test says yes."""
_LATE_PLACE = """() => {
  const real = window.fetch
  const given = new Promise((go) => { window.letIn = () => go() })
  window.fetch = async (url, ...more) => {
    const answer = await real(url, ...more)
    if (!String(url.url ?? url).endsWith('/join')) return answer
    window.hasPlace = true
    await given
    return answer
  }
}"""
"""The answer to joining stays away until the test lets it go."""
_GO = "path => { history.pushState(null, '', path); window.dispatchEvent(new PopStateEvent('popstate')) }"
_SENDS = "[...window.__rostrum.room.localParticipant.trackPublications.values()].map(one => one.source).sort()"


def test_devices_that_open_after_joining_are_sent(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.context().new_page()
    guest.add_init_script(_LATE_DEVICES)
    guest.goto(f"{people.server.url}/c/{conference['id']}")
    guest.get_by_test_id("guest-name").fill("Ann")
    guest.get_by_test_id("join").click()
    for _ in range(2):  # the second time after a reload
        guest.wait_for_function("window.__rostrum?.room?.state === 'connected'")
        assert guest.evaluate(_SENDS) == []
        guest.evaluate("window.allowDevices()")
        until(lambda: guest.evaluate(_SENDS) == ["camera", "microphone"], "both are sent")
        until(lambda: received(owner)["frames"] > 20, "the guest is seen")
        guest.reload()


def test_who_goes_back_while_joining_stays_away(people: People) -> None:
    conference = people.conference(people.account("Olga"))
    page = people.open("/")
    page.get_by_test_id("sign-in-login").wait_for()
    page.evaluate(_GO, f"/c/{conference['id']}")
    page.get_by_test_id("guest-name").fill("Ann")
    page.evaluate(_LATE_PLACE)
    page.get_by_test_id("join").click()
    page.wait_for_function("window.hasPlace")
    page.go_back()
    page.get_by_test_id("sign-in-login").wait_for()
    _gives_the_place_back(page)
    expect(page.get_by_test_id("sign-in-login")).to_be_visible()


def test_who_waits_no_longer_is_not_led_in(people: People) -> None:
    owner, guest = people.at_the_door()
    guest.evaluate(_LATE_PLACE)
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("admit").click()
    guest.wait_for_function("window.hasPlace")
    guest.get_by_test_id("stop-waiting").click()
    expect(guest.get_by_test_id("join")).to_be_enabled()
    _gives_the_place_back(guest)


def _gives_the_place_back(page: Page) -> None:
    # Whoever stopped waiting has said so with the token of before, which the answer under way has replaced.
    with page.expect_response(lambda answer: answer.url.endswith("/leave") and answer.ok):
        page.evaluate("window.letIn()")
    with pytest.raises(Timeout):
        page.get_by_test_id("meeting").wait_for(timeout=3000)


def test_what_was_turned_off_stays_off_over_a_reload(people: People) -> None:
    conference = people.conference(people.account("Olga"))
    people.server.call("POST", f"/api/v3.10/conferences/{conference['id']}/run")
    guest = people.guest_joins(conference, "Ann")
    until(lambda: guest.evaluate(_SENDS) == ["camera", "microphone"], "both are sent")
    guest.get_by_test_id("toggle-camera").click()
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "false")
    guest.reload()
    guest.wait_for_function("window.__rostrum?.room?.state === 'connected'")
    until(lambda: guest.evaluate(_SENDS) == ["microphone"], "the microphone alone is sent again")
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "false")
