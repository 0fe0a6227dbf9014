"""One picture for all: a weak machine receives the mixed track and no other picture, and goes back again."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser import People, until

GROWN = 400
"""Kbit a second: two pictures are beyond it when they have grown, the mixed one of 250 never is."""
_INBOUND = """async () => {
  const found = {}
  for (const participant of window.__rostrum.room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values()) {
      const report = publication.track && await publication.track.getRTCStatsReport()
      report?.forEach(entry => {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'video') return
        found[participant.identity] = {frames: entry.framesDecoded || 0, bytes: entry.bytesReceived || 0}
      })
    }
  return found
}"""
_HEARD = """async () => {
  let heard = 0
  for (const participant of window.__rostrum.room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values())
      if (publication.kind === 'audio' && publication.track)
        (await publication.track.getRTCStatsReport())?.forEach(entry => {
          if (entry.type === 'inbound-rtp') heard += entry.totalAudioEnergy || 0
        })
  return heard
}"""


def _rates(page: Page, seconds: float = 3) -> dict[str, tuple[float, float]]:
    """Pictures and kbit a second that arrive and are decoded, by sender; whoever sends nothing here is not in it."""
    before, began = page.evaluate(_INBOUND), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    after, took = page.evaluate(_INBOUND), time.monotonic() - began
    found = {}
    for who, now in after.items():
        was = before.get(who, {"frames": 0, "bytes": 0})
        found[who] = (now["frames"] - was["frames"]) / took, (now["bytes"] - was["bytes"]) * 8 / 1000 / took
    return {who: rate for who, rate in found.items() if rate[0] > 0}


def _kbit(page: Page) -> float:
    """The kbit a second of all pictures together."""
    return sum(kbit for _frames, kbit in _rates(page).values())


def _mixed(people: People, **own: Any) -> tuple[Page, Page, Page]:
    login = people.account("Olga")
    transcoding = {"use_local_mixer_config": True, "webrtc_video_quality": "180p", **own}
    conference = people.conference(login, mcu_mode=True, transcoding=transcoding)
    owner = people.owner_joins(conference, login)
    return owner, people.guest_joins(conference, "Ann"), people.guest_joins(conference, "Boris")


def test_one_picture_for_all_and_back(people: People) -> None:
    owner, ann, boris = _mixed(people)
    until(lambda: len(_rates(ann, 1)) == 2, "both others are decoded")
    expect(ann.get_by_role("button", name="3")).to_be_visible()
    until(lambda: _kbit(ann) > GROWN, "both pictures have come to their size", 60)
    assert "#mixer" not in _rates(ann, 1)
    ann.get_by_test_id("more").click()
    ann.get_by_test_id("mix-on").click(timeout=20_000)
    expect(ann.get_by_test_id("mix")).to_be_visible()
    until(lambda: set(_rates(ann, 1)) == {"#mixer"}, "the mixed picture alone is decoded")
    until(lambda: 0 < _kbit(ann) < GROWN, "less arrives than before")
    assert set(_rates(ann)) == {"#mixer"}
    heard = ann.evaluate(_HEARD)
    until(lambda: ann.evaluate(_HEARD) > heard, "the voices are heard as before")
    owner.get_by_test_id("toggle-people").click()
    expect(owner.get_by_test_id("people").get_by_role("listitem")).to_have_count(3)
    assert owner.get_by_text("#mixer").count() == 0
    assert len(_rates(boris)) == 2, "nobody else's picture changes"

    ann.get_by_test_id("more").click()
    ann.get_by_test_id("mix-off").click()
    expect(ann.get_by_test_id("mix")).to_have_count(0)
    until(lambda: len(rates := _rates(ann, 1)) == 2 and "#mixer" not in rates, "both others are decoded again")


def test_the_own_picture_is_left_out_where_the_conference_wants_it(people: People) -> None:
    login = people.account("Olga")
    own = {"use_local_mixer_config": True, "enable_webrtc_layouts": True}
    conference = people.conference(login, transcoding=own)
    owner = people.owner_joins(conference, login)
    expect(owner.locator("[data-local=true]")).to_be_visible()  # alone: there is nobody else to look at
    ann = people.guest_joins(conference, "Ann")
    for page, name in ((owner, "Ann"), (ann, "Olga")):
        expect(page.get_by_test_id("stage").get_by_role("group", name=name)).to_be_visible()
        expect(page.locator("[data-local=true]")).to_have_count(0)
    ann.close()
    expect(owner.locator("[data-local=true]")).to_be_visible()
