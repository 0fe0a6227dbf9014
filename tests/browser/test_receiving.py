"""Who may hear but not see, or see but not hear, gets nothing more from the engine, whatever the browser asks for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.browser import People, received, until

_ASK = """kind => {
  for (const participant of window.__rostrum.room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values())
      if (publication.kind === kind) { publication.setSubscribed(false); publication.setSubscribed(true) }
}"""
_REFUSED = """kind => [...window.__rostrum.room.remoteParticipants.values()]
  .flatMap(one => [...one.trackPublications.values()])
  .filter(one => one.kind === kind && one.permissionStatus === 'not_allowed').length"""

_HELD = """kind => [...window.__rostrum.room.remoteParticipants.values()]
  .flatMap(one => [...one.trackPublications.values()]).filter(one => one.kind === kind && one.track).length"""
_SENT = """() => [...window.__rostrum.room.remoteParticipants.values()]
  .flatMap(one => [...one.trackPublications.values()]).length"""


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_whoever_may_not_receive_gets_nothing_also_by_asking(people: People, kind: str) -> None:
    login, other = people.account("Olga"), people.account("Pavel")
    conference = people.conference(login, rights={"guest": {f"{kind}_rcv": False}})
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    late = people.owner_joins(conference, other)
    until(lambda: guest.evaluate(_REFUSED, kind) == 2, "the engine holds back what both send")
    guest.evaluate(_ASK, kind)
    for page in (owner, late):
        until(lambda page=page: received(page)["frames"] > 30, "the others see")
        until(lambda page=page: received(page)["audioEnergy"] > 0, "the others hear")
    allowed, held = ("audioEnergy", "frames") if kind == "video" else ("frames", "audioEnergy")
    until(lambda: _amount(guest, allowed) > 0, "what is allowed arrives")
    for _ in range(3):  # the fake microphone beeps once a second
        mine, theirs = _amount(guest, allowed), _amount(late, held)
        until(lambda mine=mine: _amount(guest, allowed) > mine, "and goes on arriving")
        until(lambda theirs=theirs: _amount(late, held) > theirs, "the others go on receiving both")
    assert _amount(guest, held) == 0
    assert guest.evaluate(_HELD, kind) == 0


def _amount(page: Page, what: str) -> float:
    return received(page)[what]


def test_devices_that_come_in_off_can_be_turned_on(people: People) -> None:
    """`on_join_mute_mic` and `on_join_mute_camera` hold for everybody but the owner."""
    login = people.account("Olga")
    conference: dict[str, Any] = people.conference(login, on_join_mute_mic=1, on_join_mute_camera=1)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    until(lambda: received(guest)["frames"] > 30, "the owner is seen")
    assert owner.evaluate(_SENT) == 0, "the guest sends nothing"
    for device in ("camera", "microphone"):
        guest.get_by_test_id(f"toggle-{device}").click()
    until(lambda: received(owner)["frames"] > 30, "the guest is seen")
    until(lambda: received(owner)["audioEnergy"] > 0, "the guest is heard")
