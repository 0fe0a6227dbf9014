"""What hosts and participants do in a running meeting: waiting room, hands, podium, remarks, mute, lock."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import TimeoutError as Timeout
from playwright.sync_api import expect

from tests.support.browser import People, nothing_found, received, until

SOON = 15_000
_SENT = """async () => {
  const found = {width: 0, height: 0, frames: 0, at: performance.now()}
  for (const one of window.__rostrum.room.localParticipant.trackPublications.values()) {
    if (one.source !== 'camera' || !one.track) continue
    const report = await one.track.getRTCStatsReport()
    report?.forEach(entry => {
      if (entry.type !== 'outbound-rtp') return
      found.width = Math.max(found.width, entry.frameWidth || 0)
      found.height = Math.max(found.height, entry.frameHeight || 0)
      found.frames += entry.framesSent || 0
    })
  }
  return found
}"""
_SENDS = "[...window.__rostrum.room.localParticipant.trackPublications.values()].map(one => one.source)"


def test_a_guest_waits_and_is_let_in(people: People) -> None:
    owner, guest = people.at_the_door()
    expect(owner.get_by_test_id("toggle-people-dot")).to_be_visible(timeout=SOON)
    owner.get_by_text("Ann is waiting to be let in").click()  # a notice stays 5 s
    expect(guest.get_by_test_id("waiting")).to_contain_text("The host will let you in")
    expect(guest.get_by_test_id("preview-video")).to_be_visible()
    expect(owner.get_by_test_id("waiting-person")).to_contain_text("Ann")
    nothing_found(owner)
    nothing_found(guest)
    owner.get_by_test_id("admit").click()
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=SOON)
    until(lambda: received(guest)["frames"] > 10, "the guest sees the host")
    until(lambda: received(owner)["frames"] > 10, "the host sees the guest")
    expect(owner.get_by_test_id("waiting-room")).to_have_count(0)
    guest.reload()
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=SOON)
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-toWaiting").click()
    expect(guest.get_by_test_id("waiting")).to_be_visible(timeout=SOON)
    owner.get_by_test_id("admit").click()
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=SOON)


def test_who_misses_the_word_is_led_before_the_door_all_the_same(people: People) -> None:
    """Somebody put there in the first moments has no ear for the engine's messages yet."""
    owner, guest = people.at_the_door()
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("admit").click()
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=SOON)
    guest.wait_for_function("window.__rostrum?.room?.state === 'connected'")
    guest.evaluate("window.__rostrum.room.removeAllListeners('dataReceived')")
    person = owner.get_by_test_id("person").filter(has_text="Ann")
    person.get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-toWaiting").click()
    expect(guest.get_by_test_id("waiting")).to_be_visible(timeout=SOON)
    owner.get_by_test_id("admit").click()
    expect(guest.get_by_test_id("meeting")).to_be_visible(timeout=SOON)
    guest.wait_for_function("window.__rostrum?.room?.state === 'connected'")
    guest.evaluate("window.__rostrum.room.removeAllListeners('dataReceived')")
    person.get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-remove").click()
    owner.get_by_test_id("remove-yes").click()
    expect(guest.get_by_text("You are no longer in this meeting")).to_be_visible(timeout=SOON)


def test_a_guest_is_refused(people: People) -> None:
    owner, guest = people.at_the_door()
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("refuse").click()
    expect(guest.get_by_test_id("join-error")).to_contain_text("The host did not let you in", timeout=SOON)
    expect(owner.get_by_test_id("waiting-room")).to_have_count(0, timeout=SOON)
    nothing_found(guest)


def test_the_meeting_ends_while_somebody_waits(people: People) -> None:
    owner, guest = people.at_the_door()
    owner.get_by_test_id("leave").click()
    owner.get_by_test_id("end-for-all").click()
    expect(guest.get_by_test_id("join-error")).to_contain_text("It ended while you were waiting", timeout=SOON)


def test_a_raised_hand_is_seen_and_lowered(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    guest.keyboard.press("Control+Alt+KeyH")
    expect(guest.get_by_test_id("toggle-hand")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    expect(owner.get_by_test_id("hand-badge").first).to_have_text("1", timeout=SOON)
    expect(owner.get_by_role("status").filter(has_text="Ann raises a hand")).to_be_visible()
    owner.get_by_test_id("toggle-people").click()
    expect(owner.get_by_test_id("hands")).to_contain_text("Ann")
    nothing_found(owner)
    owner.get_by_test_id("lower-hand").click()
    expect(guest.get_by_test_id("toggle-hand")).to_have_attribute("aria-pressed", "false", timeout=SOON)
    expect(owner.get_by_test_id("hand-badge")).to_have_count(0)


def test_a_listener_comes_onto_the_podium_and_off_it(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, max_podiums=2)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    expect(guest.get_by_test_id("toggle-camera")).to_have_count(0)
    assert guest.evaluate(_SENDS) == []
    guest.get_by_test_id("toggle-hand").click()
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("let-speak").click()
    expect(guest.get_by_test_id("podium-accept")).to_be_visible(timeout=SOON)
    nothing_found(guest)
    assert guest.evaluate(_SENDS) == [], "nothing is sent before a yes"
    guest.get_by_test_id("podium-accept").click()
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    until(lambda: received(owner)["frames"] > 20, "the speaker is seen")
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    nothing_found(owner)
    owner.get_by_test_id("do-offPodium").click()
    expect(guest.get_by_test_id("toggle-camera")).to_have_count(0, timeout=SOON)
    expect(guest.get_by_test_id("toggle-hand")).to_be_visible()
    until(lambda: guest.evaluate(_SENDS) == [], "nothing is sent any more")
    until(lambda: owner.get_by_test_id("remote-video").count() == 0, "the picture is gone")
    assert guest.evaluate("document.querySelectorAll('video[data-testid=local-video]').length") == 0


def test_an_invitation_is_declined_and_accepted(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, max_podiums=2)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    owner.get_by_test_id("toggle-people").click()
    for answer in ("podium-decline", "podium-accept"):
        owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
        owner.get_by_test_id("do-invite").click()
        expect(guest.get_by_role("dialog")).to_contain_text("You are invited to speak", timeout=SOON)
        if answer == "podium-accept":
            guest.get_by_test_id("podium-camera").press("Space")
        guest.get_by_test_id(answer).click()
        expect(guest.get_by_role("dialog")).to_have_count(0)
    expect(guest.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "false")
    assert guest.evaluate(_SENDS) == ["microphone"], "only what was agreed to is sent"
    guest.get_by_test_id("more").click()
    guest.get_by_test_id("leave-podium").click()
    expect(guest.get_by_test_id("toggle-microphone")).to_have_count(0, timeout=SOON)


_LATE_STATES = """() => {
    const real = window.fetch; window.statesRead = 0;
    window.fetch = async (url, ...more) => {
      const answer = await real(url, ...more);
      if (!String(url.url ?? url).endsWith('/state')) return answer;
      window.statesRead += 1;
      await new Promise((go) => setTimeout(go, 1500));
      return answer;
    };
}"""


def test_who_answers_before_the_state_has_arrived_is_not_asked_again(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, max_podiums=2)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    guest.evaluate(_LATE_STATES)
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-invite").click()
    expect(guest.get_by_test_id("podium-accept")).to_be_visible(timeout=SOON)
    until(lambda: guest.evaluate("window.statesRead") > 0, "the state that tells of the invitation is on its way")
    guest.get_by_test_id("podium-accept").click()
    expect(guest.get_by_role("dialog")).to_have_count(0)
    with pytest.raises(Timeout):
        guest.get_by_role("dialog").wait_for(timeout=3000)
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    assert sorted(guest.evaluate(_SENDS)) == ["camera", "microphone"]


_WATCH_PHASES = """button => {
    window.phases = [];
    const look = new MutationObserver(() => window.phases.push(button.dataset.phase));
    look.observe(button, {attributeFilter: ['data-phase']});
}"""


def test_a_remark_is_heard_while_the_key_is_held_and_a_little_longer(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=3, max_podiums=2)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    expect(guest.get_by_test_id("remark")).to_be_visible(timeout=SOON)
    guest.keyboard.down("Space")
    expect(guest.get_by_test_id("remark")).to_have_attribute("data-phase", "on", timeout=SOON)
    until(lambda: received(owner)["audioEnergy"] > 0, "the remark is heard")
    guest.get_by_test_id("remark").evaluate(_WATCH_PHASES)
    guest.keyboard.up("Space")
    expect(guest.get_by_test_id("remark")).to_have_attribute("data-phase", "off", timeout=SOON)
    assert guest.evaluate("window.phases") == ["tail", "off"]
    until(lambda: guest.evaluate(_SENDS) == [], "the microphone is closed")
    expect(guest.get_by_role("dialog")).to_have_count(0)


def test_a_host_mutes(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    expect(guest.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    until(lambda: received(owner)["audioEnergy"] > 0, "the guest is heard")
    owner.get_by_test_id("toggle-host").click()
    nothing_found(owner)
    owner.get_by_test_id("mute-all").click()
    expect(guest.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "false", timeout=SOON)
    expect(guest.get_by_role("status").filter(has_text="The host has turned your microphone off")).to_be_visible()
    expect(owner.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true")
    guest.get_by_test_id("toggle-microphone").click()
    expect(guest.get_by_test_id("toggle-microphone")).to_have_attribute("aria-pressed", "true", timeout=SOON)
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-stopVideo").click()
    expect(guest.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "false", timeout=SOON)


def test_a_locked_meeting_takes_nobody_in_and_somebody_is_removed(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    owner.get_by_test_id("toggle-host").click()
    owner.get_by_test_id("lock").press("Space")
    for page in (owner, guest):
        expect(page.get_by_test_id("sign-locked")).to_have_text("Locked", timeout=SOON)
    late = people.open(f"/c/{conference['id']}")
    late.get_by_test_id("guest-name").fill("Bob")
    late.get_by_test_id("join").click()
    expect(late.get_by_test_id("join-error")).to_contain_text("The host has closed the door", timeout=SOON)
    owner.get_by_test_id("toggle-people").click()
    owner.get_by_test_id("person").filter(has_text="Ann").get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-remove").click()
    nothing_found(owner)
    owner.get_by_test_id("remove-yes").click()
    expect(guest.get_by_test_id("over")).to_have_attribute("data-why", "removed", timeout=SOON)


def test_somebody_becomes_a_host_and_no_longer(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login)
    owner = people.owner_joins(conference, login)
    guest = people.guest_joins(conference, "Ann")
    owner.get_by_test_id("toggle-people").click()
    row = owner.get_by_test_id("person").filter(has_text="Ann")
    row.get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-makeHost").click()
    expect(guest.get_by_test_id("toggle-host")).to_be_visible(timeout=SOON)
    guest.get_by_test_id("toggle-host").click()
    row.get_by_test_id("person-menu").click()
    owner.get_by_test_id("do-notHost").click()
    expect(guest.get_by_test_id("host-tools")).to_have_count(0, timeout=SOON)
    expect(guest.get_by_test_id("toggle-hand")).to_be_visible()


def test_a_host_gives_the_meeting_more_time_where_that_is_allowed(people: People) -> None:
    login = people.account("Olga")
    schedule = {"type": 1, "start_time": int(time.time()) - 60, "duration": 480}
    for allowed in (False, True):
        conference = people.conference(login, schedule=schedule, expiration_time_updating_allowed=allowed)
        owner = people.owner_joins(conference, login)
        expect(owner.get_by_test_id("sign-ends")).to_contain_text("minutes", timeout=SOON)
        owner.get_by_test_id("toggle-host").click()
        expect(owner.get_by_test_id("end-time")).to_be_visible()
        if not allowed:
            expect(owner.get_by_test_id("extend-15")).to_have_count(0)
            continue
        before = owner.get_by_test_id("end-time").inner_text()
        owner.get_by_test_id("extend-15").click()
        expect(owner.get_by_test_id("sign-ends")).to_have_count(0, timeout=SOON)
        assert owner.get_by_test_id("end-time").inner_text() != before


def test_listeners_of_a_lecture_are_seen_by_the_lecturer_only(people: People) -> None:
    login = people.account("Olga")
    conference = people.conference(login, type=1)
    owner = people.owner_joins(conference, login)
    ann = people.guest_joins(conference, "Ann")
    bob = people.guest_joins(conference, "Bob")
    expect(owner.get_by_test_id("tile")).to_have_count(3, timeout=SOON)
    for page in (ann, bob):
        until(lambda page=page: received(page)["frames"] > 20, "the listener sees the lecturer")
    until(lambda: owner.get_by_test_id("remote-video").count() == 2, "the lecturer sees both")
    for page, other in ((ann, "Bob"), (bob, "Ann")):
        expect(page.get_by_test_id("tile").filter(has_text=other)).to_have_count(0)
        expect(page.get_by_test_id("remote-video")).to_have_count(1)


@pytest.mark.parametrize("limited", [True, False])
def test_no_larger_picture_is_sent_than_the_conference_allows(people: People, *, limited: bool) -> None:
    login = people.account("Olga")
    limits = {"use_local_stream_config": limited, "video_quality": "180p", "framerate_video_limit": 10}
    conference = people.conference(login, participant_restrictions=limits)
    owner = people.owner_joins(conference, login)
    people.guest_joins(conference, "Ann")
    until(lambda: owner.evaluate(_SENT)["height"] > 0, "a picture is sent")
    if not limited:
        until(lambda: owner.evaluate(_SENT)["height"] > 180, "the picture grows")
        return
    for _ in range(2):
        before = owner.evaluate(_SENT)
        time.sleep(3)
        after = owner.evaluate(_SENT)
        assert after["height"] <= 180
        assert after["frames"] - before["frames"] <= 15 * (after["at"] - before["at"]) / 1000
        # Turned off and on again it keeps to it.
        owner.get_by_test_id("toggle-camera").click()
        expect(owner.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "false")
        owner.get_by_test_id("toggle-camera").click()
        expect(owner.get_by_test_id("toggle-camera")).to_have_attribute("aria-pressed", "true")
        until(lambda: owner.evaluate(_SENT)["height"] > 0, "a picture is sent")
